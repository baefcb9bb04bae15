"""Tests of the words on paper (SONGCRAFT 7, rows 29 to 32 and 40): stress, coverage, speed, rhyme, repetition."""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter

from songwright.domain.lyrics import Line, LyricsSection, SectionKind
from songwright.domain.score import SungLine, VocalRole

from .figure import measure
from .plan_facts import Facts, Lead, on_paper
from .transcript import words_of

paper = functools.partial(measure, "plan", tool="the plan's words and notes", share=0.95)
SCHEMES = ("AABB", "ABAB", "ABCB", "AAAA", "ABBA", "AABA", "AAA", "AA")
VOWELS = frozenset("aeiouyæɑɐɒɔəɚɛɜɪʊʌᵻAIOQWYøœɶɤɯɨʉãõɛ̃ɔ̃")


def weight(facts: Facts, note: Lead) -> int:
    """Metrical weight of where a note counts: 3 first beat or middle of the bar, 2 beat, 1 eighth, 0 other."""
    at = facts.meant(note)
    if facts.strong(note):
        return 3
    if facts.on_beat(at):
        return 2
    return 1 if abs(at * 2 - round(at * 2)) < 1e-3 else 0


@paper(high=0.30)
@on_paper
def stress_mismatch(facts: Facts) -> float | None:
    """29: how far unstressed syllables of a longer word outweigh its stressed ones, mean of the words."""
    words: dict[tuple[int, int], list[Lead]] = {}
    for n in facts.notes:
        if n.syllables > 1 and n.head:
            words.setdefault(n.word, []).append(n)
    costs: list[int] = []
    for notes in words.values():
        strong = [weight(facts, n) for n in notes if n.stress > 0]
        weak = [weight(facts, n) for n in notes if n.stress == 0]
        if strong and weak:
            costs.append(max(0, max(weak) - max(strong)))
    return sum(costs) / len(costs) if len(costs) >= 4 else None


@paper(high=0.45)
@on_paper
def function_words_on_strong(facts: Facts) -> float | None:
    """30: share of function words among the one-syllable words on strong beats."""
    short = [n for n in facts.notes if n.syllables == 1 and n.head and facts.strong(n) and facts.meant(n) == n.t]
    return sum(n.function for n in short) / len(short) if len(short) >= 8 else None


def _sung(facts: Facts) -> list[SungLine]:
    parts = [part for part in facts.score.vocals if part.role is VocalRole.LEAD or part.name == "answers"]
    lines = [line for part in parts for line in part.lines if line.line_index >= 0]
    return sorted(lines, key=lambda line: line.syllables[0].notes[0].start_tick)


@paper(low=0, high=0)
@on_paper
def syllables_wrong(facts: Facts) -> float | None:
    """31: syllables of the lyrics that are not sung exactly once and in order."""
    sung: dict[tuple[int, int], list[str]] = {}
    for line in _sung(facts):
        place = (line.lyrics_section_index, line.line_index)
        sung.setdefault(place, []).extend(s.phonemes for s in line.syllables)
    wrong = 0
    last = max(sung, default=(-1, -1))
    for place, phonemes in sung.items():
        written = [s.phonemes for s in facts.plan.lyrics.sections[place[0]].lines[place[1]].syllables]
        wanted = written[: len(phonemes)] if place == last else written  # a song may end inside its last line
        wrong += sum(a != b for a, b in itertools.zip_longest(wanted, phonemes))
    return wrong


@paper(high=0.24)
@on_paper
def melismas(facts: Facts) -> float | None:
    """31: share of syllables on more than one note."""
    return sum(not n.head for n in facts.notes) / len(facts.notes)


@paper(unit="/s", high=7.0)
@on_paper
def syllable_rate(facts: Facts) -> float | None:
    """32: 95th percentile of syllables per second."""
    heads = [n for n in facts.notes if n.head]
    gaps = sorted((b.t - a.t) * facts.quarter_s for a, b in itertools.pairwise(heads) if b.t > a.t)
    return 1 / gaps[int(0.05 * len(gaps))] if len(gaps) >= 20 else None


@paper(high=0.01)
@on_paper
def too_short_notes(facts: Facts) -> float | None:
    """32: share of notes under 0.09 s."""
    return sum(n.d * facts.quarter_s < 0.09 for n in facts.notes) / len(facts.notes)


def _written(facts: Facts) -> bool:
    """Whether the words were written for the song and not given: then the request has a topic."""
    return bool(facts.plan.brief.topic)


def _choruses(facts: Facts) -> list[LyricsSection]:
    return [s for s in facts.plan.lyrics.sections if s.kind is SectionKind.CHORUS and s.lines]


