"""Rows as frozen values. Times are Unix seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from songwright.domain.action import Action
from songwright.domain.song import Clip


class JobStatus(StrEnum):
    """Life of a job: queued -> running -> one of the other three."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Nothing changes any more."""
        return self not in (JobStatus.QUEUED, JobStatus.RUNNING)


class ClipState(StrEnum):
    """Life of a clip."""

    PLANNED = "planned"  # title, style, lyrics, perhaps a cover; no sound
    RENDERING = "rendering"  # its live preview can be heard
    PUBLISHED = "published"  # all files are there


class DeliveryState(StrEnum):
    """Life of a webhook."""

    PENDING = "pending"
    DELIVERED = "delivered"
    EXHAUSTED = "exhausted"  # every attempt failed
    DISABLED = "disabled"  # the receiver answered 410 Gone


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """Who may call. The secret itself is never stored."""

    id: str  # UUID; the tenant of its jobs
    name: str
    created_at: float
    revoked_at: float | None = None
    expires_at: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JobError:
    """Why a job failed, in the words of the error envelope."""

    code: str
    message: str
    status: int = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One durable execution of an action."""

    id: str  # UUID, the task id
    trace_id: str
    tenant: str  # token id
    kind: str  # "audios": the task type as the caller names it
    action: Action
    request: dict[str, Any]  # the body as sent
    public_base: str  # scheme://host of the request, base of the links in answers
    status: JobStatus
    created_at: float
    started_at: float | None = None
    finished_at: float | None = None
    error: JobError | None = None
    result: dict[str, Any] = field(default_factory=dict)  # JSON; {"clips": [ids]} when succeeded
    callback_url: str = ""
    idem_key: str | None = None
    request_hash: str = ""
    runner: str | None = None  # token of the step that holds the job now
    deaths: int = 0  # processes that died in the present step


@dataclass(frozen=True, kw_only=True, slots=True)
class JobEvent:
    """An immutable fact about a job; ``seq`` counts from 1 without gaps."""

    job_id: str
    seq: int
    type: str  # job.queued|started|succeeded|failed|cancelled, clip.planned|rendering|progress|published
    data: dict[str, Any]  # {"clip_id", "take"} of clip events; {"progress": 0..1, "stage"} of clip.progress
    at: float

    @property
    def final(self) -> bool:
        """The last event of its job."""
        return self.type in ("job.succeeded", "job.failed", "job.cancelled")


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredClip:
    """A clip and how far it is. ``clip.duration_s`` is 0 and there is no "mp3" asset before it is published."""

    clip: Clip
    tenant: str
    state: ClipState
    published_at: float | None = None
    deleted_at: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Persona:
    """A named voice with a style, kept for new songs."""

    id: str  # UUID
    tenant: str
    job_id: str  # that made it
    name: str
    description: str
    source_type: str  # "persona" (from a clip) or "voice" (from a recording)
    voice: str  # id of a voice of the roster, or a recipe
    style: str  # style words of the clip it comes from
    clip_id: str  # "" when it comes from a recording
    created_at: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PipeChunk:
    """A piece of the live preview of a clip. The end marker has ``last`` and no data."""

    clip_id: str
    seq: int
    data: bytes
    last: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """A webhook to send: the payload is frozen, attempts are rows of their own."""

    id: str  # UUID, the webhook-id of every attempt
    job_id: str
    event: str  # "job.succeeded", "job.failed", "job.cancelled"
    url: str
    payload: bytes
    state: DeliveryState
    created_at: float
    attempts: int  # made so far
    next_at: float | None  # None: no further attempt


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One attempt to deliver."""

    delivery_id: str
    number: int  # from 1
    at: float
    duration_s: float
    http_status: int | None  # None: no answer
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Worker:
    """A worker process and when it was last seen."""

    executor_id: str
    host: str
    version: str
    slots: int
    started_at: float
    last_seen: float
