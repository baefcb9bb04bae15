"""What every player of the band looks at: scenes, chords, and where the voice sings."""

from __future__ import annotations

import random
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from songwright.domain.draws import draws
from songwright.domain.lyrics import SectionKind
from songwright.domain.score import Chord, ChordSpan, Score, VocalRole
from songwright.domain.style import Brief

from ..styles import Style
from ..styles.schema import Band

STEP = 120
"""Ticks of a 16th."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A section as the band sees it."""

    index: int
    kind: SectionKind
    start_tick: int
    end_tick: int
    start_bar: int
    n_bars: int
    energy: float
    level: int  # 0 almost nothing .. 3 peak
    occurrence: int  # 1 for the first section of its kind
    last_of_kind: bool
    rise: float  # energy above the section before
    next_rise: float  # energy of the section after, above this one; -1 at the end
    next_kind: SectionKind | None
    sung: bool

    @property
    def band(self) -> Band:
        """Which patterns suit: low, mid or high."""
        if self.level == 1:
            return "low" if self.energy < 0.4 else "mid"
        bands: tuple[Band, ...] = ("low", "low", "mid", "high")
        return bands[self.level]


@dataclass(frozen=True, kw_only=True, eq=False)
class Setting:
    """One take of one song, seen from the bandstand."""

    brief: Brief
    style: Style
    score: Score
    seed: int
    take: int

    def draws(self, *names: str | int) -> random.Random:
        """A stream of this take."""
        return draws(self.seed, "arrange", f"take {self.take}", *names)

    def turn(self, n: int, *names: str | int) -> int:
        """An index below ``n`` that neighbouring takes never share (for n > 1)."""
        return (draws(self.seed, "arrange", *names).randrange(max(1, n)) + self.take - 1) % max(1, n)

    @property
    def bar_ticks(self) -> int:
        """Ticks per bar."""
        return self.score.axis.meter.bar_ticks

    @property
    def bar_steps(self) -> int:
        """16ths per bar."""
        return self.bar_ticks // STEP

    @property
    def compound(self) -> bool:
        """6/8, 12/8 and the like: beats of three 8ths."""
        meter = self.score.axis.meter
        return meter.unit == 8 and meter.beats % 3 == 0

    @cached_property
    def scenes(self) -> tuple[Scene, ...]:
        """The sections with what the band needs to know of their neighbours."""
        sections = self.score.sections
        sung = {line.section_index for v in self.score.vocals for line in v.lines if v.role is VocalRole.LEAD}
        totals: dict[SectionKind, int] = {}
        for s in sections:
            totals[s.kind] = totals.get(s.kind, 0) + 1
        seen: dict[SectionKind, int] = {}
        out: list[Scene] = []
        for i, s in enumerate(sections):
            seen[s.kind] = seen.get(s.kind, 0) + 1
            after = sections[i + 1] if i + 1 < len(sections) else None
            out.append(
                Scene(
                    index=i,
                    kind=s.kind,
                    start_tick=s.start_tick,
                    end_tick=s.end_tick,
                    start_bar=s.start_tick // self.bar_ticks,
                    n_bars=(s.end_tick - s.start_tick) // self.bar_ticks,
                    energy=s.energy,
                    level=_level(s.energy),
                    occurrence=seen[s.kind],
                    last_of_kind=seen[s.kind] == totals[s.kind],
                    rise=s.energy - (sections[i - 1].energy if i else 0.0),
                    next_rise=after.energy - s.energy if after else -1.0,
                    next_kind=after.kind if after else None,
                    sung=i in sung,
                )
            )
        return tuple(out)

    @cached_property
    def _chord_starts(self) -> list[int]:
        return [c.start_tick for c in self.score.chords]

    def chord_index(self, tick: int) -> int:
        """Index of the chord span in force at ``tick``."""
        return max(0, bisect_right(self._chord_starts, tick) - 1)

    def chord_at(self, tick: int) -> Chord:
        """The chord in force at ``tick``."""
        return self.score.chords[self.chord_index(tick)].chord

    def starts_at(self, tick: int) -> bool:
        """Whether a chord begins at ``tick``."""
        return self._chord_starts[self.chord_index(tick)] == tick

    def next_chord(self, tick: int) -> Chord:
        """The chord after the one in force at ``tick`` (the same at the end)."""
        return self.score.chords[min(self.chord_index(tick) + 1, len(self.score.chords) - 1)].chord

    def change_after(self, tick: int) -> int:
        """Tick of the next chord change."""
        i = self.chord_index(tick) + 1
        return self._chord_starts[i] if i < len(self._chord_starts) else self.score.end_tick

    def spans_in(self, start: int, end: int) -> Sequence[ChordSpan]:
        """Chord spans that sound between two ticks."""
        return self.score.chords[self.chord_index(start) : bisect_left(self._chord_starts, end)]

    @cached_property
    def sung(self) -> tuple[tuple[int, int, int], ...]:
        """Notes of the lead voice: (start, end, pitch), by start."""
        notes = [
            (n.start_tick, n.start_tick + n.duration_ticks, n.pitch_midi)
            for v in self.score.vocals
            if v.role is VocalRole.LEAD
            for line in v.lines
            for s in line.syllables
            for n in s.notes
        ]
        return tuple(sorted(notes))

    @cached_property
    def _sung_starts(self) -> list[int]:
        return [n[0] for n in self.sung]

    def sung_weights(self, start: int, end: int) -> np.ndarray:
        """Share of ``start..end`` at which the lead sings within 3 semitones of each pitch; shape (128,)."""
        out = np.zeros(128)
        i = max(0, bisect_left(self._sung_starts, start) - 2)
        while i < len(self.sung) and self.sung[i][0] < end:
            a, b, pitch = self.sung[i]
            if (overlap := min(b, end) - max(a, start)) > 0:
                out[max(0, pitch - 3) : pitch + 4] += overlap
            i += 1
        return out / max(1, end - start)

    def voice_busy(self, start: int, end: int) -> bool:
        """Whether the lead voice sings anywhere in ``start..end``."""
        i = max(0, bisect_left(self._sung_starts, start) - 2)
        while i < len(self.sung) and self.sung[i][0] < end:
            if self.sung[i][1] > start:
                return True
            i += 1
        return False

    def gaps(self, start: int, end: int, shortest: int) -> list[tuple[int, int]]:
        """Stretches of at least ``shortest`` ticks in which the lead voice rests."""
        found, at = [], start
        for a, b, _ in self.sung:
            if b <= start:
                continue
            if a >= end:
                break
            if a - at >= shortest:
                found.append((at, a))
            at = max(at, b)
        if end - at >= shortest:
            found.append((at, end))
        return found


def _level(energy: float) -> int:
    return 0 if energy < 0.22 else 1 if energy < 0.56 else 2 if energy < 0.86 else 3
