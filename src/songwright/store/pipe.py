"""The live preview of a clip: MP3 chunks that can be heard while the rest is rendered."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .database import insert_or_ignore
from .records import ClipState, JobStatus, PipeChunk
from .tables import clips, jobs, pipe_chunks


def write(connection: Connection, chunks: Sequence[PipeChunk]) -> None:
    """Store chunks. One that is there already stays: a repeated render makes the same ones."""
    for chunk in chunks:
        values = {"clip_id": chunk.clip_id, "seq": chunk.seq, "data": chunk.data, "last": chunk.last}
        insert_or_ignore(connection, pipe_chunks, values)


def end(connection: Connection, clip_id: str) -> None:
    """Add the end marker after the last chunk, unless there is one."""
    if connection.execute(sa.select(pipe_chunks.c.seq).where(*_marker(clip_id))).first():
        return
    query = sa.select(sa.func.coalesce(sa.func.max(pipe_chunks.c.seq), -1)).where(pipe_chunks.c.clip_id == clip_id)
    last = connection.execute(query).scalar_one()
    write(connection, [PipeChunk(clip_id=clip_id, seq=last + 1, data=b"", last=True)])


def read(connection: Connection, clip_id: str, *, after: int = -1, limit: int = 64) -> list[PipeChunk]:
    """Chunks with ``seq`` above ``after`` in order, up to the first gap."""
    query = (
        sa.select(pipe_chunks)
        .where(pipe_chunks.c.clip_id == clip_id, pipe_chunks.c.seq > after)
        .order_by(pipe_chunks.c.seq)
        .limit(limit)
    )
    found: list[PipeChunk] = []
    for row in connection.execute(query).mappings():
        if row["seq"] != after + 1 + len(found):
            break
        found.append(PipeChunk(clip_id=clip_id, seq=row["seq"], data=bytes(row["data"]), last=bool(row["last"])))
    return found


def drop_finished(connection: Connection, *, before: float) -> int:
    """Delete previews of jobs that ended before ``before``; gives the number of chunks."""
    over = (
        sa.select(clips.c.id)
        .join(jobs, jobs.c.id == clips.c.job_id)
        .where(jobs.c.finished_at < before, jobs.c.status.not_in([JobStatus.QUEUED.value, JobStatus.RUNNING.value]))
    )
    return connection.execute(sa.delete(pipe_chunks).where(pipe_chunks.c.clip_id.in_(over))).rowcount


def is_over(connection: Connection, clip_id: str) -> bool:
    """Whether nothing more will come: the clip is published, its job ended, or there is no such clip."""
    query = sa.select(clips.c.state, jobs.c.status).join(jobs, jobs.c.id == clips.c.job_id).where(clips.c.id == clip_id)
    row = connection.execute(query).first()
    return row is None or row[0] == ClipState.PUBLISHED.value or JobStatus(row[1]).final


def _marker(clip_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (pipe_chunks.c.clip_id == clip_id, pipe_chunks.c.last.is_(True))
