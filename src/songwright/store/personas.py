"""Personas: named voices with a style."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .database import insert_or_ignore, now
from .records import Persona
from .tables import personas


def create(
    connection: Connection,
    *,
    tenant: str,
    job_id: str,
    name: str,
    voice: str,
    description: str = "",
    source_type: str = "persona",
    style: str = "",
    clip_id: str = "",
) -> Persona:
    """Store a persona; the one that the same job has made before is given back."""
    made = Persona(
        id=str(uuid.uuid5(uuid.UUID(job_id), "persona")),
        tenant=tenant,
        job_id=job_id,
        name=name,
        description=description,
        source_type=source_type,
        voice=voice,
        style=style,
        clip_id=clip_id,
        created_at=now(),
    )
    insert_or_ignore(connection, personas, {name: getattr(made, name) for name in Persona.__slots__})
    return made


def get(connection: Connection, persona_id: str) -> Persona | None:
    """One persona."""
    row = connection.execute(sa.select(personas).where(personas.c.id == persona_id)).mappings().first()
    return _read(row) if row else None


def page(connection: Connection, *, tenant: str, limit: int, offset: int) -> tuple[list[Persona], int]:
    """A tenant's personas, newest first, and how many there are in all."""
    mine = personas.c.tenant == tenant
    total = connection.execute(sa.select(sa.func.count()).select_from(personas).where(mine)).scalar_one()
    query = sa.select(personas).where(mine).order_by(personas.c.created_at.desc(), personas.c.id)
    return [_read(row) for row in connection.execute(query.limit(limit).offset(offset)).mappings()], total


def delete(connection: Connection, persona_id: str, *, tenant: str) -> bool:
    """Remove a tenant's persona; False when there is none."""
    wanted = (personas.c.id == persona_id, personas.c.tenant == tenant)
    return connection.execute(sa.delete(personas).where(*wanted)).rowcount == 1


def _read(row: Any) -> Persona:
    return Persona(**row)
