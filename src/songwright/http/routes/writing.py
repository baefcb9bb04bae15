"""``/suno/lyrics``, ``/suno/mashup-lyrics`` and ``/suno/style``: words, answered at once."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from songwright.domain.lyrics import WrittenLyrics
from songwright.errors import BadRequest, Maintenance
from songwright.store.records import Token

from ..auth import caller
from ..body import json_object
from ..fields import Body, number, present, text
from ..noting import noted
from ..schemas import ERRORS, LyricsRequest, MashupLyricsRequest, StyleRequest, json_body
from ..services import Services, services_of
from ..translate import MAX_SEED, seed_of

router = APIRouter(tags=["suno"])
MAX_CHARS = 5000


@router.post("/suno/lyrics", summary="Write lyrics", openapi_extra=json_body(LyricsRequest), responses=ERRORS)
async def lyrics(request: Request, token: Annotated[Token, Depends(caller)]) -> Response:
    """Two texts about the prompt. Without ``model`` the first alone, as an object: older clients read that."""

    def write(services: Services, body: Body, seed: int) -> Any:
        prompt = _required(body, "prompt")
        services.policy.check_text(prompt=prompt, style="", lyrics="", title="", lyrics_prompt="")
        made = [_written(text_) for text_ in services.words.write_words(prompt, seed=seed, n=2)]
        return made if present(body, "model") is not None else made[0]

    return await _answer(request, token, "lyrics", write)


@router.post(
    "/suno/mashup-lyrics",
    summary="One text out of two",
    openapi_extra=json_body(MashupLyricsRequest),
    responses=ERRORS,
)
async def mashup_lyrics(request: Request, token: Annotated[Token, Depends(caller)]) -> Response:
    """The hook of one and the verses of the other."""

    def blend(services: Services, body: Body, seed: int) -> Any:
        one, other = _required(body, "lyrics_a"), _required(body, "lyrics_b")
        for words in (one, other):
            services.policy.check_text(prompt="", style="", lyrics=words, title="", lyrics_prompt="")
        made = services.words.blend_words(one, other, seed=seed)
        return {"text": made.text, "title": made.title, "tags": [], "status": "complete"}

    return await _answer(request, token, "mashup-lyrics", blend)


@router.post("/suno/style", summary="A fuller style", openapi_extra=json_body(StyleRequest), responses=ERRORS)
async def style(request: Request, token: Annotated[Token, Depends(caller)]) -> Response:
    """What the words of a style were understood to mean, spelt out."""

    def enrich(services: Services, body: Body, seed: int) -> Any:
        prompt = _required(body, "prompt")
        services.policy.check_text(prompt="", style=prompt, lyrics="", title="", lyrics_prompt="")
        full = services.words.enrich_style(prompt, seed=seed)
        return {"upsampled_tags": full, "text": full}

    return await _answer(request, token, "style", enrich)


async def _answer(request: Request, token: Token, kind: str, work: Callable[[Services, Body, int], Any]) -> Response:
    body = await json_object(request)
    services = services_of(request)
    if services.settings.maintenance:
        raise Maintenance
    asked = number(body, "seed", 0, MAX_SEED, whole=True)
    seed = seed_of(str(uuid.uuid4())) if asked is None else int(asked)
    started = time.time()
    data = await asyncio.to_thread(work, services, body, seed)
    return await noted(request, token, body, kind=kind, data=data, started_at=started)


def _required(body: Body, name: str) -> str:
    value = text(body, name)
    if not value.strip():
        raise BadRequest(f"{name} is required.")
    if len(value) > MAX_CHARS:
        raise BadRequest("Prompt too long.")
    return value


def _written(made: WrittenLyrics) -> dict[str, Any]:
    return {"text": made.text, "title": made.title, "status": "complete", "tags": [made.tags]}
