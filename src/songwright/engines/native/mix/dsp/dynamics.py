"""Level control: a feed-forward compressor and a split-band de-esser.

Gain is decided every 8 frames in decibels and ramped linearly to the next decision, which costs a logarithm per 8
frames and stays inaudible (6 kHz control rate). Structure: Giannoulis, Massberg and Reiss (2012), smoothed
gain reduction with separate attack and release.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

from .biquad import bandpass

HOP = 8


@njit(cache=True, nogil=True)
def reduction_db(level_db: float, threshold_db: float, slope: float, knee_db: float) -> float:
    """Static curve: decibels taken off at ``level_db``; ``slope`` = 1 - 1 / ratio, quadratic knee."""
    over = level_db - threshold_db
    if 2 * over <= -knee_db:
        return 0.0
    if 2 * over < knee_db:
        return slope * (over + knee_db / 2) ** 2 / (2 * knee_db)
    return slope * over


@njit(cache=True, nogil=True)
def _compress(x, p, s):  # noqa: ANN001, ANN202 - numba kernel
    threshold, slope, knee, attack, release, makeup, rms = p[0], p[1], p[2], p[3], p[4], p[5], p[6]
    phase, acc, gr, g, step, ms = int(s[0]), s[1], s[2], s[3], s[4], s[5]
    stereo = x.shape[1] == 2
    for i in range(x.shape[0]):
        a = abs(np.float64(x[i, 0]))
        if stereo:
            b = abs(np.float64(x[i, 1]))
            if rms > 0:
                acc += 0.5 * (a * a + b * b)
            else:
                acc = max(acc, a, b)
            x[i, 1] *= g
        elif rms > 0:
            acc += a * a
        else:
            acc = max(acc, a)
        x[i, 0] *= g
        g += step
        phase += 1
        if phase == 8:
            if rms > 0:
                ms += rms * (acc / 8 - ms)
                level = 10 * math.log10(ms + 1e-20)
            else:
                level = 20 * math.log10(acc + 1e-10)
            want = reduction_db(level, threshold, slope, knee)
            gr += (attack if want > gr else release) * (want - gr)
            step = (10 ** (-gr / 20) * makeup - g) / 8
            phase, acc = 0, 0.0
    s[0], s[1], s[2], s[3], s[4], s[5] = phase, acc, gr, g, step, ms


def hop_coefficient(time_ms: float) -> float:
    """One-pole coefficient per 8 frames that covers 63 % of a step in ``time_ms``; 1 for 0 ms."""
    return 1.0 if time_ms <= 0 else 1 - math.exp(-HOP / (time_ms * 1e-3 * SAMPLE_RATE_HZ))


class Compressor:
    """Peak (``rms_ms`` 0) or RMS compressor with linked channels."""

    def __init__(
        self,
        *,
        threshold_db: float,
        ratio: float,
        attack_ms: float,
        release_ms: float,
        knee_db: float = 6.0,
        makeup_db: float = 0.0,
        rms_ms: float = 0.0,
    ) -> None:
        if ratio < 1:
            raise ValueError(f"a compressor's ratio is at least 1, not {ratio}")
        makeup = 10 ** (makeup_db / 20)
        rms = hop_coefficient(rms_ms) if rms_ms > 0 else 0.0
        self._p = np.array(
            [
                threshold_db,
                1 - 1 / ratio,
                max(knee_db, 1e-9),
                hop_coefficient(attack_ms),
                hop_coefficient(release_ms),
                makeup,
                rms,
            ]
        )
        self._s = np.array([0.0, 0.0, 0.0, makeup, 0.0, 0.0])

    @property
    def reduction_db(self) -> float:
        """Gain reduction at the end of the last block."""
        return float(self._s[2])

    def process(self, block: F32) -> None:
        """Compress ``block`` (n, 1 or 2) in place."""
        _compress(block, self._p, self._s)


@njit(cache=True, nogil=True)
def _deess(x, c, p, s, f):  # noqa: ANN001, ANN202 - numba kernel
    ratio_db, slope, limit_db, attack, release, smooth = p[0], p[1], p[2], p[3], p[4], p[5]
    phase, band_acc, all_acc, gr, g, step, band_ms, all_ms = int(s[0]), s[1], s[2], s[3], s[4], s[5], s[6], s[7]
    n_ch = x.shape[1]
    for i in range(x.shape[0]):
        for ch in range(n_ch):
            v = np.float64(x[i, ch])
            y = c[0] * v + f[ch, 0]
            f[ch, 0] = c[1] * v - c[3] * y + f[ch, 1]
            f[ch, 1] = c[2] * v - c[4] * y
            band_acc += y * y
            all_acc += v * v
            x[i, ch] = v + (g - 1) * y
        g += step
        phase += 1
        if phase == 8:
            band_ms += smooth * (band_acc - band_ms)
            all_ms += smooth * (all_acc - all_ms)
            over = 10 * math.log10((band_ms + 1e-14) / (all_ms + 1e-12)) - ratio_db
            want = min(limit_db, slope * over) if over > 0 else 0.0
            gr += (attack if want > gr else release) * (want - gr)
            step = (10 ** (-gr / 20) - g) / 8
            phase, band_acc, all_acc = 0, 0.0, 0.0
    s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7] = phase, band_acc, all_acc, gr, g, step, band_ms, all_ms


class Deesser:
    """Turns two octaves around ``freq_hz`` down while they dominate the whole: sibilants, not bright vowels."""

    def __init__(self, *, freq_hz: float, ratio_db: float = -9.0, slope: float = 0.75, limit_db: float = 6.0) -> None:
        self._c = bandpass(freq_hz, 0.7)
        times = hop_coefficient(0.8), hop_coefficient(50), hop_coefficient(4)
        self._p = np.array([ratio_db, slope, limit_db, *times])
        self._s = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0])
        self._f = np.zeros((2, 2))

    def process(self, block: F32) -> None:
        """De-ess ``block`` (n, 1 or 2) in place."""
        _deess(block, self._c, self._p, self._s, self._f)
