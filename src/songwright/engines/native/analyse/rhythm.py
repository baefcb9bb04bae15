"""Beats, bars, tempo and meter out of beat probabilities and the harmony's changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import F32
from songwright.domain.time import Meter

from .beatnet import FRAMES_PER_S, activations
from .beats import FLOOR, beat_frames
from .chroma import BASS_MIDI, TREBLE_MIDI, chroma, per_span

OTHER_COUNT_COST = 12.0  # cost of losing the count of the bar
FIT_BEATS = 16
PLAIN_BPM = 120.0
NEW_CHORD = 1.0  # how much a change of harmony, one standard deviation above the mean, speaks for a downbeat
LEAST_LOG = -4.0  # a weak downbeat says no more than that against a bar

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """Beats in seconds, the indices of those that begin a bar, tempo in quarters per minute, meter."""

    beats_s: tuple[float, ...]
    downbeats: tuple[int, ...]
    bpm: float
    meter: Meter


def rhythm_of(mono: F32, semitones: F64, duration_s: float) -> Rhythm:
    """The rhythm of mono sound at 22,050 Hz and its semitone rows. Sound without beats gets steady 4/4 at 120."""
    beat, downbeat = activations(mono)
    frames = beat_frames(beat.astype(np.float64)) if beat.shape[0] > FRAMES_PER_S and beat.max() > 0.05 else []
    if len(frames) < 4:
        step_s = 60.0 / PLAIN_BPM
        beats = tuple(float(t) for t in np.arange(0.0, duration_s, step_s))
        return Rhythm(beats_s=beats, downbeats=tuple(range(0, len(beats), 4)), bpm=PLAIN_BPM, meter=Meter())
    beats_s = [_refined(beat, frame) / FRAMES_PER_S for frame in frames]
    places = [round(frame) for frame in frames]
    strengths = np.array([downbeat[max(0, f - 2) : f + 3].max() for f in places], dtype=np.float64)
    count, downbeats = _bars(strengths, _changes(semitones, beats_s, duration_s))
    return Rhythm(
        beats_s=tuple(beats_s), downbeats=tuple(downbeats), bpm=_tempo(beats_s), meter=Meter(beats=count, unit=4)
    )


def _refined(beat: F32, frame: float) -> float:
    """The frame's fraction where the probability has its peak (a parabola through three values)."""
    low, high = max(1, round(frame) - 2), min(beat.shape[0] - 1, round(frame) + 3)
    if high <= low:
        return float(frame)
    peak = low + int(np.argmax(beat[low:high]))
    if beat[peak] < 0.1:
        return float(frame)
    a, b, c = (float(v) for v in beat[peak - 1 : peak + 2])
    bend = a - 2 * b + c
    return peak + (0.0 if bend >= 0 else float(np.clip(0.5 * (a - c) / bend, -0.5, 0.5)))


def _changes(semitones: F64, beats_s: Sequence[float], duration_s: float) -> F64:
    """How much the two beats from each beat on differ in pitch classes from the two before; mean 0, deviation 1."""
    both = np.hstack([chroma(semitones, TREBLE_MIDI), chroma(semitones, BASS_MIDI)])
    rows = np.sqrt(per_span(both, [*beats_s, max(duration_s, beats_s[-1] + 0.1)]))
    change = np.zeros(len(rows))
    for i in range(1, len(rows)):
        before, after = rows[max(0, i - 2) : i].mean(axis=0), rows[i : i + 2].mean(axis=0)
        change[i] = 1.0 - before @ after / (np.linalg.norm(before) * np.linalg.norm(after) + 1e-9)
    return (change - change.mean()) / (change.std() + 1e-9)


def _bars(strengths: F64, changes: F64) -> tuple[int, list[int]]:
    """Beats per bar (3 or 4) and the beats that begin bars, by the likelier count."""
    yes = np.maximum(np.log(np.clip(strengths, FLOOR, 1.0)), LEAST_LOG) + NEW_CHORD * changes
    no = np.log(np.clip(1.0 - strengths, FLOOR, 1.0))
    best: tuple[float, int, list[int]] | None = None
    for count in (4, 3):
        total, places = _count(yes, no, count)
        if best is None or total > best[0] + 0.02 * len(yes):
            best = (total, count, places)
    if best is None:
        return 4, []
    return best[1], best[2]


def _count(yes: F64, no: F64, count: int) -> tuple[float, list[int]]:
    score = np.zeros(count)
    back = np.zeros((len(yes), count), dtype=np.int64)
    for i in range(len(yes)):
        stay = np.roll(score, 1)
        jump = score.max() - OTHER_COUNT_COST
        back[i] = np.where(stay >= jump, np.roll(np.arange(count), 1), int(score.argmax()))
        score = np.maximum(stay, jump) + no[i]
        score[0] += yes[i] - no[i]
    place = int(score.argmax())
    total, found = float(score[place]), []
    for i in range(len(yes) - 1, -1, -1):
        if place == 0:
            found.append(i)
        place = int(back[i, place])
    return total, found[::-1]


def _tempo(beats_s: list[float]) -> float:
    """Median slope of lines fitted through runs of 16 beats, as quarters per minute."""
    beats = np.asarray(beats_s)
    width = min(FIT_BEATS, len(beats))
    slopes = [
        np.polyfit(np.arange(width), beats[i : i + width], 1)[0] for i in range(0, len(beats) - width + 1, width // 2)
    ]
    return float(60.0 / np.median(slopes))
