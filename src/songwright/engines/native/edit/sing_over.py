"""A voice over a given band, which stays bit for bit as it is."""

from __future__ import annotations

from dataclasses import replace

from songwright.domain.action import EditAction
from songwright.domain.plan import Kept, Lineage, Plan, Sound
from songwright.domain.score import Part, StemName
from songwright.errors import BadRequest

from ...protocols import Materials
from ..compose.over import sing_over
from ..interpret import interpret
from ..perform import perform
from ..planning import lyrics_for, singer_for, voice_range
from ..styles.blend import style_for
from .accompany import VOICES


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """Words and a tune for the bars and chords of the source, between ``start_s`` and ``end_s``."""
    source = materials.sources[0]
    whole, wishes = source.plan, action.wishes
    written = whole.score
    wishes = replace(
        wishes,
        style=wishes.style or source.style,
        prompt=wishes.prompt or (wishes.title if not wishes.lyrics else ""),
        instrumental=False,
        bpm=min(240.0, max(40.0, whole.brief.bpm)),
        key=str(written.key),
        meter=None,
    )
    asked = interpret(wishes)
    brief = replace(asked, bpm=whole.brief.bpm, meter=written.axis.meter, key=written.key, instrumental=False)
    if not wishes.style:
        brief = replace(brief, genre=whole.brief.genre)
    style = style_for(brief)
    lyrics = lyrics_for(wishes, brief, style, seed=action.seed)
    singer = singer_for(wishes, brief, style, seed=action.seed, take=take)
    first_bar, end_bar = _bars(whole, action)
    score = sing_over(
        brief,
        style,
        lyrics,
        voice_range(singer),
        replace(written, parts=(), vocals=()),
        first_bar=first_bar,
        end_bar=end_bar,
        seed=action.seed,
        take=take,
    )
    if not score.vocals:
        raise BadRequest("the words do not fit between overpainting_start and overpainting_end")
    show = perform(score, lyrics, style, brief, seed=action.seed, take=take)
    band = tuple(name for name in StemName if name not in VOICES)
    instrumental = not any(part.stem in VOICES for part in whole.performance.vocals)
    kept = Kept(plan=whole, stems=tuple(StemName), into=StemName.KEYBOARD)
    if not (whole.sound and whole.sound.recorded):
        kept = Kept(plan=whole, stems=band if not instrumental else tuple(StemName))
    return (
        replace(
            whole,
            engine_versions=versions,
            seed=action.seed,
            take=take,
            brief=replace(brief, style_line=wishes.style),
            lyrics=replace(lyrics, title=wishes.title or source.title),
            score=replace(score, parts=written.parts if instrumental else _band(written.parts)),
            performance=replace(show, duration_s=whole.performance.duration_s, parts=whole.performance.parts),
            mix=style.mix.plan(min(240.0, max(40.0, brief.bpm))),
            sound=Sound(kept=(kept,), held=tuple(part.name for part in whole.performance.parts)),
            lineage=Lineage(
                edit=action.kind.value, sources=(source.clip_id,), start_s=action.start_s, end_s=action.end_s
            ),
        ),
    )


def _band(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    return tuple(part for part in parts if part.stem not in VOICES)


def _bars(whole: Plan, action: EditAction) -> tuple[int, int]:
    """First bar of the words and the bar they must end before: the voice enters after the band has begun."""
    axis, end_tick = whole.score.axis, whole.score.end_tick
    bar_ticks = axis.meter.bar_ticks
    start_s = action.start_s or 0.0
    end_s = whole.performance.duration_s if action.end_s is None else action.end_s
    first = -(-axis.tick_at(start_s) // bar_ticks)
    last = max(1, min(axis.tick_at(end_s), end_tick) // bar_ticks)
    opening = 0 if last - first < 12 else 4
    return min(first + opening, max(0, last - 1)), last
