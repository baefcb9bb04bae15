"""Chords under a tune that has none."""

from __future__ import annotations

from songwright.domain.score import Chord, ChordSpan, Note, Score
from songwright.domain.style import Key

_MAJOR = ((0, ""), (2, "m"), (4, "m"), (5, ""), (7, ""), (9, "m"))
_MINOR = ((0, "m"), (3, ""), (5, "m"), (7, ""), (8, ""), (10, ""))
_MOVES = {0: 0.0, 5: 0.5, 7: 0.4, 2: 0.2, 10: 0.2, 9: 0.3, 3: 0.2, 8: 0.2}
"""Liking for a root that moves by so many semitones upwards."""
STAY_COST, TONIC_ENDS = 0.15, 0.8


def harmonised(score: Score, notes: tuple[Note, ...]) -> Score:
    """``score`` with a chord a bar that carries ``notes``: the best path through the key's triads (Viterbi).

    A chord is as good as the share of the bar's notes that belong to it; first and last bars like the tonic.
    """
    bar_ticks = score.axis.meter.bar_ticks
    n_bars = max(1, -(-score.end_tick // bar_ticks))
    choices = _triads(score.key)
    fits = [[_fit(chord, notes, bar * bar_ticks, bar_ticks) for chord in choices] for bar in range(n_bars)]
    fits[0][0] += TONIC_ENDS
    fits[-1][0] += TONIC_ENDS
    best = [list(fits[0])]
    back: list[list[int]] = []
    for bar in range(1, n_bars):
        row, links = [], []
        for j, chord in enumerate(choices):
            scores = [best[-1][i] + _move(choices[i], chord) for i in range(len(choices))]
            link = max(range(len(choices)), key=lambda i: (scores[i], -i))
            row.append(scores[link] + fits[bar][j])
            links.append(link)
        best.append(row)
        back.append(links)
    at = max(range(len(choices)), key=lambda j: (best[-1][j], -j))
    path = [at]
    for links in reversed(back):
        at = links[at]
        path.insert(0, at)
    chords = tuple(
        ChordSpan(start_tick=bar * bar_ticks, duration_ticks=bar_ticks, chord=choices[j]) for bar, j in enumerate(path)
    )
    return Score(
        axis=score.axis,
        key=score.key,
        sections=score.sections,
        chords=chords,
        parts=score.parts,
        vocals=score.vocals,
    )


def _triads(key: Key) -> list[Chord]:
    table = _MINOR if key.mode in ("minor", "dorian", "phrygian") else _MAJOR
    return [Chord(root_pc=(key.tonic_pc + step) % 12, quality=quality) for step, quality in table]


def _fit(chord: Chord, notes: tuple[Note, ...], start: int, length: int) -> float:
    inside = total = 0
    for note in notes:
        overlap = min(note.start_tick + note.duration_ticks, start + length) - max(note.start_tick, start)
        if overlap <= 0:
            continue
        total += overlap
        inside += overlap if note.pitch_midi % 12 in chord.pcs else 0
    return inside / total * 2.0 if total else 0.0


def _move(before: Chord, after: Chord) -> float:
    if before == after:
        return -STAY_COST
    return _MOVES.get((after.root_pc - before.root_pc) % 12, 0.0)
