"""What every renderer of a part offers."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from songwright.domain.audio import F32


class PartStream(Protocol):
    """A part being rendered, from its first frame on. For one thread at a time."""

    def render(self, n_frames: int) -> F32:
        """The next ``n_frames`` frames, dry: float32 (n_frames, 2), 48 kHz; silence after the end.

        The samples do not depend on how the part is cut into blocks.
        """
        ...


class ScaledSum:
    """Streams played together, each with a linear gain."""

    def __init__(self, streams: list[tuple[PartStream, float]]) -> None:
        self._streams = streams

    def render(self, n_frames: int) -> F32:
        """See :meth:`PartStream.render`."""
        out = np.zeros((n_frames, 2), np.float32)
        for stream, gain in self._streams:
            out += stream.render(n_frames) * np.float32(gain)
        return out
