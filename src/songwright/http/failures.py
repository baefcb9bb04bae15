"""Every failure as the documented envelope with its real HTTP status."""

from __future__ import annotations

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from songwright.errors import NoSuchPath, SongwrightError, TooManyRequests

from .envelope import failure

log = structlog.get_logger("songwright.http")


def trace_of(request: Request) -> str:
    """The request's trace id."""
    return str(getattr(request.state, "trace_id", ""))


def answer(
    request: Request, *, code: str, message: str, status: int, retry_after_s: float | None = None
) -> JSONResponse:
    """An error answer."""
    headers = {"retry-after": str(max(1, round(retry_after_s)))} if retry_after_s else None
    body = failure(code=code, message=message, trace_id=trace_of(request))
    return JSONResponse(body, status_code=status, headers=headers)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SongwrightError)  # noqa: S101 - registered for this class only
    if error.status >= 500:
        log.error("failed", error=error.message, remedy=error.remedy, trace_id=trace_of(request))
    retry = error.retry_after_s if isinstance(error, TooManyRequests) else None
    return answer(request, code=error.code, message=error.message, status=error.status, retry_after_s=retry)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code in (404, 405):
        return answer(request, code=NoSuchPath.code, message=NoSuchPath.default, status=error.status_code)
    return answer(request, code="bad_request", message=str(error.detail), status=error.status_code)


async def _unreadable(request: Request, error: Exception) -> JSONResponse:
    """A query parameter or form field that is missing or of another type."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0]
    name = str(first["loc"][-1])
    said = "is required." if first["type"] == "missing" else "is invalid."
    return answer(request, code="bad_request", message=f"{name} {said}", status=400)


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    log.exception("unforeseen error", exc_info=error, trace_id=trace_of(request))
    return answer(request, code=SongwrightError.code, message=SongwrightError.default, status=500)


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(SongwrightError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(Exception, _unforeseen)
