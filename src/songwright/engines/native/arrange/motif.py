"""Motifs: short ideas of rhythm and contour, and what can be done with them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from songwright.domain.score import Chord
from songwright.domain.style import FIVE_TONE, MODES, Key

_RHYTHMS: dict[str, tuple[str, ...]] = {
    "calm": ("x-------x-------", "x-----x-x-------", "x-----------x---", "x---x-----------", "....x---x-------"),
    "even": ("x---x---x---x---", "x---x-x-x-------", "x---x---x-x-x---", "x-----x-x---x---", "x-x-x---x---x-x-"),
    "push": ("x--x--x---x-x---", "x--x--x-....x-x-", "..x-x-x-x--x----", "x-x--x--x---x---", "x---..x-x-x--x--"),
    "busy": ("x-x-x-x-x-x-x---", "x-xxx-x-x--x--x-", "x-x-xxx-x-x-x-x-", "xx-x-x-xx-x-x---", "x--xx-x-x-x-xx--"),
}
"""Bars of 16ths by character: x starts a note, - holds it, . is silence."""

_CONTOURS = ((0, 1, 2, 1), (2, 1, 0, -1), (0, 2, 1, 3), (4, 2, 3, 0), (0, -1, 0, 2), (0, 0, 2, 1), (3, 2, 1, 0))


@dataclass(frozen=True, slots=True)
class Event:
    """A note of a motif."""

    step: int  # 16ths after its start
    n_steps: int
    degree: int  # scale steps from the motif's anchor


@dataclass(frozen=True, slots=True)
class Motif:
    """An idea of one or two bars."""

    events: tuple[Event, ...]
    n_steps: int

    def sequence(self, shift: int) -> Motif:
        """The same, some scale steps away."""
        return replace(self, events=tuple(replace(e, degree=e.degree + shift) for e in self.events))

    def invert(self) -> Motif:
        """Up becomes down."""
        top = self.events[0].degree
        return replace(self, events=tuple(replace(e, degree=2 * top - e.degree) for e in self.events))

    def close(self, degree: int) -> Motif:
        """The last bar ends early, on one long note."""
        cut = self.n_steps * 5 // 8
        kept = [e for e in self.events if e.step < cut]
        last = Event(cut, self.n_steps - cut - 2, degree)
        trimmed = [replace(e, n_steps=min(e.n_steps, cut - e.step)) for e in kept]
        return replace(self, events=(*trimmed, last))

    def thin(self) -> Motif:
        """Every other note held longer: an answer with more air."""
        kept = self.events[::2]
        ends = [*(e.step for e in kept[1:]), self.n_steps]
        return replace(
            self, events=tuple(replace(e, n_steps=max(1, n - e.step - 1)) for e, n in zip(kept, ends, strict=True))
        )


def make_motif(rng: random.Random, *, bar_steps: int, syncopation: float, density: float, n_bars: int = 2) -> Motif:
    """Draw an idea. ``density`` is notes per bar."""
    first = _rhythm(rng, syncopation, density)
    second = first if rng.random() < 0.35 else _rhythm(rng, syncopation, density * 0.8)
    cells = [_to_meter(r, bar_steps) for r in (first, second)[:n_bars]]
    contour = rng.choice(_CONTOURS)
    events: list[Event] = []
    degree = contour[0]
    for bar, row in enumerate(cells):
        onsets = [(i, n) for i, n in row if i < bar_steps]
        for k, (step, length) in enumerate(onsets):
            goal = contour[min(3, (bar * 2 + (k * 2) // max(1, len(onsets))) % 4)]
            degree = goal if k == 0 else degree + _step_to(rng, degree, goal)
            events.append(Event(bar * bar_steps + step, min(length, bar_steps - step), degree))
    return Motif(tuple(events), bar_steps * n_bars)


def _rhythm(rng: random.Random, syncopation: float, density: float) -> str:
    names = ["calm"] if density < 3 else ["push" if rng.random() < syncopation else "even"]
    if density > 7:
        names = ["busy"]
    options = sorted(_RHYTHMS[names[0]], key=lambda r: abs(r.count("x") - density))
    return options[rng.randrange(3)]


def _to_meter(rhythm: str, bar_steps: int) -> list[tuple[int, int]]:
    if bar_steps == 12:
        rhythm = rhythm[:8] + rhythm[12:]
    rhythm = (rhythm * 2)[:bar_steps] if bar_steps > 16 else rhythm[:bar_steps]
    out: list[tuple[int, int]] = []
    for i, c in enumerate(rhythm):
        if c == "x":
            n = len(rhythm[i + 1 :]) - len(rhythm[i + 1 :].lstrip("-")) + 1
            out.append((i, n))
    return out or [(0, bar_steps)]


def _step_to(rng: random.Random, degree: int, goal: int) -> int:
    if degree != goal and rng.random() < 0.6:
        return 1 if goal > degree else -1
    return rng.choice((-1, 0, 1, -1, 1, 2, -2))


def scale_pitches(key: Key, name: str, low: int, high: int) -> list[int]:
    """The notes a line may use between two pitches."""
    steps: Sequence[int] = MODES[key.mode]
    minor = key.mode in ("minor", "dorian", "phrygian")
    if name == "five_tone":
        steps = FIVE_TONE[key.mode]
    elif name == "pentatonic":
        steps = (0, 3, 5, 7, 10) if minor else (0, 2, 4, 7, 9)
    elif name == "blues":
        steps = (0, 3, 5, 6, 7, 10) if minor else (0, 2, 3, 4, 7, 9)
    elif name == "harmonic_minor" and key.mode == "minor":
        steps = (0, 2, 3, 5, 7, 8, 11)
    pcs = {(key.tonic_pc + s) % 12 for s in steps}
    return [p for p in range(low, high + 1) if p % 12 in pcs]


def settle(pitch: int, chord: Chord, *, strong: bool, low: int, high: int) -> int:
    """The pitch itself if it suits the chord where it stands, else the nearest chord tone."""
    pcs = chord.pcs
    if pitch % 12 in pcs:
        return pitch
    harsh = any((pitch - pc) % 12 == 1 for pc in pcs) or (pitch - chord.root_pc) % 12 == 6
    if not strong and not harsh:
        return pitch
    for distance in (1, 2, 3, 4):
        for other in (pitch - distance, pitch + distance):
            if other % 12 in pcs and low <= other <= high:
                return other
    return pitch
