"""Musical time: the one home of tempo arithmetic."""

from __future__ import annotations

import functools
import itertools
from bisect import bisect_right
from dataclasses import dataclass
from fractions import Fraction

TICKS_PER_QUARTER = 480
"""Resolution of every score, in ticks per quarter note (MIDI's PPQ)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Meter:
    """A time signature, e.g. 4/4 or 6/8."""

    beats: int = 4  # numerator, 1..16
    unit: int = 4  # denominator: 2, 4, 8 or 16

    def __post_init__(self) -> None:
        if not 1 <= self.beats <= 16 or self.unit not in (2, 4, 8, 16):
            raise ValueError(f"{self.beats}/{self.unit} is not a meter: beats 1..16, unit 2, 4, 8 or 16")

    @classmethod
    def parse(cls, text: str) -> Meter:
        """Read ``"3/4"``. Raises ValueError when it is not a meter."""
        beats, _, unit = text.partition("/")
        if not (beats.strip().isdigit() and unit.strip().isdigit()):
            raise ValueError(f"{text!r} is not a meter such as 4/4")
        return cls(beats=int(beats), unit=int(unit))

    @property
    def beat_ticks(self) -> int:
        """Ticks per beat of this meter's unit."""
        return TICKS_PER_QUARTER * 4 // self.unit

    @property
    def bar_ticks(self) -> int:
        """Ticks per bar."""
        return self.beats * self.beat_ticks

    def __str__(self) -> str:
        return f"{self.beats}/{self.unit}"


@dataclass(frozen=True, kw_only=True, slots=True)
class TempoChange:
    """From ``tick`` on, quarter notes follow at ``bpm`` (quarter notes per minute)."""

    tick: int
    bpm: float


def _tick_of(change: TempoChange) -> int:
    return change.tick


@functools.lru_cache(maxsize=64)
def _starts(tempi: tuple[TempoChange, ...]) -> tuple[Fraction, ...]:
    """Second at which every tempo begins."""
    total, out = Fraction(0), [Fraction(0)]
    for here, after in itertools.pairwise(tempi):
        total += Fraction(after.tick - here.tick) * 60 / (TICKS_PER_QUARTER * Fraction(here.bpm))
        out.append(total)
    return tuple(out)


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeAxis:
    """Converts tick <-> second <-> bar. One meter, any number of tempo changes.

    >>> axis = TimeAxis.steady(bpm=120.0)
    >>> axis.seconds_at(480), axis.bar_at(1920), axis.tick_at(1.0)
    (0.5, 1, 960)
    """

    tempi: tuple[TempoChange, ...]  # first at tick 0, strictly increasing
    meter: Meter

    def __post_init__(self) -> None:
        ticks = [change.tick for change in self.tempi]
        if not ticks or ticks[0] != 0 or any(a >= b for a, b in itertools.pairwise(ticks)):
            raise ValueError("tempo changes start at tick 0 and increase")
        if any(not 10.0 <= change.bpm <= 400.0 for change in self.tempi):
            raise ValueError("a tempo lies between 10 and 400 quarter notes per minute")

    @classmethod
    def steady(cls, *, bpm: float, meter: Meter | None = None) -> TimeAxis:
        """An axis with one tempo."""
        return cls(tempi=(TempoChange(tick=0, bpm=bpm),), meter=meter or Meter())

    def seconds_at(self, tick: float) -> float:
        """Seconds from the start of the song to ``tick`` (fractions of ticks allowed)."""
        at = max(0, bisect_right(self.tempi, tick, key=_tick_of) - 1)
        here = self.tempi[at]
        before = Fraction(0) if at == 0 else _starts(self.tempi)[at]
        return float(before + Fraction(tick - here.tick) * 60 / (TICKS_PER_QUARTER * Fraction(here.bpm)))

    def tick_at(self, second: float) -> int:
        """The nearest tick to ``second``."""
        starts = [self.seconds_at(change.tick) for change in self.tempi]
        i = max(0, bisect_right(starts, second) - 1)
        change = self.tempi[i]
        return change.tick + round((second - starts[i]) * change.bpm * TICKS_PER_QUARTER / 60)

    def bpm_at(self, tick: int) -> float:
        """Tempo in force at ``tick``, quarter notes per minute."""
        return self.tempi[max(0, bisect_right([c.tick for c in self.tempi], tick) - 1)].bpm

    def bar_at(self, tick: int) -> int:
        """Bar number that holds ``tick``, from 0."""
        return tick // self.meter.bar_ticks

    def bar_tick(self, bar: int) -> int:
        """First tick of ``bar`` (from 0)."""
        return bar * self.meter.bar_ticks
