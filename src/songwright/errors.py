"""The error tree. Every error carries its own answer; routing reads the class, never the text.

SongwrightError
├── BadRequest            400 bad_request           what was sent cannot be used
│   └── NotImplementedYet 400 api_not_implemented   a documented action this release does not have
├── NoToken               400 no_token
├── InvalidToken          401 invalid_token
│   └── TokenExpired      401 token_expired
├── Forbidden             403 forbidden             refused by policy
├── NoSuchPath            404 no_api
├── TooManyRequests       429 too_many_requests     (Retry-After)
├── JobFailed             500 api_error             accepted, then failed for good
│   └── LyricsFailed      500 api_error
├── NoWorker              500 api_error
├── Maintenance           500 api_error
├── Unavailable           503 api_error             the database cannot be reached
├── AvailabilityUnknown   503 availability_unknown  nobody can say whether a clip is there
└── WaitTimeout           504 timeout               the job goes on; ask /suno/tasks
"""

from __future__ import annotations

from typing import ClassVar


class SongwrightError(Exception):
    """Base: ``code`` and ``status`` are what a client sees; ``remedy`` is for the log and the operator."""

    code: ClassVar[str] = "api_error"
    status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False
    default: ClassVar[str] = "Internal server error."
    remedy: ClassVar[str] = "See the server's log for the trace id of the answer."

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.default
        super().__init__(self.message)


class BadRequest(SongwrightError):
    """What was sent cannot be used; sending it again will not help."""

    code = "bad_request"
    status = 400
    default = "The request is invalid."
    remedy = "Correct the field that the message names."


class NotImplementedYet(BadRequest):
    """A documented action or path that this release does not serve."""

    code = "api_not_implemented"
    default = "The API is not implemented."
    remedy = "See the README for the actions this release serves."


class NoToken(SongwrightError):
    """No ``authorization: Bearer`` header."""

    code = "no_token"
    status = 400
    default = "No token specified for the request."
    remedy = "Send the header 'authorization: Bearer <token>'; 'songwright token create' makes one."


class InvalidToken(SongwrightError):
    """The token is unknown or revoked."""

    code = "invalid_token"
    status = 401
    default = "The specified token is invalid or wrong."
    remedy = "'songwright token list' shows the valid ones."


class TokenExpired(InvalidToken):
    """The token was valid once."""

    code = "token_expired"
    default = "token expired."


class Forbidden(SongwrightError):
    """Refused by the operator's policy."""

    code = "forbidden"
    status = 403
    default = "The request is not allowed."


class NoSuchPath(SongwrightError):
    """Nothing is served at this address."""

    code = "no_api"
    status = 404
    default = "API does not exist, please make sure url is correct."


class TooManyRequests(SongwrightError):
    """A limit of the token was reached."""

    code = "too_many_requests"
    status = 429
    retryable = True
    default = "You have exceeded the rate limit."

    def __init__(self, message: str | None = None, *, retry_after_s: int = 10) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class JobFailed(SongwrightError):
    """An accepted job ended without a result."""

    default = "job failed with unknown error"


class LyricsFailed(JobFailed):
    """The writer found no words."""

    default = "Unable to generate lyrics from song description"


class NoWorker(SongwrightError):
    """No worker process is alive."""

    retryable = True
    default = "no available worker in system"
    remedy = "Start one with 'songwright worker', or 'songwright serve' for everything."


class Maintenance(SongwrightError):
    """The operator paused generation."""

    retryable = True
    default = "service under maintenance, generation paused"


class Unavailable(SongwrightError):
    """The database cannot be reached now."""

    status = 503
    retryable = True
    default = "The service is temporarily unavailable, please try again later."


class AvailabilityUnknown(SongwrightError):
    """Nobody can say whether a clip is there."""

    code = "availability_unknown"
    status = 503
    default = "The availability of the song is unknown."


class WaitTimeout(SongwrightError):
    """A synchronous caller waited as long as the server lets it; the job itself goes on."""

    code = "timeout"
    status = 504
    retryable = True
    default = "timeout while waiting for audio generation"
