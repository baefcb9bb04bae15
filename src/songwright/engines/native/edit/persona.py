"""A new song with a kept voice, in the manner of the song the voice comes from."""

from __future__ import annotations

from dataclasses import replace

from songwright.domain.action import EditAction, GenerateAction
from songwright.domain.draws import draws
from songwright.domain.plan import Plan
from songwright.domain.score import VocalRole
from songwright.domain.style import Brief

from ...protocols import Materials, Source
from ..planning import brief_of
from .newsong import instruments_of, new_song
from .remaking import in_range, wishes_in

_REGION = 0.05
"""Tempi of a persona's songs lie this share around its source's."""


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """A song as wished, sung by ``wishes.voice``; genre, tempo, mode, instruments and mix of the source unless a
    style is asked for.
    """
    wishes = action.wishes
    if not materials.sources:
        return (new_song(action, wishes, _sung(brief_of(wishes), wishes), take, versions, sources=()),)
    source = materials.sources[0]
    voice = wishes.voice or next((v.voice for v in source.plan.score.vocals if v.role is VocalRole.LEAD), "")
    own_style = bool(wishes.style.strip()) or bool(wishes_in(wishes).genres)
    wishes = replace(wishes, voice=voice, style=wishes.style if own_style else source.style)
    brief = _sung(brief_of(wishes), wishes)
    if not own_style:
        brief = _like(brief, source, action)
    if not wishes.prompt and not wishes.lyrics and not wishes.lyrics_prompt:
        brief = replace(brief, topic=source.plan.brief.topic or source.title, language=source.plan.brief.language)
    mix = None if own_style else source.plan.mix
    return (new_song(action, wishes, brief, take, versions, sources=materials.sources[:1], mix=mix),)


def _sung(brief: Brief, wishes: GenerateAction) -> Brief:
    """Genres that are usually played are sung too, unless no voice is wanted."""
    return replace(brief, instrumental=wishes.instrumental)


def _like(brief: Brief, source: Source, action: EditAction) -> Brief:
    """The brief with the fingerprint of the source's style; what the wishes say in figures stays."""
    old, wishes = source.plan.brief, action.wishes
    said = wishes_in(wishes)
    bpm = in_range(old.bpm * (1 + _REGION * (2 * draws(action.seed, "persona tempo").random() - 1)))
    mode = source.plan.score.key.mode
    return replace(
        brief,
        genre=old.genre,
        also_genres=old.also_genres,
        bpm=brief.bpm if wishes.bpm or said.bpm or said.tempo else float(round(bpm)),
        meter=brief.meter if wishes.meter or said.meter else source.plan.score.axis.meter,
        key=brief.key if wishes.key or said.key else replace(brief.key, mode=mode),
        energy=brief.energy if said.feeling or said.tempo else old.energy,
        instruments=tuple(
            i for i in dict.fromkeys((*said.instruments, *instruments_of(source.plan))) if i not in brief.avoid
        ),
        style_line=source.style or old.style_line,
    )
