"""Head voice and creak: where in a phrase, and how far. Shares are 0..1 at 80 frames/s, (2 n_frames,)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from songwright.domain.audio import F32
from songwright.domain.draws import child_seed
from songwright.domain.performance import Expression, PerformedSyllable

from .f0 import targets
from .frames import Timing
from .generator import SAMPLES_PER_FRAME
from .text import Kind
from .voices import Voice

_HEAD_FROM, _HEAD_FULL = 0.6, 0.8  # of the way from the lowest to the highest note of the voice
_CHANGE = np.hanning(9)[1:-1] / np.hanning(9).sum()  # 90 ms from chest to head
_EDGE = 5  # frames at either end of a vowel that lead to its consonants
_SHORTEST_CREAK_S = 0.4  # of the last note
_CREAK_BELOW = 0.5  # of the way from the lowest to the highest note
_CREAK_RISE = 0.35  # of the creak, until the pitch is down
_CREAK_SEMITONES, _IRREGULAR_SEMITONES = 12.0, 3.0
_CREAK_DB = -4.0
_DYING_S = 0.04  # a voice is hardly heard at the end of its last vowel


def head_share(
    syllables: Sequence[PerformedSyllable], timing: Timing, vowel: np.ndarray, voice: Voice, expression: Expression
) -> np.ndarray:
    """How much of the head is in the vowels: by the note, from the top third of the voice's range upwards.

    vowel (2 n_frames,) bool: consonants have none of it.
    """
    if not expression.falsetto:
        return np.zeros(len(vowel))
    place = _place(targets(syllables, timing, timing.frame_times_s()), voice)
    x = np.clip((place - _HEAD_FROM) / (_HEAD_FULL - _HEAD_FROM), 0.0, 1.0)
    share = np.convolve(np.pad(x * x * (3 - 2 * x), 3, mode="edge"), _CHANGE, "valid")
    inside = np.convolve(np.pad(vowel.astype(np.float64), _EDGE // 2), np.ones(_EDGE) / _EDGE, "valid")
    return expression.falsetto * share * np.maximum(0.0, 2 * inside - 1)


def creak_share(
    syllables: Sequence[PerformedSyllable], timing: Timing, kinds: np.ndarray, voice: Voice, expression: Expression
) -> np.ndarray:
    """1 in the last ``fry_s`` of the voice and while it dies away, where the last note is long and low enough.

    kinds (2 n_frames,): the ``Kind`` of what sounds.
    """
    times, last = timing.frame_times_s(), syllables[-1].notes[-1]
    long = min(last.start_s + last.duration_s, syllables[-1].end_s) - last.start_s >= _SHORTEST_CREAK_S
    heard = times[np.isin(kinds, (Kind.VOWEL, Kind.SONORANT, Kind.VOICED)) & (times > last.start_s)]
    low = _place(np.array(last.pitch_midi), voice) <= _CREAK_BELOW
    if not (expression.fry_s and long and low and len(heard)):
        return np.zeros(len(times))
    progress = (times - (float(heard[-1]) - _DYING_S - expression.fry_s)) / (_CREAK_RISE * expression.fry_s)
    return np.where(kinds == Kind.VOICELESS, 0.0, np.clip(progress, 0.0, 1.0))


def creaky(pitch: np.ndarray, creak: np.ndarray, seed: int) -> np.ndarray:
    """``pitch`` (n,) in semitones, an octave lower and with uneven periods where it creaks."""
    uneven = np.random.default_rng(child_seed(seed, "creak")).uniform(-1.0, 1.0, len(pitch))
    return pitch - creak * (_CREAK_SEMITONES + _IRREGULAR_SEMITONES * uneven)


def creak_level(samples: F32, creak: np.ndarray) -> F32:
    """``samples`` (300 n,) at 24 kHz, 4 dB quieter where it creaks."""
    if not creak.any():
        return samples
    middles = (np.arange(len(creak)) + 0.5) * SAMPLES_PER_FRAME
    gain_db = _CREAK_DB * np.interp(np.arange(len(samples)), middles, creak)
    return (samples * 10 ** (gain_db / 20)).astype(np.float32)


def _place(pitch_midi: np.ndarray, voice: Voice) -> np.ndarray:
    """0 at the voice's lowest note, 1 at its highest."""
    return (pitch_midi - voice.lo_midi) / (voice.hi_midi - voice.lo_midi)
