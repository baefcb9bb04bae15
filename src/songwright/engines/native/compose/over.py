"""A tune for words over bars and chords that exist already."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

from songwright.domain.lyrics import Lyrics
from songwright.domain.score import Chord, Score, ScoreSection, StemName, SungLine, VocalPart, VocalRole
from songwright.domain.style import Brief

from ..styles.schema import Style, mix_hint
from .backing import BackingContext, backing_parts
from .compose import VoiceRange, _dynamics, sung_lines
from .form import PlannedSection, names_of
from .grid import Grid
from .register import plan_register
from .tune import TuneBook, Tuner
from .wordform import plan_word_form


@dataclass(frozen=True, kw_only=True, slots=True)
class _ScoreChords:
    """Chord at any step from a bar of a score on."""

    score: Score
    first_tick: int
    step_ticks: int

    def __call__(self, step: int) -> Chord:
        tick = self.first_tick + step * self.step_ticks
        starts = [span.start_tick for span in self.score.chords]
        if not starts:
            return Chord(root_pc=self.score.key.tonic_pc, quality="m" if self.score.key.mode == "minor" else "")
        return self.score.chords[max(0, bisect_right(starts, tick) - 1)].chord


def sing_over(
    brief: Brief,
    style: Style,
    lyrics: Lyrics,
    voice: VoiceRange,
    score: Score,
    *,
    first_bar: int,
    end_bar: int,
    seed: int,
    take: int,
) -> Score:
    """``score`` with vocals for ``lyrics`` from ``first_bar`` on, at most up to ``end_bar`` (bars from 0).

    Sections of words follow one another with the gaps that the words' own form has; what does not fit is left out
    at the end. Sections of the result are the words' in the sung stretch, the score's around it.
    """
    grid = Grid.of(brief.meter, brief.bpm)
    room_s = (end_bar - first_bar) * grid.bar_s
    form = plan_word_form(
        replace(brief, max_duration_s=max(room_s + 4.0, 8.0), target_duration_s=room_s),
        style,
        lyrics,
        grid,
        seed=seed,
        take=take,
    )
    sections = _fitting(form.sections, end_bar - first_bar)
    register = plan_register(
        brief, style, lo_midi=voice.lo_midi, hi_midi=voice.hi_midi, top_midi=voice.top_midi,
        seed=seed, take=take, attempt=0,
    )  # fmt: skip
    bar_ticks = brief.meter.bar_ticks
    chord_at = _ScoreChords(score=score, first_tick=first_bar * bar_ticks, step_ticks=grid.step_ticks)
    tuner = Tuner(
        brief=brief, style=style, grid=grid, density=form.density, register=register, chord_at=chord_at,
        seed=seed, take=take, attempt=0,
    )  # fmt: skip
    placed = _placed(score, sections, first_bar, bar_ticks)
    offset = next(i for i, section in enumerate(placed) if section.start_tick >= first_bar * bar_ticks)
    book = TuneBook()
    lead: list[SungLine] = []
    answers: list[SungLine] = []
    start = 0
    for i, section in enumerate(sections):
        if section.sung:
            set_pieces = tuner.set_section(section, start, book, closing=i == len(sections) - 1)
            lines = sung_lines(set_pieces, offset + i, _dynamics(style, section), grid.step_ticks)
            for line, backing in lines:
                (answers if backing else lead).append(_moved(line, first_bar * bar_ticks))
        start += section.bars * grid.bar_steps
    context = BackingContext(
        sections=placed, key=score.key, style=style,
        chord_at=replace(chord_at, first_tick=0), voice=voice.id,
        floor_midi=register.floor_midi, top_midi=register.top_midi, step_ticks=grid.step_ticks,
    )  # fmt: skip
    vocals = (
        VocalPart(
            name="lead",
            role=VocalRole.LEAD,
            stem=StemName.VOCALS,
            voice=voice.id,
            lines=tuple(lead),
            mix=mix_hint(style.mix.vocal),
        ),
        *backing_parts(lead, answers, context),
    )
    return replace(score, sections=placed, vocals=vocals if lead else ())


def _fitting(sections: tuple[PlannedSection, ...], bars: int) -> tuple[PlannedSection, ...]:
    """The words' sections without an opening of the band, as many as ``bars`` hold."""
    out: list[PlannedSection] = []
    for section in sections:
        if not out and not section.sung:
            continue
        if section.bars > bars:
            break
        out.append(section)
        bars -= section.bars
    while out and not out[-1].sung:
        out.pop()
    return tuple(out)


def _placed(
    score: Score, sections: tuple[PlannedSection, ...], first_bar: int, bar_ticks: int
) -> tuple[ScoreSection, ...]:
    """The score's sections up to the first word, the words' sections, and what is left after them."""
    first = first_bar * bar_ticks
    out = [replace(s, end_tick=min(s.end_tick, first)) for s in score.sections if s.start_tick < first]
    tick = first
    for section, name in zip(sections, names_of([s.kind for s in sections]), strict=True):
        end = tick + section.bars * bar_ticks
        out.append(ScoreSection(kind=section.kind, name=name, start_tick=tick, end_tick=end, energy=section.energy))
        tick = end
    out += [replace(s, start_tick=max(s.start_tick, tick)) for s in score.sections if s.end_tick > tick]
    if not sections:
        return score.sections
    return tuple(out)


def _moved(line: SungLine, ticks: int) -> SungLine:
    return replace(
        line,
        syllables=tuple(
            replace(s, notes=tuple(replace(note, start_tick=note.start_tick + ticks) for note in s.notes))
            for s in line.syllables
        ),
    )
