"""What clients read: song items, envelopes, task records."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from songwright.domain.action import ActionKind, EditAction, GenerateAction, wishes_of
from songwright.errors import SongwrightError
from songwright.store.records import ClipState, Job, JobStatus, StoredClip

from .tool_data import media_url as media_url
from .tool_data import tool_data

API_IDS = {
    "audios": "09a26295-5972-4392-9318-dcd9b218f90d",
    "persona": "c578b8de-f9fe-4220-8d5f-5da7384705fd",
    "mp4": "2e4c9e30-a793-4f43-9322-d682120ffff2",
    "voices": "1aece23f-07b3-4c21-8b2b-d93ce9bf0e84",
    "timing": "da474a4e-f32a-41dc-b2fe-59cc5cea5c32",
    "vox": "a8d46e2d-a042-4321-ab97-a5ab1d7fed5e",
    "wav": "d4004774-4d0b-4aac-a8ea-be99627880e6",
    "midi": "be1de4f0-b5f5-43dc-bc7a-d2f90b2efe9c",
    "mp3": "32141b95-043f-5845-b832-77c32ddd6fa6",
    "style": "e5ff24c0-ae4e-46bb-93db-2d678610a8d3",
    "lyrics": "c98fe4e5-73c0-462d-ad24-5080ee1fa01a",
    "mashup-lyrics": "e0ffe8d7-c6dd-4b46-93d9-5fa6c744310c",
    "upload": "8823cd83-54f6-4ea8-979a-7fa448577186",
}
"""The id of each path, as task records carry it."""


def iso(at_s: float) -> str:
    """Unix seconds as ``2025-06-17T15:59:32.468Z``."""
    return datetime.fromtimestamp(at_s, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def pipe_url(base: str, clip_id: str) -> str:
    """The address of a clip's live preview."""
    return f"{base}/audiopipe?item_id={clip_id}"


def song_item(job: Job, stored: StoredClip) -> dict[str, Any]:
    """One element of ``data``."""
    clip, action, base = stored.clip, job.action, job.public_base
    finished = stored.state is ClipState.PUBLISHED
    title, style, lyrics = _words(job, stored)
    item: dict[str, Any] = {
        "id": clip.id,
        "title": title,
        "image_url": media_url(base, clip.id, ".jpeg"),
        "image_large_url": media_url(base, clip.id, "_large.jpeg"),
        "lyric": lyrics,
        "audio_url": media_url(base, clip.id, ".mp3") if finished else pipe_url(base, clip.id),
        "video_url": "",
        "created_at": iso(job.created_at),
        "model": clip.model or action.model,
        "state": "succeeded" if finished else "running",
        "style": style,
    }
    if finished:
        item["duration"] = round(clip.duration_s, 6)
    _particulars(item, job, stored, finished=finished)
    item["metadata"] = _metadata(clip.id, clip.metadata, base, finished=finished)
    return item


OWN_WORDS = frozenset(
    (
        *(ActionKind.EXTEND, ActionKind.COVER, ActionKind.PERSONA),
        *(ActionKind.ACCOMPANY, ActionKind.SING_OVER, ActionKind.MASHUP),
    )
)
"""Edits that answer with the title, style and words of the request, empty where it gave none."""


def _words(job: Job, stored: StoredClip) -> tuple[str, str, str]:
    """Title, style and lyrics, as the documents echo them."""
    clip, action, wishes = stored.clip, job.action, wishes_of(job.action)
    if isinstance(action, GenerateAction):
        written = not action.custom or (not action.lyrics and not action.instrumental)
        lyrics = clip.lyrics if written else action.lyrics
        return (action.title, action.style, lyrics) if action.custom else (clip.title, clip.style, lyrics)
    if action.kind in OWN_WORDS:
        lyrics = (
            ""
            if action.kind is ActionKind.ACCOMPANY
            else wishes.lyrics or (clip.lyrics if wishes.lyrics_prompt else "")
        )
        return wishes.title, wishes.style, lyrics
    lyrics = wishes.lyrics if action.kind is ActionKind.REPLACE and wishes.lyrics else clip.lyrics
    return clip.title, clip.style, lyrics


