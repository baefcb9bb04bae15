"""What operators and their tools ask."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ..metrics import JOBS, WORKERS
from ..schemas import file_of
from ..services import services_of

router = APIRouter(tags=["operation"])
NOT_READY: dict[int | str, dict[str, Any]] = {503: {"description": "What is missing"}}
METRICS = file_of("text/plain", description="Prometheus text")


@router.get("/health/live", summary="The process answers")
async def live() -> dict[str, str]:
    """Always the same while the process runs."""
    return {"status": "ok"}


@router.get("/health/ready", summary="Database reachable and a worker alive", responses=NOT_READY)
async def ready(request: Request) -> JSONResponse:
    """200 when songs can be made, else 503 with what is missing."""
    health = await asyncio.to_thread(services_of(request).jobs.health)
    body = {
        "ready": health.ready,
        "database": health.database,
        "workers": len(health.workers),
        "message": health.message,
    }
    return JSONResponse(body, status_code=200 if health.ready else 503)


@router.get("/metrics", summary="Prometheus metrics", response_class=Response, responses=METRICS)
async def metrics(request: Request) -> Response:
    """Request times, jobs by state, workers."""
    stats = await asyncio.to_thread(services_of(request).jobs.stats)
    for state, count in stats.jobs.items():
        JOBS.labels(state).set(count)
    WORKERS.set(stats.workers_alive)
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
