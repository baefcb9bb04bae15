"""Samples that wait on disk: a recording's parts together are several times as large as the recording."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Callable

import numpy as np

from songwright.domain.audio import F32, I32, from_pcm24

FRAME_BYTES = 8
BLOCK_FRAMES = 1 << 18


class PcmFile:
    """24-bit PCM (n_frames, 2) in an unnamed temporary file, which the system removes when nobody holds it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="songwright-")  # noqa: SIM115 - lives as long as its owner
        weakref.finalize(self, self._file.close)  # arrays that were mapped stay
        self.n_frames = 0

    def append(self, pcm: I32) -> None:
        """Add frames at the end. Raises OSError when the disk is full."""
        self._file.seek(self.n_frames * FRAME_BYTES)
        self._file.write(np.ascontiguousarray(pcm, np.int32).tobytes())
        self.n_frames += len(pcm)

    def block(self, start: int, end: int) -> I32:
        """A copy of the frames ``start`` up to ``end``."""
        self._file.seek(start * FRAME_BYTES)
        raw = self._file.read((end - start) * FRAME_BYTES)
        return np.frombuffer(raw, np.int32).reshape(-1, 2)

    def mono(self) -> F32:
        """The mean of both sides, float32 (n_frames,) at full scale 1."""
        return _mono(self.block, self.n_frames)

    def samples(self) -> I32:
        """All frames, read-only, mapped: they take memory while they are looked at and the array lives."""
        self._file.flush()
        if not self.n_frames:
            return np.zeros((0, 2), np.int32)
        return np.memmap(self._file, np.int32, "r", shape=(self.n_frames, 2))


def mono_of(pcm: I32) -> F32:
    """The mean of both sides of 24-bit PCM, float32 (n_frames,) at full scale 1."""
    return _mono(lambda start, end: pcm[start:end], len(pcm))


def _mono(take: Callable[[int, int], I32], n_frames: int) -> F32:
    out = np.empty(n_frames, np.float32)
    for start in range(0, n_frames, BLOCK_FRAMES):
        end = min(n_frames, start + BLOCK_FRAMES)
        out[start:end] = from_pcm24(take(start, end)).mean(axis=1)
    return out
