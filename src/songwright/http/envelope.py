"""What clients read: song items, envelopes, task records."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from songwright.errors import SongwrightError
from songwright.store.records import ClipState, Job, JobStatus, StoredClip

API_IDS = {"audios": "09a26295-5972-4392-9318-dcd9b218f90d"}
"""The id of each path, as task records carry it."""


def iso(at_s: float) -> str:
    """Unix seconds as ``2025-06-17T15:59:32.468Z``."""
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def media_url(base: str, clip_id: str, name: str) -> str:
    """The address of a clip's file."""
    return f"{base}/media/{clip_id}{name}"


def pipe_url(base: str, clip_id: str) -> str:
    """The address of a clip's live preview."""
    return f"{base}/audiopipe?item_id={clip_id}"


def song_item(job: Job, stored: StoredClip) -> dict[str, Any]:
    """One element of ``data``."""
    clip, action, base = stored.clip, job.action, job.public_base
    finished = stored.state is ClipState.PUBLISHED
    written = not action.custom or (not action.lyrics and not action.instrumental)
    item: dict[str, Any] = {
        "id": clip.id,
        "title": action.title if action.custom else clip.title,
        "image_url": media_url(base, clip.id, ".jpeg"),
        "image_large_url": media_url(base, clip.id, "_large.jpeg"),
        "lyric": clip.lyrics if written else action.lyrics,
        "audio_url": media_url(base, clip.id, ".mp3") if finished else pipe_url(base, clip.id),
        "video_url": "",
        "created_at": iso(job.created_at),
        "model": clip.model or action.model,
        "state": "succeeded" if finished else "running",
        "style": action.style if action.custom else clip.style,
    }
    if not action.custom:
        item["prompt"] = action.prompt
    if finished:
        item["duration"] = round(clip.duration_s, 6)
    item["metadata"] = _metadata(clip.id, clip.metadata, base, finished=finished)
    return item


def _metadata(clip_id: str, stored: dict[str, Any], base: str, *, finished: bool) -> dict[str, Any]:
    """The extension object. Links appear only when the clip is finished: clients take any link for completion."""
    if not finished:
        return dict(stored)
    links = {"plan_url": ".plan", "midi_url": ".mid", "lrc_url": ".lrc", "wav_url": ".wav", "peaks_url": ".peaks.json"}
    return {**stored, **{name: media_url(base, clip_id, suffix) for name, suffix in links.items()}}


def success(job: Job, clips: Sequence[StoredClip], *, trace: bool = True) -> dict[str, Any]:
    """The envelope of a job's clips, finished or not."""
    envelope: dict[str, Any] = {"success": True, "task_id": job.id}
    if trace:
        envelope["trace_id"] = job.trace_id
    envelope["data"] = [song_item(job, stored) for stored in sorted(clips, key=lambda s: s.clip.take)]
    return envelope


def ack(job: Job) -> dict[str, Any]:
    """The immediate answer of the asynchronous modes. No ``data``, no link: clients take either for completion."""
    return {"success": True, "task_id": job.id, "trace_id": job.trace_id}


def failure(*, code: str, message: str, trace_id: str | None = None, task_id: str | None = None) -> dict[str, Any]:
    """The error envelope."""
    envelope: dict[str, Any] = {"success": False, "error": {"code": code, "message": message}}
    if trace_id:
        envelope["trace_id"] = trace_id
    if task_id:
        envelope["task_id"] = task_id
    return envelope


def failure_of(error: SongwrightError, *, trace_id: str) -> dict[str, Any]:
    """The error envelope of an exception."""
    return failure(code=error.code, message=error.message, trace_id=trace_id)


def failed_job(job: Job) -> dict[str, Any]:
    """The error envelope of a job that ended badly."""
    if job.status is JobStatus.CANCELLED:
        return failure(code="api_error", message="job was cancelled", trace_id=job.trace_id, task_id=job.id)
    code, message = (job.error.code, job.error.message) if job.error else ("api_error", "job failed with unknown error")
    return failure(code=code, message=message, trace_id=job.trace_id, task_id=job.id)


def outcome(job: Job, clips: Sequence[StoredClip]) -> dict[str, Any]:
    """What a synchronous call, a callback and a task record say of a job in its final state."""
    return success(job, clips) if job.status is JobStatus.SUCCEEDED else failed_job(job)


def task_record(job: Job, clips: Sequence[StoredClip]) -> dict[str, Any]:
    """The record of ``/suno/tasks``: nothing half-finished in it, links only when done."""
    digest = hashlib.sha256(job.id.encode()).hexdigest()
    record: dict[str, Any] = {
        "_id": digest[:24],
        "id": job.id,
        "type": job.kind,
        "api_id": API_IDS.get(job.kind, job.kind),
        "user_id": job.tenant,
        "application_id": job.tenant,
        "credential_id": job.tenant,
        "created_at": job.created_at,
        "trace_id": job.trace_id,
        "request": job.request,
    }
    if job.started_at is not None:
        record["started_at"] = job.started_at
    if not job.status.final:
        return {**record, "response": {}, "state": "pending", "status": "processing"}
    done = job.status is JobStatus.SUCCEEDED
    finished_at = job.finished_at if job.finished_at is not None else job.created_at
    return {
        **record,
        "response": outcome(job, clips),
        "finished_at": finished_at,
        "elapsed": round(finished_at - (job.started_at or job.created_at), 3),
        "state": "complete" if done else "failed",
        "status": "completed" if done else "failed",
    }
