"""The waveform a player draws: lowest and highest value per pixel, in the JSON form of audiowaveform (version 2)."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import FULL_SCALE_24, SAMPLE_RATE_HZ


def peaks(
    samples: npt.NDArray[np.float32] | npt.NDArray[np.int32],
    *,
    points: int = 1000,
    sample_rate_hz: int = SAMPLE_RATE_HZ,
) -> dict[str, Any]:
    """At most ``points`` pairs (min, max) in -128..127 over both channels; full scale is +-127.

    ``samples``: (n_frames, channels), floats at full scale 1.0 or 24-bit values in int32.
    """
    if points < 1:
        raise ValueError(f"{points} points: at least one is needed")
    full_scale = 1.0 if np.issubdtype(samples.dtype, np.floating) else float(FULL_SCALE_24)
    per_pixel = max(1, -(-len(samples) // points))
    starts = np.arange(0, len(samples), per_pixel)
    data: list[int] = []
    if len(starts):
        low = np.minimum.reduceat(samples.min(axis=1), starts) / full_scale
        high = np.maximum.reduceat(samples.max(axis=1), starts) / full_scale
        pairs = np.rint(np.stack([low, high], axis=1) * 127.0)
        data = np.clip(pairs, -128, 127).astype(int).ravel().tolist()
    return {
        "version": 2,
        "channels": 1,
        "sample_rate": sample_rate_hz,
        "samples_per_pixel": per_pixel,
        "bits": 8,
        "length": len(starts),
        "data": data,
    }


def peaks_json(
    samples: npt.NDArray[np.float32] | npt.NDArray[np.int32],
    *,
    points: int = 1000,
    sample_rate_hz: int = SAMPLE_RATE_HZ,
) -> bytes:
    """:func:`peaks` as JSON text."""
    return json.dumps(peaks(samples, points=points, sample_rate_hz=sample_rate_hz), separators=(",", ":")).encode()
