"""Gains over time at one point per 64 frames, interpolated linearly in the kernels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

from .settings import Phrase, SectionGain

STEP_FRAMES = 64
STEP_S = STEP_FRAMES / SAMPLE_RATE_HZ
RAMP_S_PER_DB = 0.25  # of section gains


def n_points(n_frames: int) -> int:
    """Points that cover ``n_frames``, the right end included."""
    return n_frames // STEP_FRAMES + 2


def section_db(sections: Sequence[SectionGain], points: int) -> F32:
    """Section gains in dB over time. Ramps end at the section's start, and take longer the further they go."""
    if not sections:
        return np.zeros(points, dtype=np.float32)
    times, values = [0.0], [sections[0].gain_db]
    for here in sections[1:]:
        ramp_s = min(1.2, max(0.4, RAMP_S_PER_DB * abs(here.gain_db - values[-1])))
        times += [max(times[-1], here.start_s - ramp_s), max(times[-1], here.start_s)]
        values += [values[-1], here.gain_db]
    return np.interp(np.arange(points) * STEP_S, times, values).astype(np.float32)


def ride_db(phrases: Sequence[Phrase], points: int, *, vocal: bool) -> F32:
    """Phrase gains in dB over time: each phrase's own, ramps of at least 0.2 s between phrases."""
    if not phrases:
        return np.zeros(points, dtype=np.float32)
    times: list[float] = []
    values: list[float] = []
    for p in phrases:
        value = p.vocal_db if vocal else p.band_db
        edge_s = min(0.1, 0.45 * (p.end_s - p.start_s))
        times += [p.start_s + edge_s, p.end_s - edge_s]
        values += [value, value]
    return np.interp(np.arange(points) * STEP_S, times, values).astype(np.float32)


def singing(phrases: Sequence[Phrase], points: int, *, attack_s: float, release_s: float) -> F32:
    """1 while the lead sings, 0 otherwise, with ramps before and after each phrase."""
    out = np.zeros(points, dtype=np.float32)
    t = np.arange(points) * STEP_S
    for p in phrases:
        low = max(0, int((p.start_s - attack_s) / STEP_S))
        high = min(points, int((p.end_s + release_s) / STEP_S) + 2)
        near = t[low:high]
        rise = np.clip((near - (p.start_s - attack_s)) / attack_s, 0, 1)
        fall = np.clip((p.end_s + release_s - near) / release_s, 0, 1)
        out[low:high] = np.maximum(out[low:high], np.minimum(rise, fall))
    return out


def throw(phrases: Sequence[Phrase], points: int, *, tail_s: float = 0.6, gap_s: float = 1.2) -> F32:
    """1 over the last ``tail_s`` of phrases that at least ``gap_s`` of rest follow; where echoes are thrown."""
    ends = [
        Phrase(start_s=max(p.start_s, p.end_s - tail_s), end_s=p.end_s + 0.1)
        for p, following in zip(phrases, (*phrases[1:], None), strict=False)
        if following is None or following.start_s - p.end_s >= gap_s
    ]
    return singing(ends, points, attack_s=0.1, release_s=0.05)


@njit(cache=True, nogil=True)
def _pump(kicks, attack, hold, release, out):  # noqa: ANN001, ANN202 - numba kernel
    for k in range(kicks.shape[0]):
        at = kicks[k] / 64.0
        first = max(0, int(at - attack))
        last = min(out.shape[0], int(at + hold + release) + 2)
        for i in range(first, last):
            t = i - at
            if t < 0:
                v = 1 + t / attack
            elif t < hold:
                v = 1.0
            else:
                x = 1 - (t - hold) / release
                v = x * x if x > 0 else 0.0
            if v > out[i]:
                out[i] = v


def pump(kicks: Sequence[int], points: int, *, release_ms: float) -> F32:
    """Shape 0..1 of the dip that each kick makes: 2 ms down, 20 ms held, ``release_ms`` back."""
    out = np.zeros(points, dtype=np.float32)
    per_ms = 1e-3 / STEP_S
    _pump(np.asarray(kicks, dtype=np.int64), 2 * per_ms, 20 * per_ms, release_ms * per_ms, out)
    return out


@njit(cache=True, nogil=True)
def add_gained(src, ctrl, start, left, right, out) -> None:  # noqa: ANN001 - numba kernel
    """``out`` (n, 2) += ``src`` (n, 1 or 2) times the control gain and the pan gains; ``start`` = first frame."""
    stereo = src.shape[1] == 2
    for i in range(src.shape[0]):
        at = start + i
        k = at >> 6
        f = (at & 63) * 0.015625
        g = ctrl[k] + f * (ctrl[k + 1] - ctrl[k])
        if stereo:
            out[i, 0] += g * left * src[i, 0]
            out[i, 1] += g * right * src[i, 1]
        else:
            out[i, 0] += g * left * src[i, 0]
            out[i, 1] += g * right * src[i, 0]


@njit(cache=True, nogil=True)
def apply_lane(x, ctrl) -> None:  # noqa: ANN001 - numba kernel
    """``x`` (n, 2) times the control gain, in place."""
    for i in range(x.shape[0]):
        k = i >> 6
        g = ctrl[k] + (i & 63) * 0.015625 * (ctrl[k + 1] - ctrl[k])
        x[i, 0] *= g
        x[i, 1] *= g


@njit(cache=True, nogil=True)
def add_send(src, ctrl, start, out) -> None:  # noqa: ANN001 - numba kernel
    """``out`` (n,) += mono sum of ``src`` (n, 1 or 2) times the control gain, energy kept for mono sources."""
    stereo = src.shape[1] == 2
    for i in range(src.shape[0]):
        at = start + i
        k = at >> 6
        f = (at & 63) * 0.015625
        g = ctrl[k] + f * (ctrl[k + 1] - ctrl[k])
        v = 0.7071067811865476 * (src[i, 0] + src[i, 1]) if stereo else src[i, 0]
        out[i] += g * v


@njit(cache=True, nogil=True)
def carve(x, ctrl, start, c, s) -> None:  # noqa: ANN001 - numba kernel
    """Bell of varying depth in place: x + (g - 1) * bandpass(x), g = control gain; ``x`` (n, 2).

    A filter that has rung out is set to rest: denormal numbers would take a hundred times as long.
    """
    for ch in range(2):
        s1, s2 = s[ch, 0], s[ch, 1]
        for i in range(x.shape[0]):
            v = np.float64(x[i, ch])
            y = c[0] * v + s1
            s1 = c[1] * v - c[3] * y + s2
            s2 = c[2] * v - c[4] * y
            at = start + i
            if at & 63 == 0 and abs(s1) < 1e-30 and abs(s2) < 1e-30:
                s1 = s2 = 0.0
            k = at >> 6
            f = (at & 63) * 0.015625
            g = ctrl[k] + f * (ctrl[k + 1] - ctrl[k])
            x[i, ch] = v + (g - 1) * y
        s[ch, 0], s[ch, 1] = s1, s2
