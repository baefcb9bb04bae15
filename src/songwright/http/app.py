"""The HTTP application: routes, middleware, failures."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from songwright import __version__

from . import failures
from .middleware import TraceMiddleware
from .routes import audios, clips, files, health, jobs, media, personas, tasks, writing
from .services import Services

DESCRIPTION = """Songs on demand, on your own machine. Speaks the Suno song-generation API as Ace Data Cloud
documents it; fields marked *extension* are ours."""


def create_app(services: Services | None) -> FastAPI:
    """The application over ``services``; without them it only describes itself."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        yield
        if services:
            await services.jobs.close()

    origins = services.settings.cors_origins if services else "*"
    app = FastAPI(title="Songwright", version=__version__, description=DESCRIPTION, lifespan=lifespan)
    app.state.services = services
    app.add_middleware(TraceMiddleware)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=[origin.strip() for origin in origins.split(",")],
        allow_methods=["GET", "POST", "DELETE", "HEAD", "OPTIONS"],
        allow_headers=[
            *("authorization", "content-type", "accept", "x-record-exempt", "idempotency-key", "range"),
        ],
        expose_headers=["x-trace-id", "content-range", "accept-ranges", "etag", "retry-after"],
        max_age=600,
    )
    failures.install(app)
    for module in (audios, tasks, files, personas, writing, media, clips, jobs, health):
        app.include_router(module.router)
    described = app.openapi
    app.openapi = lambda: _as_answered(described())
    return app


def _as_answered(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what is never answered: a parameter that cannot be read is a ``bad_request``, no 422."""
    for path in document["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
    for name in ("HTTPValidationError", "ValidationError"):
        document["components"]["schemas"].pop(name, None)
    return document
