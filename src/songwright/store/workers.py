"""Worker processes and their heartbeats, by the database's clock."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .database import database_now, insert_or_ignore
from .records import Worker
from .tables import workers


def beat(connection: Connection, *, executor_id: str, host: str, version: str, slots: int) -> float:
    """Say that this worker lives; gives the database's time."""
    at = database_now(connection)
    values = {"host": host, "version": version, "slots": slots, "last_seen": at}
    change = sa.update(workers).where(workers.c.executor_id == executor_id).values(**values)
    if not connection.execute(change).rowcount:
        insert_or_ignore(connection, workers, {"executor_id": executor_id, "started_at": at, **values})
    return at


def seen_since(connection: Connection, at: float) -> list[Worker]:
    """Workers that gave a sign of life at ``at`` (database time) or later."""
    query = sa.select(workers).where(workers.c.last_seen >= at).order_by(workers.c.executor_id)
    return [Worker(**row) for row in connection.execute(query).mappings()]


def remove(connection: Connection, executor_id: str) -> None:
    """Forget a worker that ended in order: others take over what it left at once."""
    connection.execute(sa.delete(workers).where(workers.c.executor_id == executor_id))


def drop_silent(connection: Connection, *, before: float) -> int:
    """Forget workers not seen since ``before``."""
    return connection.execute(sa.delete(workers).where(workers.c.last_seen < before)).rowcount