def _particulars(item: dict[str, Any], job: Job, stored: StoredClip, *, finished: bool) -> None:
    """What only some actions' items have, or lack."""
    clip, action, base = stored.clip, job.action, job.public_base
    if isinstance(action, GenerateAction):
        if not action.custom:
            item["prompt"] = action.prompt
        return
    if not isinstance(action, EditAction):
        return
    if action.kind in (ActionKind.INSPIRE, ActionKind.REPLACE) and action.wishes.prompt:
        item["prompt"] = action.wishes.prompt
    if action.kind is ActionKind.CONCAT:
        item["image_url"] = media_url(base, action.sources[-1], ".jpeg")
        item["image_large_url"] = media_url(base, action.sources[-1], "_large.jpeg")
        item["concat_history"] = concat_history(action)
    elif action.kind is ActionKind.STEMS:
        item["model"] = ""
        if finished:
            item["video_url"] = media_url(base, clip.id, ".mp4")
    elif action.kind is ActionKind.ALL_STEMS:
        item["model"] = STEM_MODEL
        del item["style"]
    elif action.kind is ActionKind.EXTRACT_STEM:
        item["stem_set"] = 1 if clip.take <= 2 else 2


STEM_MODEL = "chirp-ahi-stem-12-t1"
CONTEXT_S, INFILL_REACH_S = 2, 30


def concat_history(action: EditAction) -> list[dict[str, Any]]:
    """How a joined song came about: an entry for each clip in it, first to last."""
    if action.end_s is not None and action.start_s is not None:
        original, segment = action.sources
        return [
            {
                "id": original,
                "type": "gen",
                "source": "web",
                "infill_start_s": action.start_s,
                "infill_end_s": action.end_s,
                "infill_dur_s": action.end_s - action.start_s,
                "infill_context_start_s": max(0, action.start_s - INFILL_REACH_S),
                "infill_context_end_s": action.end_s + INFILL_REACH_S,
                "include_future_s": CONTEXT_S,
                "include_history_s": CONTEXT_S,
                "infill": True,
                "infill_lyrics": action.wishes.prompt,
            },
            {"id": segment},
        ]
    earlier = [
        {"id": clip_id, "continue_at": at, "infill": False, "source": "web", "type": "gen"}
        for clip_id, at in zip(action.sources, action.continue_at_s, strict=False)
    ]
    return [*earlier, {"id": action.sources[-1]}]


def _metadata(clip_id: str, stored: dict[str, Any], base: str, *, finished: bool) -> dict[str, Any]:
    """The extension object. Links appear only when the clip is finished: clients take any link for completion."""
    if not finished:
        return dict(stored)
    links = {
        "plan_url": ".plan",
        "midi_url": ".mid",
        "musicxml_url": ".musicxml",
        "lrc_url": ".lrc",
        "wav_url": ".wav",
        "peaks_url": ".peaks.json",
    }
    return {**stored, **{name: media_url(base, clip_id, suffix) for name, suffix in links.items()}}


def success(job: Job, clips: Sequence[StoredClip], *, trace: bool = True) -> dict[str, Any]:
    """The envelope of a job's clips, finished or not."""
    envelope: dict[str, Any] = {"success": True, "task_id": job.id}
    if trace:
        envelope["trace_id"] = job.trace_id
    ordered = sorted(clips, key=lambda s: s.clip.take)
    if job.action.kind.is_tool:
        envelope["data"] = tool_data(job, ordered)
        return envelope
    envelope["data"] = [song_item(job, stored) for stored in ordered]
    if isinstance(job.action, EditAction) and job.action.kind is ActionKind.EXTRACT_STEM and job.action.stem:
        envelope["stem_sets"] = _stem_sets(job.action.stem.value.lower().replace(" ", "_"), envelope["data"])
    return envelope


def _stem_sets(stem_type: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    short = [{name: item[name] for name in ("id", "state", "stem_set")} for item in items]
    return [
        {"stem_type": stem_type, "isolated": one, "remainder": rest}
        for one, rest in zip(short[::2], short[1::2], strict=True)
    ]


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
