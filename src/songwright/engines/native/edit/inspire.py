"""A new song in the manner of one to four others."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from songwright.domain.action import EditAction
from songwright.domain.plan import Plan
from songwright.domain.style import Brief

from ...protocols import Materials, Source
from ..planning import brief_of
from .newsong import common_instruments, new_song
from .remaking import in_range, influence_of, wishes_in

_MOST_WORDS = 6


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """A song as wished whose genre, tempo, mode, energy and instruments are blended from the sources'.

    A style that is asked for goes first; ``audio_influence`` then says how far tempo and energy lean to the sources.
    """
    wishes, sources = action.wishes, materials.sources
    own_style = bool(wishes.style.strip()) or bool(wishes_in(wishes).genres)
    silent = not wishes.prompt and not wishes.lyrics and not wishes.lyrics_prompt
    played = sum(source.plan.brief.instrumental for source in sources) * 2 > len(sources)
    wishes = replace(
        wishes,
        style=wishes.style if own_style else _style_words(sources),
        instrumental=wishes.instrumental or (silent and played),
    )
    brief = _blended(brief_of(wishes), sources, action, own_style=own_style)
    if silent and sources:
        topic = next((s.plan.brief.topic for s in sources if s.plan.brief.topic), sources[0].title)
        brief = replace(brief, topic=brief.topic or topic)
    return (new_song(action, wishes, brief, take, versions, sources=sources),)


def _style_words(sources: Sequence[Source]) -> str:
    """The words that describe the sources, those of several first."""
    counts = Counter(
        word.strip() for s in sources for word in dict.fromkeys((s.style or s.plan.brief.style_line).split(","))
    )
    words = [word for word, _ in counts.most_common() if word and not word.endswith("bpm")]
    return ", ".join(words[:_MOST_WORDS])


def _blended(brief: Brief, sources: Sequence[Source], action: EditAction, *, own_style: bool) -> Brief:
    if not sources:
        return brief
    plans = [source.plan for source in sources]
    said, wishes = wishes_in(action.wishes), action.wishes
    share = influence_of(wishes) if own_style else 1.0
    bpm = statistics.median(plan.brief.bpm for plan in plans)
    mode = Counter(plan.score.key.mode for plan in plans).most_common(1)[0][0]
    energy = statistics.mean(plan.brief.energy for plan in plans)
    genre = Counter(plan.brief.genre for plan in plans).most_common(1)[0][0]
    named = [g for g in said.genres if g not in said.avoid]
    own_tempo = wishes.bpm or said.bpm or (said.tempo and own_style)
    instruments = (*brief.instruments, *(common_instruments(plans) if share >= 0.5 else ()))
    return replace(
        brief,
        genre=brief.genre if named else genre,
        bpm=brief.bpm if own_tempo else float(round(in_range(brief.bpm ** (1 - share) * bpm**share))),
        key=brief.key if wishes.key or said.key or share < 0.5 else replace(brief.key, mode=mode),
        energy=round((1 - share) * brief.energy + share * energy, 3),
        instruments=tuple(i for i in dict.fromkeys(instruments) if i not in brief.avoid),
    )
