"""Step patterns: from 16 characters to the bars of any meter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hit:
    """One onset of a pattern."""

    step: int  # 16ths after the bar line
    n_steps: int  # length in 16ths
    symbol: str


@lru_cache(maxsize=4096)
def hits(pattern: str, bar: int, bar_steps: int, compound: bool) -> tuple[Hit, ...]:
    """The onsets of ``pattern`` in bar number ``bar``. A ``-`` prolongs, a ``.`` ends the note before.

    The last note goes on while the next bar begins with ``-``.
    """
    text = re.sub(r"[\s|/]", "", pattern)
    cells = fit(text, bar, bar_steps, compound)
    following = fit(text, bar + 1, bar_steps, compound)
    tied = next((i for i, c in enumerate(following) if c != "-"), 0)
    out: list[Hit] = []
    for step, symbol in enumerate(cells):
        if symbol in ".-":
            continue
        end = step + 1
        while end < len(cells) and cells[end] == "-":
            end += 1
        out.append(Hit(step, end - step + (tied if end == len(cells) else 0), symbol))
    return tuple(out)


def fit(cells: Sequence[T], bar: int, bar_steps: int, compound: bool) -> list[T]:
    """The cells of one bar. ``cells`` has 16 per 4/4 bar; other meters take the beats that keep its feel."""
    n_bars = max(1, len(cells) // 16)
    if compound:
        return _compound(cells, bar, bar_steps)
    first = (bar % n_bars) * 16
    own = list(cells[first : first + 16])
    if bar_steps == 16:
        return own
    beats = [own[i : i + 4] for i in range(0, 16, 4)]
    if bar_steps == 12:
        order = [0, 2, 3]
    elif bar_steps % 4 == 0:
        order = [(0, 1, 2, 3)[b] if b < 4 else (0, 3, 2, 3)[b % 4] for b in range(bar_steps // 4)]
    else:
        return (own * (bar_steps // 16 + 1))[:bar_steps]
    return [c for b in order for c in beats[b]]


def _compound(cells: Sequence[T], bar: int, bar_steps: int) -> list[T]:
    """Each 4/4 beat becomes a dotted beat of six 16ths; 6/8 takes two beats a bar."""
    n_beats = bar_steps // 6
    total = max(4, len(cells) // 4)
    out: list[T] = []
    for b in range(n_beats):
        at = ((bar * n_beats + b) % total) * 4
        beat = cells[at : at + 4]
        out += [beat[i] for i in (0, 1, 2, 3, 2, 3)]
    return out
