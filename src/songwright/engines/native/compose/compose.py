"""The composer's door: form before words, score after them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

from songwright.domain.lyrics import Lyrics
from songwright.domain.score import (
    Chord,
    Note,
    Score,
    ScoreSection,
    StemName,
    SungLine,
    SungSyllable,
    VocalPart,
    VocalRole,
)
from songwright.domain.style import Brief
from songwright.domain.time import TimeAxis

from ..styles.schema import Style, mix_hint
from .backing import BackingContext, backing_parts
from .form import PlannedSection, form_for, names_of
from .grid import Grid
from .harmony import Bar, HarmonyPlan, Loops, broken, chord_spans, plan_harmony, section_bars
from .joining import Continuation
from .register import plan_register
from .tune import SetPiece, TuneBook, Tuner
from .wordform import WordForm, plan_word_form

__all__ = ["VoiceRange", "compose", "form_for", "unsung"]

ATTEMPTS = 8
"""Candidates written per take; the best by the plan checks is kept."""
_HOPELESS = 3
"""Candidates after which what all of them failed is put down to words, tempo or chords."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VoiceRange:
    """What the singer can sing, in MIDI numbers."""

    id: str  # of the roster
    gender: str
    lo_midi: float  # tessitura: at least 70 % of the time lies in lo..hi
    hi_midi: float
    top_midi: float  # highest note of a chorus


def compose(
    brief: Brief,
    style: Style,
    lyrics: Lyrics,
    voice: VoiceRange,
    *,
    seed: int,
    take: int,
    continuation: Continuation | None = None,
    loops: Loops | None = None,
) -> Score:
    """Write a song: sections, chords, and a tune for every word, in order, exactly once.

    ``parts`` is empty except for the tune of an instrumental. Words are only left out when even the fastest singing
    would pass ``brief.max_duration_s``; ``unsung`` tells which. With a ``continuation`` the song has no intro and goes
    on from what was heard. ``loops`` are chords that kinds of sections must have.
    """
    grid = Grid.of(brief.meter, brief.bpm)
    if brief.instrumental or not any(True for _ in lyrics.lines()):
        from .instrumental import compose_instrumental

        return compose_instrumental(brief, style, grid, seed=seed, take=take, continuation=continuation, loops=loops)
    from .checks import check_score, score_of

    form = plan_word_form(brief, style, lyrics, grid, seed=seed, take=take, continuation=continuation)
    harmony = plan_harmony(brief, style, seed=seed, take=take, loops=loops)
    bars = song_bars(form.sections, harmony, continuation)
    best: tuple[float, Score] | None = None
    least = always = frozenset[str]()  # what the best candidate fails, and what all do
    for attempt in range(ATTEMPTS):
        score = _write(brief, style, voice, grid, form, bars, seed=seed, take=take, attempt=attempt)
        checks = check_score(score, lyrics, voice, brief)
        value, failed = score_of(checks), frozenset(c.name for c in checks if not c.ok)
        always = failed if best is None else always & failed
        if best is None or value > best[0] + 1e-9:
            best, least = (value, score), failed
        if not least or (attempt >= _HOPELESS and least <= always):
            break
    assert best is not None  # noqa: S101 - ATTEMPTS is positive
    return best[1]


def unsung(score: Score, lyrics: Lyrics) -> tuple[tuple[int, int], ...]:
    """(section, line) of the lyrics that the score leaves out, wholly or in part; empty when every word is sung."""
    sung: dict[tuple[int, int], int] = {}
    for part in score.vocals:
        if part.name not in ("lead", "answers"):
            continue
        for line in part.lines:
            at = (line.lyrics_section_index, line.line_index)
            sung[at] = sung.get(at, 0) + len(line.syllables)
    return tuple(
        (s, i)
        for s, section in enumerate(lyrics.sections)
        for i, line in enumerate(section.lines)
        if sung.get((s, i), 0) < len(line.syllables)
    )


def song_bars(
    sections: tuple[PlannedSection, ...], harmony: HarmonyPlan, continuation: Continuation | None = None
) -> list[Bar]:
    """The chords of the whole song, bar by bar."""
    if continuation:
        harmony = continuation.harmony(harmony)
    bars: list[Bar] = []
    last_sung = max((i for i, s in enumerate(sections) if s.sung), default=-1)
    for i, section in enumerate(sections):
        following = sections[i + 1].kind if i + 1 < len(sections) else None
        turns = following is not None and not section.kind.value.startswith("pre") and following.value == "verse"
        bars.extend(
            section_bars(
                harmony, section.kind, section.bars, last=i == len(sections) - 1, turns=turns, closes=i == last_sung
            )
        )
    if continuation:
        return continuation.opened(bars)
    starts = list(itertools.accumulate(s.bars for s in sections))
    return broken(bars, starts, harmony.lift) if harmony.lift else bars


def score_sections(sections: tuple[PlannedSection, ...], bar_ticks: int) -> tuple[ScoreSection, ...]:
    """Planned sections placed in time."""
    out: list[ScoreSection] = []
    tick = 0
    for section, name in zip(sections, names_of([s.kind for s in sections]), strict=True):
        end = tick + section.bars * bar_ticks
        out.append(ScoreSection(kind=section.kind, name=name, start_tick=tick, end_tick=end, energy=section.energy))
        tick = end
    return tuple(out)


