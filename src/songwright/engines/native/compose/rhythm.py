"""Rhythm of a line: an exact search for the onsets that suit its words, the bar and the section's figure.

The state of the search is (syllable, step, gap to the next syllable), so that a note which anticipates a strong beat
is judged on the beat it stands for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .grid import Grid
from .prosody import Stress, SungUnit

F64 = npt.NDArray[np.float64]
GAPS = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 16)
_BIG = 1e6
_ON_ONE = 0.5
"""Cost of a line that starts on the first beat: most start before or after it."""

# How often each kind of syllable starts on a place of weight 0..4, per place of the bar; measured on chart songs.
_PLACE_SHARE = {
    Stress.PRIMARY: (0.9, 4.5, 11.25, 24.0, 25.0),
    Stress.CONTENT: (1.1, 9.75, 9.5, 15.0, 19.0),
    Stress.SECONDARY: (1.1, 11.0, 15.0, 11.0, 6.0),
    Stress.FUNCTION: (1.5, 12.5, 14.0, 5.0, 5.0),
    Stress.UNSTRESSED: (1.4, 15.0, 10.5, 1.2, 1.0),
}
_PLACE_COST = {kind: -np.log(np.array(share) / 12.0) for kind, share in _PLACE_SHARE.items()}
_GAP_TARGET_S = {
    Stress.PRIMARY: 0.46,
    Stress.CONTENT: 0.47,
    Stress.SECONDARY: 0.33,
    Stress.FUNCTION: 0.28,
    Stress.UNSTRESSED: 0.28,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class LineRhythm:
    """Onsets and note ends of a line in steps from the start of its window; pickups are negative."""

    onsets: tuple[int, ...]
    ends: tuple[int, ...]
    stresses: tuple[int, ...]  # Stress of each syllable, to compare lines


@dataclass(frozen=True, kw_only=True, slots=True)
class RhythmTask:
    """What one line must be fitted into."""

    grid: Grid
    first_step: int  # step of the window's start within its bar
    window_steps: int  # length of the window; the next line starts there
    lead_steps: int  # how far a pickup may reach before the window
    tail_steps: int  # left free at the end: the next line's pickup and the breath
    pace: float = 1.0  # > 1 = longer syllables
    least_s: float = 0.18  # never faster than this per syllable
    hold_s: float = 0.8  # wanted length of the line's last note
    anchor_step: int = 0  # where the first stressed syllable wants to be
    end_step: int = -1  # where the last syllable wants to begin; -1 = anywhere
    syncopation: float = 0.3
    figure: F64 | None = None  # added cost per step of the window, shape (lead + window,)
    template: LineRhythm | None = None  # a parallel line
    template_weight: float = 1.0


def comfortable_s(units: tuple[SungUnit, ...], pace: float, least_s: float) -> float:
    """Seconds the line wants, its last note and breath included."""
    body = sum(max(least_s, u.least_s, _GAP_TARGET_S[u.kind] * pace) for u in units[:-1])
    return body + sum(0.2 for u in units[:-1] if u.pause_after) + 0.55 * pace + 0.35


def least_line_s(units: tuple[SungUnit, ...], least_s: float) -> float:
    """Seconds below which the line cannot be sung."""
    return sum(max(least_s, u.least_s) for u in units[:-1]) + 0.65


def set_rhythm(units: tuple[SungUnit, ...], task: RhythmTask) -> LineRhythm | None:
    """The cheapest onsets for a line, or None when it does not fit its window."""
    steps = _Steps(task)
    n = len(units)
    # Cheapest way to have arrived with this syllable: shape (n_steps, 1), or (n_steps, n_gaps) inside a word,
    # where it depends on the gap that follows.
    reached: F64 = np.zeros((steps.n, 1))
    backs: list[npt.NDArray[np.int64]] = []
    strong_at = next((i for i, u in enumerate(units) if u.strong), 0)
    for i in range(n - 1):
        at_step = _start_cost(steps, task, i, strong_at) + _template_cost(steps, task, units, i)
        here = reached + steps.node_cost(units[i], task) + at_step[:, None]
        reached, back = _advance(steps, here, units[i], units[i + 1], same_word=not units[i].word_end)
        backs.append(back)
    total = reached[:, -1] + _final_cost(steps, task, units[-1])
    total = total + _start_cost(steps, task, n - 1, strong_at) + _template_cost(steps, task, units, n - 1)
    last = int(np.argmin(total))
    return None if total[last] >= _BIG / 2 else _trace(steps, task, units, backs, last)


class _Steps:
    """Weights and tables of one window, index 0 = earliest pickup."""

    def __init__(self, task: RhythmTask) -> None:
        self._known: dict[tuple[Stress, bool, bool, float, float], F64] = {}
        self.lead = task.lead_steps
        self.n = task.lead_steps + task.window_steps
        grid = task.grid
        reach = max(GAPS) + 8
        self.weights = grid.weights(task.first_step - self.lead, self.n + reach)
        self.gaps = np.array(GAPS)
        self.gap_s = self.gaps * grid.step_s
        self.judged, self.is_anticipation = self._anticipations(grid.feel)
        self.slow = 0.7 if grid.step_s >= 0.2 else 1.0
        # In half time the felt sixteenths are the written eighths: easy to sing.
        written = (np.arange(self.n) + task.first_step - self.lead) % 2 == 0
        self.eighths = (grid.feel == 2) & written & (self.weights[: self.n] == 0)

    def _anticipations(self, feel: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        raw = self.weights[: self.n]
        judged = np.repeat(raw[:, None], len(GAPS), axis=1)
        for ahead in range(1, 2 * feel + 1):
            target = self.weights[ahead : self.n + ahead]
            through = self.gaps[None, :] > ahead
            better = (raw[:, None] <= 1) & (target[:, None] >= 2) & through & (target[:, None] > judged)
            judged = np.where(better, target[:, None], judged)
        return judged, judged != raw[:, None]

    def node_cost(self, unit: SungUnit, task: RhythmTask) -> F64:
        """Cost of this syllable at each step with each gap, shape (n, n_gaps)."""
        key = (unit.kind, unit.pause_after, unit.word_end, unit.break_after, unit.least_s)
        if key not in self._known:
            self._known[key] = self._node_cost(unit, task)
        return self._known[key]

    def _node_cost(self, unit: SungUnit, task: RhythmTask) -> F64:
        table = _PLACE_COST[unit.kind] * np.array([self.slow, 1.0, 1.0, 1.0, 1.0])
        plain = np.where(self.eighths, 0.1 * table[0] + 0.9 * table[1], table[self.weights[: self.n]])[:, None]
        moved = table[self.judged] + 0.5 + 1.6 * (1.0 - task.syncopation)
        if unit.strong:
            place = np.where(self.is_anticipation, np.minimum(plain, moved), plain)
        else:
            place = np.where(self.is_anticipation & (self.judged >= 3), np.maximum(plain, 0.6 * moved), plain)
        wanted = _GAP_TARGET_S[unit.kind] * task.pace
        away = np.log(self.gap_s / wanted)
        gap = np.minimum(3.2 * away**2, 9.0) * np.where(away > 0, 0.9, 1.0)
        if unit.pause_after:
            gap = np.minimum(3.2 * np.log(self.gap_s / (wanted + 0.3)) ** 2, 6.0)
        elif not unit.word_end:
            gap = gap + 4.0 * np.maximum(0.0, self.gap_s - 0.62)
        else:
            gap = gap + 2.5 * np.maximum(0.0, self.gap_s - 0.95) * (1.0 - unit.break_after)
        gap = gap + np.where(self.gaps % 2 == 1, 0.35 if task.grid.feel == 1 else 1.2, 0.0)
        gap = gap + np.where(self.gap_s < max(task.least_s, unit.least_s) - 1e-6, _BIG, 0.0)
        if task.figure is None:
            return place + gap[None, :]
        return place + gap[None, :] + task.figure[: self.n, None]


def _start_cost(steps: _Steps, task: RhythmTask, i: int, strong_at: int) -> F64:
    entry = np.where(steps.weights[: steps.n] == 4, _ON_ONE, 0.0) if i == 0 else np.zeros(steps.n)
    if i != strong_at:
        return entry
    away = np.abs(np.arange(steps.n) - steps.lead - task.anchor_step)
    return entry + np.where(away <= 2, 0.15 * away, 0.30 * away)


def _template_cost(steps: _Steps, task: RhythmTask, units: tuple[SungUnit, ...], i: int) -> F64:
    template = task.template
    if template is None:
        return np.zeros(steps.n)
    cost = np.full(steps.n, 0.5)
    for onset in template.onsets:
        if 0 <= onset + steps.lead < steps.n:
            cost[onset + steps.lead] = -0.8
    for twin, gain in _twins(template, units, i):
        at = template.onsets[twin] + steps.lead if 0 <= twin < len(template.onsets) else -1
        if 0 <= at < steps.n:
            cost[at] -= gain
    return cost * task.template_weight


def _twins(template: LineRhythm, units: tuple[SungUnit, ...], i: int) -> list[tuple[int, float]]:
    """Syllables of the other line that this one would fall on, and how much: all of them in lines of equal length,
    else the opening, counted from the first stress, and the end.
    """
    n, other = len(units), len(template.onsets)
    if n == other:
        return [(i, 2.6)]
    if n - 1 - i < 4:
        return [(other - n + i, 1.2)]
    shift = _first_strong(template.stresses) - _first_strong(tuple(int(u.kind) for u in units))
    return [(i + shift, 1.2)] if i < n // 2 else []


def _first_strong(stresses: tuple[int, ...]) -> int:
    return next((i for i, kind in enumerate(stresses) if kind <= Stress.CONTENT), 0)


def _advance(
    steps: _Steps, arrive: F64, unit: SungUnit, following: SungUnit, same_word: bool
) -> tuple[F64, npt.NDArray[np.int64]]:
    """Move every state one syllable on. Returns costs and chosen gaps, shape (n, 1) or (n, n_gaps) inside a word."""
    n, n_gaps = steps.n, len(GAPS)
    shifted = np.full((n, n_gaps), _BIG)
    for g, gap in enumerate(GAPS):
        if gap < n:
            shifted[gap:, g] = arrive[: n - gap, g]
    if not same_word:
        choice = np.argmin(shifted, axis=1)
        return shifted[np.arange(n), choice][:, None], choice[:, None]
    here = np.zeros((n, n_gaps), dtype=np.int64)
    for g, gap in enumerate(GAPS):
        if gap < n:
            here[gap:, g] = steps.judged[: n - gap, g]
    rising = here[:, :, None] - steps.judged[:, None, :]  # weight of this syllable over the next one's
    sign = int(unit.kind < following.kind) - int(unit.kind > following.kind)
    if Stress.UNSTRESSED not in (unit.kind, following.kind) or sign == 0:
        penalty = np.zeros_like(rising, dtype=np.float64)
    else:
        penalty = 4.0 * np.maximum(0, -rising if sign > 0 else rising)
    options = shifted[:, :, None] + penalty
    choice = np.argmin(options, axis=1)
    best = np.take_along_axis(options, choice[:, None, :], axis=1)[:, 0, :]
    return best, choice


def _final_cost(steps: _Steps, task: RhythmTask, unit: SungUnit) -> F64:
    """Cost of the last onset: on a strong place, with room to hold it, near the wanted end."""
    at = np.arange(steps.n)
    table = _PLACE_COST[unit.kind]
    gap_index = len(GAPS) - 1
    judged = steps.judged[:, gap_index]
    moved = table[judged] + 0.3 + 1.2 * (1.0 - task.syncopation)
    place = np.where(
        steps.is_anticipation[:, gap_index], np.minimum(table[steps.weights[: steps.n]], moved), table[judged]
    )
    room_s = (steps.n - task.tail_steps - at) * task.grid.step_s
    cost = 1.3 * place + np.where(room_s < max(0.30, unit.least_s), _BIG, 0.0)
    cost = cost + 3.0 * np.maximum(0.0, min(task.hold_s, 1.0) - room_s)
    wasted_s = np.maximum(0.0, room_s - task.hold_s - 0.4)
    cost = cost + 0.6 * wasted_s
    if task.end_step >= 0:
        cost = cost + np.minimum(0.25 * np.abs(at - steps.lead - task.end_step), 2.0)
    return cost if task.figure is None else cost + task.figure[: steps.n]


def _trace(
    steps: _Steps,
    task: RhythmTask,
    units: tuple[SungUnit, ...],
    backs: list[npt.NDArray[np.int64]],
    last: int,
) -> LineRhythm:
    onsets = [last]
    gap_of_next = len(GAPS) - 1  # what follows the last syllable counts as the widest gap
    for back in reversed(backs):
        t = onsets[-1]
        chosen = int(back[t, min(gap_of_next, back.shape[1] - 1)])
        onsets.append(t - GAPS[chosen])
        gap_of_next = chosen
    onsets.reverse()
    limit = steps.n - task.tail_steps
    hold = max(2, round(task.hold_s / task.grid.step_s))
    ends: list[int] = []
    for i, (onset, unit) in enumerate(zip(onsets, units, strict=True)):
        if i + 1 == len(onsets):
            ends.append(min(limit, onset + hold))
            continue
        ends.append(_note_end(onset, onsets[i + 1], unit, task))
    return LineRhythm(
        onsets=tuple(t - steps.lead for t in onsets),
        ends=tuple(t - steps.lead for t in ends),
        stresses=tuple(int(u.kind) for u in units),
    )


def _note_end(onset: int, following: int, unit: SungUnit, task: RhythmTask) -> int:
    """Notes touch, except that a comma or a very wide gap leaves a rest."""
    gap_s = (following - onset) * task.grid.step_s
    rest = max(1, round(0.2 / task.grid.step_s))
    if unit.pause_after and gap_s >= 0.6:
        return following - rest
    longest = max(1, round(1.2 / task.grid.step_s))
    return min(following, onset + longest) if unit.word_end else following
