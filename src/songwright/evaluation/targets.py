"""Target spectra that masters are held against: third octaves in dB relative to 1 kHz, by family of genres.

The shape follows published averages: about 5 dB/octave down from 100 Hz to 4 kHz (Pestana et al. 2013), more bass and
treble with more percussion (Elowsson & Friberg 2017). Kept apart from the master's own table, so that slips show.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from songwright.domain.plan import MixPlan

F64 = npt.NDArray[np.float64]
LOWEST_HZ, HIGHEST_HZ = 60.0, 12_000.0
_TABLE = """
31.5 -7 0 5 -12 -16 | 40 0 7 11 -6 -10 | 50 5.5 11.5 14 0 -5 | 63 8.5 12 13 4 -1 | 80 8.5 10.5 11.5 6 1
100 8 9 9.5 7.5 3 | 125 7 7 8 7.5 4.5 | 160 6 5 6.5 7 5.5 | 200 5.5 4 5.5 7 6.5 | 250 5 3.5 5 6.5 7
315 4.5 3 4 6 6.5 | 400 4 2.5 3.5 5 6 | 500 3 2 3 4 5 | 630 2 1.5 2 2.5 3.5 | 800 1 .5 1 1 1.5 | 1000 0 0 0 0 0
1250 -.5 -.5 -1 -1.5 -1.5 | 1600 -1 -1 -1.5 -2.5 -3 | 2000 -1.5 -1.5 -2 -3.5 -4.5 | 2500 -2.5 -2 -2.5 -4.5 -6
3150 -3 -2.5 -3 -5.5 -7.5 | 4000 -4 -3 -4 -7 -9.5 | 5000 -5 -3.5 -4.5 -8.5 -12 | 6300 -6 -4.5 -5.5 -10 -15
8000 -7.5 -5.5 -7 -12 -18.5 | 10000 -9 -7 -9 -14.5 -22 | 12500 -12 -9.5 -12 -18 -26.5 | 16000 -17 -14 -17 -23 -32
"""
_ROWS = np.array([[float(x) for x in row.split()] for row in _TABLE.strip().replace("\n", "|").split("|")])
_LOW_OF_A_PIANO = np.array([-60, -50, -38, -25, -8, 1])  # 31.5 to 100 Hz: its left hand plays from D2 (73 Hz) up
_TOP_OF_A_PIANO = np.array([-1.5, -4, -6.5, -10, -13, -16.5, -21, -26, -33, -41, -50, -60])
"""1.25 to 16 kHz: third octaves of sampled grands, D2 to C6, between the velocities 85 and 110."""
_PIANO = np.concatenate([_LOW_OF_A_PIANO, _ROWS[6:, 5]])
_ROWS = np.column_stack([_ROWS, _PIANO, np.concatenate([_PIANO[:16], _TOP_OF_A_PIANO])])
FAMILIES = ("pop", "electronic", "hiphop", "acoustic", "classical", "piano", "solo_piano")
BANDS_HZ: F64 = _ROWS[:, 0]
"""Centres of the bands, shape (28,)."""


def target_of(mix: MixPlan) -> F64:
    """The curve of a song: its family's with what its genre adds, shape (28,). Raises KeyError as below."""
    family = target_db(mix.curve)
    return family + np.array(mix.curve_shift_db) if mix.curve_shift_db else family


def target_db(family: str) -> F64:
    """The curve of a family of genres, shape (28,). Raises KeyError for another name."""
    if family not in FAMILIES:
        raise KeyError(f"no target curve {family!r}; there are {', '.join(FAMILIES)}")
    return _ROWS[:, 1 + FAMILIES.index(family)]
