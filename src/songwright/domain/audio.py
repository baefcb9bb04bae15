"""Sound as numbers, and the exact arithmetic of stems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SAMPLE_RATE_HZ = 48_000
FULL_SCALE_24 = 1 << 23
_BLOCK_FRAMES = 1 << 16

F32 = npt.NDArray[np.float32]
I32 = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Audio:
    """Float samples, shape (n_frames, 2), full scale 1.0."""

    samples: F32
    sample_rate_hz: int = SAMPLE_RATE_HZ

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.shape[1] != 2:
            raise ValueError(f"audio has shape (n_frames, 2), not {self.samples.shape}")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples.shape[0] / self.sample_rate_hz


def to_pcm24(samples: npt.NDArray[np.floating]) -> I32:
    """Round to 24-bit integers (in int32), half to even, clipped at full scale."""
    out = np.empty(samples.shape, np.int32)
    for start in range(0, len(samples), _BLOCK_FRAMES):  # a song in float64 would take twice its memory
        scaled = np.rint(samples[start : start + _BLOCK_FRAMES].astype(np.float64) * FULL_SCALE_24)
        out[start : start + _BLOCK_FRAMES] = np.clip(scaled, -FULL_SCALE_24, FULL_SCALE_24 - 1, out=scaled)
    return out


def from_pcm24(samples: I32) -> F32:
    """24-bit integers to floats; exact, since float32 has a 24-bit significand."""
    return samples.astype(np.float32) / np.float32(FULL_SCALE_24)


def peak_of(samples: F32) -> float:
    """Largest absolute value, 0.0 of nothing; without a copy of the samples."""
    return float(max(samples.max(initial=0), -samples.min(initial=0)))


def sum_stems(stems: Iterable[I32]) -> I32:
    """The pre-master: the integer sum of 24-bit stems. Raises OverflowError if it leaves 32 bits."""
    total: npt.NDArray[np.int64] | None = None
    for stem in stems:
        total = stem.astype(np.int64) if total is None else total + stem
    if total is None:
        raise ValueError("no stems to sum")
    if np.abs(total).max(initial=0) >= 1 << 31:
        raise OverflowError("the sum of the stems leaves 32 bits")
    return total.astype(np.int32)
