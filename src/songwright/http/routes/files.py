"""``/suno/upload``, ``mp4``, ``wav``, ``mp3``, ``midi``, ``timing``, ``availability``: a clip's other forms."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from songwright.assets.notes import instrument_notes
from songwright.assets.timing import aligned_words
from songwright.domain.action import ActionKind, ToolAction
from songwright.domain.plan import Plan
from songwright.errors import AvailabilityUnknown, BadRequest
from songwright.store.records import StoredClip, Token

from ..auth import caller
from ..body import json_object
from ..envelope import media_url
from ..fields import choice, present, text
from ..library import Library, is_id
from ..noting import noted
from ..schemas import ERRORS, ClipRequest, UploadRequest, json_body
from ..services import Services, base_of, services_of
from ..submitting import answered, submit

router = APIRouter(tags=["suno"])
Caller = Annotated[Token, Depends(caller)]
MAX_NAME = 100


@router.post("/suno/upload", summary="Register audio", openapi_extra=json_body(UploadRequest), responses=ERRORS)
async def upload(request: Request, token: Caller) -> Response:
    """Fetches, listens to and keeps a sound file (MP3, WAV, FLAC, OGG, M4A), up to 10 minutes."""
    body = await json_object(request)
    url, name = text(body, "audio_url"), text(body, "name").strip()
    enhanced = choice(body, "mode", {"standard": False, "enhanced": True})
    if not url:
        raise BadRequest("audio_url is required.")
    if not url.lower().startswith(("http://", "https://")) or len(url) > 2048:
        raise BadRequest("audio_url must be an http or https address")
    if enhanced and not name:
        raise BadRequest("name is required.")
    if len(name) > MAX_NAME:
        raise BadRequest(f"name must have at most {MAX_NAME} characters")
    action = ToolAction(kind=ActionKind.UPLOAD, url=url, name=name)
    return await answered(request, body, await submit(request, token, action, body, kind="upload"))


@router.post("/suno/mp4", summary="A karaoke video", openapi_extra=json_body(ClipRequest), responses=ERRORS)
async def mp4(request: Request, token: Caller) -> Response:
    """Cover, waveform and words that light up as they are sung. Made once, then kept."""
    body, started = await json_object(request), time.time()
    stored = await _clip(request, token, body)
    if any(asset.kind == "video" for asset in stored.clip.assets):
        data = {"video_url": media_url(base_of(request), stored.clip.id, ".mp4")}
        return await noted(request, token, body, kind="mp4", data=data, started_at=started)
    action = ToolAction(kind=ActionKind.VIDEO, sources=(stored.clip.id,))
    return await answered(request, body, await submit(request, token, action, body, kind="mp4"))


@router.post("/suno/wav", summary="24-bit WAV", openapi_extra=json_body(ClipRequest), responses=ERRORS)
async def wav(request: Request, token: Caller) -> Response:
    """The clip without loss."""
    return await _file(request, token, "wav")


@router.post("/suno/mp3", summary="MP3", openapi_extra=json_body(ClipRequest), responses=ERRORS)
async def mp3(request: Request, token: Caller) -> Response:
    """The clip as an MP3 file."""
    return await _file(request, token, "mp3")


@router.post("/suno/midi", summary="The notes", openapi_extra=json_body(ClipRequest), responses=ERRORS)
async def midi(request: Request, token: Caller) -> Response:
    """Every note of the plan, per instrument, and a .mid file of them."""
    body, started = await json_object(request), time.time()
    stored = await _clip(request, token, body)
    instruments = await asyncio.to_thread(_instruments, services_of(request), stored)
    data = [
        {
            "state": "complete",
            "instruments": instruments,
            "file_url": media_url(base_of(request), stored.clip.id, ".mid"),
        }
    ]
    return await noted(request, token, body, kind="midi", data=data, started_at=started)


@router.post("/suno/timing", summary="When each word is sung", openapi_extra=json_body(ClipRequest), responses=ERRORS)
async def timing(request: Request, token: Caller) -> Response:
    """The words with their times, and the outline of the sound."""
    body, started = await json_object(request), time.time()
    stored = await _clip(request, token, body)
    data = await asyncio.to_thread(_timing, services_of(request), stored)
    return await noted(request, token, body, kind="timing", data=data, started_at=started)


@router.post("/suno/availability", summary="Is a clip there", openapi_extra=json_body(ClipRequest), responses=ERRORS)
async def availability(request: Request, token: Caller) -> Response:
    """``available: true``, or an error that says that nobody knows."""
    body, started = await json_object(request), time.time()
    named = present(body, "audio_id")
    if not isinstance(named, str) or not is_id(named):
        raise BadRequest("audio_id is invalid.")
    try:
        stored = await _clip(request, token, body)
    except BadRequest as error:
        raise AvailabilityUnknown from error
    data = {"id": stored.clip.id, "available": True}
    return await noted(request, token, body, kind="availability", data=data, started_at=started)


async def _file(request: Request, token: Token, kind: str) -> Response:
    body, started = await json_object(request), time.time()
    stored = await _clip(request, token, body)
    data = [{"file_url": media_url(base_of(request), stored.clip.id, f".{kind}")}]
    return await noted(request, token, body, kind=kind, data=data, started_at=started)


async def _clip(request: Request, token: Token, body: dict[str, Any]) -> StoredClip:
    named = present(body, "audio_id")
    if named is None:
        raise BadRequest("audio_id is required.")
    library = Library(store=services_of(request).store, tenant=token.id)
    return await asyncio.to_thread(library.clip, named)


def _asset(services: Services, stored: StoredClip, kind: str) -> bytes:
    key = next((asset.key for asset in stored.clip.assets if asset.kind == kind), None)
    if key is None:
        raise BadRequest("The song id does not exist or has been taken offline.")
    return services.storage.get(key)


def _instruments(services: Services, stored: StoredClip) -> list[dict[str, Any]]:
    plan = Plan.from_bytes(_asset(services, stored, "plan"))
    return [
        {
            "name": instrument.name,
            "notes": [
                {
                    "pitch": round(note.pitch_midi),
                    "start": round(note.start_s, 6),
                    "end": round(note.end_s, 6),
                    "velocity": note.velocity,
                }
                for note in instrument.notes
            ],
        }
        for instrument in instrument_notes(plan.performance)
    ]


def _timing(services: Services, stored: StoredClip) -> dict[str, Any]:
    plan = Plan.from_bytes(_asset(services, stored, "plan"))
    peaks = json.loads(_asset(services, stored, "peaks"))
    return {
        "aligned_words": [
            {
                "word": word.text,
                "success": True,
                "start_s": round(word.start_s, 3),
                "end_s": round(word.end_s, 3),
                "p_align": round(word.confidence, 3),
            }
            for word in aligned_words(plan.performance.words, plan.lyrics)
        ],
        "waveform_data": waveform_of(peaks),
        "hoot_cer": 0.0,
        "is_streamed": False,
    }


def waveform_of(peaks: dict[str, list[int]], n: int = 500) -> list[float]:
    """``n`` values of 0..1 out of a clip's peaks file."""
    heights = [abs(value) for value in peaks["data"]]
    top = max(heights, default=0) or 1
    size = max(1, len(heights) // n)
    return [round(max(heights[i : i + size]) / top, 5) for i in range(0, len(heights), size)][:n]
