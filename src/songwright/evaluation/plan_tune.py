"""Tests of the tune on paper (SONGCRAFT 7, rows 1 to 28): limits from statistics of charted songs."""

from __future__ import annotations

import functools
import itertools
import math
from collections import Counter

from songwright.domain.score import QUALITIES
from songwright.engines.native.voice.voices import voice

from .figure import measure
from .plan_facts import Facts, Lead, on_paper, tuneful

paper = functools.partial(measure, "plan", tool="the plan's notes", share=0.95)


def _share(facts: Facts, low: int, high: int = 99) -> float | None:
    steps = [abs(step) for step in facts.intervals()]
    return sum(low <= step <= high for step in steps) / len(steps) if len(steps) >= 16 else None


@paper(low=0.08, high=0.58)
@tuneful
def repeated_notes(facts: Facts) -> float | None:
    """1: share of repeated notes."""
    return _share(facts, 0, 0)


@paper(low=0.20, high=0.72)
@tuneful
def steps(facts: Facts) -> float | None:
    """2: share of seconds."""
    return _share(facts, 1, 2)


@paper(low=0.01, high=0.20)
@tuneful
def leaps(facts: Facts) -> float | None:
    """3: share of fourths and wider."""
    return _share(facts, 5)


@paper(high=0.06)
@tuneful
def wide_leaps(facts: Facts) -> float | None:
    """4: share of sixths and wider."""
    return _share(facts, 8)


@paper(high=0.02)
@tuneful
def odd_leaps(facts: Facts) -> float | None:
    """4: share of tritones and sevenths."""
    steps_ = [abs(step) for step in facts.intervals()]
    return sum(step in (6, 10, 11) for step in steps_) / len(steps_) if len(steps_) >= 16 else None


def _spans(facts: Facts) -> list[int]:
    return [max(n.pitch for n in notes) - min(n.pitch for n in notes) for notes in facts.sections]


@paper(unit="st", low=4)
@tuneful
def narrowest_section(facts: Facts) -> float | None:
    """5: smallest range of a section."""
    return min(_spans(facts), default=None)


@paper(unit="st", high=17)
@tuneful
def widest_section(facts: Facts) -> float | None:
    """5: largest range of a section."""
    return max(_spans(facts), default=None)


def _outside(facts: Facts, low: float, high: float) -> float:
    return sum(n.d for n in facts.notes if not low <= n.pitch <= high) / sum(n.d for n in facts.notes)


def _voice_id(facts: Facts) -> str:
    return next(part.voice for part in facts.score.vocals if part.role == "lead")


@paper(high=0.30)
@tuneful
def tessitura(facts: Facts) -> float | None:
    """6: share of sung time outside the voice's comfortable range."""
    singer = voice(_voice_id(facts))
    return _outside(facts, singer.lo_midi, singer.hi_midi)


@paper(high=0.0)
@tuneful
def unsingable(facts: Facts) -> float | None:
    """6: share of sung time outside what the voice can sing."""
    singer = voice(_voice_id(facts))
    return _outside(facts, singer.lo_midi - 3, max(singer.belt_midi, singer.hi_midi))


@paper(high=0.15)
@tuneful
def above_passage(facts: Facts) -> float | None:
    """7: share of sung time above the comfortable range."""
    return _outside(facts, -1, voice(_voice_id(facts)).hi_midi)


@paper(low=1, high=6)
@tuneful
def chorus_peaks(facts: Facts) -> float | None:
    """8: how often the first chorus reaches its highest note."""
    notes = _first_chorus(facts)
    return sum(n.pitch == max(m.pitch for m in notes) for n in notes) if notes else None


@paper(low=0.6)
@tuneful
def stressed_peaks(facts: Facts) -> float | None:
    """8: share of those peaks on stressed syllables."""
    notes = _first_chorus(facts)
    peaks = [n for n in notes if n.pitch == max(m.pitch for m in notes)]
    return sum(n.stress > 0 for n in peaks) / len(peaks) if peaks else None


def _first_chorus(facts: Facts) -> list[Lead]:
    notes = facts.of_kind("chorus")
    first = [n for n in notes if n.section == notes[0].section] if notes else []
    return first if len(first) >= 12 else []


