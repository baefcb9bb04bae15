"""Tests on paper of the tune's pitches: intervals, range, peaks, degrees, chords, cadences."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from songwright.domain.lyrics import SectionKind
from songwright.domain.score import QUALITIES

from .paper import Check, Facts, LeadNote, check, tuneful, within

K = SectionKind


def _share(facts: Facts, low: int, high: int = 99) -> float | None:
    sizes = [abs(d) for d in facts.intervals()]
    return sum(low <= size <= high for size in sizes) / len(sizes) if len(sizes) >= 16 else None


@tuneful
def repeated_notes(facts: Facts) -> Check | None:
    """Share of repeated notes among the intervals."""
    return within("repeated_notes", _share(facts, 0, 0), 0.08, 0.58)


@tuneful
def steps(facts: Facts) -> Check | None:
    """Share of seconds."""
    return within("steps", _share(facts, 1, 2), 0.20, 0.72)


@tuneful
def leaps(facts: Facts) -> Check | None:
    """Share of fourths and wider."""
    return within("leaps", _share(facts, 5), 0.01, 0.20)


@tuneful
def wide_leaps(facts: Facts) -> Check | None:
    """Share of sixths and wider."""
    return within("wide_leaps", _share(facts, 8), 0.0, 0.06)


@tuneful
def odd_leaps(facts: Facts) -> Check | None:
    """Share of tritones and sevenths."""
    sizes = [abs(d) for d in facts.intervals()]
    odd = sum(size in (6, 10, 11) for size in sizes) / len(sizes) if len(sizes) >= 16 else None
    return within("odd_leaps", odd, 0.0, 0.02)


@tuneful
def section_range(facts: Facts) -> Check | None:
    """Widest or narrowest section, semitones."""
    spans = [max(n.pitch_midi for n in notes) - min(n.pitch_midi for n in notes) for notes in facts.sections]
    worst = (max(spans) if max(spans) > 17 else min(spans)) if spans else None
    return within("section_range", worst, 4, 17)


def _outside(facts: Facts, low: float, high: float) -> float:
    return sum(n.d for n in facts.notes if not low <= n.pitch_midi <= high) / sum(n.d for n in facts.notes)


@check
def tessitura(facts: Facts) -> Check | None:
    """Share of sung time outside the voice's comfortable range."""
    return within("tessitura", _outside(facts, facts.voice.lo_midi, facts.voice.hi_midi), 0.0, 0.30)


@check
def above_passage(facts: Facts) -> Check | None:
    """Share of sung time above the comfortable range."""
    return within("above_passage", _outside(facts, -1, facts.voice.hi_midi), 0.0, 0.15)


@check
def safe_range(facts: Facts) -> Check | None:
    """Semitones outside what the voice can sing at all."""
    low, high = facts.voice.lo_midi - 3, max(facts.voice.top_midi, facts.voice.hi_midi)
    worst = max(max(low - n.pitch_midi, n.pitch_midi - high, 0.0) for n in facts.notes)
    return within("safe_range", worst, 0.0, 0.0, hard=True)


@tuneful
def peak(facts: Facts) -> Check | None:
    """The chorus's highest note comes one to six times and lands on stressed syllables."""
    notes = facts.of_kind(K.CHORUS)
    first = [n for n in notes if n.section == notes[0].section] if notes else []
    if len(first) < 12:
        return None
    top = max(n.pitch_midi for n in first)
    peaks = [n for n in first if n.pitch_midi == top]
    stressed = sum(n.stress > 0 for n in peaks) / len(peaks)
    return Check(name="peak", value=round(stressed, 3), ok=len(peaks) <= 6 and stressed >= 0.6)


@tuneful
def chorus_lift(facts: Facts) -> Check | None:
    """Duration-weighted mean pitch of choruses over verses, semitones."""
    verse, chorus = facts.of_kind(K.VERSE), facts.of_kind(K.CHORUS)
    if len(verse) < 8 or len(chorus) < 8:
        return None
    return within("chorus_lift", _mean_pitch(chorus) - _mean_pitch(verse), 0.5, 7.0)


