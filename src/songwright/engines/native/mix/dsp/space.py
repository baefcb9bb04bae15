"""Reverb (feedback delay network) and tempo echo. Both take a mono send and add to a stereo bus."""

from __future__ import annotations

import functools
import math

import numpy as np
from numba import njit

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

_LINES = {
    "plate": (1031, 1187, 1361, 1531, 1741, 1951, 2161, 2399),
    "room": (577, 709, 853, 991, 1151, 1301, 1471, 1619),
}
_ALLPASS = (113, 162, 241, 399)
_SIZE = 4096  # frames per delay line, a power of two above every length and modulation
_MOD_FRAMES = 7.0


@njit(cache=True, nogil=True)
def _fdn(send, out, lens, gains, damp, lines, low, ap, ap_len, pre, pre_len, s, level, mod):  # noqa: ANN001, ANN202
    n = send.shape[0]
    pos, lfo_c, lfo_s = int(s[0]), s[1], s[2]
    pre_mask = pre.shape[0] - 1
    rot_c, rot_s = math.cos(mod), math.sin(mod)
    v = np.empty(8, np.float64)
    for i in range(n):
        pre[pos & pre_mask] = send[i]
        x = np.float64(pre[(pos - pre_len) & pre_mask])
        for k in range(4):
            d = np.float64(ap[k, (pos - ap_len[k]) & 511])
            y = d - 0.62 * x
            ap[k, pos & 511] = x + 0.62 * y
            x = y
        for k in range(8):
            if k == 1 or k == 4:
                lag = lens[k] + 7.0 + 7.0 * (lfo_c if k == 1 else lfo_s)
                whole = int(lag)
                frac = lag - whole
                a = np.float64(lines[k, (pos - whole) & 4095])
                b = np.float64(lines[k, (pos - whole - 1) & 4095])
                y = a + frac * (b - a)
            else:
                y = np.float64(lines[k, (pos - lens[k]) & 4095])
            low[k] = y * (1 - damp[k]) + damp[k] * low[k]
            v[k] = gains[k] * low[k]
        out[i, 0] += level * (v[0] - v[2] + v[4] - v[6] + 0.5 * (v[1] - v[5]))
        out[i, 1] += level * (v[1] - v[3] + v[5] - v[7] + 0.5 * (v[2] - v[6]))
        a0, a1, a2, a3 = v[0] + v[1], v[0] - v[1], v[2] + v[3], v[2] - v[3]
        a4, a5, a6, a7 = v[4] + v[5], v[4] - v[5], v[6] + v[7], v[6] - v[7]
        b0, b2, b1, b3 = a0 + a2, a0 - a2, a1 + a3, a1 - a3
        b4, b6, b5, b7 = a4 + a6, a4 - a6, a5 + a7, a5 - a7
        h = 0.35355339059327373
        w = pos & 4095
        lines[0, w] = x + h * (b0 + b4)
        lines[1, w] = x + h * (b1 + b5)
        lines[2, w] = x + h * (b2 + b6)
        lines[3, w] = x + h * (b3 + b7)
        lines[4, w] = x + h * (b0 - b4)
        lines[5, w] = x + h * (b1 - b5)
        lines[6, w] = x + h * (b2 - b6)
        lines[7, w] = x + h * (b3 - b7)
        lfo_c, lfo_s = lfo_c * rot_c - lfo_s * rot_s, lfo_c * rot_s + lfo_s * rot_c
        pos += 1
    s[0], s[1], s[2] = pos, lfo_c, lfo_s