def _both(facts: Facts) -> tuple[list[Lead], list[Lead]] | None:
    verse, chorus = facts.of_kind("verse"), facts.of_kind("chorus")
    return (verse, chorus) if len(verse) >= 8 and len(chorus) >= 8 else None


@paper(unit="st", low=-1, high=7)
@tuneful
def chorus_lift(facts: Facts) -> float | None:
    """9: mean pitch of choruses over verses."""
    pair = _both(facts)
    if pair is None:
        return None
    verse, chorus = (sum(n.d * n.pitch for n in notes) / sum(n.d for n in notes) for notes in pair)
    return chorus - verse


@paper(low=0.25)
@on_paper
def verse_chorus_contrast(facts: Facts) -> float | None:
    """10: distance of the onset profiles of verse and chorus, or a quarter of their difference in notes per bar."""
    pair = _both(facts)
    if pair is None:
        return None
    profiles = [Counter(round(n.t % facts.bar * 4) for n in notes) for notes in pair]
    steps_ = profiles[0].keys() | profiles[1].keys()
    far = sum(abs(profiles[0][s] / len(pair[0]) - profiles[1][s] / len(pair[1])) for s in steps_)
    density = [len(notes) / len({n.t // facts.bar for n in notes}) for notes in pair]
    return max(far, abs(density[0] - density[1]) / 4)


@paper(low=4)
@tuneful
def fewest_pitch_classes(facts: Facts) -> float | None:
    """11: fewest pitch classes in a section."""
    return min((len({n.pitch % 12 for n in notes}) for notes in facts.sections), default=None)


@paper(high=8)
@tuneful
def most_pitch_classes(facts: Facts) -> float | None:
    """11: most pitch classes in a section."""
    return max((len({n.pitch % 12 for n in notes}) for notes in facts.sections), default=None)


@paper(high=12)
@tuneful
def same_pitch_run(facts: Facts) -> float | None:
    """12: longest run of one pitch."""
    return max(len(list(run)) for _, run in itertools.groupby(n.pitch for n in facts.notes))


@paper(low=0.48, high=0.68)
@tuneful
def complexity(facts: Facts) -> float | None:
    """13 and 14: LZ78 complexity of (interval, inter-onset) pairs: low is boring, high aimless."""
    pairs = [(b.pitch - a.pitch, min(32, round((b.t - a.t) * 4))) for a, b in itertools.pairwise(facts.notes)]
    if len(pairs) < 80:
        return None
    known: set[tuple[tuple[int, int], ...]] = set()
    here: tuple[tuple[int, int], ...] = ()
    for pair in pairs:
        here = (*here, pair)
        if here not in known:
            known.add(here)
            here = ()
    count = len(known) + bool(here)
    return count * math.log2(count) / (len(pairs) * math.log2(max(2, len(set(pairs)))))


def _reuse(facts: Facts, pitches: bool) -> float | None:
    bars = facts.bars(pitches=pitches)
    return 1 - len(set(bars)) / len(bars) if len(bars) >= 16 else None


@paper(low=0.22, high=0.85)
@on_paper
def bar_rhythm_reuse(facts: Facts) -> float | None:
    """15: share of bars whose rhythm was heard before."""
    return _reuse(facts, False)


@paper(low=0.12, high=0.75)
@tuneful
def bar_exact_reuse(facts: Facts) -> float | None:
    """16: share of bars whose rhythm and pitches were heard before."""
    return _reuse(facts, True)


@paper(low=2.5, high=12.5)
@on_paper
def rhythm_variety(facts: Facts) -> float | None:
    """17: different bar rhythms per 16 bars."""
    bars = facts.bars(pitches=False)
    return len(set(bars)) / len(bars) * 16 if len(bars) >= 16 else None


@paper(unit="bit", low=2.7, high=3.9)
@on_paper
def onset_entropy(facts: Facts) -> float | None:
    """18: entropy of the onsets over the sixteenths of a bar of 4/4."""
    if len(facts.notes) < 48 or not facts.common:
        return None
    counts = Counter(round(n.t % 4 * 4) % 16 for n in facts.notes).values()
    return -sum(c / len(facts.notes) * math.log2(c / len(facts.notes)) for c in counts)


@paper(low=0.30, high=0.78)
@on_paper
def off_beat(facts: Facts) -> float | None:
    """19: share of onsets off the quarters of 4/4."""
    if len(facts.notes) < 24 or not facts.common:
        return None
    return sum(abs(n.t - round(n.t)) > 1e-3 for n in facts.notes) / len(facts.notes)


@paper(high=0.25)
@on_paper
def first_beat(facts: Facts) -> float | None:
    """20: share of onsets on the first beat of 4/4."""
    if len(facts.notes) < 24 or not facts.common:
        return None
    return sum(n.t % 4 < 1e-3 for n in facts.notes) / len(facts.notes)


@paper(high=0.45)
@on_paper
def phrase_on_first_beat(facts: Facts) -> float | None:
    """20: share of phrases that start on the first beat of 4/4."""
    phrases = facts.phrases()
    return sum(p[0].t % 4 < 1e-3 for p in phrases) / len(phrases) if len(phrases) >= 8 and facts.common else None


@paper(low=5, high=15)
@on_paper
def length_variety(facts: Facts) -> float | None:
    """21: different distances between onsets under four beats."""
    if len(facts.notes) < 32:
        return None
    return len({d for a, b in itertools.pairwise(facts.notes) if 0 < (d := round((b.t - a.t) * 4)) < 16})


@paper(low=0.08, high=0.45)
@on_paper
def rests(facts: Facts) -> float | None:
    """22: share of silence inside sung sections."""
    spans = [notes[-1].end - notes[0].t for notes in facts.sections]
    return 1 - sum(n.d for notes in facts.sections for n in notes) / sum(spans) if spans else None


@paper(unit="s", high=8.0)
@on_paper
def breath_s(facts: Facts) -> float | None:
    """23: longest time without a rest."""
    return max(p[-1].end - p[0].t for p in facts.phrases()) * facts.quarter_s


@paper(low=0.8)
@on_paper
def line_gap(facts: Facts) -> float | None:
    """24: share of lines that end with a rest of 0.25 s or a note of a beat."""
    ends = [(a, b) for a, b in itertools.pairwise(facts.notes) if a.line != b.line]
    good = sum((b.t - a.end) * facts.quarter_s >= 0.25 - 1e-6 or a.d >= 1 for a, b in ends)
    return good / len(ends) if ends else None


def _fits(facts: Facts, note: Lead) -> bool:
    return note.pitch % 12 in facts.chord_at(facts.meant(note)).pcs


@paper(low=0.45, high=0.97)
@tuneful
def strong_chord_tones(facts: Facts) -> float | None:
    """25: share of chord tones on strong beats, anticipations counted where they lead."""
    strong = [n for n in facts.notes if facts.strong(n)]
    return sum(_fits(facts, n) for n in strong) / len(strong) if len(strong) >= 12 else None


@paper(low=0.75)
@tuneful
def long_chord_tones(facts: Facts) -> float | None:
    """26: share of chord tones among notes of two beats or more."""
    long = [n for n in facts.notes if n.d >= 2]
    return sum(_fits(facts, n) for n in long) / len(long) if len(long) >= 5 else None


@paper(high=0.02)
@tuneful
def clashes(facts: Facts) -> float | None:
    """27: share of sung time on a minor ninth, or a major against a minor third, held half a beat on a beat."""
    bad = 0.0
    for n in facts.notes:
        at = facts.meant(n)
        chord = facts.chord_at(at)
        step, tones = (n.pitch - chord.root_pc) % 12, QUALITIES[chord.quality]
        harsh = (step == 1 and 13 not in tones) or (step == 4 and 3 in tones) or (step == 3 and 4 in tones)
        bad += n.d if harsh and n.d >= 0.5 and facts.on_beat(at) else 0.0
    return bad / sum(n.d for n in facts.notes)


@paper(low=1)
@tuneful
def last_note_fits(facts: Facts) -> float | None:
    """28: the last lead note belongs to the chord under it (1) or not (0)."""
    last = facts.notes[-1]
    return float(_fits(facts, last) or last.pitch % 12 in facts.score.chords[-1].chord.pcs)


@paper(low=0.6)
@tuneful
def chorus_cadence(facts: Facts) -> float | None:
    """28: share of choruses that end on the first, third or fifth degree."""
    ends = {n.section: n for n in facts.of_kind("chorus")}
    good = [(n.pitch - facts.score.key.tonic_pc) % 12 in (0, 3, 4, 7) for n in ends.values()]
    return sum(good) / len(good) if good else None
