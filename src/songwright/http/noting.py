"""Answers that need no job, kept as tasks all the same."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from songwright.store.records import Token

from .envelope import ack, success
from .failures import trace_of
from .services import base_of, services_of
from .translate import callback_of, plain_json, wants_async


async def noted(
    request: Request, token: Token, body: dict[str, Any], *, kind: str, data: Any, started_at: float
) -> Response:
    """Keep the answer and give it; a caller who polls or is called back gets the acknowledgement."""
    services = services_of(request)
    callback = callback_of(body) or ""
    job = await asyncio.to_thread(
        services.jobs.note,
        kind,
        plain_json(body),
        data,
        tenant=token.id,
        trace_id=trace_of(request),
        public_base=base_of(request),
        started_at=started_at,
        callback_url=callback,
    )
    if wants_async(body) or callback:
        return JSONResponse(ack(job))
    answer = success(job, [])
    finished = job.finished_at or started_at
    answer |= {"started_at": started_at, "finished_at": finished, "elapsed": round(finished - started_at, 3)}
    return JSONResponse(answer)
