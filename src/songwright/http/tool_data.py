"""The ``data`` of answers that are no lists of songs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from songwright.store.records import Job, StoredClip


def media_url(base: str, clip_id: str, name: str) -> str:
    """The address of a clip's file."""
    return f"{base}/media/{clip_id}{name}"


def tool_data(job: Job, clips: Sequence[StoredClip]) -> Any:
    """What the kind of ``job`` answers with. Work that was done at once brought its answer along."""
    if "data" in job.result:
        return job.result["data"]
    return _BY_KIND[job.kind](job, clips)


def _upload(job: Job, clips: Sequence[StoredClip]) -> dict[str, Any]:
    clip, base = clips[0].clip, job.public_base
    named = {"name": job.request["name"]} if job.request.get("mode") == "enhanced" else {}
    return {
        "audio_id": clip.id,
        "lyric": clip.lyrics,
        "style": clip.style,
        "image_url": media_url(base, clip.id, ".jpeg"),
        "image_large_url": media_url(base, clip.id, "_large.jpeg"),
        "audio_url": media_url(base, clip.id, ".mp3"),
        "title": clip.title,
        "duration": round(clip.duration_s, 6),
        **named,
        "metadata": dict(clip.metadata),
    }


def _mp4(job: Job, clips: Sequence[StoredClip]) -> dict[str, Any]:
    return {"video_url": media_url(job.public_base, job.action.sources[0], ".mp4")}


def _vox(job: Job, clips: Sequence[StoredClip]) -> dict[str, Any]:
    result = job.result
    return {
        "id": clips[0].clip.id,
        "source_clip_id": job.action.sources[0],
        "status": "complete",
        "vocal_audio_url": media_url(job.public_base, clips[0].clip.id, ".mp3"),
        "vocal_start_s": result["start_s"],
        "vocal_end_s": result["end_s"],
        "wave_response": {"waveform_aggregates": result["aggregates"]},
    }


def _persona(job: Job, clips: Sequence[StoredClip]) -> dict[str, Any]:
    return {"persona_id": job.result["persona_id"]}


def _voices(job: Job, clips: Sequence[StoredClip]) -> dict[str, Any]:
    return {"persona_id": job.result["persona_id"], "name": job.result["name"], "is_public": False}


_BY_KIND = {"upload": _upload, "mp4": _mp4, "vox": _vox, "persona": _persona, "voices": _voices}
