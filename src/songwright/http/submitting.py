"""Handing an action to the jobs, and waiting for what becomes of it."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from songwright.domain.action import Action
from songwright.errors import BadRequest, Maintenance, NoWorker, Unavailable, WaitTimeout
from songwright.store.records import Job, JobStatus, Token

from .envelope import ack, failed_job, failure, outcome
from .failures import trace_of
from .services import Services, base_of, services_of
from .translate import callback_of, plain_json, wants_async


async def submit(
    request: Request, token: Token, action: Action, body: dict[str, Any], *, kind: str, job_id: str = ""
) -> Job:
    """Accept the job. Raises what the request, the operator's switches or the limits forbid."""
    services = services_of(request)
    callback = callback_of(body)
    if services.settings.maintenance:
        raise Maintenance
    await asyncio.to_thread(services.check, action)
    health = await asyncio.to_thread(services.jobs.health)
    if not health.database:
        raise Unavailable
    if not health.workers:
        raise NoWorker
    return await asyncio.to_thread(
        services.jobs.submit,
        action,
        plain_json(body),
        job_id=job_id or str(uuid.uuid4()),
        tenant=token.id,
        kind=kind,
        trace_id=trace_of(request),
        callback_url=callback or "",
        public_base=base_of(request),
        idem_key=_idempotency_key(request),
    )


async def answered(request: Request, body: dict[str, Any], job: Job) -> Response:
    """The answer of a tool: at once when the caller polls or is called back, else when it is done."""
    if wants_async(body) or job.callback_url:
        return JSONResponse(ack(job))
    return await finished(services_of(request), job)


async def finished(services: Services, job: Job) -> Response:
    """Waits for the end of a job as long as the server lets a caller wait."""
    done = await services.jobs.wait(job.id, timeout_s=services.settings.sync_timeout_s)
    if done is None or not done.status.final:
        late = failure(code=WaitTimeout.code, message=WaitTimeout.default, trace_id=job.trace_id, task_id=job.id)
        return JSONResponse(late, status_code=WaitTimeout.status)
    if done.status is not JobStatus.SUCCEEDED:
        return JSONResponse(failed_job(done), status_code=done.error.status if done.error else 500)
    clips = await asyncio.to_thread(services.store.clips_of, [done.id])
    return JSONResponse(outcome(done, clips.get(done.id, [])))


def _idempotency_key(request: Request) -> str | None:
    value = request.headers.get("idempotency-key")
    if value is not None and not 1 <= len(value) <= 128:
        raise BadRequest("Idempotency-Key must have 1 to 128 characters")
    return value
