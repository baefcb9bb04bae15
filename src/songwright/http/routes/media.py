"""Files of clips, and the live preview of a clip that is still being made."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from songwright.assets.cover import cover_of
from songwright.assets.musicxml import score_musicxml
from songwright.assets.pcm import flac_to_wav
from songwright.assets.storage import Storage
from songwright.domain.action import ActionKind, ToolAction
from songwright.domain.plan import Plan
from songwright.domain.song import Asset, Clip
from songwright.errors import NoSuchPath
from songwright.store.records import ClipState, StoredClip

from ..envelope import media_url
from ..library import is_id
from ..ranges import Unsatisfiable, byte_range
from ..schemas import NO_SUCH, ErrorResponse, file_of
from ..services import Services, base_of, services_of

router = APIRouter(tags=["media"])

SUFFIXES = {
    ".mp3": ("mp3", "audio/mpeg"),
    ".wav": ("wav", "audio/wav"),
    ".flac": ("flac", "audio/flac"),
    ".jpeg": ("cover", "image/jpeg"),
    "_large.jpeg": ("cover_large", "image/jpeg"),
    ".mid": ("midi", "audio/midi"),
    ".lrc": ("lrc", "text/plain; charset=utf-8"),
    ".plan": ("plan", "application/gzip"),
    ".peaks.json": ("peaks", "application/json"),
    ".musicxml": ("musicxml", "application/vnd.recordare.musicxml+xml"),
    ".mp4": ("video", "video/mp4"),
}
FROM_PLAN = ("cover", "cover_large", "musicxml")
MADE = {"wav": "wav", "cover": "jpeg", "cover_large": "jpeg", "musicxml": "musicxml"}
_NAME = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(_large\.jpeg|\.[a-z0-9.]+)")


@router.head("/media/{name}", include_in_schema=False)
@router.get(
    "/media/{name}",
    summary="A file of a clip, with Range and ETag",
    response_class=Response,
    responses={
        **file_of(*(mime_type for _, mime_type in SUFFIXES.values()), description="The file"),
        206: {"description": "The asked part of it"},
        304: {"description": "The caller has it already"},
        416: {"description": "The asked part lies behind its end"},
        **NO_SUCH,
    },
)
async def media(name: str, request: Request) -> Response:
    """The file; addresses are unguessable, so no token is asked for and players can open them."""
    found = _NAME.fullmatch(name)
    if not found or found[2] not in SUFFIXES:
        raise NoSuchPath
    services = services_of(request)
    stored = await asyncio.to_thread(services.store.clip, found[1])
    if stored is None:
        raise NoSuchPath
    kind, mime_type = SUFFIXES[found[2]]
    if kind == "video" and not any(asset.kind == kind for asset in stored.clip.assets):
        stored = await _with_video(services, stored, base_of(request))
    key, etag = await asyncio.to_thread(_file, services.storage, stored.clip, kind)
    return await _send(request, services.storage, key, etag=etag, mime_type=mime_type, clip=stored.clip, name=found[2])


def _file(storage: Storage, clip: Clip, kind: str) -> tuple[str, str]:
    """Storage key and ETag of an asset. What was not made with the clip is made when first asked for: WAV files
    from the FLAC, the cover of a clip that is not finished from its plan. Raises NoSuchPath.
    """
    assets: dict[str, Asset] = {asset.kind: asset for asset in clip.assets}
    if kind in assets:
        return assets[kind].key, assets[kind].sha256[:32]
    source = assets.get({"wav": "flac"}.get(kind, "plan" if kind in FROM_PLAN else ""))
    if source is None:
        raise NoSuchPath
    folder = f"clips/{clip.id}"  # not the source's: recordings are shared
    key = f"{folder}/made-{kind}-{source.sha256[:16]}.{MADE[kind]}"
    if not storage.exists(key):
        storage.put(key, _made(kind, storage.get(source.key)))
    return key, f"{source.sha256[:32]}-{kind}"


def _made(kind: str, source: bytes) -> bytes:
    if kind == "wav":
        return flac_to_wav(source)
    plan = Plan.from_bytes(source)
    if kind == "musicxml":
        return score_musicxml(plan.score, title=plan.lyrics.title, lyrics=plan.lyrics)
    picture = cover_of(plan)
    return picture.small_jpeg if kind == "cover" else picture.large_jpeg


async def _with_video(services: Services, stored: StoredClip, base: str) -> StoredClip:
    """The clip with its video, which is made when first asked for. Raises NoSuchPath."""
    clip_id = stored.clip.id
    if stored.state is not ClipState.PUBLISHED or services.settings.maintenance:
        raise NoSuchPath
    action = ToolAction(kind=ActionKind.VIDEO, sources=(clip_id,))
    job = await asyncio.to_thread(
        services.jobs.submit, action, {"audio_id": clip_id}, tenant=stored.tenant, kind="mp4", public_base=base
    )
    await services.jobs.wait(job.id, timeout_s=services.settings.sync_timeout_s)
    again = await asyncio.to_thread(services.store.clip, clip_id)
    if again is None:
        raise NoSuchPath
    return again


async def _send(
    request: Request, storage: Storage, key: str, *, etag: str, mime_type: str, clip: Clip, name: str
) -> Response:
    try:
        info = await asyncio.to_thread(storage.info, key)
    except FileNotFoundError as error:
        raise NoSuchPath from error
    headers = {
        "accept-ranges": "bytes",
        "etag": f'"{etag}"',
        "cache-control": "public, max-age=31536000, immutable",
        "content-disposition": f"inline; filename*=UTF-8''{quote((clip.title or clip.id) + name)}",
    }
    if request.headers.get("if-none-match") == f'"{etag}"':
        return Response(status_code=304, headers=headers)
    wanted = request.headers.get("range") if request.headers.get("if-range", f'"{etag}"') == f'"{etag}"' else None
    try:
        part = byte_range(wanted, info.size_bytes)
    except Unsatisfiable:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{info.size_bytes}"})
    start, end = part or (0, info.size_bytes)
    headers["content-length"] = str(end - start)
    if part:
        headers["content-range"] = f"bytes {start}-{end - 1}/{info.size_bytes}"
    status = 206 if part else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=mime_type)
    return StreamingResponse(storage.chunks(key, start, end), status_code=status, headers=headers, media_type=mime_type)


@router.get(
    "/audiopipe",
    response_class=Response,
    summary="The live preview of a clip that is being made (MP3)",
    responses={
        **file_of("audio/mpeg", description="Frames as they are mixed"),
        307: {"description": "To the file, when the clip is finished"},
        400: {"model": ErrorResponse, "description": "bad_request"},
        **NO_SUCH,
    },
)
async def audiopipe(item_id: str, request: Request) -> Response:
    """MP3 frames as they are mixed; when the clip is finished, its file."""
    services = services_of(request)
    stored = await asyncio.to_thread(services.store.clip, item_id) if is_id(item_id) else None
    if stored is None:
        raise NoSuchPath
    if stored.state is ClipState.PUBLISHED:
        return RedirectResponse(media_url(base_of(request), item_id, ".mp3"), status_code=307)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(services.jobs.listen(item_id), headers=headers, media_type="audio/mpeg")
