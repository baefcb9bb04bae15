"""The metrical grid: sixteenths of a bar and how strong each of them is."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from songwright.domain.time import TICKS_PER_QUARTER, Meter

SIXTEENTH_TICKS = TICKS_PER_QUARTER // 4
_SLOW_BPM = 58.0
_FAST_BPM = 150.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """Steps, weights and seconds of one song.

    A step is a sixteenth, or a thirty-second in very slow songs, which are sung in double time. ``feel`` is how many
    steps one felt sixteenth lasts: 2 in fast songs, which are sung in half time.
    """

    meter: Meter
    bpm: float
    feel: int = 1
    step_ticks: int = SIXTEENTH_TICKS

    @classmethod
    def of(cls, meter: Meter, bpm: float) -> Grid:
        """The grid a singer feels at this tempo (quarter notes per minute)."""
        fast = bpm >= _FAST_BPM and meter.bar_ticks % (8 * SIXTEENTH_TICKS) == 0
        step_ticks = SIXTEENTH_TICKS // 2 if bpm < _SLOW_BPM else SIXTEENTH_TICKS
        return cls(meter=meter, bpm=bpm, feel=2 if fast else 1, step_ticks=step_ticks)

    @property
    def slow(self) -> bool:
        """True when steps are thirty-seconds."""
        return self.step_ticks < SIXTEENTH_TICKS

    @property
    def bar_steps(self) -> int:
        """Steps per bar."""
        return self.meter.bar_ticks // self.step_ticks

    @property
    def step_s(self) -> float:
        """Seconds per step."""
        return self.step_ticks / TICKS_PER_QUARTER * 60.0 / self.bpm

    @property
    def bar_s(self) -> float:
        """Seconds per bar."""
        return self.bar_steps * self.step_s

    @property
    def compound(self) -> bool:
        """True for 6/8, 9/8, 12/8: beats of three eighths."""
        return self.meter.unit == 8 and self.meter.beats % 3 == 0

    @property
    def beat_steps(self) -> int:
        """Steps per felt beat."""
        return 6 if self.compound and not self.slow else 4

    def weight_at(self, step: int) -> int:
        """Metrical strength of a step counted from a bar line: 4 first beat, 3 middle, 2 beat, 1 eighth, 0 other."""
        table = _weight_table(self.meter, self.feel, self.slow)
        return table[step % len(table)]

    def weights(self, first_step: int, n_steps: int) -> npt.NDArray[np.int64]:
        """Weights of ``n_steps`` steps from ``first_step`` on (0 = a bar line), shape (n_steps,)."""
        table = np.array(_weight_table(self.meter, self.feel, self.slow), dtype=np.int64)
        return table[np.arange(first_step, first_step + n_steps) % len(table)]


@functools.cache
def _weight_table(meter: Meter, feel: int, slow: bool) -> tuple[int, ...]:
    """Weights of the steps of one felt bar."""
    bar = meter.bar_ticks // SIXTEENTH_TICKS
    compound = meter.unit == 8 and meter.beats % 3 == 0
    if slow:
        return tuple(_slow_weight(step, 12 if compound else 8) for step in range(2 * bar))
    return tuple(0 if step % feel else _weight(step // feel, bar, compound) for step in range(bar * feel))


def _slow_weight(pos: int, beat: int) -> int:
    """In double time every beat is strong and every eighth a beat."""
    if pos == 0:
        return 4
    return 3 if pos % beat == 0 else 2 if pos % 4 == 0 else 1 - pos % 2


def _weight(pos: int, bar: int, compound: bool) -> int:
    if pos == 0:
        return 4
    if compound:
        return (3 if pos * 2 == bar else 2) if pos % 6 == 0 else 1 - pos % 2
    if pos % 4 == 0:
        return 3 if pos * 2 == bar or (bar == 20 and pos == 12) else 2
    return 1 - pos % 2
