"""``POST /suno/audios``: every musical action, in four ways of delivery."""

from __future__ import annotations

import asyncio
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from songwright.domain.action import wishes_of
from songwright.store.records import Job, Token

from ..auth import caller
from ..body import json_object
from ..envelope import ack
from ..library import Library
from ..schemas import ERRORS, AudiosRequest, AudiosResponse, json_body
from ..services import Services, services_of
from ..stream import lines
from ..submitting import finished, submit
from ..translate import read_action, wants_async

router = APIRouter(tags=["suno"])
NDJSON = "application/x-ndjson"


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
    return await finished(services, job)


async def _submit(request: Request, services: Services, token: Token, body: dict[str, Any]) -> Job:
    job_id = str(uuid.uuid4())
    library = Library(store=services.store, tenant=token.id)
    action = await asyncio.to_thread(read_action, body, job_id=job_id, library=library)
    wishes = wishes_of(action)
    await asyncio.to_thread(
        services.policy.check_text,
        prompt=wishes.prompt,
        style=wishes.style,
        lyrics=wishes.lyrics,
        title=wishes.title,
        lyrics_prompt=wishes.lyrics_prompt,
    )
    return await submit(request, token, action, body, kind="audios", job_id=job_id)
