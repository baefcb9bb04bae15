"""Tone at 48 kHz: rumble out, presence by dynamics, sibilants held in check."""

from __future__ import annotations

import numpy as np
from scipy.signal import sosfiltfilt

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

from .filters import filtered, sections

_RUMBLE = sections(2, 65, "highpass")
_PRESENCE = sections(1, [1_800, 5_200], "bandpass")
_SIBILANCE = sections(3, 4_800, "highpass")
_SMOOTH = sections(2, 60, "lowpass", SAMPLE_RATE_HZ // 48)
_STEP = 48


def shaped(samples: F32, dynamics: float) -> F32:
    """High-pass at 65 Hz; a louder voice is a brighter one: -1 .. +3 dB around 3 kHz."""
    clean = filtered(_RUMBLE, samples.astype(np.float64))
    gain = 10 ** ((1.5 + 4.0 * (dynamics - 0.6)) / 20) - 1
    return (clean + gain * filtered(_PRESENCE, clean)).astype(np.float32)


def deessed(samples: F32, voiced_level: float, below_db: float = 7.0, ratio: float = 3.0) -> F32:
    """Hold what lies above 5 kHz ``below_db`` under the level of the vowels.

    voiced_level: RMS of the voiced part, linear; ratio: compression above the threshold.
    """
    high = sosfiltfilt(_SIBILANCE, samples.astype(np.float64), padlen=min(60, len(samples) - 1))  # in phase
    power = np.maximum(np.add.reduceat(high**2, np.arange(0, len(high), _STEP)) / _STEP, 1e-14)
    envelope = np.sqrt(np.maximum(sosfiltfilt(_SMOOTH, power, padlen=min(30, len(power) - 1)), 1e-14))
    threshold = voiced_level * 10 ** (-below_db / 20)
    over = np.maximum(envelope / max(threshold, 1e-9), 1.0)
    gain = np.interp(np.arange(len(high)), np.arange(len(power)) * _STEP + _STEP / 2, over ** (1 / ratio - 1))
    return (samples + (gain - 1) * high).astype(np.float32)
