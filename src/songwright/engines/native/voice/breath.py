"""The breath before a phrase: shaped noise, since the model was never taught to inhale."""

from __future__ import annotations

import numpy as np

from songwright.domain.audio import F32, SAMPLE_RATE_HZ
from songwright.domain.draws import child_seed

from .filters import filtered, sections

GAP_S = 0.045  # between the breath and the first consonant
_SHORTEST_S, _PER_SECOND_S, _LONGEST_S = 0.18, 0.04, 0.42
_RESONANCES = ((700, 1_500, 0.45), (1_500, 2_400, 1.0), (2_600, 4_200, 0.7), (4_500, 7_500, 0.3))


def breath(phrase_s: float, level_db: float, dynamics: float, seed: int) -> F32:
    """An inhalation at 48 kHz for a phrase of ``phrase_s``; deeper before longer phrases.

    level_db: level of the phrase to come; the breath lies 20 (soft voice) to 26 dB (full voice) below.
    """
    rng = np.random.default_rng(child_seed(seed, "breath"))
    seconds = min(_SHORTEST_S + _PER_SECOND_S * phrase_s, _LONGEST_S) * rng.uniform(0.9, 1.1)
    n = int(seconds * SAMPLE_RATE_HZ)
    noise = rng.standard_normal(n + 2_000)
    shift = rng.uniform(0.92, 1.08)
    sound = np.zeros(n)
    for low, high, weight in _RESONANCES:
        band = sections(2, [low * shift, high * shift], "bandpass")
        sound += weight * filtered(band, noise)[2_000:]
    x = np.linspace(0, 1, n)
    sound *= (
        np.sin(np.pi * np.minimum(x / 0.72, 1.0) / 2) ** 2 * np.cos(np.pi / 2 * np.clip((x - 0.72) / 0.28, 0, 1)) ** 2
    )
    rms = np.sqrt(np.mean(sound**2)) + 1e-12
    return (sound / rms * 10 ** ((level_db - 20.0 - 6.0 * dynamics) / 20)).astype(np.float32)
