"""24 -> 48 kHz with the top octave put back: the decoder ends at 12 kHz, a recorded voice does not."""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, resample_poly, sosfilt

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

_BAND = butter(4, [5_000, 11_000], "bandpass", fs=SAMPLE_RATE_HZ, output="sos")
_TOP = np.vstack(
    [
        butter(6, 10_500, "highpass", fs=SAMPLE_RATE_HZ, output="sos"),
        butter(2, 13_000, "lowpass", fs=SAMPLE_RATE_HZ, output="sos"),
    ]
)


def with_air(samples: F32, amount: float = 0.5) -> F32:
    """Double the rate; rectifying 5-11 kHz makes the harmonics above 10.5 kHz."""
    doubled = resample_poly(samples, 2, 1)
    return (doubled + amount * sosfilt(_TOP, np.abs(sosfilt(_BAND, doubled)))).astype(np.float32)
