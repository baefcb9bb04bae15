"""Clips: announced when planned, complete when published."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from songwright.domain.codec import from_data, to_data
from songwright.domain.song import Asset, Clip

from .database import insert_or_ignore
from .records import ClipState, StoredClip
from .tables import clips


def announce(connection: Connection, clip: Clip, *, tenant: str) -> bool:
    """Store a planned clip; False when it exists already."""
    values = {
        "id": clip.id,
        "job_id": clip.job_id,
        "tenant": tenant,
        "take": clip.take,
        "title": clip.title,
        "style": clip.style,
        "lyrics": clip.lyrics,
        "model": clip.model,
        "duration_s": clip.duration_s,
        "created_at": clip.created_at_s,
        "metadata": json.dumps(clip.metadata, ensure_ascii=False),
        "assets": json.dumps(to_data(clip.assets)),
        "state": ClipState.PLANNED.value,
    }
    return insert_or_ignore(connection, clips, values)


def start_rendering(connection: Connection, clip_id: str) -> bool:
    """Planned -> rendering."""
    change = sa.update(clips).where(clips.c.id == clip_id, clips.c.state == ClipState.PLANNED.value)
    return connection.execute(change.values(state=ClipState.RENDERING.value)).rowcount == 1


def publish(
    connection: Connection,
    clip_id: str,
    *,
    duration_s: float,
    metadata: dict[str, Any],
    assets: Sequence[Asset],
    at: float,
) -> bool:
    """Show the finished clip with exactly these files; False when it was published before."""
    change = (
        sa.update(clips)
        .where(clips.c.id == clip_id, clips.c.state != ClipState.PUBLISHED.value)
        .values(
            state=ClipState.PUBLISHED.value,
            duration_s=duration_s,
            metadata=json.dumps(metadata, ensure_ascii=False),
            assets=json.dumps(to_data(tuple(assets))),
            published_at=at,
        )
    )
    return connection.execute(change).rowcount == 1


def add_assets(connection: Connection, clip_id: str, added: Sequence[Asset]) -> bool:
    """Give a clip more files; those of the same kind are replaced. False when there is no such clip."""
    stored = get(connection, clip_id)
    if stored is None:
        return False
    kinds = {asset.kind for asset in added}
    assets = (*(asset for asset in stored.clip.assets if asset.kind not in kinds), *added)
    change = sa.update(clips).where(clips.c.id == clip_id)
    return connection.execute(change.values(assets=json.dumps(to_data(assets)))).rowcount == 1


def delete(connection: Connection, clip_id: str, *, tenant: str, at: float) -> StoredClip | None:
    """Take a tenant's finished clip offline; gives it as it was, None when there is none. The row stays."""
    wanted = (
        clips.c.id == clip_id,
        clips.c.tenant == tenant,
        clips.c.deleted_at.is_(None),
        clips.c.state == ClipState.PUBLISHED.value,
    )
    stored = get(connection, clip_id)
    if not connection.execute(sa.update(clips).where(*wanted).values(deleted_at=at)).rowcount:
        return None
    return stored


def page(connection: Connection, *, tenant: str, limit: int, offset: int) -> tuple[list[StoredClip], int]:
    """A tenant's finished clips, newest first, and how many there are in all."""
    mine = (clips.c.tenant == tenant, clips.c.deleted_at.is_(None), clips.c.state == ClipState.PUBLISHED.value)
    total = connection.execute(sa.select(sa.func.count()).select_from(clips).where(*mine)).scalar_one()
    query = sa.select(clips).where(*mine).order_by(clips.c.created_at.desc(), clips.c.id)
    return [_read(row) for row in connection.execute(query.limit(limit).offset(offset)).mappings()], total


def get(connection: Connection, clip_id: str) -> StoredClip | None:
    """One clip; None for one that was deleted."""
    query = sa.select(clips).where(clips.c.id == clip_id, clips.c.deleted_at.is_(None))
    row = connection.execute(query).mappings().first()
    return _read(row) if row else None


def of_jobs(connection: Connection, job_ids: Sequence[str]) -> dict[str, list[StoredClip]]:
    """The clips of each job by take; jobs without clips have an empty list."""
    query = sa.select(clips).where(clips.c.job_id.in_(job_ids)).order_by(clips.c.job_id, clips.c.take)
    found: dict[str, list[StoredClip]] = {job_id: [] for job_id in job_ids}
    for row in connection.execute(query).mappings():
        found[row["job_id"]].append(_read(row))
    return found


def count_published(connection: Connection) -> int:
    """Finished clips of all tenants."""
    query = sa.select(sa.func.count()).select_from(clips).where(clips.c.state == ClipState.PUBLISHED.value)
    return connection.execute(query).scalar_one()


def _read(row: Any) -> StoredClip:
    clip = Clip(
        id=row["id"],
        job_id=row["job_id"],
        take=row["take"],
        title=row["title"],
        style=row["style"],
        lyrics=row["lyrics"],
        model=row["model"],
        duration_s=row["duration_s"],
        created_at_s=row["created_at"],
        assets=tuple(from_data(Asset, raw) for raw in json.loads(row["assets"])),
        metadata=json.loads(row["metadata"]),
    )
    return StoredClip(
        clip=clip,
        tenant=row["tenant"],
        state=ClipState(row["state"]),
        published_at=row["published_at"],
        deleted_at=row["deleted_at"],
    )
