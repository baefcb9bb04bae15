"""Saturation, chorus and stereo width."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

from .biquad import highpass

_CHORUS_FRAMES = 2048


@njit(cache=True, nogil=True)
def _saturate(x, drive, bias):  # noqa: ANN001, ANN202 - numba kernel
    zero = bias / math.sqrt(1 + bias * bias)
    scale = (1 + bias * bias) ** 1.5 / drive
    for i in range(x.shape[0]):
        for ch in range(x.shape[1]):
            v = drive * np.float64(x[i, ch]) + bias
            x[i, ch] = scale * (v / math.sqrt(1 + v * v) - zero)


class Saturator:
    """Gentle memoryless curve v / sqrt(1 + v^2), unity gain for small signals; ``bias`` adds even harmonics."""

    def __init__(self, *, drive: float, bias: float = 0.0) -> None:
        self._drive, self._bias = drive, bias

    def process(self, block: F32) -> None:
        """Saturate ``block`` in place; drive 0 leaves it."""
        if self._drive > 0:
            _saturate(block, self._drive, self._bias)


@njit(cache=True, nogil=True)
def _amp(x, drive, level, s):  # noqa: ANN001, ANN202 - numba kernel
    for ch in range(x.shape[1]):
        v0, r0 = s[ch, 0], s[ch, 1]
        for i in range(x.shape[0]):
            v = drive * np.float64(x[i, ch])
            r = math.sqrt(1 + v * v)
            x[i, ch] = level * (v + v0) / (r + r0)
            v0, r0 = v, r
        s[ch, 0], s[ch, 1] = v0, r0


class Amp:
    """Hard-driven stage, antialiased by its antiderivative sqrt(1 + v^2) (Parker et al. 2016).

    For this curve the divided difference is (v + v0) / (r + r0): no division by a small number.
    """

    def __init__(self, *, drive: float, level: float) -> None:
        self._drive, self._level = drive, level
        self._s = np.array([[0.0, 1.0], [0.0, 1.0]])

    def process(self, block: F32) -> None:
        """Drive ``block`` in place."""
        _amp(block, self._drive, self._level, self._s)


@njit(cache=True, nogil=True)
def _chorus(x, dry, wet, depth, rate, buf, s):  # noqa: ANN001, ANN202 - numba kernel
    # s: position, then cosine and sine of the left sweep; the right one is a quarter turn and a bit ahead
    pos, c, q = int(s[0]), s[1], s[2]
    rot_c, rot_s = math.cos(rate), math.sin(rate)
    ahead_c, ahead_s = math.cos(1.7), math.sin(1.7)
    mask = buf.shape[0] - 1
    for i in range(x.shape[0]):
        buf[pos] = 0.5 * (x[i, 0] + x[i, 1])
        lag = 600.0 + depth * q
        whole = int(lag)
        a = buf[(pos - whole) & mask]
        x[i, 0] = dry * x[i, 0] + wet * (a + (lag - whole) * (buf[(pos - whole - 1) & mask] - a))
        lag = 600.0 + depth * (q * ahead_c + c * ahead_s)
        whole = int(lag)
        a = buf[(pos - whole) & mask]
        x[i, 1] = dry * x[i, 1] + wet * (a + (lag - whole) * (buf[(pos - whole - 1) & mask] - a))
        c, q = c * rot_c - q * rot_s, c * rot_s + q * rot_c
        pos = (pos + 1) & mask
    s[0], s[1], s[2] = pos, c, q


class Chorus:
    """Two swept taps around 12.5 ms, left and right apart in phase. ``amount`` 0..1; stereo blocks only."""

    def __init__(self, *, amount: float, rate_hz: float = 0.63, depth_ms: float = 2.2) -> None:
        self._amount = amount
        self._gains = 1 - 0.3 * amount, 0.6 * amount
        self._depth = depth_ms * 1e-3 * SAMPLE_RATE_HZ
        self._rate = 2 * math.pi * rate_hz / SAMPLE_RATE_HZ
        self._buf = np.zeros(_CHORUS_FRAMES)
        self._s = np.array([0.0, 1.0, 0.0])

    def process(self, block: F32) -> None:
        """Widen ``block`` (n, 2) in place; amount 0 leaves it."""
        if self._amount > 0:
            _chorus(block, *self._gains, self._depth, self._rate, self._buf, self._s)


@njit(cache=True, nogil=True)
def _image(x, width, c, s):  # noqa: ANN001, ANN202 - numba kernel
    s1, s2 = s[0], s[1]
    for i in range(x.shape[0]):
        left, right = np.float64(x[i, 0]), np.float64(x[i, 1])
        mid, v = 0.5 * (left + right), 0.5 * width * (left - right)
        y = c[0] * v + s1
        s1 = c[1] * v - c[3] * y + s2
        s2 = c[2] * v - c[4] * y
        x[i, 0] = mid + y
        x[i, 1] = mid - y
    s[0], s[1] = s1, s2


class Image:
    """Side signal scaled by ``width`` (0 mono .. 1 as it is .. 1.5) and high-passed: mono bass."""

    def __init__(self, *, width: float, mono_below_hz: float = 120.0) -> None:
        self._width, self._c, self._s = width, highpass(mono_below_hz), np.zeros(2)

    def process(self, block: F32) -> None:
        """Set the width of ``block`` (n, 2) in place."""
        _image(block, self._width, self._c, self._s)
