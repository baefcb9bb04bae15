"""Pitches of a line: an exact second-order search over interval, degree, chord, contour and motif costs.

Chance enters as noise added to the costs (perturb and maximise), so that every draw is a best melody of its own
slightly different world instead of a random walk.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from songwright.domain.score import QUALITIES, Chord
from songwright.domain.style import FIVE_TONE, MODES, Key

F64 = npt.NDArray[np.float64]

# Share of absolute intervals 0..12 between neighbours in charted tunes, and of those the part that rises. A scale step
# is a semitone or a tone by where it stands, so both carry the share of steps; likewise thirds.
_INTERVAL = (29.0, 37.8, 37.8, 15.5, 15.5, 8.0, 0.1, 4.6, 0.6, 0.9, 0.2, 0.02, 0.5)
_RISING = (0.5, 0.41, 0.41, 0.44, 0.50, 0.51, 0.7, 0.69, 0.61, 0.69, 0.77, 0.7, 0.78)
# Share of scale degrees (semitones above the tonic), majors and minors pooled.
_DEGREE = (21.5, 0.2, 13.3, 11.2, 10.3, 10.0, 0.4, 17.9, 1.5, 4.9, 6.5, 2.3)
_PENTATONIC = {"major": (0, 2, 4, 7, 9), "minor": (0, 3, 5, 7, 10)}
_PLACE_IMPORTANCE = (0.75, 0.75, 1.0, 1.25, 1.25)  # of a chord tone, by metrical weight
_BIG = 1e5


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """One syllable waiting for its pitch."""

    beats: float  # length in quarter notes
    weight: int  # metrical strength it is judged on
    chord: Chord  # that it is heard against
    later: Chord | None  # a second chord it is held over
    strong: bool  # stressed syllable
    word_start: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class PitchTask:
    """What the search of one line must respect. Pitches are MIDI numbers."""

    spots: tuple[Spot, ...]
    key: Key
    scale: str  # "diatonic", "pentatonic", ...
    floor_midi: int  # never under
    ceiling_midi: int  # never over
    lo_midi: float  # tessitura
    hi_midi: float
    curve_midi: tuple[float, ...]  # wanted height of each note
    ends: dict[int, float] = field(default_factory=dict)  # semitones above the tonic -> bonus for the last note
    before_midi: int | None = None  # last pitch of the line before
    reference: tuple[int | None, ...] = ()  # pitches of a parallel line
    reference_weight: float = 0.0
    leap_at: int = -1  # index of a note reached by an upward leap: the hook's event
    peak_at: int = -1  # index of the note that carries the section's highest pitch
    peak_midi: int = 127
    leap_share: float = 0.2
    heard: frozenset[int] = frozenset()  # pitch classes that are worn: others of the scale are fresh
    freshness: float = 0.0  # bonus of the fresh ones


def chord_fit(pitch_midi: int, chord: Chord) -> float:
    """How well a pitch suits a chord: 1 chord tone, 0.35 mild colour, 0 neutral, -2 clash."""
    step = (pitch_midi - chord.root_pc) % 12
    tones = {s % 12 for s in QUALITIES[chord.quality]}
    if step in tones:
        return 1.0
    if (step - 1) % 12 in tones and step in (1, 5, 8, 11) and not (step == 5 and 3 in tones):
        return -2.0 if step != 11 else 0.0
    if step == 3 and 4 in tones:
        return -1.2
    if step == 4 and 3 in tones:
        return -2.0
    if step == 6:
        return -1.0
    return 0.35 if step in (2, 9, 7, 10) else 0.0


@functools.cache
def _fits(quality: str) -> F64:
    """Chord fit of the twelve steps above the root."""
    return np.array([chord_fit(step, Chord(root_pc=0, quality=quality)) for step in range(12)])


@functools.cache
def _pair_costs(n: int, leap_share: float) -> F64:
    """Cost of each interval between states, shape (n, n) [from, to]."""
    cost = np.zeros((n, n))
    for a in range(n):
        for b in range(n):
            size = abs(b - a)
            share = _INTERVAL[size] if size < len(_INTERVAL) else 0.05
            rising = _RISING[size] if size < len(_RISING) else 0.75
            share = share * (2 * (rising if b > a else 1 - rising) if size else 1.0)
            if size >= 5:
                share *= leap_share / 0.2
            cost[a, b] = -0.9 * np.log(share / 37.8) + (2.0 if size >= 13 else 0.0) + (1.5 if size == 6 else 0.0)
    return cost


@functools.cache
def _triple_costs(n: int) -> F64:
    """Cost of two intervals in a row, shape (n, n, n) [first, second, third]."""
    p = np.arange(n)
    one = p[None, :, None] - p[:, None, None]
    two = p[None, None, :] - p[None, :, None]
    one, two = np.broadcast_arrays(one, two)
    after_leap = np.abs(one) >= 5
    onward = after_leap & (np.sign(one) == np.sign(two)) & (two != 0)
    cost = 1.1 * onward + 0.2 * (after_leap & (two == 0))
    cost = cost + 1.5 * (onward & (np.abs(two) >= 3))
    cost = cost + 1.2 * ((np.abs(one) >= 5) & (np.abs(two) >= 5))
    cost = cost + 0.6 * ((one == 0) & (two == 0))
    cost = cost + 0.15 * ((np.abs(one) <= 2) & (np.sign(one) == np.sign(two)) & (one != 0) & (np.abs(two) <= 2))
    back_and_forth = (one != 0) & (one == -two)
    return cost + 0.5 * back_and_forth


def set_pitches(task: PitchTask, noise: F64) -> tuple[int, ...]:
    """The cheapest pitches of a line. ``noise`` is added to the costs, shape (n_notes, >= ceiling - floor + 1)."""
    n = task.ceiling_midi - task.floor_midi + 1
    costs = _note_costs(task) + noise[: len(task.spots), :n]
    pair, triple = _pair_costs(n, round(task.leap_share, 2)), _triple_costs(n)
    start = costs[0].copy()
    if task.before_midi is not None:
        from_index = min(max(task.before_midi - task.floor_midi, 0), n - 1)
        start += 0.5 * pair[from_index]
    if len(task.spots) == 1:
        return (task.floor_midi + int(np.argmin(start)),)
    cost = start[:, None] + _step(task, pair, 1) + costs[1][None, :]
    backs: list[npt.NDArray[np.intp]] = []
    for i in range(2, len(task.spots)):
        options = cost[:, :, None] + triple
        back = np.argmin(options, axis=0)
        best = np.take_along_axis(options, back[None], axis=0)[0]
        cost = best + _step(task, pair, i) + costs[i][None, :]
        backs.append(back)
    a, b = np.unravel_index(int(np.argmin(cost)), cost.shape)
    path = [int(b), int(a)]
    for back in reversed(backs):
        path.append(int(back[path[-1], path[-2]]))
    return tuple(task.floor_midi + p for p in reversed(path))


def _step(task: PitchTask, pair: F64, i: int) -> F64:
    """Costs of moving to note ``i``: the interval table, words, and the hook's leap."""
    n = pair.shape[0]
    moves = np.arange(n)[None, :] - np.arange(n)[:, None]
    cost = pair
    if not task.spots[i].word_start:
        cost = cost + 2.0 * (np.abs(moves) >= 7) + 0.4 * (np.abs(moves) >= 5)
    if task.spots[i].strong and not task.spots[i - 1].strong:
        cost = cost + 0.35 * (moves < 0)
    if i == task.leap_at:
        cost = cost - 5.0 * ((moves >= 4) & (moves <= 9) & (moves != 6))
    return cost


