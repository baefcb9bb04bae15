"""Slower and faster: by resampling, or in time alone (WSOLA: Verhelst and Roelands, 1993).

The places where WSOLA cuts are found once, in the whole mix, and used for every stem, so that stretched stems still
sum to the stretched mix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from songwright.domain.audio import FULL_SCALE_24, I32

FRAME = 2048  # 43 ms at 48 kHz
HOP = FRAME // 2
REACH = 512  # how far a cut may move to fit what went before
_STEP = 4  # decimation of the search


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TimeMap:
    """Where each output frame block is read from."""

    reads: npt.NDArray[np.int64]  # first source frame of each block
    n_frames: int  # of the result


def stretched_frames(n_frames: int, factor: float) -> int:
    """Length of ``n_frames`` at ``factor`` times the speed."""
    return round(n_frames / factor)


def time_map(guide: I32, factor: float) -> TimeMap:
    """The cuts that suit ``guide``, (n_frames, 2)."""
    mono = guide.astype(np.float64).sum(axis=1)
    mono = np.pad(mono, (0, 2 * FRAME + 2 * REACH))
    n_out = stretched_frames(len(guide), factor)
    reads = [0]
    for block in range(1, n_out // HOP + 2):
        ideal = round(block * HOP * factor)
        natural = reads[-1] + HOP
        low = max(0, min(ideal, len(guide)) - REACH)
        target = mono[natural : natural + FRAME : _STEP]
        area = mono[low : low + 2 * REACH + FRAME : _STEP]
        score = np.correlate(area, target, mode="valid") if len(target) else np.zeros(1)
        power = np.sqrt(np.convolve(np.square(area), np.ones(len(target)), mode="valid")) + 1.0
        reads.append(min(low + _STEP * int(np.argmax(score / power)), len(guide)))
    return TimeMap(reads=np.array(reads, np.int64), n_frames=n_out)


def apply_map(pcm: I32, where: TimeMap) -> npt.NDArray[np.float64]:
    """``pcm`` (n_frames, 2) read along the map: float values on the 24-bit scale."""
    window = (0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(FRAME) + 0.5) / FRAME))[:, None]
    out = np.zeros((len(where.reads) * HOP + FRAME, 2))
    padded = np.concatenate([np.zeros((HOP, 2), np.int32), pcm, np.zeros((FRAME + REACH, 2), np.int32)])
    for block, read in enumerate(where.reads):
        piece = padded[read : read + FRAME]
        out[block * HOP : block * HOP + len(piece)] += piece * window[: len(piece)]
    return out[HOP : HOP + where.n_frames]


def stretch_all(sounds: Sequence[I32], factor: float, *, keep_pitch: bool, guide: I32) -> list[I32]:
    """Each sound, (n_frames, 2), at ``factor`` times the speed (0.25..4), all cut in the same places.

    ``keep_pitch`` changes time alone; without it pitch follows, as with a tape. Lengths are exact to the frame.
    """
    if factor == 1.0:
        return [sound.copy() for sound in sounds]
    if keep_pitch:
        where = time_map(guide, factor)
        return [_pcm(apply_map(sound, where)) for sound in sounds]
    return [_pcm(_resampled(sound, factor)) for sound in sounds]


def _resampled(sound: I32, factor: float) -> npt.NDArray[np.float64]:
    n_out = stretched_frames(len(sound), factor)
    out = np.zeros((n_out, 2))
    made = soxr.resample(sound.astype(np.float64), factor * 48_000.0, 48_000.0, quality="VHQ")
    out[: len(made)] = made[:n_out]
    return out


def _pcm(values: npt.NDArray[np.float64]) -> I32:
    return np.clip(np.rint(values), -FULL_SCALE_24, FULL_SCALE_24 - 1).astype(np.int32)
