"""How loud each section is: gains that follow the song's energy, lift its choruses and keep its range."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from songwright.domain.performance import SectionSpan

from .dsp.loudness import SILENCE_LUFS, lufs
from .settings import SectionGain

F64 = npt.NDArray[np.float64]
Foresee = Callable[[Sequence[SectionGain]], F64]
"""Energies every 100 ms of the mix that section gains would give."""
HOP_S = 0.1
CHORUS_LIFT_LU = 3.0
"""How much louder choruses should be than verses, at least, before the master's limiter takes its part."""
RANGE_LU = (8.2, 10.5)
"""Loudness range of songs with drums before the master: the limiter takes up to half of it."""
_MOST_LIFT_DB, _DEEPEST_DB, _SHALLOWEST_DB = 5.0, 7.0, -4.0
_LOWEST_DB, _HIGHEST_DB = -6.5, 4.0
_DEEPEST_SECTION_LU, _MOST_RAISED_DB = 8.0, 6.0
"""A section that hardly anybody plays is raised until it lies no deeper under the loudest one, by at most so much."""
_ROUNDS = 8


def section_gains(sections: Sequence[SectionSpan], foresee: Foresee, *, keep_range: bool) -> list[SectionGain]:
    """Gains per section, found in a few rounds of foreseeing what they do.

    They follow the sections' energy by up to 1.5 dB; choruses rise over verses where playing and singing do not make
    them louder; and, to ``keep_range``, calm sections sink (or rise) until the song's loudness range is that of a band.
    Where that range is passed, single sections that lie too far under the loudest one are raised.
    """
    if not sections:
        return []
    lift_db = depth_db = 0.0
    raised_db, too_wide = np.zeros(len(sections)), False
    gains = _gains(sections, lift_db, depth_db, raised_db)
    for _ in range(_ROUNDS):
        energies = foresee(gains)
        lift_db = float(np.clip(lift_db + _missing_lift(sections, energies), 0.0, _MOST_LIFT_DB))
        if keep_range:
            depth_db = float(np.clip(depth_db + _missing_range(energies), _SHALLOWEST_DB, _DEEPEST_DB))
            too_wide = too_wide or loudness_range(energies) > RANGE_LU[1]
            raised_db = np.clip(raised_db + too_wide * _too_low(sections, energies), 0.0, _MOST_RAISED_DB)
        gains = _gains(sections, lift_db, depth_db, raised_db)
    return gains


def gain_at(sections: Sequence[SectionGain], time_s: float) -> float:
    """Section gain in dB in force at ``time_s``."""
    held = 0.0
    for section in sections:
        if section.start_s <= time_s:
            held = section.gain_db
    return held


def gains_of(sections: Sequence[SectionGain], n_hops: int) -> F64:
    """Section gains in dB, one per 100 ms."""
    out = np.zeros(n_hops)
    for section in sections:
        out[round(section.start_s / HOP_S) :] = section.gain_db
    return out


def loudness_range(energies: F64) -> float:
    """Loudness range in LU (EBU Tech 3342) of energies every 100 ms."""
    if len(energies) < 30:
        return 0.0
    sums = np.cumsum(np.concatenate([[0.0], energies]))
    blocks = (sums[30:] - sums[:-30]) / 30
    blocks = blocks[blocks > 10 ** ((SILENCE_LUFS + 0.691) / 10)]
    if not len(blocks):
        return 0.0
    blocks = blocks[blocks > blocks.mean() / 100]
    low, high = np.percentile(10 * np.log10(blocks), [10, 95])
    return float(high - low)


def _gains(sections: Sequence[SectionSpan], lift_db: float, depth_db: float, raised_db: F64) -> list[SectionGain]:
    energy = np.array([s.energy for s in sections])
    lengths = np.array([max(1e-3, s.end_s - s.start_s) for s in sections])
    mean = float((energy * lengths).sum() / lengths.sum())
    calm = (energy.max() - energy) / max(0.15, float(np.ptp(energy)))
    calm -= (calm * lengths).sum() / lengths.sum()
    shares = {"verse": -0.65, "chorus": 0.35, "drop": 0.35}
    kinds = np.array([shares.get(s.kind, -0.26) for s in sections])
    gains = np.clip((energy - mean) * 4, -1.5, 1.5) + lift_db * kinds - depth_db * calm
    gains = np.clip(gains, _LOWEST_DB, _HIGHEST_DB) + raised_db
    return [
        SectionGain(start_s=s.start_s, end_s=s.end_s, gain_db=round(float(g), 3) + 0.0)
        for s, g in zip(sections, gains, strict=True)
    ]


def _missing_lift(sections: Sequence[SectionSpan], energies: F64) -> float:
    """How much louder the choruses should become against the verses; 0 where one of them is missing."""
    verse, chorus = _level(sections, energies, ("verse",)), _level(sections, energies, ("chorus", "drop"))
    if min(verse, chorus) <= SILENCE_LUFS:
        return 0.0
    return CHORUS_LIFT_LU - (chorus - verse)


def _level(sections: Sequence[SectionSpan], energies: F64, kinds: tuple[str, ...]) -> float:
    parts = [energies[round(s.start_s / HOP_S) : round(s.end_s / HOP_S)] for s in sections if s.kind in kinds]
    found = np.concatenate(parts) if parts else np.zeros(0)
    return lufs(found.mean()) if len(found) else SILENCE_LUFS


def _too_low(sections: Sequence[SectionSpan], energies: F64) -> F64:
    """How far each section lies under the deepest level that the loudest one allows; below 0 where it lies over it."""
    levels = [energies[round(s.start_s / HOP_S) : round(s.end_s / HOP_S)] for s in sections]
    lufs_of = np.array([lufs(level.mean()) if len(level) else SILENCE_LUFS for level in levels])
    return lufs_of.max() - _DEEPEST_SECTION_LU - lufs_of


def _missing_range(energies: F64) -> float:
    """How much deeper calm sections should lie; below 0 where they lie too deep, 0 between."""
    low, high = RANGE_LU
    found = loudness_range(energies)
    return low - found if found < low else min(0.0, high - found)
