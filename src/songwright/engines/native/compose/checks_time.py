"""Tests on paper of rhythm and words, and of what the song as a whole needs."""

from __future__ import annotations

import itertools
import math
from collections import Counter

from songwright.domain.lyrics import SectionKind
from songwright.domain.score import QUALITIES
from songwright.domain.time import TICKS_PER_QUARTER

from .paper import Check, Facts, LeadNote, check, tuneful, within
from .prosody import Stress

K = SectionKind


@check
def verse_chorus_contrast(facts: Facts) -> Check | None:
    """L1 distance of the onset profiles of verse and chorus; a clear difference in notes per bar will do too."""
    verse, chorus = facts.of_kind(K.VERSE), facts.of_kind(K.CHORUS)
    if len(verse) < 8 or len(chorus) < 8:
        return None
    a, b = (Counter(round(n.t % facts.bar * 4) for n in notes) for notes in (verse, chorus))
    distance = sum(abs(a[i] / len(verse) - b[i] / len(chorus)) for i in a.keys() | b.keys())
    density = abs(len(verse) / _n_bars(facts, verse) - len(chorus) / _n_bars(facts, chorus))
    return Check(name="verse_chorus_contrast", value=round(distance, 4), ok=distance >= 0.25 or density >= 1.0)


def _n_bars(facts: Facts, notes: list[LeadNote]) -> int:
    """Bars in which some notes begin."""
    return len({n.t // facts.bar for n in notes})


@tuneful
def complexity(facts: Facts) -> Check | None:
    """Normalised LZ78 complexity of (interval, inter-onset) pairs: low is boring, high aimless."""
    pairs = [(b.pitch_midi - a.pitch_midi, min(32, round((b.t - a.t) * 4))) for a, b in itertools.pairwise(facts.notes)]
    if len(pairs) < 80:
        return None
    phrases: set[tuple[tuple[int, int], ...]] = set()
    here: tuple[tuple[int, int], ...] = ()
    for pair in pairs:
        here = (*here, pair)
        if here not in phrases:
            phrases.add(here)
            here = ()
    count = len(phrases) + bool(here)
    value = count * math.log2(count) / (len(pairs) * math.log2(max(2, len(set(pairs)))))
    return within("complexity", value, 0.48, 0.68)


def _reuse(facts: Facts, *, pitches: bool) -> float | None:
    bars = facts.bars(pitches=pitches)
    return 1 - len(set(bars)) / len(bars) if len(bars) >= 16 else None


@check
def bar_rhythm_reuse(facts: Facts) -> Check | None:
    """Share of bars whose rhythm was heard before; at least 2.5 different ones in 16 bars (0.84)."""
    return within("bar_rhythm_reuse", _reuse(facts, pitches=False), 0.22, 0.84)


@tuneful
def bar_exact_reuse(facts: Facts) -> Check | None:
    """Share of bars whose rhythm and pitches were heard before."""
    return within("bar_exact_reuse", _reuse(facts, pitches=True), 0.12, 0.75)


@check
def onset_entropy(facts: Facts) -> Check | None:
    """Entropy of the onsets over the sixteenths of a bar of 4/4, bits."""
    if len(facts.notes) < 48 or not facts.common:
        return None
    counts = Counter(round(n.t % 4 * 4) % 16 for n in facts.notes).values()
    total = len(facts.notes)
    return within("onset_entropy", -sum(c / total * math.log2(c / total) for c in counts), 2.7, 3.9)


@check
def off_beat(facts: Facts) -> Check | None:
    """Share of onsets off the quarters of 4/4."""
    if len(facts.notes) < 24 or not facts.common:
        return None
    return within("off_beat", sum(abs(n.t - round(n.t)) > 1e-3 for n in facts.notes) / len(facts.notes), 0.30, 0.78)


@check
def first_beat(facts: Facts) -> Check | None:
    """Share of onsets on the first beat of 4/4."""
    if len(facts.notes) < 24 or not facts.common:
        return None
    return within("first_beat", sum(n.t % 4 < 1e-3 for n in facts.notes) / len(facts.notes), 0.0, 0.25)


@check
def phrase_on_first_beat(facts: Facts) -> Check | None:
    """Share of phrases that start on the first beat of 4/4."""
    phrases = facts.phrases()
    if len(phrases) < 8 or not facts.common:
        return None
    return within("phrase_on_first_beat", sum(p[0].t % 4 < 1e-3 for p in phrases) / len(phrases), 0.0, 0.45)


@check
def length_variety(facts: Facts) -> Check | None:
    """Different distances between onsets under four beats."""
    if len(facts.notes) < 32:
        return None
    lengths = {d for a, b in itertools.pairwise(facts.notes) if 0 < (d := round((b.t - a.t) * 4)) < 16}
    return within("length_variety", len(lengths), 5, 15)


@check
def rests(facts: Facts) -> Check | None:
    """Share of silence inside sung sections."""
    span = sum(notes[-1].end - notes[0].t for notes in facts.sections)
    sung = sum(n.d for notes in facts.sections for n in notes)
    return within("rests", 1 - sung / span if span else None, 0.08, 0.45)


@check
def breath(facts: Facts) -> Check | None:
    """Longest time without a rest, seconds; over ten nobody can sing it."""
    longest = max(p[-1].end - p[0].t for p in facts.phrases()) * facts.quarter_s
    return within("breath", longest, 0.0, 8.0, hard=longest > 10.0)


@check
def line_gap(facts: Facts) -> Check | None:
    """Share of lines that end with a rest of a quarter of a second or a note of a beat."""
    ends = [(a, b) for a, b in itertools.pairwise(facts.notes) if a.line != b.line]
    good = sum((b.t - a.end) * facts.quarter_s >= 0.25 - 1e-6 or a.d >= 1 for a, b in ends)
    return within("line_gap", good / len(ends) if ends else None, 0.8, 1.0)


@check
def fullest_bar(facts: Facts) -> Check | None:
    """Syllables of the fullest bar over the median of the bars."""
    counts = sorted(Counter(int(n.t // facts.bar) for n in facts.notes if n.head).values())
    if len(counts) < 8 or facts.spoken:
        return None
    return within("fullest_bar", counts[-1] / counts[len(counts) // 2], 1.0, 2.0)


@check
def stress(facts: Facts) -> Check | None:
    """Mismatch of stress and metre per longer word."""
    words: dict[int, list[LeadNote]] = {}
    for n in facts.notes:
        if n.in_long_word and n.head:
            words.setdefault(n.word, []).append(n)
    costs: list[int] = []
    for notes in words.values():
        strong = [facts.weight(n) for n in notes if n.stress > 0]
        weak = [facts.weight(n) for n in notes if n.stress == 0]
        if strong and weak:
            costs.append(max(0, max(weak) - max(strong)))
    return within("stress", sum(costs) / len(costs) if len(costs) >= 4 else None, 0.0, 0.30)


@check
def stress_on_beat(facts: Facts) -> Check | None:
    """Share of main stresses on a beat, or an eighth before one and held over it."""
    notes = [n for n in facts.notes if n.head and n.stress == 2]
    return within(
        "stress_on_beat", sum(facts.weight(n) >= 2 for n in notes) / len(notes) if len(notes) >= 8 else None, 0.9, 1.0
    )


@check
def function_words(facts: Facts) -> Check | None:
    """Share of function words among the words of one syllable on strong beats."""
    short = [n for n in facts.notes if not n.in_long_word and n.head and facts.meant(n) == n.t and facts.weight(n) == 3]
    if len(short) < 8:
        return None
    return within("function_words", sum(n.kind is Stress.FUNCTION for n in short) / len(short), 0.0, 0.45)


@check
def melismas(facts: Facts) -> Check | None:
    """Share of notes that continue a syllable."""
    return within("melismas", sum(not n.head for n in facts.notes) / len(facts.notes), 0.0, 0.24)


@check
def syllable_rate(facts: Facts) -> Check | None:
    """95th percentile of syllables per second."""
    heads = [n for n in facts.notes if n.head]
    gaps = sorted((b.t - a.t) * facts.quarter_s for a, b in itertools.pairwise(heads) if b.t > a.t)
    return within("syllable_rate", 1 / gaps[int(0.05 * len(gaps))] if len(gaps) >= 20 else None, 0.3, 7.0)


@check
def coverage(facts: Facts) -> Check | None:
    """Lines whose syllables are not sung once and in order."""
    sung: dict[tuple[int, int], list[str]] = {}
    wrong = 0
    for part in facts.score.vocals:
        if part.name not in ("lead", "answers"):
            continue
        for line in part.lines:
            sung.setdefault((line.lyrics_section_index, line.line_index), []).extend(s.phonemes for s in line.syllables)
            ticks = [n.start_tick for s in line.syllables for n in s.notes]
            wrong += any(a >= b for a, b in itertools.pairwise(ticks))
    last = max(sung, default=(-1, -1))
    for (section, index), phonemes in sung.items():
        words = [s.phonemes for s in facts.lyrics.sections[section].lines[index].syllables]
        wrong += words != phonemes if (section, index) != last else words[: len(phonemes)] != phonemes
    return within("coverage", wrong, 0, 0, hard=True)


@check
def speed(facts: Facts) -> Check | None:
    """Share of syllables that are shorter than their consonants need."""
    heads = [n for n in facts.notes if n.head]
    fast = sum((b.t - a.t) * facts.quarter_s < max(a.least_s, 0.11) - 1e-6 for a, b in itertools.pairwise(heads))
    return within("speed", fast / len(heads), 0.0, 0.01, hard=True)


@check
def harmony_variety(facts: Facts) -> Check | None:
    """Different chords of the song."""
    value = len({c.chord.root_pc * 100 + hash_quality(c.chord.quality) for c in facts.score.chords})
    return within("harmony_variety", value, 2, 16)


def hash_quality(quality: str) -> int:
    """A number for a chord quality, the same in every process."""
    return list(QUALITIES).index(quality)


@check
def final_chord(facts: Facts) -> Check | None:
    """The song ends on its tonic."""
    at_home = facts.score.chords[-1].chord.root_pc == facts.score.key.tonic_pc
    return Check(name="final_chord", value=float(at_home), ok=at_home or facts.brief.weirdness > 0.8)


@check
def chorus_returns(facts: Facts) -> Check | None:
    """Choruses with the same words are sung to the same notes."""
    groups: dict[tuple[str, ...], set[tuple[tuple[float, int], ...]]] = {}
    for notes in facts.by_section.values():
        section = facts.score.sections[notes[0].section]
        if section.kind is not K.CHORUS:
            continue
        text = tuple(
            facts.lyrics.sections[line.lyrics_section_index].lines[line.line_index].text
            for line in facts.lines
            if line.section_index == notes[0].section
        )
        start = section.start_tick / TICKS_PER_QUARTER
        groups.setdefault(text, set()).add(tuple((n.t - start, n.pitch_midi) for n in notes))
    if not groups:
        return None
    worst = max(len(tunes) for tunes in groups.values())
    return within("chorus_returns", worst, 1, 1)
