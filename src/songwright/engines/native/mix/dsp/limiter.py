"""True peak (ITU-R BS.1770-4 annex 2: 4x polyphase) and a look-ahead limiter that keeps it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from songwright.domain.audio import F32, SAMPLE_RATE_HZ, peak_of

TAPS = 24
LOOK_FRAMES = 144  # 3 ms
DELAY_FRAMES = LOOK_FRAMES + 3
_HOLD_FRAMES = LOOK_FRAMES + 8
_METER_FRAMES = 1 << 18
PEAK_LAG = TAPS // 2  # frames between a sample and its peak value
SILENCE_DBTP = -150.0


def _phases(n_phases: int) -> npt.NDArray[np.float64]:
    """Interpolation filters (n_phases - 1, TAPS) for the points between two samples."""
    k = np.arange(TAPS) - (TAPS // 2 - 1)
    rows = []
    for p in range(1, n_phases):
        t = p / n_phases - k
        window = np.i0(7.0 * np.sqrt(np.maximum(0.0, 1 - (t / (TAPS / 2)) ** 2))) / np.i0(7.0)
        row = np.sinc(t) * window
        rows.append(row / row.sum())
    return np.array(rows)


_FIR = _phases(4)
_FIR8 = _phases(8)
_REACH = float(np.abs(_FIR8).sum(axis=1).max())


@njit(cache=True, nogil=True)
def _peaks(x, fir, floor, out):  # noqa: ANN001, ANN202 - numba kernel
    half = TAPS // 2 - 1
    for i in range(out.shape[0]):
        top = 0.0
        for ch in range(x.shape[1]):
            here = abs(np.float64(x[i + half, ch]))
            near = max(here, abs(np.float64(x[i + half + 1, ch])))
            top = max(top, here)
            if near < floor and i > 0 and i + TAPS < x.shape[0]:
                near = max(near, abs(np.float64(x[i + half - 1, ch])), abs(np.float64(x[i + half + 2, ch])))
            if near >= floor:
                for p in range(fir.shape[0]):
                    acc = 0.0
                    for k in range(TAPS):
                        acc += fir[p, k] * x[i + k, ch]
                    top = max(top, abs(acc))
        out[i] = top


def peak_envelope(samples: F32, *, floor: float = 0.0, oversampling: int = 4) -> F32:
    """Largest absolute value of all channels in [frame, frame + 1), (n,) for ``samples`` (n, 1 or 2).

    Points between samples are looked at where a neighbour reaches ``floor``; below it the samples themselves stand.
    """
    before, after = TAPS // 2 - 1, TAPS // 2
    padded = np.pad(np.asarray(samples, dtype=np.float32), ((before, after), (0, 0)))
    out = np.zeros(len(samples), dtype=np.float32)
    _peaks(padded, _FIR if oversampling == 4 else _FIR8, floor, out)
    return out


def true_peak_dbtp(samples: F32) -> float:
    """True peak of ``samples`` (n, 1 or 2) in dBTP at 8x; -150.0 for silence."""
    if not len(samples):
        return SILENCE_DBTP
    floor = 0.5 * peak_of(samples)
    top = 0.0
    for start in range(0, len(samples), _METER_FRAMES):
        first, end = max(0, start - 2 * TAPS), start + _METER_FRAMES
        here = peak_envelope(samples[first : end + 2 * TAPS], floor=floor, oversampling=8)
        top = max(top, float(here[start - first : end - first].max()))
    return 20 * math.log10(top) if top > 10 ** (SILENCE_DBTP / 20) else SILENCE_DBTP


@njit(cache=True, nogil=True)
def _limit_gain(peak, ceiling, release, deque, box, s, out):  # noqa: ANN001, ANN202 - numba kernel
    # s: frame number, deque head, deque size, released gain, box sum
    frame, head, size, held, total = int(s[0]), int(s[1]), int(s[2]), s[3], s[4]
    mask = deque.shape[0] - 1
    look = box.shape[0]
    for i in range(peak.shape[0]):
        p = np.float64(peak[i])
        want = ceiling / p if p > ceiling else 1.0
        while size > 0 and deque[(head + size - 1) & mask, 0] >= want:
            size -= 1
        tail = (head + size) & mask
        deque[tail, 0] = want
        deque[tail, 1] = frame
        size += 1
        if deque[head, 1] <= frame - 152:
            head = (head + 1) & mask
            size -= 1
        low = deque[head, 0]
        held = low if low < held else held + release * (low - held)
        slot = frame % look
        total += held - box[slot]
        box[slot] = held
        out[i] = min(total / look, 1.0)
        frame += 1
    s[0], s[1], s[2], s[3], s[4] = frame, head, size, held, total


class GainComputer:
    """Peak envelope in, limiter gain out, :data:`DELAY_FRAMES` later than the peak it answers."""

    def __init__(self, *, ceiling: float, release_ms: float = 90.0) -> None:
        self._ceiling = ceiling
        self._release = 1 - math.exp(-1 / (release_ms * 1e-3 * SAMPLE_RATE_HZ))
        self._deque = np.zeros((256, 2))
        self._box = np.ones(LOOK_FRAMES)
        self._s = np.array([0.0, 0.0, 0.0, 1.0, float(LOOK_FRAMES)])

    def gains(self, peaks: F32) -> F32:
        """Gains (n,) for ``peaks`` (n,)."""
        out = np.empty(len(peaks), dtype=np.float32)
        _limit_gain(peaks, self._ceiling, self._release, self._deque, self._box, self._s, out)
        return out


def limit_gains(peaks: F32, ceiling: float) -> F32:
    """Gains (n,) aligned with the samples whose peak envelope is ``peaks`` (n,): nothing passes ``ceiling``."""
    tail = np.zeros(DELAY_FRAMES, dtype=np.float32)
    return GainComputer(ceiling=ceiling).gains(np.concatenate([peaks, tail]))[DELAY_FRAMES:]


@njit(cache=True, nogil=True)
def apply_gain(x, gain, scale, out) -> None:  # noqa: ANN001 - numba kernel
    """``out`` = ``x`` (n, c) times ``gain`` (n,) times ``scale``."""
    for i in range(x.shape[0]):
        g = scale * np.float64(gain[i])
        for ch in range(x.shape[1]):
            out[i, ch] = g * x[i, ch]


class Limiter:
    """Streaming limiter; output is :attr:`latency_frames` late."""

    latency_frames = DELAY_FRAMES + PEAK_LAG

    def __init__(self, *, ceiling_dbtp: float) -> None:
        self._ceiling = 10 ** ((ceiling_dbtp - 0.1) / 20)
        self._gain = GainComputer(ceiling=self._ceiling)
        self._tail = np.zeros((TAPS - 1, 2), dtype=np.float32)
        self._late = np.zeros((self.latency_frames, 2), dtype=np.float32)

    def process(self, block: F32) -> F32:
        """The limited block (n, 2), late by :attr:`latency_frames`."""
        ext = np.concatenate([self._tail, block])
        peaks = np.empty(len(block), dtype=np.float32)
        _peaks(ext, _FIR, self._ceiling / _REACH, peaks)
        line = np.concatenate([self._late, block])
        out = np.empty_like(block)
        apply_gain(line[: len(block)], self._gain.gains(peaks), 1.0, out)
        self._tail, self._late = ext[len(block) :].copy(), line[len(block) :].copy()
        return out


@njit(cache=True, nogil=True)
def soft_clip(x, knee, top) -> None:  # noqa: ANN001 - numba kernel
    """Samples above ``knee`` bend smoothly towards ``top``, in place; ``x`` (n, c)."""
    span = top - knee
    for i in range(x.shape[0]):
        for ch in range(x.shape[1]):
            v = np.float64(x[i, ch])
            a = abs(v)
            if a > knee:
                t = (a - knee) / span
                a = knee + span * t / math.sqrt(1 + t * t)
                x[i, ch] = a if v > 0 else -a
