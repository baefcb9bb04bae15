"""A measured number beside its bar, and the register of what is measured.

A measure is a small pure function of a :class:`~songwright.evaluation.heard.Heard`; it gives a number, or None where
the song has nothing to measure (no voice, no stems, no plan).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from .heard import Heard

Group = Literal["control", "words", "sound", "music", "plan"]
GROUPS: tuple[Group, ...] = ("control", "words", "sound", "music", "plan")
Function = Callable[[Heard], float | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One number of one song. ``ok`` is None for a number without a bar."""

    name: str
    group: Group
    value: float
    unit: str
    bar: str  # "<= 4", "-6 .. 1", "" = for information
    ok: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """What is measured, by what, and what good means. A bar's ends belong to it."""

    name: str
    group: Group
    what: str  # one line for people
    tool: str  # independent tool with version-free settings
    unit: str
    low: float | None
    high: float | None
    share: float | None  # of a list's songs that must pass; None: the mean of the list must
    function: Function

    @property
    def bar(self) -> str:
        """The bar in words."""
        if self.low is not None and self.high is not None:
            return f"{self.low:g}" if self.low == self.high else f"{self.low:g} .. {self.high:g}"
        if self.high is not None:
            return f"<= {self.high:g}"
        return f">= {self.low:g}" if self.low is not None else ""

    def passes(self, value: float) -> bool | None:
        """Whether a value meets the bar; what is not a number does not."""
        if self.low is None and self.high is None:
            return None
        if not math.isfinite(value):
            return False
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def of(self, song: Heard) -> Figure | None:
        """The figure of a song, rounded to four digits after the point; None where there is nothing to measure."""
        value = self.function(song)
        if value is None:
            return None
        value = round(float(value), 4)
        return Figure(
            name=self.name, group=self.group, value=value, unit=self.unit, bar=self.bar, ok=self.passes(value)
        )


MEASURES: list[Measure] = []
"""Everything that is measured, in the order of the tables."""


def measure(
    group: Group,
    *,
    tool: str,
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    share: float | None = None,
) -> Callable[[Function], Function]:
    """Register a function as a measure; its name and the first line of its docstring become the measure's."""

    def register(function: Function) -> Function:
        MEASURES.append(
            Measure(
                name=function.__name__,
                group=group,
                what=(function.__doc__ or "").strip().splitlines()[0],
                tool=tool,
                unit=unit,
                low=low,
                high=high,
                share=share,
                function=function,
            )
        )
        return function

    return register


def figures_of(song: Heard, measures: Sequence[Measure]) -> tuple[Figure, ...]:
    """The figures that a song has, in the order of the measures."""
    return tuple(found for one in measures if (found := one.of(song)) is not None)
