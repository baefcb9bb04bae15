"""Our own addition: how far a job is."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from songwright.errors import NoSuchPath
from songwright.store.records import Token

from ..auth import caller
from ..library import is_id
from ..schemas import ERRORS, NO_SUCH
from ..services import services_of

router = APIRouter(tags=["songwright"])


@router.get("/songwright/jobs/{job_id}", summary="Progress of a job (extension)", responses={**ERRORS, **NO_SUCH})
async def progress(job_id: str, request: Request, token: Annotated[Token, Depends(caller)]) -> dict[str, Any]:
    """State of the job and, for each take, the fraction done and the stage."""
    store = services_of(request).store
    job = await asyncio.to_thread(store.job, job_id) if is_id(job_id) else None
    if job is None or job.tenant != token.id:
        raise NoSuchPath
    events = await asyncio.to_thread(store.events_after, {job_id: 0})
    takes: dict[str, dict[str, Any]] = {}
    for event in events:
        if "clip_id" in event.data:
            takes.setdefault(event.data["clip_id"], {}).update(event.data, last=event.type)
    return {"id": job.id, "status": job.status.value, "takes": sorted(takes.values(), key=lambda t: t.get("take", 0))}
