"""Ticks moved to a grid that can be written, and durations cut into note values.

Each quarter has its own grid: sixteenths, eighth triplets, thirty-seconds or sixteenth triplets, whichever its notes
lie on with the least error; a plain grid wins when it is nearly as good.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from songwright.domain.time import TICKS_PER_QUARTER, Meter

_GRIDS = ((120, 0), (160, 6), (60, 14), (80, 20))  # ticks, and how many ticks of error per note a plainer one may cost
_TRIPLETS = (160, 80)
_VALUES = (
    (1920, "whole", 0),
    (1440, "half", 1),
    (960, "half", 0),
    (720, "quarter", 1),
    (480, "quarter", 0),
    (360, "eighth", 1),
    (240, "eighth", 0),
    (180, "16th", 1),
    (120, "16th", 0),
    (60, "32nd", 0),
)
_TRIPLET_VALUES = ((320, "quarter", 0), (160, "eighth", 0), (80, "16th", 0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One written note or rest: where it begins, how long it is, how it looks."""

    start_tick: int
    duration_ticks: int
    kind: str  # "whole" .. "32nd"
    dots: int = 0
    triplet: bool = False  # three in the time of two


@dataclass(frozen=True, kw_only=True, slots=True)
class Grid:
    """The grid of each quarter, counted from the start of its bar."""

    meter: Meter
    steps: dict[tuple[int, int], int] = field(default_factory=dict)  # (bar, quarter) -> ticks; others 120

    @classmethod
    def fitted(cls, onsets: Iterable[int], meter: Meter) -> Grid:
        """The grid on which ``onsets`` (ticks) lie best."""
        cells: dict[tuple[int, int], list[int]] = {}
        for tick in onsets:
            bar, inside = divmod(tick, meter.bar_ticks)
            cells.setdefault((bar, inside // TICKS_PER_QUARTER), []).append(inside % TICKS_PER_QUARTER)
        return cls(
            meter=meter,
            steps={cell: _best_step(ticks, _cell_ticks(cell[1], meter)) for cell, ticks in cells.items()},
        )

    def step_at(self, tick: int) -> int:
        """Ticks between two lines of the grid around ``tick``."""
        bar, inside = divmod(tick, self.meter.bar_ticks)
        return self.steps.get((bar, inside // TICKS_PER_QUARTER), 120)

    def cell(self, tick: int) -> tuple[int, int]:
        """First tick of the quarter that holds ``tick``, and the first after it."""
        bar, inside = divmod(tick, self.meter.bar_ticks)
        quarter = inside // TICKS_PER_QUARTER
        start = bar * self.meter.bar_ticks + quarter * TICKS_PER_QUARTER
        return start, start + _cell_ticks(quarter, self.meter)

    def nearest(self, tick: int) -> int:
        """The line of the grid next to ``tick``."""
        start, end = self.cell(tick)
        step = self.step_at(tick)
        return min(end, start + (2 * (tick - start) + step) // (2 * step) * step)

    def values(self, start: int, end: int) -> Iterator[Value]:
        """A note or rest from ``start`` to ``end`` (lines of the grid) as values that are tied; cut at bars."""
        while start < end:
            bar_end = (start // self.meter.bar_ticks + 1) * self.meter.bar_ticks
            stop = min(end, bar_end, self._straight_end(start, end))
            cell_start, cell_end = self.cell(start)
            triplet = self.step_at(start) in _TRIPLETS and (start > cell_start or stop < cell_end)
            yield from _cut(start, min(stop, cell_end) if triplet else stop, triplet=triplet)
            start = min(stop, cell_end) if triplet else stop

    def _straight_end(self, start: int, end: int) -> int:
        """How far one group of values may go: to the next beat from an odd place, or to a beat in triplets."""
        _, at = self.cell(start)
        if (start % self.meter.bar_ticks) % 240 and end > at:
            return at
        while at < end:
            cell_end = self.cell(at)[1]
            if self.step_at(at) in _TRIPLETS and end < cell_end:
                return at
            at = cell_end
        return end


def _cell_ticks(quarter: int, meter: Meter) -> int:
    return min(TICKS_PER_QUARTER, meter.bar_ticks - quarter * TICKS_PER_QUARTER)


def _best_step(ticks: Sequence[int], cell_ticks: int) -> int:
    def cost(choice: tuple[int, int]) -> int:
        step, penalty = choice
        return sum(min(t % step, step - t % step) + penalty for t in ticks)

    choices = [g for g in _GRIDS if cell_ticks % g[0] == 0 and (g[0] not in _TRIPLETS or cell_ticks == 480)]
    return min(choices, key=cost)[0]


def _cut(start: int, end: int, *, triplet: bool) -> Iterator[Value]:
    values = _TRIPLET_VALUES if triplet else _VALUES
    while start < end:
        ticks, kind, dots = next(v for v in values if v[0] <= end - start)
        yield Value(start_tick=start, duration_ticks=ticks, kind=kind, dots=dots, triplet=triplet)
        start += ticks
