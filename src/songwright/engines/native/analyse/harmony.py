"""Chords and key out of pitch-class energy."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from songwright.domain.analysis import TimedChord
from songwright.domain.audio import F32
from songwright.domain.score import QUALITIES, Chord
from songwright.domain.style import MODES, Key

RATE_HZ = 22_050
FRAME, HOP = 8192, 2048
BASS_MIDI, TREBLE_MIDI = (28, 52), (48, 84)
BINS = 3  # per semitone
BLOCK_FRAMES = 512
TRIADS = ("", "m")
SWITCH_COST, DOWNBEAT_COST = 1.0, 0.35
SHARPNESS = 9.0
SILENT = 1e-5

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


def chords_of(mono: F32, beats_s: Sequence[float], downbeats: Sequence[int], duration_s: float) -> list[TimedChord]:
    """A chord (major or minor) per beat, smoothed by Viterbi with cheap changes on downbeats, and merged."""
    edges = [0.0, *[b for b in beats_s if 0.02 < b < duration_s - 0.02], duration_s]
    starts_bar = {round(beats_s[i], 6) for i in downbeats}
    semitones = tuned(pitch_energy(mono))
    treble, bass = chroma(semitones, TREBLE_MIDI), chroma(semitones, BASS_MIDI)
    times = np.arange(semitones.shape[0]) * HOP / RATE_HZ
    loud = np.array([_rms(mono, a, b) for a, b in itertools.pairwise(edges)])
    fits = np.array([_fit(_mean(treble, times, a, b), _mean(bass, times, a, b)) for a, b in itertools.pairwise(edges)])
    costs = [DOWNBEAT_COST if round(edge, 6) in starts_bar else SWITCH_COST for edge in edges[:-1]]
    path = _viterbi(SHARPNESS * fits, costs)
    found: list[TimedChord] = []
    for i, state in enumerate(path):
        chord = None if loud[i] < SILENT else Chord(root_pc=state % 12, quality=TRIADS[state // 12])
        if found and found[-1].chord == chord:
            found[-1] = TimedChord(start_s=found[-1].start_s, end_s=edges[i + 1], chord=chord)
        else:
            found.append(TimedChord(start_s=edges[i], end_s=edges[i + 1], chord=chord))
    return found


def _rms(mono: F32, start_s: float, end_s: float) -> float:
    piece = mono[int(start_s * RATE_HZ) : int(end_s * RATE_HZ) + 1]
    return float(np.sqrt(np.mean(np.square(piece, dtype=np.float64)))) if piece.size else 0.0


def _mean(rows: F64, times: F64, start_s: float, end_s: float) -> F64:
    low, high = np.searchsorted(times, [start_s, end_s])
    return rows[low : max(high, low + 1)].mean(axis=0) if low < rows.shape[0] else np.zeros(rows.shape[1])


def _fit(treble: F64, bass: F64) -> F64:
    """Cosine with each of 24 triads, helped by the root in the bass."""
    size, low = np.linalg.norm(treble) + 1e-9, np.linalg.norm(bass) + 1e-9
    fit = np.empty(24)
    for state in range(24):
        root, steps = state % 12, QUALITIES[TRIADS[state // 12]]
        tones = [(root + step) % 12 for step in steps]
        fit[state] = treble[tones].sum() / (size * np.sqrt(3)) + 0.3 * bass[root] / low + 0.08 * bass[tones[2]] / low
    return fit


def _viterbi(scores: F64, costs: Sequence[float]) -> list[int]:
    total = scores[0].copy()
    back = np.zeros(scores.shape, dtype=np.int64)
    stay = np.arange(scores.shape[1])
    for i in range(1, scores.shape[0]):
        jump = int(total.argmax())
        keep = total >= total[jump] - costs[i]
        back[i] = np.where(keep, stay, jump)
        total = np.where(keep, total, total[jump] - costs[i]) + scores[i]
    state = int(total.argmax())
    path = [state]
    for i in range(scores.shape[0] - 1, 0, -1):
        state = int(back[i, state])
        path.append(state)
    return path[::-1]


def key_of(chords: Sequence[TimedChord]) -> tuple[Key, float]:
    """Major or minor key by how long which chord sounds, and how sure that is (0..1)."""
    held = np.zeros(24)
    for timed in chords:
        if timed.chord is not None:
            held[timed.chord.root_pc + 12 * TRIADS.index(timed.chord.quality)] += timed.end_s - timed.start_s
    if held.sum() <= 0:
        return Key(tonic_pc=0), 0.0
    held /= held.sum()
    heard = [timed.chord for timed in chords if timed.chord is not None]
    scored = sorted(
        ((_key_fit(held, heard, tonic, mode), tonic, mode) for tonic in range(12) for mode in ("major", "minor")),
        reverse=True,
    )
    best, second = scored[0], scored[1]
    return Key(tonic_pc=best[1], mode=best[2]), float(np.clip((best[0] - second[0]) / 0.3, 0.0, 1.0))


def _key_fit(held: F64, heard: Sequence[Chord], tonic: int, mode: str) -> float:
    """Share of time in chords of the key, the tonic and dominant counting more, and the first and last chord."""
    scale = {(tonic + step) % 12 for step in MODES[mode]}
    total = 0.0
    for state in range(24):
        inside = all((state % 12 + step) % 12 in scale for step in QUALITIES[TRIADS[state // 12]])
        total += held[state] * inside
    home = tonic + (0 if mode == "major" else 12)
    fifth = (tonic + 7) % 12
    total += 0.5 * held[home] + 0.15 * (held[fifth] + (held[fifth + 12] if mode == "minor" else 0.0))
    for chord in (heard[0], heard[-1]):
        total += 0.08 * (chord.root_pc == tonic and (chord.quality == "") == (mode == "major"))
    return float(total)
