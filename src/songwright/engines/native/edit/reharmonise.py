"""Other chords under a tune: the genre's own, chosen to carry the notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from songwright.domain.draws import draws
from songwright.domain.score import Chord, ChordSpan, Note
from songwright.domain.style import Key
from songwright.domain.time import Meter

from ..styles.notation import Roman, parse_bars
from ..styles.schema import Style
from .sheet import Sheet, home_chord

_FAMILIES = ("verse", "chorus", "pre_chorus", "bridge", "solo", "intro")
_PERIOD_BARS = 8
"""Whether a bar keeps its chords is drawn per kind of section and place in a period of so many bars."""


def reharmonised(sheet: Sheet, style: Style, *, keep: float, seed: int, take: int) -> Sheet:
    """About the share ``keep`` (0..1) of the bars keep their chords; the others get chords of the genre."""
    if keep >= 1.0:
        return sheet
    bar = sheet.axis.meter.bar_ticks
    chooser = _Chooser.of(style, sheet.key)
    chords: list[ChordSpan] = []
    for section in sheet.sections:
        starts = range(section.start_tick, section.end_tick, bar)
        places = [(section.kind.value, (start - section.start_tick) // bar % _PERIOD_BARS) for start in starts]
        bars = [[c for c in sheet.chords if start <= c.start_tick < start + bar] for start in starts]
        stays = [draws(seed, "keep chords", *place).random() < keep for place in places]
        options = [
            [spans[-1].chord] if stay and spans else list(chooser.chords)
            for stay, spans in zip(stays, bars, strict=True)
        ]
        tune = [[n for n in sheet.notes if start <= n.start_tick < start + bar] for start in starts]
        tastes = [draws(seed, "chord taste", take, *place) for place in places]
        costs = [
            [-fit_of(chord, notes, start, sheet.axis.meter) - 0.35 * taste.random() for chord in row]
            for row, notes, start, taste in zip(options, tune, starts, tastes, strict=True)
        ]
        _lean_home(options[0], costs[0], sheet.key, by=0.3)
        if section is sheet.sections[-1]:
            _lean_home(options[-1], costs[-1], sheet.key, by=2.0)
        chosen = chooser.cheapest(options, costs)
        for start, stay, spans, chord in zip(starts, stays, bars, chosen, strict=True):
            if stay and spans:
                chords += spans
            else:
                chords.append(ChordSpan(start_tick=start, duration_ticks=bar, chord=chord))
    return replace(sheet, chords=tuple(chords))


def _lean_home(options: Sequence[Chord], costs: list[float], key: Key, *, by: float) -> None:
    """Make the tonic cheaper."""
    for i, chord in enumerate(options):
        if chord == home_chord(key):
            costs[i] -= by


def fit_of(chord: Chord, notes: Sequence[Note], bar_tick: int, meter: Meter) -> float:
    """How well a chord carries the notes of its bar: 1 when all are chord tones, below 0 when they rub."""
    total = weight = 0.0
    for note in notes:
        at = note.start_tick - bar_tick
        strong = 1.5 if at % meter.bar_ticks == 0 else 1.0 if at % meter.beat_ticks == 0 else 0.6
        value = strong * min(note.duration_ticks, 960)
        weight += value
        total += value * _consonance(note.pitch_midi % 12, chord)
    return total / weight if weight else 0.0


def _consonance(pc: int, chord: Chord) -> float:
    if pc in chord.pcs:
        return 1.0
    if (pc - 1) % 12 in chord.pcs:
        return -0.8  # a semitone over a chord tone
    return 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class _Chooser:
    """The chords of a genre in a key, and which follows which."""

    chords: tuple[Chord, ...]
    follows: frozenset[tuple[Chord, Chord]]

    @classmethod
    def of(cls, style: Style, key: Key) -> _Chooser:
        families = style.harmony.of(key.mode)
        pairs: list[tuple[Chord, Chord]] = []
        seen: dict[Chord, None] = {home_chord(key): None}
        for name in _FAMILIES:
            for text in getattr(families, name):
                romans: list[Roman] = [roman for bar in parse_bars(text) for roman in bar]
                loop = [roman.chord(key.tonic_pc) for roman in romans]
                seen.update(dict.fromkeys(loop))
                pairs += zip(loop, (*loop[1:], loop[0]), strict=True)
        return cls(chords=tuple(seen), follows=frozenset(pairs))

    def cheapest(self, options: Sequence[Sequence[Chord]], costs: Sequence[Sequence[float]]) -> list[Chord]:
        """The row of chords with the least cost, one of each options (Viterbi)."""
        total = list(costs[0])
        back: list[list[int]] = []
        for before, row, own in zip(options, options[1:], costs[1:], strict=False):
            came: list[int] = []
            here: list[float] = []
            for chord, cost in zip(row, own, strict=True):
                steps = [t + self._step(b, chord) for t, b in zip(total, before, strict=True)]
                best = min(range(len(steps)), key=steps.__getitem__)
                came.append(best)
                here.append(steps[best] + cost)
            total = here
            back.append(came)
        at = min(range(len(total)), key=total.__getitem__)
        path = [at]
        for came in reversed(back):
            at = came[at]
            path.append(at)
        return [row[i] for row, i in zip(options, reversed(path), strict=True)]

    def _step(self, before: Chord, after: Chord) -> float:
        if before == after:
            return 0.25
        return -0.35 if (before, after) in self.follows else 0.1
