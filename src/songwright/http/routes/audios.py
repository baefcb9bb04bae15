"""``POST /suno/audios``: every musical action, in four ways of delivery."""

from __future__ import annotations

import asyncio
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from songwright.errors import BadRequest, Maintenance, NotImplementedYet, NoWorker, Unavailable, WaitTimeout
from songwright.store.records import Job, JobStatus, Token

from ..auth import caller
from ..body import json_object
from ..envelope import ack, failed_job, failure, outcome
from ..failures import trace_of
from ..schemas import ERRORS, AudiosRequest, AudiosResponse, json_body
from ..services import Services, base_of, services_of
from ..stream import lines
from ..translate import callback_of, plain_json, read_action, wants_async

router = APIRouter(tags=["suno"])
NDJSON = "application/x-ndjson"
LATER = (
    *("persona", "lyrics", "mashup-lyrics", "style", "upload", "mp4", "wav", "mp3", "midi", "timing", "vox"),
    *("voices", "availability"),
)
"""Documented paths that this release does not serve yet."""


@router.post(
    "/suno/audios",
    summary="Make songs",
    openapi_extra=json_body(AudiosRequest),
    responses={200: {"model": AudiosResponse}, **ERRORS},
    response_model=None,
)
async def audios(request: Request, token: Annotated[Token, Depends(caller)]) -> Response:
    """Waits for the songs; with ``async`` or ``callback_url`` answers at once; with ``accept:
    application/x-ndjson`` sends a line whenever something changes.
    """
    body = await json_object(request)
    services = services_of(request)
    job = await _submit(request, services, token, body)
    if wants_async(body) or job.callback_url:
        return JSONResponse(ack(job))
    if NDJSON in request.headers.get("accept", ""):
        return StreamingResponse(lines(services, job), media_type=NDJSON, headers={"x-accel-buffering": "no"})
    return await _wait(services, job)


async def _submit(request: Request, services: Services, token: Token, body: dict[str, Any]) -> Job:
    job_id = str(uuid.uuid4())
    action = read_action(body, job_id=job_id)
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
        job_id=job_id,
        tenant=token.id,
        kind="audios",
        trace_id=trace_of(request),
        callback_url=callback or "",
        public_base=base_of(request),
        idem_key=_idempotency_key(request),
    )


def _idempotency_key(request: Request) -> str | None:
    value = request.headers.get("idempotency-key")
    if value is not None and not 1 <= len(value) <= 128:
        raise BadRequest("Idempotency-Key must have 1 to 128 characters")
    return value


async def _wait(services: Services, job: Job) -> Response:
    done = await services.jobs.wait(job.id, timeout_s=services.settings.sync_timeout_s)
    if done is None or not done.status.final:
        late = failure(code=WaitTimeout.code, message=WaitTimeout.default, trace_id=job.trace_id, task_id=job.id)
        return JSONResponse(late, status_code=WaitTimeout.status)
    if done.status is not JobStatus.SUCCEEDED:
        return JSONResponse(failed_job(done), status_code=done.error.status if done.error else 500)
    clips = await asyncio.to_thread(services.store.clips_of, [done.id])
    return JSONResponse(outcome(done, clips.get(done.id, [])))


async def _not_yet(token: Annotated[Token, Depends(caller)]) -> None:
    raise NotImplementedYet


for _path in LATER:
    router.add_api_route(
        f"/suno/{_path}", _not_yet, methods=["POST", "GET", "DELETE"], include_in_schema=False, response_model=None
    )
