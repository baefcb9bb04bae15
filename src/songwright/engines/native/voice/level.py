"""Evenness within a phrase and equal loudness between phrases and voices."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from songwright.domain.audio import F32

from .generator import SAMPLES_PER_FRAME

REFERENCE_DYNAMICS = 0.6
REFERENCE_DB = -20.0
_RANGE_DB = 12.0  # from dynamics 0 to 1
_UNVOICED_BELOW_DB = 8.0  # a hushed "shh" lies this far below a sung phrase
# ITU-R BS.1770-4, stage 1 (high shelf) and stage 2 (high-pass), at 48 kHz
_SHELF = ([1.53512485958697, -2.69169618940638, 1.19839281085285], [1.0, -1.69065929318241, 0.73248077421585])
_HIGHPASS = ([1.0, -2.0, 1.0], [1.0, -1.99004745483398, 0.99007225036621])


def even_out(samples: F32, vowel: np.ndarray, consonant_db: float, amount: float = 0.5) -> F32:
    """Lift sagging vowels towards the phrase's own level and raise the consonants between them.

    samples at 24 kHz; vowel (n_frames,) bool at 80 frames/s; amount 0..1.
    """
    if not vowel.any():
        return samples
    smooth = np.convolve(samples.astype(np.float64) ** 2, np.ones(1200) / 1200, "same")
    level = 10 * np.log10(smooth[SAMPLES_PER_FRAME // 2 :: SAMPLES_PER_FRAME][: len(vowel)] + 1e-9)
    held = np.flatnonzero(vowel)
    wanted = np.clip((np.percentile(level[held], 80) - 2 - level[held]) * amount, -6, 12)
    gain = np.interp(np.arange(len(vowel)), held, wanted)
    gain = np.where(vowel, gain, 0.5 * gain + consonant_db)
    window = np.hanning(7)
    gain = np.convolve(np.pad(gain, 3, mode="edge"), window / window.sum(), "valid")
    middles = np.arange(len(gain)) * SAMPLES_PER_FRAME + SAMPLES_PER_FRAME / 2
    return (samples * 10 ** (np.interp(np.arange(len(samples)), middles, gain) / 20)).astype(np.float32)


def target_db(dynamics: float, *, voiced: bool = True) -> float:
    """K-weighted level of the sounding part: -20 dB at dynamics 0.6, 12 dB between 0 and 1."""
    level = REFERENCE_DB + _RANGE_DB * (min(max(dynamics, 0.0), 1.0) - REFERENCE_DYNAMICS)
    return level if voiced else level - _UNVOICED_BELOW_DB


def weighted_level_db(samples: F32, active: np.ndarray) -> float:
    """K-weighted mean-square level of the ``active`` samples (bool, same length), in dB; -120 for silence."""
    if not active.any():
        return -120.0
    weighted = lfilter(*_HIGHPASS, lfilter(*_SHELF, samples.astype(np.float64)))
    return float(10 * np.log10(np.mean(weighted[active] ** 2) + 1e-12))


def edge_gain(n: int, spans: list[tuple[int, int]], rise: int, fall: int) -> F32:
    """1 inside the sample ``spans``, 0 elsewhere; raised-cosine ramps lie outside the spans."""
    gain = np.zeros(n, np.float64)
    up, down = (0.5 - 0.5 * np.cos(np.pi * (np.arange(k) + 0.5) / k) for k in (rise, fall))
    for first, last in spans:
        shape = np.concatenate([up, np.ones(max(last - first, 0)), down[::-1]])
        begin = first - rise
        lo, hi = max(begin, 0), min(begin + len(shape), n)
        if hi > lo:
            gain[lo:hi] = np.maximum(gain[lo:hi], shape[lo - begin : hi - begin])
    return gain.astype(np.float32)
