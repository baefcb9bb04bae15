"""Jobs: the rows that say what was asked for and how it ended."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from songwright.domain.action import action_from_data, action_to_data
from songwright.domain.codec import canonical_json

from .database import insert_or_ignore
from .records import Job, JobError, JobStatus
from .tables import jobs

ACTIVE = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)


def insert(connection: Connection, job: Job) -> bool:
    """Store a new job; False when its id or its (tenant, idempotency key) is taken."""
    return insert_or_ignore(
        connection,
        jobs,
        {
            "id": job.id,
            "trace_id": job.trace_id,
            "tenant": job.tenant,
            "kind": job.kind,
            "action": canonical_json(action_to_data(job.action)),
            "request": json.dumps(job.request, ensure_ascii=False),
            "public_base": job.public_base,
            "status": job.status.value,
            "callback_url": job.callback_url,
            "created_at": job.created_at,
            "started_at": job.started_at,
            "idem_key": job.idem_key,
            "request_hash": job.request_hash,
        },
    )


def get(connection: Connection, job_id: str) -> Job | None:
    """One job."""
    row = connection.execute(sa.select(jobs).where(jobs.c.id == job_id)).mappings().first()
    return _read(row) if row else None


def get_many(connection: Connection, job_ids: Sequence[str]) -> list[Job]:
    """Those of the jobs that exist, in the order of the ids."""
    rows = connection.execute(sa.select(jobs).where(jobs.c.id.in_(job_ids))).mappings()
    found = {row["id"]: _read(row) for row in rows}
    return [found[i] for i in dict.fromkeys(job_ids) if i in found]


def by_idem_key(connection: Connection, *, tenant: str, idem_key: str) -> Job | None:
    """The job that was submitted with this idempotency key."""
    query = sa.select(jobs).where(jobs.c.tenant == tenant, jobs.c.idem_key == idem_key)
    row = connection.execute(query).mappings().first()
    return _read(row) if row else None


def unfinished_twin(connection: Connection, *, tenant: str, request_hash: str, since: float) -> Job | None:
    """The newest unfinished job of an equal request, created at ``since`` or later."""
    query = (
        sa.select(jobs)
        .where(
            jobs.c.tenant == tenant,
            jobs.c.request_hash == request_hash,
            jobs.c.status.in_(ACTIVE),
            jobs.c.created_at >= since,
        )
        .order_by(jobs.c.created_at.desc())
        .limit(1)
    )
    row = connection.execute(query).mappings().first()
    return _read(row) if row else None


def page(
    connection: Connection,
    *,
    tenant: str | None = None,
    kind: str | None = None,
    created_min: float | None = None,
    created_max: float | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Job], int]:
    """Jobs, newest first, and how many there are in all. ``created_max`` is exclusive."""
    wanted: list[Any] = []
    if tenant is not None:
        wanted.append(jobs.c.tenant == tenant)
    if kind is not None:
        wanted.append(jobs.c.kind == kind)
    if created_min is not None:
        wanted.append(jobs.c.created_at >= created_min)
    if created_max is not None:
        wanted.append(jobs.c.created_at < created_max)
    total = connection.execute(sa.select(sa.func.count()).select_from(jobs).where(*wanted)).scalar_one()
    query = sa.select(jobs).where(*wanted).order_by(jobs.c.created_at.desc(), jobs.c.id).limit(limit).offset(offset)
    return [_read(row) for row in connection.execute(query).mappings()], total


def unfinished(connection: Connection, *, limit: int = 1000) -> list[Job]:
    """Queued and running jobs, oldest first."""
    query = sa.select(jobs).where(jobs.c.status.in_(ACTIVE)).order_by(jobs.c.created_at).limit(limit)
    return [_read(row) for row in connection.execute(query).mappings()]


def count_by_status(connection: Connection) -> dict[str, int]:
    """How many jobs are in each status; every status is present."""
    rows = connection.execute(sa.select(jobs.c.status, sa.func.count()).group_by(jobs.c.status))
    return {status.value: 0 for status in JobStatus} | {status: n for status, n in rows}


def count_active(connection: Connection, *, tenant: str) -> int:
    """Unfinished jobs of a tenant."""
    query = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.tenant == tenant, jobs.c.status.in_(ACTIVE))
    return connection.execute(query).scalar_one()


def count_queued(connection: Connection) -> int:
    """Jobs of all tenants that wait for a worker."""
    query = sa.select(sa.func.count()).select_from(jobs).where(jobs.c.status == JobStatus.QUEUED.value)
    return connection.execute(query).scalar_one()


def claim(connection: Connection, job_id: str, *, runner: str, at: float) -> Job | None:
    """Make ``runner`` the one who may write for this job; None when the job is finished.

    A job that still had a runner lost it in the middle of a step: that counts as a death.
    """
    change = (
        sa.update(jobs)
        .where(jobs.c.id == job_id, jobs.c.status.in_(ACTIVE))
        .values(
            deaths=jobs.c.deaths + sa.case((jobs.c.runner.is_(None), 0), else_=1),
            runner=runner,
            status=JobStatus.RUNNING.value,
            started_at=sa.func.coalesce(jobs.c.started_at, at),
        )
    )
    return get(connection, job_id) if connection.execute(change).rowcount else None


def hold(connection: Connection, job_id: str, *, runner: str) -> bool:
    """Whether ``runner`` still has the job; if so, nobody can take it before this transaction ends."""
    change = sa.update(jobs).where(jobs.c.id == job_id, jobs.c.runner == runner, jobs.c.status.in_(ACTIVE))
    return connection.execute(change.values(runner=runner)).rowcount == 1


def is_held(connection: Connection, job_id: str, *, runner: str) -> bool:
    """Like :func:`hold`, but only looks."""
    query = sa.select(jobs.c.id).where(jobs.c.id == job_id, jobs.c.runner == runner, jobs.c.status.in_(ACTIVE))
    return connection.execute(query).first() is not None


def release(connection: Connection, job_id: str, *, runner: str, step_done: bool) -> bool:
    """Give the job up. A finished step forgets the deaths that it cost."""
    values: dict[str, Any] = {"runner": None}
    if step_done:
        values["deaths"] = 0
    change = sa.update(jobs).where(jobs.c.id == job_id, jobs.c.runner == runner).values(**values)
    return connection.execute(change).rowcount == 1


def count_death(connection: Connection, job_id: str, *, runner: str) -> int | None:
    """Note that the compute child died; gives the deaths so far, None when the job is no longer ours."""
    change = sa.update(jobs).where(jobs.c.id == job_id, jobs.c.runner == runner, jobs.c.status.in_(ACTIVE))
    if not connection.execute(change.values(deaths=jobs.c.deaths + 1)).rowcount:
        return None
    return connection.execute(sa.select(jobs.c.deaths).where(jobs.c.id == job_id)).scalar_one()


def finish(
    connection: Connection,
    job_id: str,
    *,
    status: JobStatus,
    at: float,
    error: JobError | None = None,
    result: dict[str, Any] | None = None,
) -> bool:
    """Give the job its final status; False when it has one already. Whoever is first wins."""
    change = (
        sa.update(jobs)
        .where(jobs.c.id == job_id, jobs.c.status.in_(ACTIVE))
        .values(
            status=status.value,
            finished_at=at,
            runner=None,
            error_code=error.code if error else None,
            error_message=error.message if error else None,
            error_status=error.status if error else None,
            result=json.dumps(result or {}, ensure_ascii=False),
        )
    )
    return connection.execute(change).rowcount == 1


def _read(row: Any) -> Job:
    error = None
    if row["error_code"] is not None:
        error = JobError(code=row["error_code"], message=row["error_message"], status=row["error_status"])
    return Job(
        id=row["id"],
        trace_id=row["trace_id"],
        tenant=row["tenant"],
        kind=row["kind"],
        action=action_from_data(json.loads(row["action"])),
        request=json.loads(row["request"]),
        public_base=row["public_base"],
        status=JobStatus(row["status"]),
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        error=error,
        result=json.loads(row["result"]),
        callback_url=row["callback_url"],
        idem_key=row["idem_key"],
        request_hash=row["request_hash"],
        runner=row["runner"],
        deaths=row["deaths"],
    )
