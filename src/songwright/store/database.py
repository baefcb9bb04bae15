"""Opening the database: a SQLite file or PostgreSQL, by one URL."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import ArgumentError, DBAPIError

T = TypeVar("T")

SQLITE_MINIMUM = (3, 42, 0)
"""From Python 3.12 on the workflow engine asks SQLite for fractions of a second, which came with this version."""


class DatabaseSetupError(RuntimeError):
    """The database cannot be used as configured; the message says what to do."""


def sqlite_module(python_version: tuple[int, ...] = sys.version_info[:2]) -> ModuleType:
    """The SQLite driver to use: the standard one, or ``pysqlite3`` where the standard library's is too old.

    Raises DatabaseSetupError when the library is too old and ``pysqlite3`` is not installed.
    """
    if sqlite3.sqlite_version_info >= SQLITE_MINIMUM:
        return sqlite3
    try:
        import pysqlite3  # pyright: ignore[reportMissingImports]
    except ImportError:
        if python_version < (3, 12):
            return sqlite3
        needed = ".".join(map(str, SQLITE_MINIMUM[:2]))
        raise DatabaseSetupError(
            f"SQLite {sqlite3.sqlite_version} is too old for Python {python_version[0]}.{python_version[1]}: "
            f"Songwright needs {needed} or later. Install the package pysqlite3-binary, use another Python, "
            "or set SONGWRIGHT_DATABASE_URL to a PostgreSQL database."
        ) from None
    return pysqlite3


def make_engine(database_url: str) -> Engine:
    """An engine for ``sqlite:///file`` or ``postgresql://...``. Raises DatabaseSetupError for anything else."""
    try:
        url = sa.make_url(database_url)
    except ArgumentError as error:
        raise DatabaseSetupError(f"{database_url!r} is not a database URL") from error
    backend = url.get_backend_name()
    if backend == "sqlite":
        return _sqlite_engine(url)
    if backend in ("postgresql", "postgres"):
        return sa.create_engine(
            url.set(drivername="postgresql+psycopg"), pool_size=10, max_overflow=20, pool_pre_ping=True, pool_timeout=30
        )
    raise DatabaseSetupError(f"a database URL starts with sqlite:/// or postgresql://, not {backend}")


def _sqlite_engine(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise DatabaseSetupError("a SQLite database is a file shared by several processes: sqlite:////path/to/file.db")
    engine = sa.create_engine(
        url.set(drivername="sqlite"),
        module=sqlite_module(),
        pool_size=10,
        max_overflow=20,
        connect_args={"timeout": 30.0, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"  # a writer takes the lock at its first write, never upgrades to it
        for pragma in ("busy_timeout=30000", "foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}").close()

    return engine


def now() -> float:
    """Unix seconds of this machine."""
    return time.time()


def database_now(connection: Connection) -> float:
    """Unix seconds by the database's clock, which all machines share."""
    if connection.dialect.name == "sqlite":
        query = "SELECT (julianday('now') - 2440587.5) * 86400.0"
    else:
        query = "SELECT extract(epoch FROM clock_timestamp())"
    return float(connection.execute(sa.text(query)).scalar_one())


def insert_or_ignore(connection: Connection, table: sa.Table, values: dict[str, Any]) -> bool:
    """Insert a row unless it collides with a key or a unique column; True when it was inserted."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert
    key = next(iter(table.primary_key.columns))
    added = insert(table).values(**values).on_conflict_do_nothing().returning(key)
    return connection.execute(added).first() is not None


def patiently(action: Callable[[], T], *, for_s: float = 300.0, pause_s: float = 0.5) -> T:
    """Run a whole transaction, again while the database cannot be reached, for at most ``for_s`` seconds.

    Only errors of the connection or of a lock are waited for; anything else is raised at once.
    """
    deadline = time.monotonic() + for_s
    while True:
        try:
            return action()
        except DBAPIError as error:
            if not is_outage(error) or time.monotonic() >= deadline:
                raise
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, 10.0)


def is_outage(error: DBAPIError) -> bool:
    """Whether the database could not be reached or was locked, so that trying again may help."""
    return error.connection_invalidated or type(error.orig).__name__ in _OUTAGES


_OUTAGES = {"OperationalError", "AdminShutdown", "CannotConnectNow", "SerializationFailure", "DeadlockDetected"}
