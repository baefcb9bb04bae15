"""Ways to spoil a recording, each with the clock that says where every moment of it went."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from songwright.assets.mp3 import decode_mp3, encode_mp3
from songwright.domain.audio import F32, SAMPLE_RATE_HZ, to_pcm24

FRAME, REACH = 2048, 512
DRIFT, DRIFT_PERIOD_S = 0.03, 16.0
CENTS = 30.0
NOISE_DB = 20.0
POOR_RATE_HZ = 22_050

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Spoilt:
    """A recording and what became of its times and pitches."""

    samples: F32
    clock: Callable[[F64], F64]  # seconds before to seconds after
    cents: float = 0.0  # pitch moved by


def _same(seconds: F64) -> F64:
    return seconds


def _clean(x: F32) -> Spoilt:
    return Spoilt(samples=x, clock=_same)


def _drifting(x: F32) -> Spoilt:
    """Three percent faster and slower in turn, pitch kept: overlapping blocks, cut where they fit (WSOLA)."""
    hop = FRAME // 2
    end_s = len(x) / SAMPLE_RATE_HZ
    seconds = np.arange(0.0, end_s, 0.01)
    after = seconds + DRIFT * DRIFT_PERIOD_S / (2 * np.pi) * np.sin(2 * np.pi * seconds / DRIFT_PERIOD_S)
    n_blocks = int(after[-1] * SAMPLE_RATE_HZ) // hop
    ideal = np.rint(np.interp(np.arange(n_blocks) * hop / SAMPLE_RATE_HZ, after, seconds) * SAMPLE_RATE_HZ).astype(int)
    mono = np.pad(x.sum(axis=1, dtype=np.float64), (0, 3 * FRAME))
    source = np.pad(x, ((0, 3 * FRAME), (0, 0)))
    window = (0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(FRAME) + 0.5) / FRAME)).astype(np.float32)[:, None]
    out = np.zeros((n_blocks * hop + FRAME, 2), np.float32)
    read = 0
    for block in range(n_blocks):
        if block:
            low = max(0, int(ideal[block]) - REACH)
            target, area = mono[read + hop : read + hop + FRAME : 2], mono[low : low + 2 * REACH + FRAME : 2]
            fit = np.correlate(area, target, mode="valid")
            power = np.sqrt(np.convolve(area**2, np.ones(len(target)), mode="valid")) + 1e-6
            read = low + 2 * int(np.argmax(fit / power))
        out[block * hop : block * hop + FRAME] += window * source[read : read + FRAME]
    return Spoilt(samples=out, clock=lambda s: np.interp(s, seconds, after))


def _detuned(x: F32) -> Spoilt:
    """As from a tape that runs too fast."""
    factor = 2 ** (CENTS / 1200)
    samples = soxr.resample(x, SAMPLE_RATE_HZ * factor, SAMPLE_RATE_HZ).astype(np.float32)
    return Spoilt(samples=samples, clock=lambda s: s / factor, cents=CENTS)


def _noisy(x: F32) -> Spoilt:
    """White noise, 20 dB below the recording."""
    level = np.sqrt(np.mean(np.square(x, dtype=np.float64))) * 10 ** (-NOISE_DB / 20)
    noise = np.random.default_rng(1).normal(0.0, level, x.shape)
    return Spoilt(samples=(x + noise).astype(np.float32), clock=_same)


def _mp3(kbps: int) -> Callable[[F32], Spoilt]:
    def spoil(x: F32) -> Spoilt:
        return Spoilt(samples=decode_mp3(encode_mp3(to_pcm24(x), bitrate_kbps=kbps)), clock=_same)

    return spoil


def _poor(x: F32) -> Spoilt:
    """Mono at 22.05 kHz."""
    mono = soxr.resample(x.mean(axis=1), SAMPLE_RATE_HZ, POOR_RATE_HZ)
    back = soxr.resample(mono, POOR_RATE_HZ, SAMPLE_RATE_HZ).astype(np.float32)
    return Spoilt(samples=np.repeat(back[:, None], 2, axis=1), clock=_same)


WAYS: dict[str, Callable[[F32], Spoilt]] = {
    "clean": _clean,
    "tempo ±3 %": _drifting,
    "+30 cents": _detuned,
    "noise 20 dB": _noisy,
    "MP3 128k": _mp3(128),
    "MP3 64k": _mp3(64),
    "mono 22 kHz": _poor,
}
"""Names as they appear in the tables."""
