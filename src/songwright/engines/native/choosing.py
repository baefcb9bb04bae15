"""Some stems of a sound, the others silent, without holding any of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import numpy as np

from songwright.domain.audio import I32
from songwright.domain.score import StemName


class ChosenStems(Mapping[StemName, I32]):
    """The stems ``names`` of ``stems``; the others are silence of ``n_frames``. Each is made when it is asked for."""

    def __init__(self, stems: Mapping[StemName, I32], names: Collection[StemName], *, n_frames: int) -> None:
        self._stems, self._names, self._n_frames = stems, frozenset(names), n_frames

    def __getitem__(self, name: StemName) -> I32:
        return self._stems[name] if name in self._names else np.zeros((self._n_frames, 2), np.int32)

    def __iter__(self) -> Iterator[StemName]:
        return iter(StemName)

    def __len__(self) -> int:
        return len(StemName)
