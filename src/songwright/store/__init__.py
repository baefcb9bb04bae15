"""The product's truth: tokens, jobs, events, clips, previews, webhooks and workers in SQLite or PostgreSQL.

    records.py      rows as frozen values           tables.py     the tables
    database.py     opening SQLite or PostgreSQL    migrate.py    bringing a database up to date
    tokens.py jobs.py events.py clips.py pipe.py deliveries.py workers.py   queries, one noun each
    facade.py       Store: all of them on one engine

Queries are functions of a connection, so that several make one transaction. Imports only ``domain``.
"""

from .database import DatabaseSetupError
from .facade import Store

__all__ = ["DatabaseSetupError", "Store"]
