"""The parts of a recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from songwright.domain.audio import F32, I32, from_pcm24, to_pcm24
from songwright.domain.score import StemName

from ..analyse import sings_alone
from . import medians
from .blocks import faded_blocks
from .files import PcmFile
from .medians import MedianVoice
from .spleeter import VoiceNet, find_weights

ALONE = "one voice, not separated"


class Separator(Protocol):
    """What finds a voice in a band."""

    @property
    def name(self) -> str:
        """How it does it, for those who read the result."""
        ...

    @property
    def block_frames(self) -> int:
        """How much sound it hears at once, in frames at 48 kHz."""
        ...

    @property
    def overlap_frames(self) -> int:
        """How much of it the next block hears again."""
        ...

    @property
    def trained(self) -> bool:
        """Whether what it finds is clean enough to hear the tune in."""
        ...

    def voice(self, samples: F32) -> F32:
        """The voice in at most ``block_frames`` of sound, float32 (n, 2)."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Voice:
    """The voice of a recording; the rest is the recording less the voice."""

    pcm: PcmFile
    alone: bool  # the recording is this voice and nothing else
    trained: bool  # found by a trained network
    how: str


def open_separator(weights: Path | None = None) -> Separator:
    """The trained network, from ``weights`` or from where setup left them; without them, median filters."""
    path = weights or find_weights()
    return VoiceNet(path) if path else MedianVoice()


def voice_in(pcm: I32, separator: Separator | None = None) -> Voice:
    """The voice in a recording, 24-bit PCM (n_frames, 2) at 48 kHz. Silence stays silence."""
    found = PcmFile()
    if sings_alone(from_pcm24(pcm)):
        found.append(pcm)
        return Voice(pcm=found, alone=True, trained=False, how=ALONE)
    by = separator or open_separator()
    for piece in faded_blocks(
        lambda start, end: from_pcm24(pcm[start:end]),
        len(pcm),
        by.voice,
        block=by.block_frames,
        overlap=by.overlap_frames,
    ):
        found.append(to_pcm24(piece))
    return Voice(pcm=found, alone=False, trained=by.trained, how=by.name)


class SeparatedStems(Mapping[StemName, I32]):
    """The twelve stems of a recording, read-only, on disk until they are looked at."""

    def __init__(self, files: Mapping[StemName, PcmFile], *, n_frames: int, how: str) -> None:
        self._files = dict(files)
        self._n_frames = n_frames
        self.how = how

    def __getitem__(self, name: StemName) -> I32:
        file = self._files.get(StemName(name))
        return np.zeros((self._n_frames, 2), np.int32) if file is None else file.samples()

    def __iter__(self) -> Iterator[StemName]:
        return iter(StemName)

    def __len__(self) -> int:
        return len(StemName)


def split_stems(pcm: I32, separator: Separator | None = None) -> SeparatedStems:
    """Twelve 24-bit stems whose integer sum is the recording; what is not heard apart is in Keyboard."""
    n_frames = len(pcm)
    voice = voice_in(pcm, separator)
    if voice.alone:
        return SeparatedStems({StemName.VOCALS: voice.pcm}, n_frames=n_frames, how=voice.how)

    def band(start: int, end: int) -> I32:
        return pcm[start:end] - voice.pcm.block(start, end)

    drums = _part(band, n_frames, medians.drums)
    bass = _part(lambda start, end: band(start, end) - drums.block(start, end), n_frames, medians.bass)
    rest = PcmFile()
    for start in range(0, n_frames, medians.BLOCK_FRAMES):
        end = min(n_frames, start + medians.BLOCK_FRAMES)
        rest.append(band(start, end) - drums.block(start, end) - bass.block(start, end))
    files = {StemName.VOCALS: voice.pcm, StemName.DRUMS: drums, StemName.BASS: bass, StemName.KEYBOARD: rest}
    return SeparatedStems(files, n_frames=n_frames, how=voice.how)


def _part(take: Callable[[int, int], I32], n_frames: int, work: Callable[[F32], F32]) -> PcmFile:
    found = PcmFile()
    for piece in faded_blocks(
        lambda start, end: from_pcm24(take(start, end)),
        n_frames,
        work,
        block=medians.BLOCK_FRAMES,
        overlap=medians.OVERLAP_FRAMES,
    ):
        found.append(to_pcm24(piece))
    return found