def _mean_pitch(notes: Sequence[LeadNote]) -> float:
    return sum(n.d * n.pitch_midi for n in notes) / sum(n.d for n in notes)


def _pitch_classes(facts: Facts) -> list[int]:
    return [len({n.pitch_midi % 12 for n in notes}) for notes in facts.sections]


@tuneful
def fewest_pitch_classes(facts: Facts) -> Check | None:
    """Fewest different pitch classes in a section."""
    return within("fewest_pitch_classes", min(_pitch_classes(facts), default=None), 4, 12)


@tuneful
def most_pitch_classes(facts: Facts) -> Check | None:
    """Most different pitch classes in a section."""
    return within("most_pitch_classes", max(_pitch_classes(facts), default=None), 1, 8)


@tuneful
def same_pitch_run(facts: Facts) -> Check | None:
    """Longest run of one pitch."""
    runs = [len(list(g)) for _, g in itertools.groupby(n.pitch_midi for n in facts.notes)]
    return within("same_pitch_run", max(runs), 1, 12)


@tuneful
def strong_chord_tones(facts: Facts) -> Check | None:
    """Share of chord tones among notes on strong beats, anticipations counted where they lead."""
    strong = [n for n in facts.notes if facts.weight(n) == 3]
    if len(strong) < 12:
        return None
    return within("strong_chord_tones", sum(map(facts.fits, strong)) / len(strong), 0.45, 0.97)


@tuneful
def long_chord_tones(facts: Facts) -> Check | None:
    """Share of chord tones among notes of two beats or more."""
    held = [n for n in facts.notes if n.d >= 2]
    return within("long_chord_tones", sum(map(facts.fits, held)) / len(held) if len(held) >= 5 else None, 0.75, 1.0)


@tuneful
def clashes(facts: Facts) -> Check | None:
    """Share of time on a minor ninth, or a major against a minor third, held for half a beat or more on a beat."""
    bad = 0.0
    for n in facts.notes:
        chord = facts.chord_at(facts.meant(n))
        step, tones = (n.pitch_midi - chord.root_pc) % 12, QUALITIES[chord.quality]
        harsh = (step == 1 and 13 not in tones) or (step == 4 and 3 in tones) or (step == 3 and 4 in tones)
        bad += n.d if harsh and n.d >= 0.5 and facts.weight(n) >= 2 else 0.0
    return within("clashes", bad / sum(n.d for n in facts.notes), 0.0, 0.02)


@check
def cadence(facts: Facts) -> Check | None:
    """The last sung note is the tonic, third or fifth of the key."""
    return Check(name="cadence", value=_degree(facts, facts.notes[-1]), ok=_at_rest(facts, facts.notes[-1]))


@tuneful
def last_note(facts: Facts) -> Check | None:
    """The last sung note belongs to the chord under it."""
    last = facts.notes[-1]
    fits = facts.fits(last) or last.pitch_midi % 12 in facts.score.chords[-1].chord.pcs
    return within("last_note", float(fits), 1, 1)


@tuneful
def chorus_cadence(facts: Facts) -> Check | None:
    """Share of choruses that end on the first, third or fifth degree."""
    ends = {n.section: n for n in facts.of_kind(K.CHORUS)}
    good = [_at_rest(facts, n) for n in ends.values()]
    return within("chorus_cadence", sum(good) / len(good) if good else None, 0.6, 1.0)


def _degree(facts: Facts, note: LeadNote) -> int:
    """Semitones above the tonic."""
    return (note.pitch_midi - facts.score.key.tonic_pc) % 12


def _at_rest(facts: Facts, note: LeadNote) -> bool:
    return _degree(facts, note) in (0, 3, 4, 7)