class Reverb:
    """Eight delay lines round an orthogonal (Hadamard) matrix after four diffusing all-passes.

    ``kind`` "plate" (dense, modulated, long lines) or "room" (short lines). The decay falls 60 dB in ``rt60_s`` at
    low frequencies and faster above ``bright_hz``. The impulse response has unit energy per channel, so a send gain
    is the level of the wet sound relative to the dry one.
    """

    def __init__(self, *, kind: str, rt60_s: float, predelay_s: float = 0.0, bright_hz: float = 5000.0) -> None:
        self._build(kind, rt60_s, predelay_s, bright_hz)
        self.level = _unit_energy(kind, rt60_s, bright_hz)

    def _build(self, kind: str, rt60_s: float, predelay_s: float, bright_hz: float) -> None:
        self._lens = np.array(_LINES[kind], dtype=np.int64)
        centre = self._lens + np.array([0, 7, 0, 0, 7, 0, 0, 0])
        self._gains = 10 ** (-3 * centre / (rt60_s * SAMPLE_RATE_HZ))
        # One pole per line whose loss at bright_hz halves the decay time there.
        target = 10 ** (-3 * centre / (rt60_s * SAMPLE_RATE_HZ))
        c = math.cos(2 * math.pi * bright_hz / SAMPLE_RATE_HZ)
        g2 = target**2
        b = (1 - g2 * c) / (1 - g2)
        self._damp = b - np.sqrt(np.maximum(b * b - 1, 0.0))
        self._pre_len = round(predelay_s * SAMPLE_RATE_HZ)
        self._pre = np.zeros(1 << max(4, self._pre_len.bit_length()), dtype=np.float32)
        self._lines = np.zeros((8, _SIZE), dtype=np.float32)
        self._ap = np.zeros((4, 512), dtype=np.float32)
        self._ap_len = np.array(_ALLPASS, dtype=np.int64)
        self._low = np.zeros(8)
        self._s = np.array([0.0, 1.0, 0.0])
        self._mod = 2 * math.pi * (0.7 if kind == "plate" else 0.31) / SAMPLE_RATE_HZ

    def add(self, send: F32, out: F32) -> None:
        """Add the reverberation of ``send`` (n,) to ``out`` (n, 2)."""
        self._run(send, out, self.level)

    def _run(self, send: F32, out: F32, level: float) -> None:
        _fdn(
            send,
            out,
            self._lens,
            self._gains,
            self._damp,
            self._lines,
            self._low,
            self._ap,
            self._ap_len,
            self._pre,
            self._pre_len,
            self._s,
            level,
            self._mod,
        )


@functools.lru_cache(maxsize=64)
def _unit_energy(kind: str, rt60_s: float, bright_hz: float) -> float:
    """Output gain that gives the impulse response unit energy per channel."""
    probe = Reverb.__new__(Reverb)
    probe._build(kind, rt60_s, 0.0, bright_hz)
    impulse = np.zeros(round(min(rt60_s, 4.0) * SAMPLE_RATE_HZ), dtype=np.float32)
    impulse[0] = 1.0
    out = np.zeros((len(impulse), 2), dtype=np.float32)
    probe._run(impulse, out, 1.0)
    return 1 / math.sqrt(float((out.astype(np.float64) ** 2).sum()) / 2)


@njit(cache=True, nogil=True)
def _echo(send, out, lag, feedback, buf, filt, hp, lp, s):  # noqa: ANN001, ANN202 - numba kernel
    pos = int(s[0])
    size = buf.shape[0]
    for i in range(send.shape[0]):
        left = np.float64(buf[pos, 0])
        right = np.float64(buf[pos, 1])
        out[i, 0] += left
        out[i, 1] += right
        # first repeat left, second right, filtered on each pass
        for ch in range(2):
            v = send[i] + feedback * right if ch == 0 else left * feedback
            filt[ch, 0] += lp * (v - filt[ch, 0])
            filt[ch, 1] += hp * (filt[ch, 0] - filt[ch, 1])
            buf[pos, ch] = filt[ch, 0] - filt[ch, 1]
        pos += 1
        if pos == size:
            pos = 0
    s[0] = pos


class Echo:
    """Ping-pong delay: repeats every ``delay_s``, left first, each ``feedback`` times the last, band-limited."""

    def __init__(self, *, delay_s: float, feedback: float, low_hz: float = 300.0, high_hz: float = 5000.0) -> None:
        if not 0 <= feedback < 1:
            raise ValueError(f"echo feedback lies in 0..1 (exclusive), not {feedback}")
        frames = max(1, round(delay_s * SAMPLE_RATE_HZ))
        self._buf = np.zeros((frames, 2), dtype=np.float32)
        self._feedback = feedback
        self._hp = 1 - math.exp(-2 * math.pi * low_hz / SAMPLE_RATE_HZ)
        self._lp = 1 - math.exp(-2 * math.pi * high_hz / SAMPLE_RATE_HZ)
        self._filt = np.zeros((2, 2))
        self._s = np.zeros(1)

    def add(self, send: F32, out: F32) -> None:
        """Add the repeats of ``send`` (n,) to ``out`` (n, 2)."""
        _echo(send, out, 0, self._feedback, self._buf, self._filt, self._hp, self._lp, self._s)
