"""The metrical grid: sixteenths of a bar and how strong each of them is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from songwright.domain.time import TICKS_PER_QUARTER, Meter

STEP_TICKS = TICKS_PER_QUARTER // 4
"""One step of the grid: a sixteenth note."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """Steps, weights and seconds of one song.

    ``feel`` is how many real sixteenths one felt sixteenth lasts: 2 in fast songs that are sung in half time,
    1 usually.
    """

    meter: Meter
    bpm: float
    feel: int = 1

    @classmethod
    def of(cls, meter: Meter, bpm: float) -> Grid:
        """The grid a singer feels at this tempo (quarter notes per minute)."""
        fast = bpm >= 150.0 and meter.bar_ticks % (8 * STEP_TICKS) == 0
        return cls(meter=meter, bpm=bpm, feel=2 if fast else 1)

    @property
    def bar_steps(self) -> int:
        """Sixteenths per bar."""
        return self.meter.bar_ticks // STEP_TICKS

    @property
    def step_s(self) -> float:
        """Seconds per sixteenth."""
        return 15.0 / self.bpm

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
        """Sixteenths per felt beat."""
        return 6 if self.compound else 4

    def weight_at(self, step: int) -> int:
        """Metrical strength of a step counted from a bar line: 4 first beat, 3 middle, 2 beat, 1 eighth, 0 other."""
        span = self.bar_steps * self.feel
        pos = step % span
        if pos % self.feel:
            return 0
        pos //= self.feel
        bar = span // self.feel
        if pos == 0:
            return 4
        if self.compound:
            if pos % 6 == 0:
                return 3 if bar % 12 == 0 and pos % 12 == 6 and bar == 12 else (3 if pos * 2 == bar else 2)
            return 1 if pos % 2 == 0 else 0
        if pos % 4 == 0:
            return 3 if pos * 2 == bar or (bar == 20 and pos == 12) else 2
        return 1 if pos % 2 == 0 else 0

    def weights(self, first_step: int, n_steps: int) -> npt.NDArray[np.int64]:
        """Weights of ``n_steps`` steps from ``first_step`` on (0 = a bar line), shape (n_steps,)."""
        return np.array([self.weight_at(first_step + i) for i in range(n_steps)], dtype=np.int64)
