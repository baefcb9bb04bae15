"""A score taken apart for the tests on paper: lead notes in quarter beats, bars, phrases; and what a test is."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from songwright.domain.lyrics import Lyrics, SectionKind
from songwright.domain.score import Chord, Score, SungLine
from songwright.domain.style import Brief
from songwright.domain.time import TICKS_PER_QUARTER

from .grid import Grid
from .prosody import Stress, units_of

FEW_PITCHES = 4
"""A tune on so few pitches is spoken, chanted or rapped."""


class Range(Protocol):
    """The part of a VoiceRange that checks read."""

    @property
    def lo_midi(self) -> float:
        """Lower end of the tessitura."""
        ...

    @property
    def hi_midi(self) -> float:
        """Upper end of the tessitura."""
        ...

    @property
    def top_midi(self) -> float:
        """Highest note."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One measured property."""

    name: str
    value: float
    ok: bool
    hard: bool = False  # a plan that fails it is not sung


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadNote:
    """A sung note with what the checks ask about it. Times in quarter beats from the start of the song."""

    t: float
    d: float
    pitch_midi: int
    kind: Stress
    stress: int  # of its syllable, 0..2
    section: int
    line: int  # running number
    in_long_word: bool
    word: int
    least_s: float
    head: bool  # first note of its syllable

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.t + self.d


class Facts:
    """A score taken apart once for all checks."""

    def __init__(self, score: Score, lyrics: Lyrics, voice: Range, brief: Brief) -> None:
        self.score, self.lyrics, self.voice, self.brief = score, lyrics, voice, brief
        self.grid = Grid.of(score.axis.meter, score.axis.tempi[0].bpm)
        self.quarter_s = 60.0 / self.grid.bpm
        self.bar = score.axis.meter.bar_ticks / TICKS_PER_QUARTER
        self.common = self.bar == 4.0
        self.beat = 1.5 if self.grid.compound else 1.0  # quarters
        self._halved = self.common or (self.grid.compound and score.axis.meter.beats % 6 == 0)
        lead = next((p for p in score.vocals if p.name == "lead"), None)
        self.lines: tuple[SungLine, ...] = lead.lines if lead else ()
        self.notes = list(_lead_notes(self.lines, lyrics))
        self.by_section: dict[int, list[LeadNote]] = {}
        for note in self.notes:
            self.by_section.setdefault(note.section, []).append(note)
        self.sections = [notes for notes in self.by_section.values() if len(notes) >= 12]
        self.spoken = len({n.pitch_midi for n in self.notes}) <= FEW_PITCHES
        self._chord_starts = [c.start_tick / TICKS_PER_QUARTER for c in score.chords]

    def of_kind(self, *kinds: SectionKind) -> list[LeadNote]:
        """Notes sung in sections of these kinds."""
        return [n for n in self.notes if self.score.sections[n.section].kind in kinds]

    def intervals(self) -> list[int]:
        """Semitones between neighbours, rests under a beat bridged."""
        return [b.pitch_midi - a.pitch_midi for a, b in itertools.pairwise(self.notes) if b.t - a.end < 1.0]

    def bars(self, *, pitches: bool) -> list[tuple[tuple[float, int], ...]]:
        """Rhythm (and pitches) of each bar in which something is sung."""
        found: dict[int, list[tuple[float, int]]] = {}
        for n in self.notes:
            number, at = divmod(n.t, self.bar)
            found.setdefault(int(number), []).append((round(at * 4) / 4, n.pitch_midi if pitches else 0))
        return [tuple(found[number]) for number in sorted(found)]

    def fits(self, note: LeadNote) -> bool:
        """Whether a note belongs to the chord it stands for."""
        return note.pitch_midi % 12 in self.chord_at(self.meant(note)).pcs

    def chord_at(self, t: float) -> Chord:
        """The chord that sounds at quarter beat ``t``."""
        return self.score.chords[max(0, bisect_right(self._chord_starts, t + 1e-6) - 1)].chord

    def meant(self, note: LeadNote) -> float:
        """The beat a note stands for: the one it anticipates by up to an eighth and sounds through, else its own."""
        ahead = -(-note.t // self.beat) * self.beat
        return ahead if 0 < ahead - note.t <= 0.5 and note.end > ahead + 1e-6 else note.t

    def weight(self, note: LeadNote) -> int:
        """Metrical weight of what a note stands for: 3 first beat or middle of the bar, 2 beat, 1 eighth, 0 other."""
        t = self.meant(note)
        if any(abs(t % self.bar - at) < 1e-3 for at in ((0.0, self.bar / 2) if self._halved else (0.0,))):
            return 3
        if abs(t / self.beat - round(t / self.beat)) < 1e-3:
            return 2
        return 1 if abs(t * 2 - round(t * 2)) < 1e-3 else 0

    def phrases(self, gap_s: float = 0.2) -> list[list[LeadNote]]:
        """Notes between rests of at least ``gap_s``."""
        out: list[list[LeadNote]] = []
        for note in self.notes:
            if out and (note.t - out[-1][-1].end) * self.quarter_s < gap_s:
                out[-1].append(note)
            else:
                out.append([note])
        return out


def _lead_notes(lines: Sequence[SungLine], lyrics: Lyrics) -> list[LeadNote]:
    out: list[LeadNote] = []
    word_number = 0
    sung: dict[tuple[int, int], int] = {}
    for number, line in enumerate(lines):
        at = (line.lyrics_section_index, line.line_index)
        done = sung.get(at, 0)
        sung[at] = done + len(line.syllables)
        units = units_of(lyrics.sections[at[0]].lines[at[1]])[done : sung[at]]
        for syllable, unit in zip(line.syllables, units, strict=True):
            word_number += unit.word_start
            for j, note in enumerate(syllable.notes):
                out.append(
                    LeadNote(
                        t=note.start_tick / TICKS_PER_QUARTER,
                        d=note.duration_ticks / TICKS_PER_QUARTER,
                        pitch_midi=note.pitch_midi,
                        kind=unit.kind,
                        stress=unit.stress,
                        section=line.section_index,
                        line=number,
                        in_long_word=not (unit.word_start and unit.word_end),
                        word=word_number,
                        least_s=unit.least_s,
                        head=j == 0,
                    )
                )
    return out


CheckFunction = Callable[[Facts], Check | None]
CHECKS: list[CheckFunction] = []
"""All tests, in the order of their definition."""


def check(function: CheckFunction) -> CheckFunction:
    """Enter a test."""
    CHECKS.append(function)
    return function


def tuneful(function: CheckFunction) -> CheckFunction:
    """Enter a test that rap and chant do not take."""

    def of(facts: Facts) -> Check | None:
        return None if facts.spoken else function(facts)

    CHECKS.append(of)
    return function


def within(name: str, value: float | None, low: float, high: float, *, hard: bool = False) -> Check | None:
    """A test passed by a value inside low..high; none where there is no value."""
    return None if value is None else Check(name=name, value=round(value, 4), ok=low <= value <= high, hard=hard)
