"""The one dictionary between the wire's words and ours."""

from __future__ import annotations

import uuid
from typing import Any

from songwright.domain.action import EditAction, GenerateAction, VoiceGender
from songwright.domain.style import Key
from songwright.domain.time import Meter
from songwright.errors import BadRequest

from .edits import EDITS
from .fields import Body, boolean, choice, number, present, text
from .library import Library
from .models import MAX_PROMPT_CHARS, PLAYABLE_METERS, VARIETIES, limits_of

GENDERS = {"f": VoiceGender.FEMALE, "m": VoiceGender.MALE, "female": VoiceGender.FEMALE, "male": VoiceGender.MALE}
MAX_SEED = 2**53 - 1
SONG_BPM, SOUND_BPM = (40, 240), (1, 300)


def seed_of(job_id: str) -> int:
    """The seed of a job whose caller gave none."""
    return uuid.UUID(job_id).int % (2**31)


def read_action(body: Body, *, job_id: str, library: Library) -> GenerateAction | EditAction:
    """The action a request asks for. Raises BadRequest with the documented message."""
    name = present(body, "action")
    if name is None:
        name = "generate"
    if not isinstance(name, str) or (name != "generate" and name not in EDITS):
        raise BadRequest("action is invalid.")
    _only_where_documented(body, name)
    if name == "generate":
        return _generate(body, job_id=job_id, library=library)
    return EDITS[name](body, _wishes(body, job_id=job_id, library=library, edit=True), library)


def _only_where_documented(body: Body, action: str) -> None:
    """``max_mode`` and ``variety`` mean something to few actions; elsewhere they are refused, not ignored."""
    wanted = boolean(body, "max_mode")
    variety = choice(body, "variety", {word: word for word in VARIETIES})
    if action in ("generate", "add_stem"):
        return
    if wanted:
        raise BadRequest("max_mode is only supported by generate and add_stem")
    if variety not in (None, "off", "normal"):
        raise BadRequest("variety is only supported by generate and add_stem")


def _generate(body: Body, *, job_id: str, library: Library) -> GenerateAction:
    wishes = _wishes(body, job_id=job_id, library=library, edit=False)
    if not wishes.custom:
        if not wishes.prompt.strip():
            raise BadRequest("prompt is required when generate audio")
    elif not (wishes.lyrics.strip() or wishes.lyrics_prompt.strip() or wishes.instrumental):
        raise BadRequest("lyric is required when generate custom audio")
    return wishes


def _wishes(body: Body, *, job_id: str, library: Library, edit: bool) -> GenerateAction:
    """What is wanted of new music. In edits ``custom`` decides nothing: every word that is there counts."""
    custom, instrumental = boolean(body, "custom"), boolean(body, "instrumental")
    model, limits = limits_of(body.get("model"))
    prompt, lyric, lyric_prompt = text(body, "prompt"), text(body, "lyric"), text(body, "lyric_prompt")
    style, title = text(body, "style") or text(body, "tags"), text(body, "title")
    for value, limit, message in (
        (prompt if not (custom or edit) else "", MAX_PROMPT_CHARS, "Topic too long."),
        (lyric, limits.lyric_chars, "Prompt too long."),
        (style, limits.style_chars, "Tags too long."),
        (title, limits.title_chars, "Title too long."),
    ):
        if len(value) > limit:
            raise BadRequest(message)
    gender = choice(body, "vocal_gender", GENDERS)
    seed = number(body, "seed", 0, MAX_SEED, whole=True)
    takes = number(body, "takes", 1, 4, whole=True)
    persona = present(body, "persona_id")
    sings = (custom or edit) and not instrumental
    return GenerateAction(
        prompt="" if custom and not edit else prompt,
        lyrics=lyric if sings else "",
        lyrics_prompt=lyric_prompt if sings and not lyric.strip() else "",
        style=style,
        negative_style=text(body, "negative_tags") or text(body, "style_negative"),
        title=title,
        custom=custom or edit,
        instrumental=instrumental,
        voice_gender=gender if limits.honours_gender else None,
        voice=library.persona(persona).voice if persona is not None else "",
        weirdness=number(body, "weirdness", 0, 1),
        style_influence=number(body, "style_influence", 0, 1),
        audio_influence=number(body, "audio_weight", 0, 1),
        max_duration_s=limits.max_duration_s,
        duration_s=_duration(body),
        bpm=number(body, "bpm", *SOUND_BPM if present(body, "action") == "sounds" else SONG_BPM),
        key=_key(body),
        meter=_meter(body),
        seed=seed_of(job_id) if seed is None else int(seed),
        takes=2 if takes is None else int(takes),
        model=model,
    )


def _duration(body: Body) -> float | None:
    value = number(body, "duration", 10, 360, whole=True)
    return None if value is None else float(value)


def _key(body: Body) -> str | None:
    value = text(body, "key")
    if not value:
        return None
    try:
        return str(Key.parse(value))
    except ValueError as error:
        raise BadRequest(f"key is invalid: {error}") from error


def _meter(body: Body) -> str | None:
    value = text(body, "meter")
    if not value:
        return None
    try:
        meter = Meter.parse(value)
    except ValueError as error:
        raise BadRequest(f"meter is invalid: {error}") from error
    if str(meter) not in PLAYABLE_METERS:
        raise BadRequest(f"meter must be one of {', '.join(PLAYABLE_METERS)}")
    return str(meter)


def wants_async(body: Body) -> bool:
    """Whether the caller polls. Any value but ``true`` means no, as clients send null and false."""
    return body.get("async") is True


def callback_of(body: Body) -> str | None:
    """The address to call back, checked for form only. Raises BadRequest."""
    url = present(body, "callback_url")
    if url is None:
        return None
    if not isinstance(url, str) or not url.lower().startswith(("http://", "https://")) or len(url) > 2048:
        raise BadRequest("callback_url must be an http or https address")
    return url


def plain_json(body: Body) -> dict[str, Any]:
    """The body as it was sent, for the task record."""
    return dict(body)
