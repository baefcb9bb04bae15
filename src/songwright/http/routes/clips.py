"""Our own additions: the caller's clips, and files sent with a request."""

from __future__ import annotations

import asyncio
import hashlib
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, UploadFile
from fastapi.responses import Response

from songwright.domain.action import ActionKind, ToolAction
from songwright.errors import BadRequest, NoSuchPath, SongwrightError
from songwright.store.records import StoredClip, Token

from ..auth import caller
from ..envelope import iso, media_url
from ..fields import whole
from ..library import is_id
from ..schemas import ERRORS, NO_SUCH
from ..services import base_of, services_of
from ..submitting import answered, submit

router = APIRouter(tags=["songwright"], prefix="/songwright")
Caller = Annotated[Token, Depends(caller)]
MAX_FILE_BYTES = 200_000_000
_CHUNK = 1 << 20


@router.get("/clips", summary="The caller's clips (extension)", responses=ERRORS)
async def listing(request: Request, token: Caller, limit: str = "50", offset: str = "0") -> dict[str, Any]:
    """Finished clips, newest first; ``count`` is the number of all."""
    count, first = whole(limit, "limit", 1, 200), whole(offset, "offset", 0, 10**9)
    store = services_of(request).store
    found, total = await asyncio.to_thread(store.clip_page, tenant=token.id, limit=count, offset=first)
    base = base_of(request)
    return {"count": total, "items": [_listed(stored, base) for stored in found]}


@router.get("/clips/{clip_id}", summary="One clip (extension)", responses={**ERRORS, **NO_SUCH})
async def one(clip_id: str, request: Request, token: Caller) -> dict[str, Any]:
    """What the listing says of it."""
    stored = await asyncio.to_thread(services_of(request).store.clip, clip_id.lower()) if is_id(clip_id) else None
    if stored is None or stored.tenant != token.id or stored.published_at is None:
        raise NoSuchPath
    return _listed(stored, base_of(request))


@router.delete("/clips/{clip_id}", summary="Delete a clip (extension)", responses={**ERRORS, **NO_SUCH})
async def delete(clip_id: str, request: Request, token: Caller) -> dict[str, Any]:
    """Takes it offline and removes its files; clips that were made from it stay."""
    services = services_of(request)
    gone = None
    if is_id(clip_id):
        gone = await asyncio.to_thread(services.store.delete_clip, clip_id.lower(), tenant=token.id)
    if gone is None:
        raise NoSuchPath
    for asset in gone.clip.assets:
        if not asset.key.startswith("blobs/"):  # recordings are shared with the clips made from them
            await asyncio.to_thread(services.storage.delete, asset.key)
    return {"success": True}


@router.post("/uploads", summary="Send a sound file (extension)", responses=ERRORS)
async def upload(
    request: Request,
    token: Caller,
    file: Annotated[UploadFile, File(description="MP3, WAV, FLAC, OGG or M4A, up to 10 minutes and 200 MB.")],
    name: Annotated[str, Form()] = "",
) -> Response:
    """Like ``/suno/upload``, with the file in the request (multipart)."""
    data = bytearray()
    while chunk := await file.read(_CHUNK):
        data += chunk
        if len(data) > MAX_FILE_BYTES:
            raise BadRequest(f"the file holds more than {MAX_FILE_BYTES // 1_000_000} MB")
    if not data:
        raise BadRequest("the file is empty")
    digest = hashlib.sha256(data).hexdigest()
    key = f"incoming/{uuid.uuid4()}"
    storage = services_of(request).storage
    await asyncio.to_thread(storage.put, key, bytes(data))
    title = "".join(c for c in name or (file.filename or "").rsplit(".", 1)[0] if c.isprintable())[:100]
    body: dict[str, Any] = {"name": title, "sha256": digest}
    action = ToolAction(kind=ActionKind.UPLOAD, incoming=key, name=title)
    try:
        job = await submit(request, token, action, body, kind="upload")
    except SongwrightError:
        await asyncio.to_thread(storage.delete, key)
        raise
    if job.action != action:  # the same file is being taken already
        await asyncio.to_thread(storage.delete, key)
    return await answered(request, body, job)


def _listed(stored: StoredClip, base: str) -> dict[str, Any]:
    clip = stored.clip
    return {
        "id": clip.id,
        "task_id": clip.job_id,
        "title": clip.title,
        "style": clip.style,
        "lyric": clip.lyrics,
        "model": clip.model,
        "duration": round(clip.duration_s, 6),
        "created_at": iso(clip.created_at_s),
        "audio_url": media_url(base, clip.id, ".mp3"),
        "image_url": media_url(base, clip.id, ".jpeg"),
        "metadata": dict(clip.metadata),
    }
