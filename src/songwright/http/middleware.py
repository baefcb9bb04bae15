"""A trace id for every request, and one line of log and one count per answer."""

from __future__ import annotations

import time
import uuid
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .metrics import REQUEST_SECONDS

log = structlog.get_logger("songwright.http")


class TraceMiddleware:
    """Sets ``request.state.trace_id`` and the header ``x-trace-id``; measures the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        trace_id = str(uuid.uuid4())
        scope.setdefault("state", {})["trace_id"] = trace_id
        started = time.perf_counter()
        status = 500

        async def send_traced(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-trace-id"] = trace_id
            await send(message)

        try:
            await self.app(scope, receive, send_traced)
        finally:
            took_s = time.perf_counter() - started
            route: Any = scope.get("route")
            path = str(getattr(route, "path", "unmatched"))
            REQUEST_SECONDS.labels(path, scope["method"], str(status)).observe(took_s)
            quiet = path.startswith("/health") or path == "/metrics"
            (log.debug if quiet else log.info)(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=round(took_s * 1000),
                trace_id=trace_id,
            )
