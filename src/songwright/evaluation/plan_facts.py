"""A plan taken apart for the tests on paper: lead notes in quarter beats, phrases, bars, chords.

Written from the plan alone, apart from the composer's own checks.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from songwright.domain.lyrics import Word
from songwright.domain.plan import Plan
from songwright.domain.score import Chord, PartRole, VocalRole
from songwright.domain.time import TICKS_PER_QUARTER

from .heard import Heard, once

FEW_PITCHES = 4
"""A tune on so few pitches is spoken, chanted or rapped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lead:
    """A lead note. Times in quarter beats from the start of the song."""

    t: float
    d: float
    pitch: int
    stress: int  # of its syllable, 0..2
    section: int
    line: int  # running number
    word: tuple[int, int]  # running number of line, index of the word
    function: bool  # its word is a function word
    syllables: int  # of its word
    head: bool  # first note of its syllable

    @property
    def end(self) -> float:
        """Where it ends."""
        return self.t + self.d


class Facts:
    """What the tests ask of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.score = plan, plan.score
        axis = plan.score.axis
        self.quarter_s = axis.seconds_at(TICKS_PER_QUARTER)
        self.bar = axis.meter.bar_ticks / TICKS_PER_QUARTER
        self.common = self.bar == 4.0
        self.compound = axis.meter.unit == 8 and axis.meter.beats % 3 == 0
        self.beat = 1.5 if self.compound else 1.0  # quarters
        self.notes = list(_notes(plan))
        self._chord_starts = [span.start_tick / TICKS_PER_QUARTER for span in plan.score.chords]

    @property
    def spoken(self) -> bool:
        """Rap and chant."""
        return len({n.pitch for n in self.notes}) <= FEW_PITCHES

    @property
    def sections(self) -> list[list[Lead]]:
        """Lead notes by section, sections with fewer than twelve left out."""
        groups: dict[int, list[Lead]] = {}
        for note in self.notes:
            groups.setdefault(note.section, []).append(note)
        return [notes for notes in groups.values() if len(notes) >= 12]

    def of_kind(self, kind: str) -> list[Lead]:
        """Notes sung in sections of a kind."""
        return [n for n in self.notes if self.score.sections[n.section].kind == kind]

    def intervals(self) -> list[int]:
        """Semitones between neighbours, rests of less than a beat bridged."""
        return [b.pitch - a.pitch for a, b in itertools.pairwise(self.notes) if b.t - a.end < 1.0]

    def phrases(self, gap_s: float = 0.2) -> list[list[Lead]]:
        """Notes between rests of at least ``gap_s``."""
        out: list[list[Lead]] = []
        for note in self.notes:
            if out and (note.t - out[-1][-1].end) * self.quarter_s < gap_s:
                out[-1].append(note)
            else:
                out.append([note])
        return out

    def bars(self, *, pitches: bool) -> list[tuple[tuple[float, int], ...]]:
        """Rhythm (and pitches) of each bar in which something is sung."""
        found: dict[int, list[tuple[float, int]]] = {}
        for n in self.notes:
            number, at = divmod(n.t, self.bar)
            found.setdefault(int(number), []).append((round(at * 4) / 4, n.pitch if pitches else 0))
        return [tuple(found[number]) for number in sorted(found)]

    def chord_at(self, t: float) -> Chord:
        """The chord that sounds at quarter beat ``t``."""
        return self.score.chords[max(0, bisect_right(self._chord_starts, t + 1e-6) - 1)].chord

    def meant(self, note: Lead) -> float:
        """The beat a note stands for: the one it anticipates by up to an eighth and sounds through, else its own."""
        ahead = -(-note.t // self.beat) * self.beat
        return ahead if 0 < ahead - note.t <= 0.5 and note.end > ahead + 1e-6 else note.t

    def on_beat(self, t: float) -> bool:
        """Whether quarter beat ``t`` is a beat: a quarter, or three eighths in 6/8, 9/8 and 12/8."""
        return abs(t / self.beat - round(t / self.beat)) < 1e-3

    def strong(self, note: Lead) -> bool:
        """On the first beat of a bar or, in 4/4, 6/8 and 12/8, in its middle."""
        at = self.meant(note) % self.bar
        halved = self.common or (self.compound and self.score.axis.meter.beats % 6 == 0)
        return any(abs(at - beat) < 1e-3 for beat in ((0.0, self.bar / 2) if halved else (0.0,)))

    def parts(self, *roles: PartRole) -> list[list[tuple[float, float, int]]]:
        """Notes of the parts with these roles as (start, duration, pitch), quarter beats."""
        return [
            [(n.start_tick / 480, n.duration_ticks / 480, n.pitch_midi) for n in part.notes]
            for part in self.score.parts
            if part.role in roles
        ]


def _notes(plan: Plan) -> list[Lead]:
    out: list[Lead] = []
    sections = plan.lyrics.sections
    leads = [part for part in plan.score.vocals if part.role is VocalRole.LEAD]
    lines = sorted((line for part in leads for line in part.lines), key=lambda li: li.syllables[0].notes[0].start_tick)
    for number, line in enumerate(lines):
        words: Sequence[Word] = ()
        if line.lyrics_section_index >= 0 and line.line_index >= 0:
            words = sections[line.lyrics_section_index].lines[line.line_index].words
        for syllable in line.syllables:
            word = words[syllable.word_index] if syllable.word_index < len(words) else None
            for index, note in enumerate(syllable.notes):
                out.append(
                    Lead(
                        t=note.start_tick / TICKS_PER_QUARTER,
                        d=note.duration_ticks / TICKS_PER_QUARTER,
                        pitch=note.pitch_midi,
                        stress=syllable.stress,
                        section=line.section_index,
                        line=number,
                        word=(number, syllable.word_index),
                        function=word.function if word else False,
                        syllables=len(word.syllables) if word else 1,
                        head=index == 0,
                    )
                )
    return out


@once
def facts_of(song: Heard) -> Facts | None:
    """The facts of a song that was planned note by note; None for recordings and splices."""
    whole = song.plan is not None and song.plan.sound is None
    return Facts(song.plan) if whole and song.plan else None


def on_paper(function: Callable[[Facts], float | None]) -> Callable[[Heard], float | None]:
    """A test of a plan's facts as a measure; songs without a lead voice have none."""

    def of(song: Heard) -> float | None:
        facts = facts_of(song)
        return function(facts) if facts is not None and facts.notes else None

    of.__name__, of.__doc__, of.__module__ = function.__name__, function.__doc__, function.__module__
    return of


def tuneful(function: Callable[[Facts], float | None]) -> Callable[[Heard], float | None]:
    """As :func:`on_paper`, but rap and chant have none either."""

    def unless_spoken(facts: Facts) -> float | None:
        return None if facts.spoken else function(facts)

    unless_spoken.__name__, unless_spoken.__doc__ = function.__name__, function.__doc__
    unless_spoken.__module__ = function.__module__
    return on_paper(unless_spoken)
