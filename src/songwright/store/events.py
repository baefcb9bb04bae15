"""Events of a job: immutable, numbered from 1 without gaps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .database import now
from .records import JobEvent
from .tables import job_events

MOST_JOBS_PER_QUERY = 200


def append(connection: Connection, job_id: str, type_: str, data: dict[str, Any] | None = None) -> JobEvent:
    """Add an event. The transaction has changed the job's row before, so that no other can add one meanwhile."""
    last = connection.execute(
        sa.select(sa.func.coalesce(sa.func.max(job_events.c.seq), 0)).where(job_events.c.job_id == job_id)
    ).scalar_one()
    event = JobEvent(job_id=job_id, seq=last + 1, type=type_, data=data or {}, at=now())
    connection.execute(
        sa.insert(job_events).values(
            job_id=event.job_id, seq=event.seq, type=type_, data=json.dumps(event.data, ensure_ascii=False), at=event.at
        )
    )
    return event


def of_type(connection: Connection, job_id: str, type_: str) -> list[JobEvent]:
    """The events of one type of a job, in order."""
    query = (
        sa.select(job_events)
        .where(job_events.c.job_id == job_id, job_events.c.type == type_)
        .order_by(job_events.c.seq)
    )
    return [_read(row) for row in connection.execute(query).mappings()]


def after(connection: Connection, seen: Mapping[str, int], *, limit: int = 1000) -> list[JobEvent]:
    """Events above the last seen ``seq`` of each job, in order within a job."""
    wanted = list(seen.items())
    found: list[JobEvent] = []
    for start in range(0, len(wanted), MOST_JOBS_PER_QUERY):
        part = wanted[start : start + MOST_JOBS_PER_QUERY]
        query = (
            sa.select(job_events)
            .where(sa.or_(*(sa.and_(job_events.c.job_id == job, job_events.c.seq > seq) for job, seq in part)))
            .order_by(job_events.c.job_id, job_events.c.seq)
            .limit(limit)
        )
        found += [_read(row) for row in connection.execute(query).mappings()]
    return found


def _read(row: Any) -> JobEvent:
    return JobEvent(job_id=row["job_id"], seq=row["seq"], type=row["type"], data=json.loads(row["data"]), at=row["at"])
