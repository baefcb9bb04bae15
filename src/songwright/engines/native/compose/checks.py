"""Tests on paper: measures of a score that tell a songwriter's work from chance.

Limits come from statistics of charted songs; each check is a pure function of score, lyrics, voice and brief.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from songwright.domain.lyrics import Lyrics, SectionKind
from songwright.domain.score import QUALITIES, Chord, Score, SungLine
from songwright.domain.style import Brief

from .grid import Grid
from .prosody import Stress, units_of

K = SectionKind


class Range(Protocol):
    """The part of a VoiceRange that checks read."""

    @property
    def lo_midi(self) -> float:
        """Lower end of the tessitura."""
        ...

    @property
    def hi_midi(self) -> float:
        """Upper end of the tessitura."""
        ...

    @property
    def top_midi(self) -> float:
        """Highest note."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One measured property."""

    name: str
    value: float
    ok: bool
    hard: bool = False  # a plan that fails it is not sung


@dataclass(frozen=True, kw_only=True, slots=True)
class LeadNote:
    """A sung note with what the checks ask about it. Steps are sixteenths from the start of the song."""

    step: float
    steps: float
    pitch_midi: int
    kind: Stress
    section: int
    line: int  # running number
    first_in_line: bool
    last_in_line: bool
    in_long_word: bool
    word: int
    least_s: float


class Facts:
    """A score taken apart once for all checks."""

    def __init__(self, score: Score, lyrics: Lyrics, voice: Range, brief: Brief) -> None:
        self.score, self.lyrics, self.voice, self.brief = score, lyrics, voice, brief
        self.grid = Grid.of(score.axis.meter, score.axis.tempi[0].bpm)
        lead = next((p for p in score.vocals if p.name == "lead"), None)
        self.lines: tuple[SungLine, ...] = lead.lines if lead else ()
        self.notes = list(_lead_notes(self.lines, lyrics, self.grid.step_ticks))
        self.by_section: dict[int, list[LeadNote]] = {}
        for note in self.notes:
            self.by_section.setdefault(note.section, []).append(note)
        self._chord_starts = [c.start_tick for c in score.chords]

    def of_kind(self, *kinds: SectionKind) -> list[LeadNote]:
        """Notes sung in sections of these kinds."""
        return [n for n in self.notes if self.score.sections[n.section].kind in kinds]

    def intervals(self) -> list[int]:
        """Semitones between neighbours, rests under a beat bridged."""
        return [
            b.pitch_midi - a.pitch_midi
            for a, b in itertools.pairwise(self.notes)
            if b.step - (a.step + a.steps) <= self.grid.beat_steps * self.grid.feel
        ]

    def chord_at(self, step: float) -> Chord:
        """The chord that sounds at a step."""
        from bisect import bisect_right

        i = bisect_right(self._chord_starts, step * self.grid.step_ticks + 1) - 1
        return self.score.chords[max(0, i)].chord

    def judged_step(self, note: LeadNote) -> int:
        """The place a note stands for: its own, or the strong one it anticipates."""
        at = round(note.step)
        for ahead in range(1, 2 * self.grid.feel + 1):
            if self.grid.weight_at(at) <= 1 and self.grid.weight_at(at + ahead) >= 2 and note.steps > ahead:
                return at + ahead
        return at

    def phrases(self, gap_s: float = 0.2) -> list[list[LeadNote]]:
        """Notes between rests of at least ``gap_s``."""
        out: list[list[LeadNote]] = []
        for note in self.notes:
            if out and (note.step - out[-1][-1].step - out[-1][-1].steps) * self.grid.step_s < gap_s:
                out[-1].append(note)
            else:
                out.append([note])
        return out


