"""The leading line: pitches of a voice, cut into notes."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import numpy.typing as npt

from songwright.domain.analysis import MelodyNote
from songwright.domain.audio import F32, SAMPLE_RATE_HZ

RATE_HZ = 16_000
LOWEST_HZ, HIGHEST_HZ = 65.0, 1050.0
SURE, SURE_IN_A_BAND = 0.85, 0.35
SHORTEST_NOTE_S = 0.08
SAME_SEMITONES = 0.7
BLOCK_S = 60
COMB_HARMONICS, COMB_WIDTH = 40, 0.035
ALONE_COMB, ALONE_VOICED = 0.8, 0.75

F64 = npt.NDArray[np.float64]


@functools.cache
def _detector() -> Any:
    from swift_f0 import SwiftF0

    return SwiftF0(threads=1)


def pitches(samples: F32, *, sure_from: float = SURE) -> tuple[F64, F64, F64]:
    """Times in seconds, Hz (0 where no voice is sure) and level (root mean square) per frame of about 16 ms."""
    import soxr

    mono = samples.mean(axis=1) if samples.ndim == 2 else samples
    sound = soxr.resample(np.ascontiguousarray(mono, np.float32), SAMPLE_RATE_HZ, RATE_HZ).astype(np.float32)
    if len(sound) < RATE_HZ // 4:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    times, hz = [], []
    for start in range(0, len(sound), BLOCK_S * RATE_HZ):
        piece = sound[start : start + BLOCK_S * RATE_HZ]
        if len(piece) < RATE_HZ // 4:
            continue
        found = _detector().detect(piece, RATE_HZ, fmin=LOWEST_HZ, fmax=HIGHEST_HZ)
        sure = np.asarray(found.confidence) >= sure_from
        times.append(np.asarray(found.timestamps, np.float64) + start / RATE_HZ)
        hz.append(np.where(sure, np.asarray(found.pitch_hz, np.float64), 0.0))
    at, pitch = np.concatenate(times), np.concatenate(hz)
    centres = np.clip((at * RATE_HZ).astype(np.int64), 0, len(sound) - 1)
    power = np.concatenate([[0.0], np.cumsum(np.square(sound, dtype=np.float64))])
    low, high = np.maximum(centres - 256, 0), np.minimum(centres + 256, len(sound))
    level = np.sqrt((power[high] - power[low]) / np.maximum(high - low, 1))
    return at, np.where(level > 0.02 * max(float(level.max(initial=0.0)), 1e-5), pitch, 0.0), level


def melody_of(samples: F32, *, alone: bool) -> tuple[tuple[MelodyNote, ...], float]:
    """The notes of the leading line, and the share of time in which it sounds (0..1).

    ``alone``: the sound is one voice; in a band less sure pitches are believed, since most are covered.
    """
    at, hz, level = pitches(samples, sure_from=SURE if alone else SURE_IN_A_BAND)
    if not len(at):
        return (), 0.0
    top = max(float(level.max()), 1e-9)
    step = float(np.median(np.diff(at))) if len(at) > 1 else 0.016
    semitones = np.where(hz > 0, 69 + 12 * np.log2(np.maximum(hz, 1.0) / 440.0), np.nan)
    notes: list[MelodyNote] = []
    start = 0
    for i in range(1, len(at) + 1):
        run = semitones[start:i]
        goes_on = i < len(at) and not np.isnan(semitones[i]) and not np.isnan(semitones[start])
        if goes_on and abs(semitones[i] - np.median(run)) <= SAME_SEMITONES:
            continue
        length_s = (i - start) * step
        if not np.isnan(semitones[start]) and length_s >= SHORTEST_NOTE_S:
            notes.append(
                MelodyNote(
                    start_s=round(float(at[start]), 4),
                    duration_s=round(length_s, 4),
                    pitch_midi=round(float(np.median(run))),
                    strength=round(float(np.clip(level[start:i].mean() / top, 0.05, 1.0)), 3),
                )
            )
        start = i
    return _joined(notes), round(float((hz > 0).mean()), 4)


def sings_alone(samples: F32) -> bool:
    """Whether a recording is one voice without a band: nearly all of it lies on the harmonics of one pitch."""
    at, hz, level = pitches(samples)
    if not len(at) or not (hz > 0).any():
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


def _joined(notes: list[MelodyNote]) -> tuple[MelodyNote, ...]:
    """Octave slips shorter than a tenth of a second take the octave of what surrounds them."""
    out = list(notes)
    for i in range(1, len(out) - 1):
        before, here, after = out[i - 1], out[i], out[i + 1]
        jump = here.pitch_midi - before.pitch_midi
        if abs(jump) == 12 and here.duration_s < 0.1 and abs(after.pitch_midi - before.pitch_midi) <= 4:
            out[i] = MelodyNote(
                start_s=here.start_s,
                duration_s=here.duration_s,
                pitch_midi=before.pitch_midi,
                strength=here.strength,
            )
    return tuple(out)
