"""``/suno/persona``, ``/suno/voices`` and ``/suno/vox``: voices to keep."""

from __future__ import annotations

import asyncio
import time
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from songwright.domain.action import ActionKind, ToolAction
from songwright.errors import BadRequest
from songwright.store.records import Persona, Token

from ..auth import caller
from ..body import json_object
from ..fields import Body, present, text, whole
from ..library import Library
from ..noting import noted
from ..schemas import ERRORS, PersonaRequest, VoicesRequest, VoxRequest, json_body
from ..services import services_of
from ..submitting import answered, submit
from ..vocal_range import vocal_range

router = APIRouter(tags=["suno"])
MAX_NAME, MAX_DESCRIPTION = 100, 1000


@router.post("/suno/persona", summary="Keep a voice", openapi_extra=json_body(PersonaRequest), responses=ERRORS)
async def create(request: Request, token: Annotated[Token, Depends(caller)]) -> Response:
    """A persona of the singer of a clip, or of a cut-out vocal (``vox_audio_id``)."""
    body, started = await json_object(request), time.time()
    services = services_of(request)
    library = Library(store=services.store, tenant=token.id)
    name = _name(body, required=True)
    if present(body, "audio_id") is None:
        raise BadRequest("audio_id is required.")
    stored = await asyncio.to_thread(library.clip, body["audio_id"])
    cut = present(body, "vox_audio_id")
    heard = await asyncio.to_thread(library.clip, cut) if cut is not None else stored
    start_s, end_s = vocal_range(body, heard.clip.duration_s)
    voice = str(heard.clip.metadata.get("voice", ""))
    if not voice or start_s is not None:
        action = ToolAction(
            kind=ActionKind.VOICE,
            sources=(heard.clip.id,),
            name=name,
            description=_description(body),
            start_s=start_s,
            end_s=end_s,
        )
        return await answered(request, body, await submit(request, token, action, body, kind="persona"))
    kept = await asyncio.to_thread(
        services.store.add_persona,
        tenant=token.id,
        job_id=str(uuid.uuid4()),
        name=name,
        voice=voice,
        description=_description(body),
        style=stored.clip.style,
        clip_id=stored.clip.id,
    )
    data = {"persona_id": kept.id}
    return await noted(request, token, body, kind="persona", data=data, started_at=started)


@router.get("/suno/persona", summary="List kept voices", responses=ERRORS)
async def listing(
    request: Request,
    token: Annotated[Token, Depends(caller)],
    limit: Annotated[str, Query(description="1 to 200.")] = "50",
    offset: Annotated[str, Query(description="From 0.")] = "0",
    user_id: Annotated[str, Query(description="Echoed; the token decides whose personas are listed.")] = "",
) -> dict[str, Any]:
    """The token's personas, newest first."""
    store = services_of(request).store
    first, count = whole(offset, "offset", 0, 10**9), whole(limit, "limit", 1, 200)
    found, total = await asyncio.to_thread(store.persona_page, tenant=token.id, limit=count, offset=first)
    return {"count": total, "items": [_listed(persona, user_id) for persona in found]}


@router.delete("/suno/persona", summary="Forget a voice", responses=ERRORS)
async def delete(
    request: Request, token: Annotated[Token, Depends(caller)], persona_id: str = "", user_id: str = ""
) -> dict[str, Any]:
    """Songs that were made with it stay as they are."""
    if not persona_id:
        raise BadRequest("persona_id is required.")
    services = services_of(request)
    library = Library(store=services.store, tenant=token.id)
    kept = await asyncio.to_thread(library.persona, persona_id)
    await asyncio.to_thread(services.store.delete_persona, kept.id, tenant=token.id)
    return {"success": True}


@router.post(
    "/suno/voices", summary="A voice from a recording", openapi_extra=json_body(VoicesRequest), responses=ERRORS
)
async def voices(request: Request, token: Annotated[Token, Depends(caller)]) -> Response:
    """Finds the nearest voice to a clean recording of 10 to 240 s of one singer."""
    body = await json_object(request)
    url = text(body, "audio_url")
    if not url:
        raise BadRequest("audio_url is required.")
    if not url.lower().startswith(("http://", "https://")) or len(url) > 2048:
        raise BadRequest("audio_url must be an http or https address")
    name = _name(body, required=False) or f"VOICE_{time.strftime('%Y%m%d%H%M%S', time.gmtime())}"
    action = ToolAction(kind=ActionKind.VOICE, url=url, name=name, description=_description(body))
    return await answered(request, body, await submit(request, token, action, body, kind="voices"))


@router.post("/suno/vox", summary="Cut out the voice of a clip", openapi_extra=json_body(VoxRequest), responses=ERRORS)
async def vox(request: Request, token: Annotated[Token, Depends(caller)]) -> Response:
    """The vocals of at most 30 s of a clip, for a persona."""
    body = await json_object(request)
    if present(body, "audio_id") is None:
        raise BadRequest("audio_id is required.")
    library = Library(store=services_of(request).store, tenant=token.id)
    stored = await asyncio.to_thread(library.clip, body["audio_id"])
    start_s, end_s = vocal_range(body, stored.clip.duration_s)
    action = ToolAction(kind=ActionKind.VOCAL, sources=(stored.clip.id,), start_s=start_s, end_s=end_s)
    return await answered(request, body, await submit(request, token, action, body, kind="vox"))


def _listed(persona: Persona, user_id: str) -> dict[str, Any]:
    return {
        "persona_id": persona.id,
        "id": persona.id,
        "name": persona.name,
        "description": persona.description,
        "user_id": user_id or persona.tenant,
        "created_at": int(persona.created_at),
        "source_type": persona.source_type,
        "source_audio_id": persona.clip_id,
    }


def _name(body: Body, *, required: bool) -> str:
    name = text(body, "name").strip()
    if required and not name:
        raise BadRequest("name is required.")
    if len(name) > MAX_NAME:
        raise BadRequest(f"name must have at most {MAX_NAME} characters")
    return name


def _description(body: Body) -> str:
    words = text(body, "description").strip()
    if len(words) > MAX_DESCRIPTION:
        raise BadRequest(f"description must have at most {MAX_DESCRIPTION} characters")
    return words
