"""How much of the truth an analysis found. Every figure lies between 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from songwright.domain.analysis import Analysis, MelodyNote, TimedChord
from songwright.domain.score import QUALITIES, Chord
from songwright.evaluation.measures import key_score

from .truth import Truth

BEAT_S = 0.07
ONSET_S = 0.1
CENTS = 50.0
STEP_S = 0.01

F64 = npt.NDArray[np.float64]


def scores(found: Analysis, truth: Truth, *, alone: bool) -> dict[str, float]:
    """Every task that the recording poses; ``alone``: it is one voice, of which no chords are asked."""
    tempo = [abs(found.bpm / (truth.bpm * factor) - 1.0) <= 0.04 for factor in (1.0, 2.0, 0.5)]
    keys = [(key.tonic_pc, third_of(key.mode)) for key in (found.key, truth.key)]
    out = {
        "tempo": float(tempo[0]),
        "tempo or double": float(any(tempo)),
        "beats": f_measure(found.beats_s, truth.beats_s, BEAT_S),
        "downbeats": f_measure(found.downbeats_s, truth.downbeats_s, BEAT_S),
        "meter": float(str(found.meter) == truth.meter),
        "key": key_score(keys[0], keys[1]),
        "sections": f_measure([s.start_s for s in found.sections[1:]], truth.boundaries_s, truth.bar_s),
    }
    if not alone:
        out["chord roots"], out["chord triads"] = chord_overlap(found.chords, truth.chords)
    if len(truth.notes):
        out |= melody(found.melody, truth, prefix="voice alone" if alone else "in a band")
    return out


def f_measure(found: Sequence[float], true: Sequence[float] | F64, within_s: float) -> float:
    """Harmonic mean of precision and recall; each time is used once. 1 when nothing was to be found and nothing was."""
    if not len(found) or not len(true):
        return float(len(found) == len(true))
    hits, i, j = 0, 0, 0
    a, b = sorted(found), sorted(true)
    while i < len(a) and j < len(b):
        if abs(a[i] - b[j]) <= within_s:
            hits, i, j = hits + 1, i + 1, j + 1
        elif a[i] < b[j]:
            i += 1
        else:
            j += 1
    return 2.0 * hits / (len(a) + len(b))


def third_of(mode: str) -> str:
    """``major`` or ``minor`` by the mode's third."""
    return "minor" if mode in ("minor", "dorian", "phrygian") else "major"


def triad(chord: Chord) -> tuple[int, tuple[int, ...]] | None:
    """Root and the three lowest kinds of tone (sevenths and more dropped); None for a bare fifth."""
    steps = {step % 12 for step in QUALITIES[chord.quality]}
    third = next((step for step in (4, 3, 5, 2) if step in steps), None)
    if third is None:
        return None
    fifth = next((step for step in (7, 6, 8) if step in steps), 7)
    return chord.root_pc, (third, fifth)


def chord_overlap(found: Sequence[TimedChord], true: Sequence[tuple[float, float, Chord]]) -> tuple[float, float]:
    """Shares of the time in which the root is right, and root and triad are (bare fifths left out)."""
    root = both = asked = asked_both = 0.0
    for start, end, chord in true:
        want = triad(chord)
        asked += end - start
        asked_both += (end - start) * (want is not None)
        for timed in found:
            overlap = min(end, timed.end_s) - max(start, timed.start_s)
            if overlap <= 0 or timed.chord is None:
                continue
            root += overlap * (timed.chord.root_pc == chord.root_pc)
            both += overlap * (want is not None and triad(timed.chord) == want)
    return root / max(asked, 1e-9), both / max(asked_both, 1e-9)


def melody(found: Sequence[MelodyNote], truth: Truth, *, prefix: str) -> dict[str, float]:
    """Notes whose middle 60 % is mostly heard within 50 cents; the same whatever the octave; notes found with their
    onset (100 ms, F-measure); precision and recall of where a voice sings."""
    end_s = max(float(truth.notes[:, 1].max()), max((n.start_s + n.duration_s for n in found), default=0.0))
    times = np.arange(0.0, end_s + STEP_S, STEP_S)
    heard, sung = np.full(len(times), np.nan), np.zeros(len(times), dtype=bool)
    for note in found:
        heard[_span(note.start_s, note.start_s + note.duration_s)] = note.pitch_midi
    right = octave = 0
    for start, end, pitch in truth.notes:
        sung[_span(start, end)] = True
        away = heard[_span(start + 0.2 * (end - start), end - 0.2 * (end - start))] - pitch
        right += int(np.mean(np.abs(away) <= CENTS / 100.0) >= 0.5)
        octave += int(np.mean(np.abs((away + 6.0) % 12.0 - 6.0) <= CENTS / 100.0) >= 0.5)
    both = float((sung & ~np.isnan(heard)).sum())
    return {
        f"{prefix}: notes": right / len(truth.notes),
        f"{prefix}: notes, any octave": octave / len(truth.notes),
        f"{prefix}: notes with onset": _onset_f(found, truth.notes),
        f"{prefix}: voiced precision": both / max(1.0, float((~np.isnan(heard)).sum())),
        f"{prefix}: voiced recall": both / max(1.0, float(sung.sum())),
    }


def _span(start_s: float, end_s: float) -> slice:
    first = round(start_s / STEP_S)
    return slice(first, max(first + 1, round(end_s / STEP_S)))


def _onset_f(found: Sequence[MelodyNote], true: F64) -> float:
    used: set[int] = set()
    for start, _, pitch in true:
        near = [
            (abs(note.start_s - start), i)
            for i, note in enumerate(found)
            if i not in used and abs(note.start_s - start) <= ONSET_S and abs(note.pitch_midi - pitch) <= CENTS / 100.0
        ]
        if near:
            used.add(min(near)[1])
    return 2.0 * len(used) / (len(found) + len(true))
