"""Pitch classes: how much of each semitone sounds, frame by frame."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import F32

RATE_HZ = 22_050
FRAME, HOP = 8192, 2048
BASS_MIDI, TREBLE_MIDI = (28, 52), (48, 84)
BINS = 3  # per semitone
BLOCK_FRAMES = 512

F64 = npt.NDArray[np.float64]


def pitch_energy(mono: F32) -> F64:
    """Energy per third of a semitone from MIDI 28 to 84, one row every 2048 samples at 22,050 Hz, whitened."""
    midi = BASS_MIDI[0] + np.arange((TREBLE_MIDI[1] - BASS_MIDI[0]) * BINS) / BINS
    hz = 440.0 * 2.0 ** ((midi - 69.0) / 12.0)
    bins = np.fft.rfftfreq(FRAME, 1.0 / RATE_HZ)
    width = np.maximum(hz * (2.0 ** (1 / 36) - 1.0), RATE_HZ / FRAME)
    bank = np.exp(-0.5 * ((bins[None, :] - hz[:, None]) / (0.6 * width[:, None])) ** 2)
    bank = (bank / bank.sum(axis=1, keepdims=True)).astype(np.float32).T
    padded = np.pad(mono, (FRAME // 2, FRAME))
    views = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP][: max(1, -(-mono.shape[0] // HOP))]
    window = np.hanning(FRAME).astype(np.float32)
    rows = [
        np.abs(np.fft.rfft(views[i : i + BLOCK_FRAMES] * window, axis=1)).astype(np.float32) @ bank
        for i in range(0, views.shape[0], BLOCK_FRAMES)
    ]
    energy = np.concatenate(rows).astype(np.float64)
    around = np.apply_along_axis(lambda row: np.convolve(row, np.ones(37) / 37, mode="same"), 1, energy)
    return np.log1p(10.0 * np.maximum(energy - around, 0.0) / (around + 1e-4))


def tuned(energy: F64) -> F64:
    """Semitone rows (MIDI 28..83): thirds summed after the tuning offset that fits the whole sound best."""
    thirds = energy.sum(axis=0).reshape(-1, BINS).sum(axis=0)
    shift = int(np.argmax(thirds))  # 0 in tune, 1 a third sharp, 2 a third flat
    moved = np.roll(energy, {0: 0, 1: -1, 2: 1}[shift], axis=1)
    spread = moved + 0.5 * (np.roll(moved, 1, axis=1) + np.roll(moved, -1, axis=1))
    return spread[:, ::BINS]


def chroma(semitones: F64, span_midi: tuple[int, int]) -> F64:
    """Fold semitone rows of a register to twelve pitch classes (C first)."""
    out = np.zeros((semitones.shape[0], 12))
    for midi in range(*span_midi):
        out[:, midi % 12] += semitones[:, midi - BASS_MIDI[0]]
    return out


def per_span(rows: F64, edges_s: Sequence[float]) -> F64:
    """Means of frame rows between neighbouring edges, at least one frame each; zeros after the end."""
    times = np.arange(rows.shape[0]) * HOP / RATE_HZ
    out = np.zeros((len(edges_s) - 1, rows.shape[1]))
    for i, (start_s, end_s) in enumerate(itertools.pairwise(edges_s)):
        low, high = np.searchsorted(times, [start_s, end_s])
        if low < rows.shape[0]:
            out[i] = rows[low : max(high, low + 1)].mean(axis=0)
    return out
