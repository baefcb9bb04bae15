"""``POST /suno/tasks``: what became of a request."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy.exc import SQLAlchemyError

from songwright.errors import BadRequest, Unavailable
from songwright.store.records import Job, Token

from ..auth import caller
from ..body import json_object
from ..envelope import task_record
from ..fields import number, present, text
from ..library import is_id
from ..schemas import ERRORS, TasksRequest, json_body
from ..services import Services, services_of

router = APIRouter(tags=["suno"])
MAX_BATCH = 100


@router.post(
    "/suno/tasks",
    summary="Retrieve tasks",
    openapi_extra=json_body(TasksRequest),
    responses=ERRORS,
    response_model=None,
)
async def tasks(request: Request, token: Annotated[Token, Depends(caller)]) -> dict[str, Any]:
    """One record, or ``{"items": [...], "count": n}``. An unknown id is an empty object."""
    body = await json_object(request)
    services = services_of(request)
    action = present(body, "action") or "retrieve"
    try:
        if action == "retrieve":
            return await asyncio.to_thread(_one, services, token, _id(body))
        if action == "retrieve_batch":
            return await asyncio.to_thread(_batch, services, token, body)
        if action == "cancel":
            return await asyncio.to_thread(_cancel, services, token, _id(body))
    except SQLAlchemyError as error:
        raise Unavailable from error
    raise BadRequest("action is invalid.")


def _id(body: dict[str, Any]) -> str:
    value = present(body, "id")
    if not isinstance(value, str):
        raise BadRequest("id is required.")
    return value


def _mine(services: Services, token: Token, ids: list[Any]) -> list[Job]:
    """The caller's jobs among ``ids``, in their order."""
    known = services.store.jobs([value.lower() for value in ids if isinstance(value, str) and is_id(value)])
    return [job for job in known if job.tenant == token.id]


def _records(services: Services, jobs: list[Job]) -> list[dict[str, Any]]:
    done = [job.id for job in jobs if job.status.final]
    clips = services.store.clips_of(done) if done else {}
    return [task_record(job, clips.get(job.id, [])) for job in jobs]


def _one(services: Services, token: Token, job_id: str) -> dict[str, Any]:
    records = _records(services, _mine(services, token, [job_id]))
    return records[0] if records else {}


def _batch(services: Services, token: Token, body: dict[str, Any]) -> dict[str, Any]:
    ids: Any = body.get("ids")
    if ids is not None:
        if not isinstance(ids, list) or len(ids) > MAX_BATCH:  # pyright: ignore[reportUnknownArgumentType]
            raise BadRequest(f"ids must be a list of at most {MAX_BATCH} task ids")
        items = _records(services, _mine(services, token, ids))  # pyright: ignore[reportUnknownArgumentType]
        return {"items": items, "count": len(items)}
    limit = number(body, "limit", 1, MAX_BATCH, whole=True)
    offset = number(body, "offset", 0, 10**9, whole=True)
    kind = text(body, "type")
    jobs, total = services.jobs.list(
        tenant=token.id,
        kind=kind or None,
        created_min=number(body, "created_at_min", 0, 1e12),
        created_max=number(body, "created_at_max", 0, 1e12),
        limit=int(limit or 20),
        offset=int(offset or 0),
    )
    return {"items": _records(services, jobs), "count": total}


def _cancel(services: Services, token: Token, job_id: str) -> dict[str, Any]:
    """Ask for an end; the record tells when it came."""
    for job in _mine(services, token, [job_id]):
        services.jobs.cancel(job.id)
    return _one(services, token, job_id)
