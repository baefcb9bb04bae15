"""Beyond the decoder's range: sing lower or higher, then move the pitch with WORLD from the F0 we drove.

WORLD: Morise, Yokomori & Ozawa 2016; here with known F0, so nothing is estimated but envelope and aperiodicity.
"""

from __future__ import annotations

import warnings
from types import ModuleType

import numpy as np

from songwright.domain.audio import F32

from .generator import SOURCE_RATE_HZ
from .model import FRAME_FPS

_HOP_S = 0.005
_LOWEST_HZ = 60.0


def world() -> ModuleType:
    """The pyworld module (its import warns about a packaging interface it still uses)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyworld
    return pyworld


def repitch(samples: F32, sung_hz: np.ndarray, wanted_hz: np.ndarray) -> F32:
    """Resynthesise ``samples`` (24 kHz) sung at ``sung_hz`` with ``wanted_hz`` (80 frames/s, 0 = unvoiced)."""
    pyworld = world()
    signal = samples.astype(np.float64)
    times = np.arange(0, len(signal) / SOURCE_RATE_HZ, _HOP_S)
    index = np.clip((times * FRAME_FPS).astype(np.int64), 0, len(sung_hz) - 1)
    source = np.ascontiguousarray(sung_hz[index], np.float64)
    envelope = pyworld.cheaptrick(signal, source, times, SOURCE_RATE_HZ, f0_floor=_LOWEST_HZ)
    fft_size = 2 * (envelope.shape[1] - 1)
    noise = pyworld.d4c(signal, source, times, SOURCE_RATE_HZ, fft_size=fft_size)
    target = np.ascontiguousarray(wanted_hz[index], np.float64)
    out = pyworld.synthesize(target, np.ascontiguousarray(envelope), np.ascontiguousarray(noise), SOURCE_RATE_HZ)
    return _fitted(out.astype(np.float32), len(samples))


def _fitted(samples: F32, n: int) -> F32:
    return samples[:n] if len(samples) >= n else np.pad(samples, (0, n - len(samples)))
