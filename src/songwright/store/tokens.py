"""Bearer tokens: only their SHA-256 is stored."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .database import insert_or_ignore, now
from .records import Token
from .tables import tokens


def new_secret() -> str:
    """A token nobody can guess (256 bits)."""
    return "sw-" + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create(connection: Connection, *, name: str, secret: str, expires_at: float | None = None) -> Token:
    """Store a token; one that exists already is given back as it is, even if revoked."""
    values = {"id": str(uuid.uuid4()), "name": name, "sha256": hash_of(secret), "created_at": now()}
    insert_or_ignore(connection, tokens, {**values, "expires_at": expires_at})
    found = find(connection, secret)
    if found is None:
        raise RuntimeError("a token that was just stored cannot be read")
    return found


def find(connection: Connection, secret: str) -> Token | None:
    """The token with this secret, valid or not."""
    row = connection.execute(sa.select(tokens).where(tokens.c.sha256 == hash_of(secret))).mappings().first()
    return _read(row) if row else None


def every(connection: Connection) -> list[Token]:
    """All tokens, oldest first."""
    return [_read(row) for row in connection.execute(sa.select(tokens).order_by(tokens.c.created_at)).mappings()]


def revoke(connection: Connection, token_id: str) -> bool:
    """Make a token invalid from now on; False when there is no such token or it was revoked before."""
    change = sa.update(tokens).where(tokens.c.id == token_id, tokens.c.revoked_at.is_(None)).values(revoked_at=now())
    return connection.execute(change).rowcount == 1


def lock(connection: Connection, token_id: str) -> None:
    """Hold the token's row until the transaction ends, so that two submits of one token cannot overlap."""
    connection.execute(sa.update(tokens).where(tokens.c.id == token_id).values(last_submit_at=now()))


def _read(row: Any) -> Token:
    return Token(
        id=row["id"],
        name=row["name"],
        created_at=row["created_at"],
        revoked_at=row["revoked_at"],
        expires_at=row["expires_at"],
    )