class ChordTable:
    """Chord at any step of the song."""

    def __init__(self, bars: list[Bar], tonic_pc: int, bar_steps: int) -> None:
        self._bars = [[c.chord(tonic_pc) for c in bar] for bar in bars]
        self._bar_steps = bar_steps

    def __call__(self, step: int) -> Chord:
        bar, pos = divmod(step, self._bar_steps)
        chords = self._bars[min(max(bar, 0), len(self._bars) - 1)]
        return chords[min(len(chords) - 1, pos * len(chords) // self._bar_steps)]


def _write(
    brief: Brief,
    style: Style,
    voice: VoiceRange,
    grid: Grid,
    form: WordForm,
    bars: list[Bar],
    *,
    seed: int,
    take: int,
    attempt: int,
) -> Score:
    chord_at = ChordTable(bars, brief.key.tonic_pc, grid.bar_steps)
    register = plan_register(
        brief, style, lo_midi=voice.lo_midi, hi_midi=voice.hi_midi, top_midi=voice.top_midi,
        seed=seed, take=take, attempt=attempt,
    )  # fmt: skip
    tuner = Tuner(
        brief=brief, style=style, grid=grid, density=form.density, register=register, chord_at=chord_at,
        seed=seed, take=take, attempt=attempt,
    )  # fmt: skip
    book = TuneBook()
    lead: list[SungLine] = []
    answers: list[SungLine] = []
    last_sung = max((i for i, s in enumerate(form.sections) if s.sung), default=-1)
    start = 0
    for i, section in enumerate(form.sections):
        if section.sung:
            closing = i == last_sung or section.kind is form.sections[last_sung].kind
            placed = tuner.set_section(section, start, book, closing=closing)
            dynamics = _dynamics(style, section)
            for line, backing in sung_lines(placed, i, dynamics, grid.step_ticks):
                (answers if backing else lead).append(line)
        start += section.bars * grid.bar_steps
    sections = score_sections(form.sections, brief.meter.bar_ticks)
    context = BackingContext(
        sections=sections, key=brief.key, style=style, chord_at=chord_at, voice=voice.id,
        floor_midi=register.floor_midi, top_midi=register.top_midi, step_ticks=grid.step_ticks,
    )  # fmt: skip
    vocals = [
        VocalPart(
            name="lead", role=VocalRole.LEAD, stem=StemName.VOCALS, voice=voice.id, lines=tuple(lead),
            mix=mix_hint(style.mix.vocal),
        )
    ] if lead else []  # fmt: skip
    vocals.extend(backing_parts(lead, answers, context))
    return Score(
        axis=TimeAxis.steady(bpm=brief.bpm, meter=brief.meter),
        key=brief.key,
        sections=sections,
        chords=chord_spans(bars, brief.key, brief.meter.bar_ticks),
        parts=(),
        vocals=tuple(vocals),
    )


def _dynamics(style: Style, section: PlannedSection) -> float:
    """Loudness of the voice by kind of section alone, so that equal choruses are sung once and heard often."""
    fallback = style.vocal.dynamics.get("verse", 0.55)
    return round(min(1.0, max(0.15, style.vocal.dynamics.get(section.kind.value, fallback))), 3)


def sung_lines(
    placed: list[SetPiece], section_index: int, dynamics: float, step_ticks: int
) -> list[tuple[SungLine, bool]]:
    """Pieces of one line joined into one SungLine."""
    out: list[tuple[SungLine, bool]] = []
    for item in placed:
        syllables = _syllables(item, step_ticks)
        piece = item.piece
        if out and out[-1][0].line_index == piece.line_index and out[-1][0].lyrics_section_index == piece.lyrics_index:
            line, backing = out[-1]
            out[-1] = (replace(line, syllables=(*line.syllables, *syllables)), backing)
            continue
        line = SungLine(
            section_index=section_index,
            lyrics_section_index=piece.lyrics_index,
            line_index=piece.line_index,
            syllables=syllables,
            dynamics=dynamics,
        )
        out.append((line, piece.backing))
    return out


def _syllables(item: SetPiece, step_ticks: int) -> tuple[SungSyllable, ...]:
    out = []
    for unit, onset, end, pitches in zip(
        item.piece.units, item.rhythm.onsets, item.rhythm.ends, item.pitches, strict=True
    ):
        start = (item.start_step + onset) * step_ticks
        length = (end - onset) * step_ticks
        first = min(length // 2, 240) if len(pitches) > 1 else length
        spans = [(start, first), (start + first, length - first)][: len(pitches)]
        notes = tuple(
            Note(start_tick=at, duration_ticks=ticks, pitch_midi=p, velocity=96 if unit.strong else 80)
            for (at, ticks), p in zip(spans, pitches, strict=True)
        )
        out.append(
            SungSyllable(
                word_index=unit.word_index,
                phonemes=unit.phonemes,
                stress=unit.stress,
                notes=notes,
                word_end=unit.word_end,
            )
        )
    return tuple(out)
