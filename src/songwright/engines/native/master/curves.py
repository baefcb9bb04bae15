"""Target spectra of finished masters: third-octave levels in dB relative to the 1 kHz band."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from songwright.domain.plan import THIRD_OCTAVES_HZ, MixPlan

F64 = npt.NDArray[np.float64]

BANDS_HZ = THIRD_OCTAVES_HZ

CURVES_DB: dict[str, tuple[float, ...]] = {
    "pop": (
        -7, 0, 5.5, 8.5, 8.5, 8, 7, 6, 5.5, 5, 4.5, 4, 3, 2, 1, 0,
        -0.5, -1, -1.5, -2.5, -3, -4, -5, -6, -7.5, -9, -12, -17,
    ),
    "electronic": (
        0, 7, 11.5, 12, 10.5, 9, 7, 5, 4, 3.5, 3, 2.5, 2, 1.5, 0.5, 0,
        -0.5, -1, -1.5, -2, -2.5, -3, -3.5, -4.5, -5.5, -7, -9.5, -14,
    ),
    "hiphop": (
        5, 11, 14, 13, 11.5, 9.5, 8, 6.5, 5.5, 5, 4, 3.5, 3, 2, 1, 0,
        -1, -1.5, -2, -2.5, -3, -4, -4.5, -5.5, -7, -9, -12, -17,
    ),
    "acoustic": (
        -12, -6, 0, 4, 6, 7.5, 7.5, 7, 7, 6.5, 6, 5, 4, 2.5, 1, 0,
        -1.5, -2.5, -3.5, -4.5, -5.5, -7, -8.5, -10, -12, -14.5, -18, -23,
    ),
    "classical": (
        -16, -10, -5, -1, 1, 3, 4.5, 5.5, 6.5, 7, 6.5, 6, 5, 3.5, 1.5, 0,
        -1.5, -3, -4.5, -6, -7.5, -9.5, -12, -15, -18.5, -22, -26.5, -32,
    ),
    "piano": (  # classical, without what no played string gives: 12 dB and more per third octave under D2 (73 Hz)
        -60, -50, -38, -25, -8, 1, 4.5, 5.5, 6.5, 7, 6.5, 6, 5, 3.5, 1.5, 0,
        -1.5, -3, -4.5, -6, -7.5, -9.5, -12, -15, -18.5, -22, -26.5, -32,
    ),
    "solo_piano": (  # piano, and above 1 kHz what its strings give between mezzo-forte and forte: no voice, no air
        -60, -50, -38, -25, -8, 1, 4.5, 5.5, 6.5, 7, 6.5, 6, 5, 3.5, 1.5, 0,
        -1.5, -4, -6.5, -10, -13, -16.5, -21, -26, -33, -41, -50, -60,
    ),
}  # fmt: skip


def curve_db(name: str) -> F64:
    """The curve ``name``; pop for a name that is not there."""
    return np.array(CURVES_DB.get(name, CURVES_DB["pop"]), dtype=np.float64)


def target_db(plan: MixPlan) -> F64:
    """The target of a plan: its curve with what its genre adds, one level per band of BANDS_HZ."""
    curve = curve_db(plan.curve)
    return curve + np.array(plan.curve_shift_db, dtype=np.float64) if plan.curve_shift_db else curve
