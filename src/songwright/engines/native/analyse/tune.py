"""The leading line: the pitch of a voice, frame by frame; and whether a voice is all there is."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from songwright.domain.analysis import MelodyNote
from songwright.domain.audio import F32, SAMPLE_RATE_HZ

from .notes import notes_of

RATE_HZ = 16_000
LOWEST_HZ, HIGHEST_HZ = 65.0, 1050.0
SURE = 0.85  # of a voice alone
TUNE_SURE, TUNE_SURE_IN_A_BAND = 0.3, 0.15
FAINT_DB = 24.0  # below the loud frames: breath, reverberation
BLOCK_S = 60
COMB_HARMONICS, COMB_WIDTH = 40, 0.035
ALONE_COMB, ALONE_VOICED = 0.8, 0.5

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Frames:
    """One value per frame."""

    at_s: F64
    hz: F64  # the likeliest pitch, whether or not anything sings
    sure: F64  # 0..1
    level: F64  # root mean square


@functools.cache
def _detector() -> Any:
    from swift_f0 import SwiftF0

    return SwiftF0(threads=1)


def frames_of(samples: F32) -> Frames:
    """Pitch and level of a sound at 48 kHz, (n,) or (n, 2), about every 16 ms."""
    import soxr

    mono = samples.mean(axis=1) if samples.ndim == 2 else samples
    sound = soxr.resample(np.ascontiguousarray(mono, np.float32), SAMPLE_RATE_HZ, RATE_HZ).astype(np.float32)
    found = [
        (start, _detector().detect(sound[start : start + BLOCK_S * RATE_HZ], RATE_HZ, fmin=LOWEST_HZ, fmax=HIGHEST_HZ))
        for start in range(0, len(sound) - RATE_HZ // 4 + 1, BLOCK_S * RATE_HZ)
    ]
    if not found:
        none = np.zeros(0)
        return Frames(at_s=none, hz=none, sure=none, level=none)
    at_s = np.concatenate([np.asarray(piece.timestamps, np.float64) + start / RATE_HZ for start, piece in found])
    hz = np.concatenate([np.asarray(piece.pitch_hz, np.float64) for _, piece in found])
    sure = np.concatenate([np.asarray(piece.confidence, np.float64) for _, piece in found])
    centres = np.clip((at_s * RATE_HZ).astype(np.int64), 0, len(sound) - 1)
    power = np.concatenate([[0.0], np.cumsum(np.square(sound, dtype=np.float64))])
    low, high = np.maximum(centres - 256, 0), np.minimum(centres + 256, len(sound))
    return Frames(at_s=at_s, hz=hz, sure=sure, level=np.sqrt((power[high] - power[low]) / np.maximum(high - low, 1)))


def melody_of(samples: F32, *, alone: bool) -> tuple[tuple[MelodyNote, ...], float]:
    """The notes of the leading line, and the share of time in which it sounds (0..1).

    ``alone``: the sound is one voice; in a band less sure pitches are believed, since most are covered.
    """
    frames = frames_of(samples)
    if not len(frames.at_s):
        return (), 0.0
    loud = frames.level > max(1e-5, float(np.percentile(frames.level, 95))) * 10 ** (-FAINT_DB / 20)
    heard = (frames.sure >= (TUNE_SURE if alone else TUNE_SURE_IN_A_BAND)) & loud
    notes = notes_of(frames.at_s, np.where(heard, frames.hz, 0.0), frames.sure, frames.level)
    return notes, round(float(heard.mean()), 4)


def sings_alone(samples: F32) -> bool:
    """Whether a recording is one voice without a band: nearly all of it lies on the harmonics of one pitch."""
    frames = frames_of(samples)
    if not len(frames.at_s):
        return False
    at, level = frames.at_s, frames.level
    sure = (frames.sure >= SURE) & (level > 0.02 * max(float(level.max()), 1e-5))
    hz = np.where(sure, frames.hz, 0.0)
    if not sure.any():
        return False
    energy = np.square(level)
    if energy[hz > 0].sum() < ALONE_VOICED * energy.sum():
        return False
    mono = samples.mean(axis=1) if samples.ndim == 2 else samples
    chosen = np.flatnonzero(hz > 0)
    chosen = chosen[np.linspace(0, len(chosen) - 1, min(200, len(chosen))).astype(int)]
    shares = [_comb_share(mono, float(at[i]), float(hz[i])) for i in chosen]
    return float(np.median(shares)) > ALONE_COMB


def _comb_share(mono: F32, at_s: float, hz: float) -> float:
    """Share of a frame's energy (85 ms) near multiples of ``hz``."""
    size = 4096
    start = max(0, min(int(at_s * SAMPLE_RATE_HZ) - size // 2, len(mono) - size))
    frame = mono[start : start + size]
    if len(frame) < size:
        return 0.0
    power = np.abs(np.fft.rfft(frame * np.hanning(size))) ** 2
    bins = np.fft.rfftfreq(size, 1.0 / SAMPLE_RATE_HZ)
    use = (bins > 50.0) & (bins < hz * (COMB_HARMONICS + 0.5)) & (bins < 8000.0)
    order = bins / hz
    reach = np.maximum(COMB_WIDTH * np.maximum(order, 1.0) ** 0.5, 1.6 * SAMPLE_RATE_HZ / size / hz)
    near = np.abs(order - np.rint(order)) < np.minimum(reach, 0.3)
    total = float(power[use].sum())
    return float(power[use & near & (order > 0.5)].sum()) / total if total > 0 else 0.0
