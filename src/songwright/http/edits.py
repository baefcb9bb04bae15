"""Requests for edits, as actions."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from songwright.domain.action import ActionKind, EditAction, GenerateAction, Variation
from songwright.domain.score import StemName
from songwright.errors import BadRequest

from .fields import Body, boolean, choice, number, present, text
from .library import GONE, Library, edit_of

STEMS = {name.value.lower().replace(" ", "_"): name for name in StemName}
VARIATIONS = {variation.value: variation for variation in Variation}
SOUNDS = {"one-shot": False, "loop": True}
RESULT_MODES = {"candidates": False, "full_song": True}
MAX_URLS = 4
MAX_SOUND_CHARS = 500


def needed(body: Body, field: str, action: str) -> Any:
    """The value of a field that the action cannot do without."""
    value = present(body, field)
    if value is None:
        raise BadRequest(f"{field} is required when {action} audio")
    return value


def seconds(body: Body, field: str) -> float | None:
    """A time from 0 on."""
    return number(body, field, 0, 86_400)


def extend(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
    """``extend`` and ``upload_extend``."""
    clip_id = needed(body, "audio_id", "extend")
    at = needed(body, "continue_at", "extend")
    if isinstance(at, bool) or not isinstance(at, int | float) or not math.isfinite(at) or at <= 0:
        raise BadRequest("continue_at must be a number greater than 0")
    if not wishes.instrumental and not wishes.lyrics.strip() and not wishes.lyrics_prompt.strip():
        raise BadRequest("lyric is required when extend audio and instrumental is false")
    stored = library.clip(clip_id)
    if at >= stored.clip.duration_s:
        raise BadRequest(f"continue_at must be less than the duration of the song ({stored.clip.duration_s:g} s)")
    return EditAction(kind=ActionKind.EXTEND, wishes=wishes, sources=(stored.clip.id,), start_s=float(at))


def concat(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
    """``concat``: of a continuation, or of a replaced section."""
    stored = library.clip(needed(body, "audio_id", "concat"))
    one = replace(wishes, takes=1)
    edit = edit_of(stored)
    if edit.get("kind") == "replace":
        original = library.clip(edit["sources"][0])
        return EditAction(
            kind=ActionKind.CONCAT,
            wishes=replace(one, prompt=edit.get("words", "")),
            sources=(original.clip.id, stored.clip.id),
            start_s=edit["start_s"],
            end_s=edit["end_s"],
        )
    chain = library.chain(stored)
    if len(chain) < 2:
        raise BadRequest("audio_id must be the result of extend or replace_section when concat audio")
    return EditAction(
        kind=ActionKind.CONCAT,
        wishes=one,
        sources=tuple(link.clip.id for link, _ in chain),
        continue_at_s=tuple(at for _, at in chain if at is not None),
    )


def replace_section(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
    """``replace_section``: two segments with context, or two whole songs."""
    clip_id = needed(body, "audio_id", "replace_section")
    for field in ("replace_section_start", "replace_section_end"):
        needed(body, field, "replace_section")
    start_s, end_s = seconds(body, "replace_section_start"), seconds(body, "replace_section_end")
    full = choice(body, "replace_section_result_mode", RESULT_MODES)
    if start_s is None or end_s is None or end_s <= start_s:
        raise BadRequest("replace_section_end must be greater than replace_section_start")
    stored = library.clip(clip_id)
    if start_s >= stored.clip.duration_s:
        raise BadRequest(
            f"replace_section_start must be less than the duration of the song ({stored.clip.duration_s:g} s)"
        )
    return EditAction(
        kind=ActionKind.REPLACE,
        wishes=wishes,
        sources=(stored.clip.id,),
        start_s=start_s,
        end_s=min(end_s, stored.clip.duration_s),
        full_song=bool(full),
    )


def cover(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
    """``cover`` and ``upload_cover``."""
    return EditAction(kind=ActionKind.COVER, wishes=wishes, sources=_source(body, "cover", library))


def persona(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
    """``artist_consistency`` and ``artist_consistency_vox``: the voice is in the wishes already."""
    kept = library.persona(needed(body, "persona_id", "artist_consistency"))
    named = present(body, "audio_id")
    sources = (library.clip(named).clip.id,) if named is not None else ()
    if not sources and kept.clip_id:
        stored = library.store.clip(kept.clip_id)
        sources = (stored.clip.id,) if stored and stored.published_at else ()
    if not (sources or wishes.prompt or wishes.lyrics or wishes.style):
        raise BadRequest("audio_id is required when artist_consistency audio")
    return EditAction(kind=ActionKind.PERSONA, wishes=wishes, sources=sources)


def stems(kind: ActionKind) -> Callable[[Body, GenerateAction, Library], EditAction]:
    """``stems`` or ``all_stems``."""

    def read(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
        return EditAction(kind=kind, wishes=replace(wishes, takes=1), sources=_source(body, kind.value, library))

    return read


def one_stem(kind: ActionKind) -> Callable[[Body, GenerateAction, Library], EditAction]:
    """``add_stem`` or ``extract_stem``."""

    def read(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
        sources = _source(body, kind.value, library)
        needed(body, "stem_type", kind.value)
        _only_mp3(body)
        takes = 1 if kind is ActionKind.EXTRACT_STEM else wishes.takes
        return EditAction(
            kind=kind, wishes=replace(wishes, takes=takes), sources=sources, stem=choice(body, "stem_type", STEMS)
        )

    return read


def remaster(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
    """``remaster``."""
    variation = choice(body, "variation_category", VARIATIONS) or Variation.NORMAL
    return EditAction(
        kind=ActionKind.REMASTER, wishes=wishes, sources=_source(body, "remaster", library), variation=variation
    )


def painting(kind: ActionKind, name: str) -> Callable[[Body, GenerateAction, Library], EditAction]:
    """``underpainting`` or ``overpainting``, with their ``NAME_start`` and ``NAME_end``."""

    def read(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
        (clip_id,) = _source(body, name, library)
        start_s, end_s = _span(body, name, library.clip(clip_id).clip.duration_s)
        return EditAction(kind=kind, wishes=wishes, sources=(clip_id,), start_s=start_s, end_s=end_s)

    return read


def sample(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
    """``samples``."""
    (clip_id,) = _source(body, "samples", library)
    needed(body, "samples_end", "samples")
    start_s, end_s = _span(body, "samples", library.clip(clip_id).clip.duration_s)
    return EditAction(kind=ActionKind.SAMPLE, wishes=wishes, sources=(clip_id,), start_s=start_s, end_s=end_s)


def mashup(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
    """``mashup`` of two clips."""
    given: Any = needed(body, "mashup_audio_ids", "mashup")
    ids = list[Any](given) if isinstance(given, list) else []  # pyright: ignore[reportUnknownArgumentType]
    if len(ids) != 2:
        raise BadRequest("mashup_audio_ids must be a list of exactly 2 song ids")
    sources = tuple(library.clip(clip_id).clip.id for clip_id in ids)
    return EditAction(kind=ActionKind.MASHUP, wishes=wishes, sources=sources)


def inspire(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
    """``inspo``: references are addresses."""
    given: Any = needed(body, "audio_urls", "inspo")
    urls = list[Any](given) if isinstance(given, list) else []  # pyright: ignore[reportUnknownArgumentType]
    addresses = [url for url in urls if isinstance(url, str) and url.lower().startswith(("http://", "https://"))]
    if not 1 <= len(addresses) <= MAX_URLS or len(addresses) != len(urls):
        raise BadRequest(f"audio_urls must be a list of 1 to {MAX_URLS} http or https addresses")
    return EditAction(kind=ActionKind.INSPIRE, wishes=wishes, urls=tuple(addresses))


def sound(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
    """``sounds``: a one-shot or a loop."""
    needed(body, "sound", "sounds")
    needed(body, "sound_type", "sounds")
    _only_mp3(body)
    words = text(body, "sound")
    if len(words) > MAX_SOUND_CHARS:
        raise BadRequest("Topic too long.")
    return EditAction(kind=ActionKind.SOUND, wishes=wishes, sound=words, loop=choice(body, "sound_type", SOUNDS))


def speed(body: Body, wishes: GenerateAction, library: Library) -> EditAction:
    """``adjust_speed``; older clients call the factor ``speed``."""
    sources = _source(body, "adjust_speed", library)
    name = "speed_multiplier" if present(body, "speed_multiplier") is not None else "speed"
    factor = number(body, name, 0.25, 4)
    if factor is None:
        raise BadRequest("speed_multiplier is required when adjust_speed audio")
    return EditAction(
        kind=ActionKind.SPEED,
        wishes=replace(wishes, takes=1),
        sources=sources,
        factor=float(factor),
        keep_pitch=boolean(body, "keep_pitch"),
    )


EDITS: dict[str, Callable[[Body, GenerateAction, Library], EditAction]] = {
    "extend": extend,
    "upload_extend": extend,
    "concat": concat,
    "cover": cover,
    "upload_cover": cover,
    "replace_section": replace_section,
    "artist_consistency": persona,
    "artist_consistency_vox": persona,
    "stems": stems(ActionKind.STEMS),
    "all_stems": stems(ActionKind.ALL_STEMS),
    "underpainting": painting(ActionKind.ACCOMPANY, "underpainting"),
    "overpainting": painting(ActionKind.SING_OVER, "overpainting"),
    "remaster": remaster,
    "mashup": mashup,
    "samples": sample,
    "inspo": inspire,
    "add_stem": one_stem(ActionKind.ADD_STEM),
    "extract_stem": one_stem(ActionKind.EXTRACT_STEM),
    "sounds": sound,
    "adjust_speed": speed,
}
"""Every documented action but ``generate``."""


def _source(body: Body, action: str, library: Library) -> tuple[str]:
    return (library.clip(needed(body, "audio_id", action)).clip.id,)


def _span(body: Body, name: str, duration_s: float) -> tuple[float, float]:
    start_s = seconds(body, f"{name}_start") or 0.0
    end_s = seconds(body, f"{name}_end")
    end_s = duration_s if end_s is None else min(end_s, duration_s)
    if start_s >= duration_s:
        raise BadRequest(f"{name}_start must be less than the duration of the song ({duration_s:g} s)")
    if end_s <= start_s:
        raise BadRequest(f"{name}_end must be greater than {name}_start")
    return start_s, end_s


def _only_mp3(body: Body) -> None:
    choice(body, "audio_format", {"mp3": "mp3"})


__all__ = ["EDITS", "GONE", "needed", "seconds"]
