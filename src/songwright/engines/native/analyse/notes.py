"""A voice's pitch, frame by frame, cut into notes.

A hidden Markov chain over silence and the semitones (after Mauch et al., "Computer-aided melody note transcription
using the Tony software", 2015) says which note each frame belongs to; a note sung again on the same pitch is found
where the level rises.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from songwright.domain.analysis import MelodyNote

LOWEST_MIDI, HIGHEST_MIDI = 34, 86
SPREAD_SEMITONES, FARTHEST = 0.4, 3.0  # a frame further off than FARTHEST spreads says no more than that
LEAP_COST, BREATH_COST = 7.0, 2.0
UNHEARD, HEARD = 0.5, 2.0  # per frame: a note without pitch, pitch without a note
SHORTEST_NOTE_S = 0.07
RISE_DB, RISE_S = 4.5, 0.05
BRIDGE_S = 0.24  # consonants between two notes are sung, not rests

F64 = npt.NDArray[np.float64]


def notes_of(at_s: F64, hz: F64, sure: F64, level: F64) -> tuple[MelodyNote, ...]:
    """Notes of frames at ``at_s``: pitch in Hz (0 = none), sureness 0..1, level (root mean square)."""
    if len(at_s) < 2 or not (hz > 0).any():
        return ()
    semitones = np.where(hz > 0, 69 + 12 * np.log2(np.maximum(hz, 1.0) / 440.0), np.nan)
    semitones = semitones - tuning(semitones, sure)
    step_s = float(np.median(np.diff(at_s)))
    path = _path(semitones, sure)
    level_db = 20 * np.log10(np.maximum(level, 1e-6))
    runs = _struck_again(_runs(path), level_db, step_s)
    kept = [run for run in runs if (run[1] - run[0]) * step_s >= SHORTEST_NOTE_S]
    top = max(float(level.max()), 1e-9)
    found: list[MelodyNote] = []
    for i, (start, end, pitch) in enumerate(kept):
        until_s = at_s[0] + end * step_s
        after_s = at_s[0] + kept[i + 1][0] * step_s if i + 1 < len(kept) else np.inf
        if after_s - until_s < BRIDGE_S:
            until_s = after_s
        found.append(
            MelodyNote(
                start_s=round(float(at_s[start]), 4),
                duration_s=round(float(until_s - at_s[0] - start * step_s), 4),
                pitch_midi=pitch,
                strength=round(float(np.clip(level[start:end].mean() / top, 0.05, 1.0)), 3),
            )
        )
    return tuple(found)


def tuning(semitones: F64, sure: F64) -> float:
    """How far the pitches lie beside the semitones, -0.5..0.5 (circular mean)."""
    heard = ~np.isnan(semitones)
    turn = np.sum(sure[heard] * np.exp(2j * np.pi * semitones[heard]))
    return float(np.angle(turn) / (2 * np.pi))


def _path(semitones: F64, sure: F64) -> npt.NDArray[np.int64]:
    """The likeliest pitch of each frame, 0 for silence."""
    pitches = np.arange(LOWEST_MIDI, HIGHEST_MIDI + 1)
    heard = ~np.isnan(semitones)
    off = np.abs(np.where(heard, semitones, 0.0)[:, None] - pitches) / SPREAD_SEMITONES
    scores = np.empty((len(semitones), len(pitches) + 1))
    scores[:, 0] = np.where(heard, -HEARD * sure, 0.0)
    scores[:, 1:] = np.where(heard[:, None], -0.5 * sure[:, None] * np.minimum(off, FARTHEST) ** 2, -UNHEARD)
    total = scores[0].copy()
    back = np.zeros(scores.shape, dtype=np.int16)
    stay = np.arange(scores.shape[1])
    for i in range(1, len(scores)):
        note = 1 + int(total[1:].argmax())
        ways = np.maximum(total[note] - LEAP_COST, total[0] - BREATH_COST)
        origin = note if total[note] - LEAP_COST >= total[0] - BREATH_COST else 0
        keep = total[1:] >= ways
        back[i, 1:] = np.where(keep, stay[1:], origin)
        breath = total[note] - BREATH_COST
        back[i, 0] = 0 if total[0] >= breath else note
        total = np.concatenate([[max(total[0], breath)], np.where(keep, total[1:], ways)]) + scores[i]
    place = int(total.argmax())
    path = np.zeros(len(scores), dtype=np.int64)
    for i in range(len(scores) - 1, -1, -1):
        path[i] = place
        place = int(back[i, place])
    return np.where(path > 0, path + LOWEST_MIDI - 1, 0)


def _runs(path: npt.NDArray[np.int64]) -> list[tuple[int, int, int]]:
    """First frame, frame after the last, pitch."""
    edges = [0, *(np.flatnonzero(np.diff(path)) + 1).tolist(), len(path)]
    return [(a, b, int(path[a])) for a, b in zip(edges[:-1], edges[1:], strict=True) if path[a] > 0]


def _struck_again(runs: list[tuple[int, int, int]], level_db: F64, step_s: float) -> list[tuple[int, int, int]]:
    """Runs cut where the level rises steeply."""
    reach = max(1, round(RISE_S / step_s))
    shortest = max(2, round(SHORTEST_NOTE_S / step_s))
    rise = np.zeros(len(level_db))
    rise[reach:] = level_db[reach:] - level_db[:-reach]
    out: list[tuple[int, int, int]] = []
    for start, end, pitch in runs:
        cut = start
        for i in range(start + shortest, end - shortest + 1):
            around = rise[max(start + shortest, i - reach) : i + reach + 1]
            if rise[i] >= RISE_DB and rise[i] >= around.max() and i - cut >= shortest:
                out.append((cut, i - reach // 2, pitch))
                cut = i - reach // 2
        out.append((cut, end, pitch))
    return out
