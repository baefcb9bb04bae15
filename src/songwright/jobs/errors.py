"""Why a job is refused. Each class carries its answer, like everything in ``songwright.errors``."""

from __future__ import annotations

from songwright.errors import BadRequest, TooManyRequests
from songwright.store.records import JobError

UNKNOWN_FAILURE = JobError(code="api_error", message="job failed with unknown error", status=500)
TOOK_TOO_LONG = JobError(code="timeout", message="timeout while waiting for audio generation", status=504)


class TooManyJobs(TooManyRequests):
    """The token already has as many unfinished jobs as it may have."""

    def __init__(self, *, limit: int, retry_after_s: int) -> None:
        super().__init__(
            f"You have exceeded the rate limit. {limit} jobs of this token are not finished yet.",
            retry_after_s=retry_after_s,
        )
        self.limit = limit


class QueueFull(TooManyRequests):
    """Too many jobs of all tokens are waiting."""

    def __init__(self, *, limit: int, retry_after_s: int) -> None:
        super().__init__(
            f"You have exceeded the rate limit. {limit} jobs are waiting already.", retry_after_s=retry_after_s
        )
        self.limit = limit


class IdempotencyConflict(BadRequest):
    """The Idempotency-Key was used before with another request."""

    status = 409
    default = "The Idempotency-Key was used for another request."
    remedy = "Use a new key for a new request."
