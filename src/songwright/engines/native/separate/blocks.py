"""Long sounds in stretches that fade into each other, so that memory does not grow with the sound."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from songwright.domain.audio import F32

Take = Callable[[int, int], F32]
"""Frames from ... up to ... of a sound, float32 (n, 2)."""


def faded_blocks(take: Take, n_frames: int, work: Callable[[F32], F32], *, block: int, overlap: int) -> Iterator[F32]:
    """What ``work`` makes of every ``block`` frames, joined by linear fades over ``overlap`` frames.

    ``work`` gives as many frames as it gets. Yields pieces one after another, ``n_frames`` in all.
    """
    ramp: F32 = ((np.arange(overlap) + 0.5) / overlap).astype(np.float32)[:, None]
    tail: F32 | None = None
    for start in range(0, n_frames, block - overlap):
        end = min(n_frames, start + block)
        piece = work(take(start, end))
        if tail is not None:
            piece = piece.copy()
            piece[:overlap] = piece[:overlap] * ramp + tail * (1 - ramp)
        if end == n_frames:
            yield piece
            return
        tail = piece[-overlap:]
        yield piece[:-overlap]