def _lead_notes(lines: Sequence[SungLine], lyrics: Lyrics, step_ticks: int) -> list[LeadNote]:
    out: list[LeadNote] = []
    word_number = 0
    sung: dict[tuple[int, int], int] = {}
    for number, line in enumerate(lines):
        at = (line.lyrics_section_index, line.line_index)
        done = sung.get(at, 0)
        sung[at] = done + len(line.syllables)
        units = units_of(lyrics.sections[at[0]].lines[at[1]])[done : sung[at]]
        for i, (syllable, unit) in enumerate(zip(line.syllables, units, strict=True)):
            word_number += unit.word_start
            for j, note in enumerate(syllable.notes):
                out.append(
                    LeadNote(
                        step=note.start_tick / step_ticks,
                        steps=note.duration_ticks / step_ticks,
                        pitch_midi=note.pitch_midi,
                        kind=unit.kind,
                        section=line.section_index,
                        line=number,
                        first_in_line=i == 0 and j == 0,
                        last_in_line=i == len(units) - 1 and j == len(syllable.notes) - 1,
                        in_long_word=not (unit.word_start and unit.word_end),
                        word=word_number,
                        least_s=unit.least_s if j == 0 else 0.0,
                    )
                )
    return out


CheckFunction = Callable[[Facts], Check | None]
_CHECKS: list[CheckFunction] = []


def _check(function: CheckFunction) -> CheckFunction:
    _CHECKS.append(function)
    return function


def _within(name: str, value: float, low: float, high: float, *, hard: bool = False) -> Check:
    return Check(name=name, value=round(value, 4), ok=low <= value <= high, hard=hard)


def _share(facts: Facts, hit: Callable[[int], bool]) -> float | None:
    intervals = facts.intervals()
    return sum(hit(abs(d)) for d in intervals) / len(intervals) if len(intervals) >= 16 else None


def _spoken(facts: Facts) -> bool:
    return len({n.pitch_midi for n in facts.notes}) <= 4


def check_score(score: Score, lyrics: Lyrics, voice: Range, brief: Brief) -> tuple[Check, ...]:
    """All checks that apply to a score."""
    facts = Facts(score, lyrics, voice, brief)
    if not facts.notes:
        return ()
    return tuple(c for f in _CHECKS if (c := f(facts)) is not None)


def score_of(checks: Sequence[Check]) -> float:
    """1.0 when everything passes; hard checks weigh five times as much."""
    weight = sum(5.0 if c.hard else 1.0 for c in checks)
    return 1.0 - sum((5.0 if c.hard else 1.0) for c in checks if not c.ok) / weight if checks else 1.0


@_check
def repeated_notes(facts: Facts) -> Check | None:
    """Share of repeated notes among the intervals."""
    value = _share(facts, lambda d: d == 0)
    return None if value is None else _within("repeated_notes", value, 0.08, 0.58)


@_check
def steps(facts: Facts) -> Check | None:
    """Share of seconds."""
    value = _share(facts, lambda d: 1 <= d <= 2)
    return None if value is None else _within("steps", value, 0.20, 0.72)


@_check
def leaps(facts: Facts) -> Check | None:
    """Share of fourths and wider."""
    value = _share(facts, lambda d: d >= 5)
    return None if value is None or _spoken(facts) else _within("leaps", value, 0.01, 0.20)


@_check
def wide_leaps(facts: Facts) -> Check | None:
    """Share of sixths and wider."""
    value = _share(facts, lambda d: d >= 8)
    return None if value is None else _within("wide_leaps", value, 0.0, 0.06)


@_check
def odd_leaps(facts: Facts) -> Check | None:
    """Share of tritones and sevenths."""
    value = _share(facts, lambda d: d in (6, 10, 11))
    return None if value is None else _within("odd_leaps", value, 0.0, 0.02)


@_check
def section_range(facts: Facts) -> Check | None:
    """Widest and narrowest section, semitones."""
    spans = [
        max(n.pitch_midi for n in notes) - min(n.pitch_midi for n in notes)
        for notes in facts.by_section.values()
        if len(notes) >= 12
    ]
    if not spans:
        return None
    worst = max(spans) if max(spans) > 17 else min(spans)
    return _within("section_range", worst, 2 if _spoken(facts) else 4, 17)


@_check
def tessitura(facts: Facts) -> Check:
    """Share of sung time outside the voice's comfortable range."""
    total = sum(n.steps for n in facts.notes)
    out = sum(n.steps for n in facts.notes if not facts.voice.lo_midi <= n.pitch_midi <= facts.voice.hi_midi)
    return _within("tessitura", out / total, 0.0, 0.30)


