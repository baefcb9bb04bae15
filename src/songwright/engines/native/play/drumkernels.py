"""What drum sounds are made of: a falling tone, a burst of noise, a cluster of squares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]
RATE_HZ = 48_000.0
LOW, BAND, HIGH = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Tone:
    """A sine (or triangle) that falls from ``from_hz`` to ``hz``. Times are time constants."""

    hz: float
    from_hz: float = 0.0  # 0: no fall
    fall_s: float = 0.02
    decay_s: float = 0.15
    level: float = 1.0
    attack_s: float = 0.0005
    hold_s: float = 0.0  # full loudness before the decay
    triangle: float = 0.0  # 0 sine .. 1 triangle
    drive: float = 0.0


@dataclass(frozen=True, slots=True)
class Noise:
    """White noise through a filter."""

    hz: float
    mode: int = HIGH
    q: float = 0.8
    decay_s: float = 0.08
    level: float = 1.0
    attack_s: float = 0.0005
    hold_s: float = 0.0
    bursts: int = 1  # claps: short repeats before the decay
    burst_s: float = 0.011
    low_hz: float = 0.0  # additional high-pass
    width: float = 0.5  # 0 mono .. 1 both sides independent


@dataclass(frozen=True, slots=True)
class Metal:
    """Square waves in inharmonic ratios through band-pass and high-pass: hats, cymbals, bells."""

    hz: float
    band_hz: float
    q: float = 1.2
    high_hz: float = 5000.0
    decay_s: float = 0.05
    level: float = 1.0
    attack_s: float = 0.0005
    sines: float = 0.0  # 0 squares .. 1 sines (bells)
    spread: float = 1.0  # of the ratios
    jingles: int = 1  # repeats (tambourine, sleigh bells), uneven
    jingle_s: float = 0.018
    width: float = 0.4


@njit(cache=True, nogil=True)
def tone(
    hz: float,
    from_hz: float,
    fall_s: float,
    decay_s: float,
    level: float,
    attack_s: float,
    hold_s: float,
    triangle: float,
    drive: float,
    n: int,
) -> Array:
    """``n`` frames of a :class:`Tone`, mono."""
    out = np.zeros(n)
    phase = 0.0
    for i in range(n):
        t = i / RATE_HZ
        f = hz
        if from_hz > 0.0:
            f += (from_hz - hz) * (0.75 * math.exp(-t / fall_s) + 0.25 * math.exp(-t / (4.0 * fall_s)))
        v = math.sin(2.0 * math.pi * phase)
        if triangle > 0.0:
            folded = 4.0 * abs(phase - math.floor(phase + 0.5)) - 1.0
            v = (1.0 - triangle) * v + triangle * folded
        amp = min(1.0, t / attack_s)
        if t > hold_s:
            amp *= math.exp(-(t - hold_s) / decay_s)
        v *= amp
        if drive > 0.0:
            v = math.tanh(v * (1.0 + 5.0 * drive)) / math.tanh(1.0 + 5.0 * drive)
        out[i] = v * level
        phase += f / RATE_HZ
        phase -= math.floor(phase)
    return out


@njit(cache=True, nogil=True)
def noise(
    hz: float,
    mode: int,
    q: float,
    decay_s: float,
    level: float,
    attack_s: float,
    hold_s: float,
    bursts: int,
    burst_s: float,
    low_hz: float,
    n: int,
    seed: int,
) -> Array:
    """``n`` frames of a :class:`Noise`, mono."""
    out = np.zeros(n)
    state = np.uint64(seed) * np.uint64(2862933555777941757) + np.uint64(3037000493)
    g = math.tan(math.pi * min(hz, 21_000.0) / RATE_HZ)
    k = 1.0 / q
    d1 = 1.0 / (1.0 + g * (g + k))
    s1 = s2 = hp_x = hp_y = 0.0
    coef = math.exp(-2.0 * math.pi * max(low_hz, 20.0) / RATE_HZ)
    lead = (bursts - 1) * burst_s
    for i in range(n):
        t = i / RATE_HZ
        state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        x = float(state >> np.uint64(33)) / 1073741824.0 - 1.0
        v1 = (s1 + g * (x - s2)) * d1
        v2 = s2 + g * v1
        s1 = 2.0 * v1 - s1
        s2 = 2.0 * v2 - s2
        v = v2 if mode == LOW else (v1 * k if mode == BAND else x - k * v1 - v2)
        hp_y = coef * (hp_y + v - hp_x)
        hp_x = v
        if t < lead:
            local = t % burst_s
            amp = min(1.0, local / attack_s) * math.exp(-local / (0.28 * burst_s))
        else:
            local = t - lead
            amp = min(1.0, local / attack_s)
            if local > hold_s:
                amp *= math.exp(-(local - hold_s) / decay_s)
        out[i] = hp_y * amp * level
    return out


@njit(cache=True, nogil=True)
def metal(
    hz: float,
    band_hz: float,
    q: float,
    high_hz: float,
    decay_s: float,
    level: float,
    attack_s: float,
    sines: float,
    spread: float,
    jingles: int,
    jingle_s: float,
    n: int,
    seed: int,
) -> Array:
    """``n`` frames of a :class:`Metal`, mono. The squares are rounded (polyBLEP) so that little folds back."""
    out = np.zeros(n)
    ratios = np.array([1.0, 1.4471, 1.6170, 1.9265, 2.5028, 2.6637])
    state = np.uint64(seed) * np.uint64(2862933555777941757) + np.uint64(3037000493)
    phases = np.zeros(6)
    for k in range(6):
        state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        phases[k] = float(state >> np.uint64(33)) / 2147483648.0
    g = math.tan(math.pi * min(band_hz, 20_000.0) / RATE_HZ)
    gh = math.tan(math.pi * min(high_hz, 20_000.0) / RATE_HZ)
    kb = 1.0 / q
    d1 = 1.0 / (1.0 + g * (g + kb))
    d2 = 1.0 / (1.0 + gh * (gh + 1.2))
    s = np.zeros(4)
    begin = np.zeros(jingles)
    size = np.ones(jingles)
    for j in range(1, jingles):
        state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        r = float(state >> np.uint64(33)) / 2147483648.0
        begin[j] = begin[j - 1] + jingle_s * (0.6 + 0.8 * r)
        size[j] = 0.45 + 0.55 * r
    incs = np.zeros(6)
    for k in range(6):
        incs[k] = hz * (1.0 + (ratios[k] - 1.0) * spread) / RATE_HZ
    fall = math.exp(-1.0 / (decay_s * RATE_HZ))
    amps = np.zeros(jingles)
    rise = 1.0 / (attack_s * RATE_HZ)
    ringing = 0
    for i in range(n):
        total = 0.0
        for k in range(6):
            inc = incs[k]
            p = phases[k]
            if sines >= 1.0:
                total += math.sin(2.0 * math.pi * p)
            else:
                v = 1.0 if p < 0.5 else -1.0
                half = p - 0.5 if p >= 0.5 else p + 0.5
                if p < inc:
                    d = p / inc
                    v += d + d - d * d - 1.0
                elif p > 1.0 - inc:
                    d = (p - 1.0) / inc
                    v += d * d + d + d + 1.0
                if half < inc:
                    d = half / inc
                    v -= d + d - d * d - 1.0
                elif half > 1.0 - inc:
                    d = (half - 1.0) / inc
                    v -= d * d + d + d + 1.0
                total += v
            p += inc
            phases[k] = p - 1.0 if p >= 1.0 else p
        total /= 6.0
        v1 = (s[0] + g * (total - s[1])) * d1
        v2 = s[1] + g * v1
        s[0] = 2.0 * v1 - s[0]
        s[1] = 2.0 * v2 - s[1]
        x = v1 * kb
        v1 = (s[2] + gh * (x - s[3])) * d2
        v2 = s[3] + gh * v1
        s[2] = 2.0 * v1 - s[2]
        s[3] = 2.0 * v2 - s[3]
        x = x - 1.2 * v1 - v2
        while ringing < jingles and i >= begin[ringing] * RATE_HZ:
            ringing += 1
        amp = 0.0
        for j in range(ringing):
            since = i - begin[j] * RATE_HZ
            amps[j] = size[j] if amps[j] == 0.0 else amps[j] * fall
            amp += amps[j] * min(1.0, since * rise)
        out[i] = x * amp * level
    return out


@njit(cache=True, nogil=True)
def lowpass(x: Array, hz: float) -> None:
    """Filter (n, 2) samples in place: 24 dB an octave from ``hz`` on."""
    g = math.tan(math.pi * hz / RATE_HZ)
    for c in range(2):
        for k in (1.848, 0.765):
            d = 1.0 / (1.0 + g * (g + k))
            s1 = s2 = 0.0
            for i in range(x.shape[0]):
                v1 = (s1 + g * (x[i, c] - s2)) * d
                v2 = s2 + g * v1
                s1 = 2.0 * v1 - s1
                s2 = 2.0 * v2 - s2
                x[i, c] = v2
