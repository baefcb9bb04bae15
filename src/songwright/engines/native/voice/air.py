"""24 -> 48 kHz with the top octave put back: the decoder ends at 12 kHz, a recorded voice does not."""

from __future__ import annotations

import numpy as np
from scipy.signal import resample_poly

from songwright.domain.audio import F32

from .filters import filtered, sections

_BAND = sections(4, [5_000, 11_000], "bandpass")
_TOP = np.vstack([sections(6, 10_500, "highpass"), sections(2, 13_000, "lowpass")])


def with_air(samples: F32, amount: float = 0.5) -> F32:
    """Double the rate; rectifying 5-11 kHz makes the harmonics above 10.5 kHz."""
    doubled = resample_poly(samples, 2, 1)
    return (doubled + amount * filtered(_TOP, np.abs(filtered(_BAND, doubled)))).astype(np.float32)