@paper(low=1.0)
@on_paper
def title_in_chorus(facts: Facts) -> float | None:
    """40: share of choruses that hold the title's words, of songs with written words."""
    title, choruses = words_of(facts.plan.lyrics.title), _choruses(facts)
    if not title or not choruses or facts.plan.lyrics.language == "zh" or not _written(facts):
        return None
    texts = [" ".join(words_of(" ".join(line.text for line in s.lines))) for s in choruses]
    return sum(" ".join(title) in text for text in texts) / len(texts)


@paper(low=0.45, high=0.95)
@on_paper
def unique_lines(facts: Facts) -> float | None:
    """40: share of different lines."""
    lines = [" ".join(words_of(line.text)) for line in facts.plan.lyrics.lines()]
    return len(set(lines)) / len(lines) if len(lines) >= 12 else None


@paper(low=0, high=0)
@on_paper
def repeated_in_verse(facts: Facts) -> float | None:
    """40: lines that stand twice in one verse."""
    verses = [s for s in facts.plan.lyrics.sections if s.kind is SectionKind.VERSE]
    return sum(len(s.lines) - len({line.text for line in s.lines}) for s in verses) if verses else None


def rhyme_of(line: Line) -> str:
    """Vowel and what follows it, of the last stressed syllable on (of the last one when none is stressed)."""
    syllables = line.words[-1].syllables
    first = next((i for i in reversed(range(len(syllables))) if syllables[i].stress > 0), len(syllables) - 1)
    sounds = "".join(s.phonemes for s in syllables[first:])
    start = next((i for i, c in enumerate(sounds) if c in VOWELS), 0)
    return sounds[start:]


def rhymes(a: Line, b: Line) -> float:
    """1 for the same sounds from the last stressed vowel on, 0.6 for the same vowel, else 0; a word with itself 0.6."""
    first, second = rhyme_of(a), rhyme_of(b)
    same_word = a.words[-1].text.lower() == b.words[-1].text.lower()
    if first == second:
        return 0.6 if same_word else 1.0
    return 0.6 if first[:1] == second[:1] else 0.0


def rhyme_score(section: LyricsSection) -> float:
    """Mean rhyme of the pairs of the scheme that fits a section best, groups of four lines (or what there is)."""
    scores: list[float] = []
    for start in range(0, len(section.lines) - 1, 4):
        lines = section.lines[start : start + 4]
        best = 0.0
        for scheme in SCHEMES:
            pairs = [(i, j) for i, j in itertools.combinations(range(len(scheme)), 2) if scheme[i] == scheme[j]]
            if len(scheme) == len(lines):
                best = max(best, sum(rhymes(lines[i], lines[j]) for i, j in pairs) / len(pairs))
        scores += [best] if len(lines) > 1 else []
    return sum(scores) / len(scores) if scores else 1.0


@paper(low=0.55)
@on_paper
def rhyme(facts: Facts) -> float | None:
    """40: how well verses and choruses rhyme, 0 to 1: mean over their groups of four lines."""
    wanted = (SectionKind.VERSE, SectionKind.CHORUS)
    found = [rhyme_score(s) for s in facts.plan.lyrics.sections if s.kind in wanted and len(s.lines) >= 2]
    return sum(found) / len(found) if found and facts.plan.lyrics.language != "zh" and _written(facts) else None


def _content(section: LyricsSection) -> Counter[str]:
    return Counter(word.text.lower() for line in section.lines for word in line.words if not word.function)


@paper(high=0.10)
@on_paper
def verses_share_words(facts: Facts) -> float | None:
    """40: share of the second verse's content words that the first has."""
    verses = [s for s in facts.plan.lyrics.sections if s.kind is SectionKind.VERSE and s.lines]
    if len(verses) < 2 or facts.plan.lyrics.language != "en":
        return None
    first, second = (_content(s) for s in verses[:2])
    return len(first.keys() & second.keys()) / max(1, len(second))


@paper(high=2.0)
@on_paper
def fullest_bar(facts: Facts) -> float | None:
    """40: syllables of the fullest bar over the median."""
    counts = sorted(Counter(int(n.t // facts.bar) for n in facts.notes if n.head).values())
    return counts[-1] / counts[len(counts) // 2] if len(counts) >= 8 and not facts.spoken else None


@paper(low=1)
@on_paper
def topic_words(facts: Facts) -> float | None:
    """40: words of the topic that the lyrics have, of songs with a topic."""
    topic = {w for w in words_of(facts.plan.brief.topic) if len(w) > 3}
    if not topic or facts.plan.lyrics.language != "en" or not facts.plan.brief.used_words:
        return None
    text = words_of(re.sub(r"\[[^\]]*\]", " ", facts.plan.lyrics.text) + " " + facts.plan.lyrics.title)
    return sum(any(w.startswith(t[:4]) for w in text) for t in topic)
