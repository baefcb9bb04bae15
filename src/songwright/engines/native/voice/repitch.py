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


def repitch(samples: F32, sung_hz: np.ndarray, wanted_hz: np.ndarray, formant: float = 1.0, breath: float = 0.0) -> F32:
    """Resynthesise ``samples`` (24 kHz) sung at ``sung_hz`` with ``wanted_hz`` (80 frames/s, 0 = unvoiced).

    formant > 1 is a shorter vocal tract; breath 0..1 adds air to the voice.
    """
    pyworld = world()
    signal = samples.astype(np.float64)
    times = np.arange(0, len(signal) / SOURCE_RATE_HZ, _HOP_S)
    index = np.clip((times * FRAME_FPS).astype(np.int64), 0, len(sung_hz) - 1)
    source = np.ascontiguousarray(sung_hz[index], np.float64)
    envelope = pyworld.cheaptrick(signal, source, times, SOURCE_RATE_HZ, f0_floor=_LOWEST_HZ)
    fft_size = 2 * (envelope.shape[1] - 1)
    noise = pyworld.d4c(signal, source, times, SOURCE_RATE_HZ, fft_size=fft_size)
    if formant != 1.0:
        envelope, noise = np.exp(_stretched(np.log(envelope + 1e-12), formant)), _stretched(noise, formant)
    if breath:
        noise = np.clip(noise + breath * (1 - noise) * np.linspace(0.2, 1, noise.shape[1]), 0, 1)
    target = np.ascontiguousarray(wanted_hz[index], np.float64)
    out = pyworld.synthesize(target, np.ascontiguousarray(envelope), np.ascontiguousarray(noise), SOURCE_RATE_HZ)
    return _fitted(out.astype(np.float32), len(samples))


def _stretched(rows: np.ndarray, factor: float) -> np.ndarray:
    at = np.arange(rows.shape[1]) / factor
    low = np.minimum(at.astype(np.int64), rows.shape[1] - 2)
    part = np.minimum(at - low, 1.0)
    return rows[:, low] * (1 - part) + rows[:, low + 1] * part


def _fitted(samples: F32, n: int) -> F32:
    return samples[:n] if len(samples) >= n else np.pad(samples, (0, n - len(samples)))
