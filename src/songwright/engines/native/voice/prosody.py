"""Energy and voicing: the spoken curves, stretched symbol by symbol to what is sung."""

from __future__ import annotations

import numpy as np

from songwright.domain.audio import F32

from .frames import LAG_S, Timing
from .generator import SAMPLES_PER_FRAME, SOURCE_RATE_HZ
from .model import FRAME_FPS
from .text import Kind, Symbols

_LEAST_SPOKEN_HZ, _MOST_SPOKEN = 40.0, 6.0  # semitones
_HELD = 0.9  # quantile of its own spoken energy a vowel holds


def energy(timing: Timing, symbols: Symbols, spoken_energy: F32, spoken_frames: np.ndarray, floor: float) -> F32:
    """(2 n_frames,) at 80 frames/s; vowels never fall below ``floor`` (natural vowels: 6 to 8.5)."""
    owner, firsts = owners(timing), _firsts(spoken_frames)
    out = _stretched(timing, symbols, spoken_energy, spoken_frames)
    for j in np.flatnonzero(symbols.kinds == Kind.VOWEL):
        own = spoken_energy[max(firsts[j], 0) : max(firsts[j + 1], 1)]
        here = owner == j
        out[here] = np.maximum(out[here], max(floor, float(np.quantile(own, _HELD))))
    return np.convolve(np.pad(out, 2, mode="edge"), np.ones(5) / 5, "valid").astype(np.float32)


def intonation(timing: Timing, symbols: Symbols, spoken_hz: F32, spoken_frames: np.ndarray) -> np.ndarray:
    """How speech would rise and fall, in semitones around its median, (2 n_frames,)."""
    heard = np.flatnonzero(spoken_hz > _LEAST_SPOKEN_HZ)
    if not len(heard):
        return np.zeros(2 * timing.n_frames)
    semitones = 12 * np.log2(np.interp(np.arange(len(spoken_hz)), heard, spoken_hz[heard]))
    curve = _stretched(timing, symbols, semitones - np.median(semitones[heard]), spoken_frames)
    return np.clip(np.convolve(np.pad(curve, 3, mode="edge"), np.ones(7) / 7, "valid"), -_MOST_SPOKEN, _MOST_SPOKEN)


def owners(timing: Timing) -> np.ndarray:
    """Which symbol each of the 80 frames/s belongs to, (2 n_frames,)."""
    last = len(timing.bounds_s) - 2
    return np.clip(np.searchsorted(timing.bounds_s, timing.frame_times_s(), side="right") - 1, 0, last)


def _firsts(spoken_frames: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(spoken_frames * 2)]) - round(LAG_S * FRAME_FPS)


def _stretched(timing: Timing, symbols: Symbols, curve: np.ndarray, spoken_frames: np.ndarray) -> np.ndarray:
    """A spoken curve, each symbol's part of it in the symbol's sung time."""
    owner, lengths = owners(timing), np.diff(timing.bounds_s)
    heard = 2.0 * spoken_frames  # of a long consonant only the beginning: what follows is the silence of a full stop
    consonant = ~np.isin(symbols.kinds, (Kind.VOWEL, Kind.EDGE))
    heard[consonant] = np.minimum(heard[consonant], np.maximum(2.0, lengths[consonant] * FRAME_FPS * timing.pace * 1.5))
    position = (timing.frame_times_s() - timing.bounds_s[owner]) / lengths[owner] * heard[owner] - 0.5
    position = np.clip(position, 0, heard[owner] - 1) + _firsts(spoken_frames)[owner]
    return np.interp(position, np.arange(len(curve)), curve)


def voicing(timing: Timing, symbols: Symbols) -> np.ndarray:
    """Which symbols have voice, (n_symbols,) bool: all but voiceless consonants, pauses and spaces that are heard."""
    kinds, lengths = symbols.kinds, np.diff(timing.bounds_s)
    voiced = np.isin(kinds, (Kind.VOWEL, Kind.SONORANT, Kind.VOICED))
    silent = (Kind.VOICELESS, Kind.PAUSE, Kind.EDGE)
    for j in range(1, len(kinds) - 1):
        if kinds[j] == Kind.SPACE:
            voiced[j] = lengths[j] <= 0.05 and kinds[j - 1] not in silent and kinds[j + 1] not in silent
    return voiced


def voiced_samples(timing: Timing, voiced: np.ndarray) -> np.ndarray:
    """The same per sample of the source, (300 * 2 n_frames,) of 0.0 and 1.0."""
    n = 2 * timing.n_frames * SAMPLES_PER_FRAME
    edges = np.rint((timing.bounds_s - timing.origin_s) * timing.pace * SOURCE_RATE_HZ).astype(np.int64)
    edges[-1] = n
    return np.repeat(voiced.astype(np.float64), np.diff(edges))
