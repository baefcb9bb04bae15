"""How many bars each line and each section of the words takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from songwright.domain.lyrics import Lyrics, SectionKind

from .grid import Grid
from .prosody import SungUnit, split_units, units_of
from .rhythm import comfortable_s, least_line_s

MOST_SYLLABLES = 14
"""Longest piece sung in one breath."""

_SLACK = 0.85
"""Share of its comfortable length that a line must have: a little close is better than at half the pace."""
_KIND_PACE = {
    SectionKind.CHORUS: 1.12,
    SectionKind.POST_CHORUS: 1.08,
    SectionKind.DROP: 1.1,
    SectionKind.BRIDGE: 1.08,
    SectionKind.OUTRO: 1.1,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A line of the lyrics, or part of a long one, and its window."""

    lyrics_index: int
    line_index: int
    units: tuple[SungUnit, ...]
    backing: bool
    text_key: str  # equal for equal sounds
    window_bars: float = 1.0  # a multiple of a half


@dataclass(frozen=True, kw_only=True, slots=True)
class Density:
    """How closely the words are packed. Lower ``squeeze`` = fewer bars."""

    squeeze: float = 1.0
    least_s: float = 0.18
    half_bars: bool = False  # lines may take one and a half bars


DENSITIES = (
    Density(),
    Density(squeeze=0.88),
    Density(squeeze=0.76, least_s=0.16, half_bars=True),
    Density(squeeze=0.62, least_s=0.13, half_bars=True),
    Density(squeeze=0.5, least_s=0.11, half_bars=True),
)
"""From roomy to as fast as can be sung."""


def pace_of(kind: SectionKind) -> float:
    """Length of syllables in a kind of section, relative to a verse."""
    return _KIND_PACE.get(kind, 1.0)


def pieces_of(lyrics: Lyrics, lyrics_index: int) -> list[Piece]:
    """The sung pieces of a section's lines, in order."""
    out: list[Piece] = []
    for index, line in enumerate(lyrics.sections[lyrics_index].lines):
        for units in split_units(units_of(line), MOST_SYLLABLES):
            key = "|".join(f"{u.phonemes}{u.stress}{int(u.word_end)}" for u in units) + f"#{int(line.backing)}"
            out.append(
                Piece(lyrics_index=lyrics_index, line_index=index, units=units, backing=line.backing, text_key=key)
            )
    return out


def line_bars(pieces: Sequence[Piece], kind: SectionKind, grid: Grid, density: Density) -> float:
    """Bars that most lines of this kind of section take: 1, 2, 4 or 8, or a half more where words are dense."""
    if not pieces:
        return 2
    needs = sorted(_need_s(p, kind, density) for p in pieces)
    need = needs[min(len(needs) - 1, int(0.7 * len(needs)))]
    for bars in (0.5, 1, 1.5, 2, 3, 4, 8) if density.half_bars else (1, 2, 4, 8):
        if bars * grid.bar_s >= _SLACK * need:
            return bars
    return 8


def _need_s(piece: Piece, kind: SectionKind, density: Density) -> float:
    return comfortable_s(piece.units, pace_of(kind), density.least_s) * density.squeeze


def windows(
    pieces: Sequence[Piece], usual_bars: float, kind: SectionKind, grid: Grid, density: Density
) -> tuple[float, ...]:
    """Bars of each piece's window: the usual number, more where the words need it."""
    out = []
    for piece in pieces:
        spare_s = (pickup_steps(grid) + breath_steps(grid)) * grid.step_s
        least = least_line_s(piece.units, density.least_s) + spare_s
        need_s = max(_SLACK * _need_s(piece, kind, density), least * 1.05)
        least_bars = usual_bars
        if piece.backing and len(piece.units) <= 6:
            least_bars = min(1.0, usual_bars)  # an answer is short
        parts = 2 if density.half_bars and grid.bar_steps % 2 == 0 else 1
        out.append(max(math.ceil(least_bars * parts) / parts, math.ceil(need_s / grid.bar_s * parts - 1e-9) / parts))
    return tuple(out)


def pickup_steps(grid: Grid) -> int:
    """How far before its window a line may start."""
    return min(grid.beat_steps * grid.feel, max(2, round(0.75 / grid.step_s)))


def breath_steps(grid: Grid) -> int:
    """Rest at a line's end: at least a quarter of a second."""
    return max(1, math.ceil(0.25 / grid.step_s - 1e-9))


def section_bars(window_bars: Sequence[float], density: Density) -> int:
    """Bars of a section: its windows, rounded up to an even number unless every bar counts."""
    total = math.ceil(sum(window_bars))
    return total if total <= 1 or density.half_bars else total + total % 2