@_check
def safe_range(facts: Facts) -> Check:
    """Semitones outside what the voice can sing at all."""
    low, high = facts.voice.lo_midi - 3, max(facts.voice.top_midi, facts.voice.hi_midi)
    worst = max(max(low - n.pitch_midi, n.pitch_midi - high, 0.0) for n in facts.notes)
    return _within("safe_range", worst, 0.0, 0.0, hard=True)


@_check
def peak(facts: Facts) -> Check | None:
    """The chorus's highest note lands on stressed syllables."""
    notes = facts.of_kind(K.CHORUS)
    first = [n for n in notes if n.section == notes[0].section] if notes else []
    if len(first) < 12:
        return None
    top = max(n.pitch_midi for n in first)
    peaks = [n for n in first if n.pitch_midi == top]
    stressed = sum(n.kind <= Stress.SECONDARY for n in peaks) / len(peaks)
    return Check(name="peak", value=round(stressed, 3), ok=len(peaks) <= 6 and stressed >= 0.6)


@_check
def chorus_lift(facts: Facts) -> Check | None:
    """Duration-weighted mean pitch of choruses over verses, semitones."""
    verse, chorus = facts.of_kind(K.VERSE), facts.of_kind(K.CHORUS)
    if len(verse) < 8 or len(chorus) < 8:
        return None
    return _within("chorus_lift", _mean_pitch(chorus) - _mean_pitch(verse), 0.5, 7.0)


def _mean_pitch(notes: Sequence[LeadNote]) -> float:
    return sum(n.steps * n.pitch_midi for n in notes) / sum(n.steps for n in notes)


@_check
def verse_chorus_contrast(facts: Facts) -> Check | None:
    """L1 distance of the onset profiles of verse and chorus; a clear difference in notes per bar will do too."""
    verse, chorus = facts.of_kind(K.VERSE), facts.of_kind(K.CHORUS)
    if len(verse) < 8 or len(chorus) < 8:
        return None
    bar = facts.grid.bar_steps
    a, b = (Counter(round(n.step) % bar for n in notes) for notes in (verse, chorus))
    distance = sum(abs(a[i] / len(verse) - b[i] / len(chorus)) for i in range(bar))
    density = abs(len(verse) / _bars(facts, verse) - len(chorus) / _bars(facts, chorus))
    return Check(name="verse_chorus_contrast", value=round(distance, 4), ok=distance >= 0.25 or density >= 1.0)


