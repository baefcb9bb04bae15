"""Second-order filters: design (Bristow-Johnson's cookbook) and a cascade that runs two sections per pass."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from numba import njit

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

F64 = npt.NDArray[np.float64]


def highpass(freq_hz: float, q: float = math.sqrt(0.5)) -> F64:
    """12 dB/octave high-pass as (b0, b1, b2, a1, a2), a0 = 1."""
    w, alpha = _angle(freq_hz, q)
    c = math.cos(w)
    return _norm((1 + c) / 2, -(1 + c), (1 + c) / 2, 1 + alpha, -2 * c, 1 - alpha)


def lowpass(freq_hz: float, q: float = math.sqrt(0.5)) -> F64:
    """12 dB/octave low-pass."""
    w, alpha = _angle(freq_hz, q)
    c = math.cos(w)
    return _norm((1 - c) / 2, 1 - c, (1 - c) / 2, 1 + alpha, -2 * c, 1 - alpha)


def bandpass(freq_hz: float, q: float) -> F64:
    """Band-pass with 0 dB at the centre; ``1 + (g - 1) * bandpass`` is a bell of gain g there."""
    w, alpha = _angle(freq_hz, q)
    return _norm(alpha, 0.0, -alpha, 1 + alpha, -2 * math.cos(w), 1 - alpha)


def bell(freq_hz: float, gain_db: float, q: float = 1.0) -> F64:
    """Peaking filter of ``gain_db`` at ``freq_hz``."""
    w, alpha = _angle(freq_hz, q)
    a, c = 10 ** (gain_db / 40), math.cos(w)
    return _norm(1 + alpha * a, -2 * c, 1 - alpha * a, 1 + alpha / a, -2 * c, 1 - alpha / a)


def lowshelf(freq_hz: float, gain_db: float, q: float = math.sqrt(0.5)) -> F64:
    """Shelf of ``gain_db`` below ``freq_hz``."""
    return _shelf(freq_hz, gain_db, q, 1.0)


def highshelf(freq_hz: float, gain_db: float, q: float = math.sqrt(0.5)) -> F64:
    """Shelf of ``gain_db`` above ``freq_hz``."""
    return _shelf(freq_hz, gain_db, q, -1.0)


def _shelf(freq_hz: float, gain_db: float, q: float, sign: float) -> F64:
    w, alpha = _angle(freq_hz, q)
    a, c = 10 ** (gain_db / 40), sign * math.cos(w)
    root = 2 * math.sqrt(a) * alpha
    return _norm(
        a * ((a + 1) - (a - 1) * c + root),
        sign * 2 * a * ((a - 1) - (a + 1) * c),
        a * ((a + 1) - (a - 1) * c - root),
        (a + 1) + (a - 1) * c + root,
        sign * -2 * ((a - 1) + (a + 1) * c),
        (a + 1) + (a - 1) * c - root,
    )


def _angle(freq_hz: float, q: float) -> tuple[float, float]:
    if not 0 < freq_hz < SAMPLE_RATE_HZ / 2 or q <= 0:
        raise ValueError(f"no filter at {freq_hz} Hz with Q {q}: use 0 < f < {SAMPLE_RATE_HZ // 2} and Q > 0")
    w = 2 * math.pi * freq_hz / SAMPLE_RATE_HZ
    return w, math.sin(w) / (2 * q)


def _norm(b0: float, b1: float, b2: float, a0: float, a1: float, a2: float) -> F64:
    return np.array([b0, b1, b2, a1, a2], dtype=np.float64) / a0


@njit(cache=True, nogil=True)
def _one(x, c, s):  # noqa: ANN001, ANN202 - numba kernel
    b0, b1, b2, a1, a2 = c[0], c[1], c[2], c[3], c[4]
    for ch in range(x.shape[1]):
        s1, s2 = s[ch, 0], s[ch, 1]
        for i in range(x.shape[0]):
            v = np.float64(x[i, ch])
            y = b0 * v + s1
            s1 = b1 * v - a1 * y + s2
            s2 = b2 * v - a2 * y
            x[i, ch] = y
        s[ch, 0], s[ch, 1] = s1, s2


@njit(cache=True, nogil=True)
def _two_stereo(x, c, d, s, t):  # noqa: ANN001, ANN202 - numba kernel
    b0, b1, b2, a1, a2 = c[0], c[1], c[2], c[3], c[4]
    e0, e1, e2, f1, f2 = d[0], d[1], d[2], d[3], d[4]
    l1, l2, r1, r2 = s[0, 0], s[0, 1], s[1, 0], s[1, 1]
    m1, m2, q1, q2 = t[0, 0], t[0, 1], t[1, 0], t[1, 1]
    for i in range(x.shape[0]):
        u = np.float64(x[i, 0])
        v = np.float64(x[i, 1])
        y = b0 * u + l1
        z = b0 * v + r1
        l1 = b1 * u - a1 * y + l2
        r1 = b1 * v - a1 * z + r2
        l2 = b2 * u - a2 * y
        r2 = b2 * v - a2 * z
        u = e0 * y + m1
        v = e0 * z + q1
        m1 = e1 * y - f1 * u + m2
        q1 = e1 * z - f1 * v + q2
        m2 = e2 * y - f2 * u
        q2 = e2 * z - f2 * v
        x[i, 0] = u
        x[i, 1] = v
    s[0, 0], s[0, 1], s[1, 0], s[1, 1] = l1, l2, r1, r2
    t[0, 0], t[0, 1], t[1, 0], t[1, 1] = m1, m2, q1, q2


@njit(cache=True, nogil=True)
def _two_mono(x, c, d, s, t):  # noqa: ANN001, ANN202 - numba kernel
    b0, b1, b2, a1, a2 = c[0], c[1], c[2], c[3], c[4]
    e0, e1, e2, f1, f2 = d[0], d[1], d[2], d[3], d[4]
    l1, l2, m1, m2 = s[0, 0], s[0, 1], t[0, 0], t[0, 1]
    for i in range(x.shape[0]):
        u = np.float64(x[i, 0])
        y = b0 * u + l1
        l1 = b1 * u - a1 * y + l2
        l2 = b2 * u - a2 * y
        u = e0 * y + m1
        m1 = e1 * y - f1 * u + m2
        m2 = e2 * y - f2 * u
        x[i, 0] = u
    s[0, 0], s[0, 1], t[0, 0], t[0, 1] = l1, l2, m1, m2


@njit(cache=True, nogil=True)
def _cascade(x, coefs, state):  # noqa: ANN001, ANN202 - numba kernel
    k, n = 0, coefs.shape[0]
    while k + 1 < n:
        if x.shape[1] == 2:
            _two_stereo(x, coefs[k], coefs[k + 1], state[k], state[k + 1])
        else:
            _two_mono(x, coefs[k], coefs[k + 1], state[k], state[k + 1])
        k += 2
    if k < n:
        _one(x, coefs[k], state[k])


class Cascade:
    """Sections in series."""

    def __init__(self, sections: Sequence[F64]) -> None:
        self.coefs = np.array(list(sections), dtype=np.float64).reshape(-1, 5)
        self._state = np.zeros((len(self.coefs), 2, 2))

    def process(self, block: F32) -> None:
        """Filter ``block`` (n, 1 or 2) in place."""
        if len(self.coefs):
            _cascade(block, self.coefs, self._state)