def _note_costs(task: PitchTask) -> F64:
    pitches = np.arange(task.floor_midi, task.ceiling_midi + 1)
    costs = np.tile(_degree_costs(task, pitches), (len(task.spots), 1))
    outside = np.maximum(0, pitches - task.hi_midi) + np.maximum(0, task.lo_midi - pitches)
    last = len(task.spots) - 1
    tonic = task.key.tonic_pc
    for i, spot in enumerate(task.spots):
        fit = _fits(spot.chord.quality)[(pitches - spot.chord.root_pc) % 12]
        if spot.later is not None:
            fit = np.minimum(fit, _fits(spot.later.quality)[(pitches - spot.later.root_pc) % 12] + 0.5)
        most = 1.6 if spot.beats < 1.75 else 3.6
        importance = min(most, 0.35 + spot.beats) * _PLACE_IMPORTANCE[spot.weight]
        costs[i] -= 1.6 * importance * fit
        costs[i] += np.where((fit >= 1.0) & (costs[i] > _BIG / 2), -_BIG + 1.5, 0.0)  # chord tones off the scale
        costs[i] += 0.13 * (pitches - min(task.curve_midi[i], task.peak_midi - 2.0)) ** 2
        costs[i] += 0.45 * outside * max(0.5, spot.beats)
        if not spot.strong and task.peak_at >= 0:
            costs[i] += np.where(pitches >= task.peak_midi - 2, 1.2, 0.0)
        if i == task.peak_at:
            costs[i] += 1.7 * np.abs(pitches - task.peak_midi)
        else:
            costs[i] += np.where(pitches >= task.peak_midi, 2.4, 0.0) + np.where(pitches > task.peak_midi, 3.0, 0.0)
        if i < len(task.reference) and (wanted := task.reference[i]) is not None:
            away = np.abs(pitches - wanted)
            costs[i] += task.reference_weight * np.where(away == 0, 0.0, 0.6 + 0.25 * away)
    if task.freshness:
        costs -= np.where(np.isin(pitches % 12, sorted(task.heard)), 0.0, task.freshness)
    for step, bonus in task.ends.items():
        costs[last] -= bonus * ((pitches - tonic) % 12 == step)
    return costs


def _degree_costs(task: PitchTask, pitches: npt.NDArray[np.int64]) -> F64:
    """Cost of each pitch as a degree of the key; prohibitive off the scale."""
    steps = (pitches - task.key.tonic_pc) % 12
    mode = task.key.mode
    dark = mode in ("minor", "dorian", "phrygian")
    shares = np.array([max(s, 1.2) for s in _DEGREE])
    if dark:
        shares[8] = 4.0
    cost = -0.7 * np.log(shares / 21.5)[steps]
    on_scale = np.isin(steps, MODES[mode])
    if task.scale == "harmonic_minor" and dark:
        on_scale = np.isin(steps, (0, 2, 3, 5, 7, 8, 11))
    if task.scale == "five_tone":
        cost = cost + np.where(np.isin(steps, FIVE_TONE[mode]), 0.0, 4.0)
    if task.scale in ("pentatonic", "blues"):
        five = _PENTATONIC["minor" if dark or task.scale == "blues" else "major"]
        blue = np.isin(steps, five) if task.scale == "pentatonic" else np.isin(steps, (*five, 4, 9, 2))
        cost = cost + np.where(blue, 0.0, 1.3)
        on_scale = on_scale | blue
    return np.where(on_scale, cost, _BIG)
