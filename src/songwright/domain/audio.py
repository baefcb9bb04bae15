"""Sound as numbers, and the exact arithmetic of stems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SAMPLE_RATE_HZ = 48_000
FULL_SCALE_24 = 1 << 23
SUM_FRAMES = 1 << 16  # summed or rounded at once, so that long stems take no further memory of their own

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
    kind = np.float32 if samples.dtype == np.float32 else np.float64  # a power of two: float32 loses nothing
    for start in range(0, len(samples), SUM_FRAMES):
        scaled = samples[start : start + SUM_FRAMES].astype(kind) * kind(FULL_SCALE_24)
        np.rint(scaled, out=scaled)
        out[start : start + SUM_FRAMES] = np.clip(scaled, -FULL_SCALE_24, FULL_SCALE_24 - 1, out=scaled)
    return out


def from_pcm24(samples: I32) -> F32:
    """24-bit integers to floats; exact, since float32 has a 24-bit significand."""
    scaled = samples.astype(np.float32)
    scaled *= np.float32(1 / FULL_SCALE_24)
    return scaled


def peak_of(samples: F32) -> float:
    """Largest absolute value, 0.0 of nothing; without a copy of the samples."""
    return float(max(samples.max(initial=0), -samples.min(initial=0)))


def sum_stems(stems: Iterable[I32]) -> I32:
    """The pre-master: the integer sum of 24-bit stems. Raises OverflowError if it leaves 32 bits on the way."""
    total: I32 | None = None
    for stem in stems:
        if total is None:
            total = np.array(stem, np.int32)
            continue
        if stem.shape != total.shape:
            raise ValueError(f"stems of shapes {total.shape} and {stem.shape} have no sum")
        for start in range(0, len(stem), SUM_FRAMES):
            both = total[start : start + SUM_FRAMES].astype(np.int64) + stem[start : start + SUM_FRAMES]
            if np.abs(both).max(initial=0) >= 1 << 31:
                raise OverflowError("the sum of the stems leaves 32 bits")
            total[start : start + SUM_FRAMES] = both
    if total is None:
        raise ValueError("no stems to sum")
    return total
