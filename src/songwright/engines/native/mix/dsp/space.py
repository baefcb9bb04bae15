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


@njit(cache=True, nogil=True)
def _fdn(send, out, lens, gains, damp, lines, low, ap, ap_len, pre, pre_len, s, level, mod):  # noqa: ANN001, ANN202
    # lines (_SIZE, 8) and ap (512, 4) hold one frame per row: one cache line is written per frame
    pos, lfo_c, lfo_s = int(s[0]), s[1], s[2]
    pre_mask = pre.shape[0] - 1
    rot_c, rot_s = math.cos(mod), math.sin(mod)
    diffuse, h = np.float32(0.62), np.float32(0.35355339059327373)
    half, gain = np.float32(0.5), np.float32(level)
    keep = (1 - damp) * gains
    l0, l1, l2, l3, l4, l5, l6, l7 = lens[0], lens[1], lens[2], lens[3], lens[4], lens[5], lens[6], lens[7]
    k0, k1, k2, k3 = np.float32(keep[0]), np.float32(keep[1]), np.float32(keep[2]), np.float32(keep[3])
    k4, k5, k6, k7 = np.float32(keep[4]), np.float32(keep[5]), np.float32(keep[6]), np.float32(keep[7])
    d0, d1, d2, d3 = np.float32(damp[0]), np.float32(damp[1]), np.float32(damp[2]), np.float32(damp[3])
    d4, d5, d6, d7 = np.float32(damp[4]), np.float32(damp[5]), np.float32(damp[6]), np.float32(damp[7])
    v0, v1, v2, v3, v4, v5, v6, v7 = low[0], low[1], low[2], low[3], low[4], low[5], low[6], low[7]
    p0, p1, p2, p3 = ap_len[0], ap_len[1], ap_len[2], ap_len[3]
    for i in range(send.shape[0]):
        pre[pos & pre_mask] = send[i]
        x = pre[(pos - pre_len) & pre_mask]
        row = pos & 511
        y = ap[(pos - p0) & 511, 0] - diffuse * x
        ap[row, 0] = x + diffuse * y
        x = ap[(pos - p1) & 511, 1] - diffuse * y
        ap[row, 1] = y + diffuse * x
        y = ap[(pos - p2) & 511, 2] - diffuse * x
        ap[row, 2] = x + diffuse * y
        x = ap[(pos - p3) & 511, 3] - diffuse * y
        ap[row, 3] = y + diffuse * x
        lag = 7.0 + 7.0 * lfo_c
        whole = int(lag)
        at = pos - l1 - whole
        y = lines[at & 4095, 1]
        y += np.float32(lag - whole) * (lines[(at - 1) & 4095, 1] - y)
        v1 = k1 * y + d1 * v1
        lag = 7.0 + 7.0 * lfo_s
        whole = int(lag)
        at = pos - l4 - whole
        y = lines[at & 4095, 4]
        y += np.float32(lag - whole) * (lines[(at - 1) & 4095, 4] - y)
        v4 = k4 * y + d4 * v4
        v0 = k0 * lines[(pos - l0) & 4095, 0] + d0 * v0
        v2 = k2 * lines[(pos - l2) & 4095, 2] + d2 * v2
        v3 = k3 * lines[(pos - l3) & 4095, 3] + d3 * v3
        v5 = k5 * lines[(pos - l5) & 4095, 5] + d5 * v5
        v6 = k6 * lines[(pos - l6) & 4095, 6] + d6 * v6
        v7 = k7 * lines[(pos - l7) & 4095, 7] + d7 * v7
        out[i, 0] += gain * (v0 - v2 + v4 - v6 + half * (v1 - v5))
        out[i, 1] += gain * (v1 - v3 + v5 - v7 + half * (v2 - v6))
        a0, a1, a2, a3 = v0 + v1, v0 - v1, v2 + v3, v2 - v3
        a4, a5, a6, a7 = v4 + v5, v4 - v5, v6 + v7, v6 - v7
        b0, b2, b1, b3 = a0 + a2, a0 - a2, a1 + a3, a1 - a3
        b4, b6, b5, b7 = a4 + a6, a4 - a6, a5 + a7, a5 - a7
        w = pos & 4095
        lines[w, 0] = x + h * (b0 + b4)
        lines[w, 1] = x + h * (b1 + b5)
        lines[w, 2] = x + h * (b2 + b6)
        lines[w, 3] = x + h * (b3 + b7)
        lines[w, 4] = x + h * (b0 - b4)
        lines[w, 5] = x + h * (b1 - b5)
        lines[w, 6] = x + h * (b2 - b6)
        lines[w, 7] = x + h * (b3 - b7)
        lfo_c, lfo_s = lfo_c * rot_c - lfo_s * rot_s, lfo_c * rot_s + lfo_s * rot_c
        pos += 1
    low[0], low[1], low[2], low[3], low[4], low[5], low[6], low[7] = v0, v1, v2, v3, v4, v5, v6, v7
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
        self._lines = np.zeros((_SIZE, 8), dtype=np.float32)
        self._ap = np.zeros((512, 4), dtype=np.float32)
        self._ap_len = np.array(_ALLPASS, dtype=np.int64)
        self._low = np.zeros(8, dtype=np.float32)
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
def _echo(send, out, feedback, buf, filt, hp, lp, s):  # noqa: ANN001, ANN202 - numba kernel
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
        _echo(send, out, self._feedback, self._buf, self._filt, self._hp, self._lp, self._s)
