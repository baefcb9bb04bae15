"""Beats, bars, tempo and meter out of beat probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import F32
from songwright.domain.time import Meter

from .beatnet import FRAMES_PER_S, activations

SLOWEST_BPM, FASTEST_BPM = 55.0, 215.0
STEADINESS = 100.0  # cost of changing the beat's length, per relative change
BEAT_PART = 8  # a beat is heard in an eighth of its length
OTHER_COUNT_COST = 12.0  # cost of losing the count of the bar
FIT_BEATS = 16
PLAIN_BPM = 120.0
FLOOR = 1e-4

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """Beats in seconds, the indices of those that begin a bar, tempo in quarters per minute, meter."""

    beats_s: tuple[float, ...]
    downbeats: tuple[int, ...]
    bpm: float
    meter: Meter


def rhythm_of(mono: F32, duration_s: float) -> Rhythm:
    """The rhythm of mono sound at 22,050 Hz. Sound without beats gets steady 4/4 at 120."""
    beat, downbeat = activations(mono)
    frames = track(beat.astype(np.float64)) if beat.shape[0] > FRAMES_PER_S and beat.max() > 0.05 else []
    if len(frames) < 4:
        step_s = 60.0 / PLAIN_BPM
        beats = tuple(float(t) for t in np.arange(0.0, duration_s, step_s))
        return Rhythm(beats_s=beats, downbeats=tuple(range(0, len(beats), 4)), bpm=PLAIN_BPM, meter=Meter())
    beats_s = [_refined(beat, frame) / FRAMES_PER_S for frame in frames]
    strengths = np.array([downbeat[max(0, f - 2) : f + 3].max() for f in frames], dtype=np.float64)
    count, downbeats = _bars(strengths)
    return Rhythm(
        beats_s=tuple(beats_s), downbeats=tuple(downbeats), bpm=_tempo(beats_s), meter=Meter(beats=count, unit=4)
    )


def track(beat: F64) -> list[int]:
    """The likeliest beat frames: a semi-Markov chain over beat lengths, exact Viterbi.

    Source: the state space of Krebs, Boeck, Widmer (ISMIR 2015), stepped from beat to beat.
    """
    lengths = np.arange(int(60 * FRAMES_PER_S / FASTEST_BPM), int(60 * FRAMES_PER_S / SLOWEST_BPM) + 1)
    longest, n = int(lengths[-1]), beat.shape[0]
    change = -STEADINESS * np.abs(lengths[:, None] / lengths[None, :] - 1.0)  # [to, from]
    yes = np.log(np.clip(beat, FLOOR, 1.0))
    no = np.log(np.clip(1.0 - beat, FLOOR, 1.0) / (BEAT_PART - 1))
    silent = np.concatenate([[0.0], np.cumsum(no)])
    score = np.zeros((n + longest, lengths.shape[0]))  # the last beat at frame t - longest, after that length
    back = np.zeros((n, lengths.shape[0]), dtype=np.int16)
    rows = np.arange(lengths.shape[0])
    quiet = max(1, BEAT_PART // 2)
    for t in range(n):
        origin = t - lengths
        ways = score[origin + longest] + change
        back[t] = ways.argmax(axis=1)
        between = silent[t] - silent[np.maximum(origin + 1, 0)]
        own = yes[max(0, t - 1) : t + 2].max() * quiet
        score[t + longest] = ways[rows, back[t]] + between + own
    tail = np.arange(max(0, n - longest), n)  # the last beat is one of these
    ends = score[tail + longest] + (silent[n] - silent[tail + 1])[:, None]
    place, row = np.unravel_index(int(ends.argmax()), ends.shape)
    t, row = int(tail[place]), int(row)
    found: list[int] = []
    while t >= 0:
        found.append(t)
        t, row = t - int(lengths[row]), int(back[t, row])
    return found[::-1]


def _refined(beat: F32, frame: int) -> float:
    """The frame's fraction where the probability has its peak (a parabola through three values)."""
    low, high = max(1, frame - 2), min(beat.shape[0] - 1, frame + 3)
    if high <= low:
        return float(frame)
    peak = low + int(np.argmax(beat[low:high]))
    if beat[peak] < 0.1:
        return float(frame)
    a, b, c = (float(v) for v in beat[peak - 1 : peak + 2])
    bend = a - 2 * b + c
    return peak + (0.0 if bend >= 0 else float(np.clip(0.5 * (a - c) / bend, -0.5, 0.5)))


def _bars(strengths: F64) -> tuple[int, list[int]]:
    """Beats per bar (3 or 4) and the beats that begin bars, by the likelier count."""
    yes, no = np.log(np.clip(strengths, FLOOR, 1.0)), np.log(np.clip(1.0 - strengths, FLOOR, 1.0))
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
