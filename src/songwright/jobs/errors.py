"""Why a job is refused or fails. Each class carries the answer to give: code, HTTP status, seconds to wait."""

from __future__ import annotations

UNKNOWN_FAILURE = "job failed with unknown error"


class JobsError(Exception):
    """Base of everything the job layer raises on purpose."""

    code = "api_error"
    status = 500
    retry_after_s: float | None = None


class TooManyJobs(JobsError):
    """The token already has as many unfinished jobs as it may have."""

    code = "too_many_requests"
    status = 429

    def __init__(self, *, limit: int, retry_after_s: float) -> None:
        self.limit = limit
        self.retry_after_s = retry_after_s
        super().__init__(f"{limit} jobs of this token are not finished yet")


class QueueFull(JobsError):
    """Too many jobs of all tokens are waiting."""

    code = "too_many_requests"
    status = 429

    def __init__(self, *, limit: int, retry_after_s: float) -> None:
        self.limit = limit
        self.retry_after_s = retry_after_s
        super().__init__(f"{limit} jobs are waiting already")


class IdempotencyConflict(JobsError):
    """The Idempotency-Key was used before with another request."""

    code = "bad_request"
    status = 409

    def __init__(self, key: str) -> None:
        super().__init__(f"Idempotency-Key {key!r} was used for another request")


class CallbackRefused(JobsError):
    """The callback address may not be called."""

    code = "bad_request"
    status = 400

    def __init__(self, reason: str) -> None:
        super().__init__(f"callback_url is not allowed: {reason}")


class DatabaseUnavailable(JobsError):
    """The database cannot be reached; the request was not accepted."""

    code = "busy"
    status = 503
    retry_after_s = 5.0
