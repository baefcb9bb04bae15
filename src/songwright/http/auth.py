"""Bearer tokens."""

from __future__ import annotations

import asyncio
import hashlib
import time

from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError

from songwright.errors import InvalidToken, NoToken, TokenExpired, Unavailable
from songwright.store.records import Token

from .services import services_of

_KEEP_S = 5.0
_known: dict[str, tuple[float, Token]] = {}
"""Tokens seen lately, by the hash of the secret, so that polling does not ask the database each time."""


def bearer(header: str | None) -> str:
    """The token in an authorization header. Raises NoToken."""
    scheme, _, secret = (header or "").strip().partition(" ")
    secret = secret.strip()
    if not secret and scheme.lower() != "bearer":
        secret = scheme
    if not secret:
        raise NoToken
    return secret


async def caller(request: Request) -> Token:
    """The token of the request. Raises NoToken, InvalidToken or TokenExpired."""
    secret = bearer(request.headers.get("authorization"))
    digest = hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
    seen = _known.get(digest)
    if seen and time.monotonic() - seen[0] < _KEEP_S:
        return _valid(seen[1])
    try:
        token = await asyncio.to_thread(services_of(request).store.find_token, secret)
    except SQLAlchemyError as error:
        raise Unavailable from error
    if token is None:
        raise InvalidToken
    if len(_known) > 1000:
        _known.clear()
    _known[digest] = (time.monotonic(), token)
    return _valid(token)


def _valid(token: Token) -> Token:
    if token.revoked_at is not None:
        raise InvalidToken
    if token.expires_at is not None and token.expires_at <= time.time():
        raise TokenExpired
    return token
