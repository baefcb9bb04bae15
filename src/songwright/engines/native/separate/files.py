"""Samples that wait on disk: a recording's parts together are several times as large as the recording."""

from __future__ import annotations

import tempfile

import numpy as np

from songwright.domain.audio import F32, I32, from_pcm24

FRAME_BYTES = 8
BLOCK_FRAMES = 1 << 18


class PcmFile:
    """24-bit PCM (n_frames, 2) in an unnamed temporary file, which the system removes when nobody holds it."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="songwright-")  # noqa: SIM115 - lives as long as its owner
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
        out = np.empty(self.n_frames, np.float32)
        for start in range(0, self.n_frames, BLOCK_FRAMES):
            end = min(self.n_frames, start + BLOCK_FRAMES)
            out[start:end] = from_pcm24(self.block(start, end)).mean(axis=1)
        return out

    def samples(self) -> I32:
        """All frames, read-only, mapped: they take memory while they are looked at and the array lives."""
        self._file.flush()
        if not self.n_frames:
            return np.zeros((0, 2), np.int32)
        return np.memmap(self._file, np.int32, "r", shape=(self.n_frames, 2))
