"""Butterworth filters as second-order sections."""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.signal import butter, sosfilt

from songwright.domain.audio import SAMPLE_RATE_HZ

Kind = Literal["lowpass", "highpass", "bandpass"]


def sections(order: int, edges_hz: float | list[float], kind: Kind, rate_hz: int = SAMPLE_RATE_HZ) -> np.ndarray:
    """Sections (n, 6) of a filter; a band-pass has two edges."""
    return np.asarray(butter(order, edges_hz, kind, fs=rate_hz, output="sos"))


def filtered(filter_sections: np.ndarray, samples: np.ndarray) -> np.ndarray:
    """``samples`` (n,) through the filter, float64."""
    return np.asarray(sosfilt(filter_sections, samples))