def _bars(facts: Facts, notes: Sequence[LeadNote]) -> int:
    """Bars in which some notes begin."""
    return len({round(n.step) // facts.grid.bar_steps for n in notes})


@_check
def pitch_classes(facts: Facts) -> Check | None:
    """Most different pitch classes in one section."""
    counts = [len({n.pitch_midi % 12 for n in notes}) for notes in facts.by_section.values() if len(notes) >= 12]
    return _within("pitch_classes", max(counts), 2 if _spoken(facts) else 3, 8) if counts else None


@_check
def same_pitch_run(facts: Facts) -> Check:
    """Longest run of one pitch."""
    runs = [len(list(g)) for _, g in itertools.groupby(n.pitch_midi for n in facts.notes)]
    return _within("same_pitch_run", max(runs), 1, 12)


@_check
def complexity(facts: Facts) -> Check | None:
    """Normalised LZ78 complexity of (interval, inter-onset) pairs: low is boring, high aimless."""
    pairs = [(b.pitch_midi - a.pitch_midi, min(32, round(b.step - a.step))) for a, b in itertools.pairwise(facts.notes)]
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
    return _within("complexity", value, 0.42, 0.72)


def _bar_rhythms(facts: Facts, with_pitch: bool) -> list[tuple[object, ...]]:
    bars: dict[int, list[object]] = {}
    for n in facts.notes:
        bar, pos = divmod(round(n.step), facts.grid.bar_steps * facts.grid.feel)
        bars.setdefault(bar, []).append((pos, n.pitch_midi) if with_pitch else pos)
    return [tuple(v) for _, v in sorted(bars.items())]


@_check
def bar_rhythm_reuse(facts: Facts) -> Check | None:
    """Share of bars whose rhythm was heard before."""
    bars = _bar_rhythms(facts, with_pitch=False)
    return _within("bar_rhythm_reuse", 1 - len(set(bars)) / len(bars), 0.22, 0.85) if len(bars) >= 16 else None


@_check
def bar_exact_reuse(facts: Facts) -> Check | None:
    """Share of bars whose rhythm and pitches were heard before."""
    bars = _bar_rhythms(facts, with_pitch=True)
    return _within("bar_exact_reuse", 1 - len(set(bars)) / len(bars), 0.08, 0.78) if len(bars) >= 24 else None


@_check
def onset_entropy(facts: Facts) -> Check | None:
    """Bits of the onset histogram over the bar."""
    if len(facts.notes) < 48:
        return None
    counts = Counter(round(n.step) % facts.grid.bar_steps for n in facts.notes)
    total = sum(counts.values())
    bits = -sum(c / total * math.log2(c / total) for c in counts.values())
    full = math.log2(facts.grid.bar_steps)
    return _within("onset_entropy", bits / full, 0.45, 0.98)


@_check
def off_beat(facts: Facts) -> Check | None:
    """Share of onsets off the beat."""
    if len(facts.notes) < 24:
        return None
    value = sum(facts.grid.weight_at(round(n.step)) < 2 for n in facts.notes) / len(facts.notes)
    return _within("off_beat", value, 0.15, 0.78)


@_check
def first_beat(facts: Facts) -> Check | None:
    """Share of onsets on the first beat of a bar."""
    if len(facts.notes) < 24:
        return None
    value = sum(facts.grid.weight_at(round(n.step)) == 4 for n in facts.notes) / len(facts.notes)
    return _within("first_beat", value, 0.0, 0.34 if facts.grid.bar_steps <= 12 else 0.27)


@_check
def note_length_variety(facts: Facts) -> Check | None:
    """Different distances between onsets under four beats."""
    if len(facts.notes) < 32:
        return None
    distances = {round(b.step - a.step) for a, b in itertools.pairwise(facts.notes)}
    return _within("note_length_variety", len([d for d in distances if d < 16 * facts.grid.feel]), 3, 15)


@_check
def rests(facts: Facts) -> Check | None:
    """Share of silence inside sung sections."""
    if len(facts.notes) < 12:
        return None
    sung = sum(n.steps for n in facts.notes)
    span = sum(max(n.step + n.steps for n in ns) - min(n.step for n in ns) for ns in facts.by_section.values())
    return _within("rests", 1 - sung / span, 0.02, 0.62)


@_check
def breath(facts: Facts) -> Check:
    """Longest time without a rest, seconds."""
    longest = max(p[-1].step + p[-1].steps - p[0].step for p in facts.phrases()) * facts.grid.step_s
    return _within("breath", longest, 0.0, 10.0, hard=True)


@_check
def line_gap(facts: Facts) -> Check | None:
    """Share of lines followed by a rest of at least 0.25 s."""
    gaps = [
        (b.step - a.step - a.steps) * facts.grid.step_s
        for a, b in itertools.pairwise(facts.notes)
        if a.last_in_line and b.first_in_line
    ]
    return _within("line_gap", sum(g >= 0.24 for g in gaps) / len(gaps), 0.8, 1.0) if gaps else None


@_check
def strong_chord_tones(facts: Facts) -> Check | None:
    """Share of chord tones among notes on strong beats, anticipations counted where they lead."""
    strong = [n for n in facts.notes if facts.grid.weight_at(facts.judged_step(n)) >= 3]
    if len(strong) < 12:
        return None
    hits = sum(n.pitch_midi % 12 in facts.chord_at(facts.judged_step(n)).pcs for n in strong)
    return _within("strong_chord_tones", hits / len(strong), 0.45, 0.98 if len(strong) > 40 else 1.0)


@_check
def long_chord_tones(facts: Facts) -> Check | None:
    """Share of chord tones among notes of two beats or more."""
    long_notes = [n for n in facts.notes if n.steps >= 8]
    if len(long_notes) < 5:
        return None
    hits = sum(n.pitch_midi % 12 in facts.chord_at(facts.judged_step(n)).pcs for n in long_notes)
    return _within("long_chord_tones", hits / len(long_notes), 0.7, 1.0)


@_check
def clashes(facts: Facts) -> Check:
    """Share of time on a minor ninth, or a major against a minor third, held for half a beat or more."""
    total = sum(n.steps for n in facts.notes)
    bad = 0.0
    for n in facts.notes:
        if n.steps < 2:
            continue
        chord = facts.chord_at(facts.judged_step(n))
        step = (n.pitch_midi - chord.root_pc) % 12
        tones = QUALITIES[chord.quality]
        harsh = (step == 1 and 13 not in tones) or (step == 4 and 3 in tones) or (step == 3 and 4 in tones)
        bad += n.steps if harsh and facts.grid.weight_at(facts.judged_step(n)) >= 2 else 0.0
    return _within("clashes", bad / total, 0.0, 0.03)


@_check
def cadence(facts: Facts) -> Check:
    """The last sung note is the tonic, third or fifth of the key."""
    step = (facts.notes[-1].pitch_midi - facts.score.key.tonic_pc) % 12
    return Check(name="cadence", value=step, ok=step in (0, 3, 4, 7))


@_check
def stress(facts: Facts) -> Check | None:
    """Mismatch of stress and metre per longer word."""
    words: dict[int, list[LeadNote]] = {}
    for n in facts.notes:
        if n.in_long_word and n.least_s > 0:
            words.setdefault(n.word, []).append(n)
    costs = []
    for notes in words.values():
        strong = [facts.grid.weight_at(facts.judged_step(n)) for n in notes if n.kind <= Stress.SECONDARY]
        weak = [facts.grid.weight_at(facts.judged_step(n)) for n in notes if n.kind > Stress.SECONDARY]
        if strong and weak:
            costs.append(max(0, max(weak) - max(strong)))
    return _within("stress", sum(costs) / len(costs), 0.0, 0.30) if len(costs) >= 4 else None


@_check
def function_words(facts: Facts) -> Check | None:
    """Share of function words on the strong beats."""
    notes = [n for n in facts.notes if n.kind is Stress.FUNCTION]
    if len(notes) < 8:
        return None
    return _within("function_words", sum(facts.grid.weight_at(round(n.step)) >= 3 for n in notes) / len(notes), 0, 0.45)


@_check
def coverage(facts: Facts) -> Check:
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
    return _within("coverage", wrong, 0, 0, hard=True)


@_check
def speed(facts: Facts) -> Check:
    """Share of syllables that are shorter than their consonants need."""
    heads = [n for n in facts.notes if n.least_s > 0]
    fast = sum(
        (b.step - a.step) * facts.grid.step_s < max(a.least_s, 0.11) - 1e-6 for a, b in itertools.pairwise(heads)
    )
    return _within("speed", fast / len(heads), 0.0, 0.01, hard=True)


@_check
def syllable_rate(facts: Facts) -> Check | None:
    """95th percentile of syllables per second."""
    gaps = sorted((b.step - a.step) * facts.grid.step_s for a, b in itertools.pairwise(facts.notes))
    return _within("syllable_rate", 1 / gaps[int(0.05 * len(gaps))], 0.3, 7.0) if len(gaps) >= 20 else None


@_check
def harmony_variety(facts: Facts) -> Check:
    """Different chords of the song."""
    value = len({c.chord.root_pc * 100 + hash_quality(c.chord.quality) for c in facts.score.chords})
    return _within("harmony_variety", value, 2, 16)


def hash_quality(quality: str) -> int:
    """A number for a chord quality, the same in every process."""
    return list(QUALITIES).index(quality)


@_check
def final_chord(facts: Facts) -> Check:
    """The song ends on its tonic."""
    at_home = facts.score.chords[-1].chord.root_pc == facts.score.key.tonic_pc
    return Check(name="final_chord", value=float(at_home), ok=at_home or facts.brief.weirdness > 0.8)


@_check
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
        start = section.start_tick / facts.grid.step_ticks
        groups.setdefault(text, set()).add(tuple((n.step - start, n.pitch_midi) for n in notes))
    if not groups:
        return None
    worst = max(len(tunes) for tunes in groups.values())
    return _within("chorus_returns", worst, 1, 1)
