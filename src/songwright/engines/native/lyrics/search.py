"""Choosing lines for a section: whole couplets first, then the balance of the strophe."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from .pool import Candidate
from .rhyme import is_cliche, rhyme_score

SCHEMES = {
    2: (("AA", 1.0),),
    3: (("AAX", 1.0),),
    4: (("AABB", 1.0),),
    6: (("AABBCC", 1.0),),
    8: (("AABBCCDD", 1.0),),
}
MOST_SPREAD = 3
"""Syllables between the longest and the shortest line of a strophe."""
_RETOLD = 6.0
"""Cost of a word that an earlier verse has: the next verse tells something else."""


@dataclass(slots=True)
class Memory:
    """What a song has used already."""

    texts: set[str] = field(default_factory=set)
    templates: list[str] = field(default_factory=list)
    lemmas: dict[str, int] = field(default_factory=dict)
    person: str = ""  # whom the song speaks of: "he" or "she"
    told: frozenset[str] = frozenset()  # content words of the verses before, while a verse is written

    def add(self, lines: Sequence[Candidate]) -> None:
        """Remembers the lines of a finished section."""
        for c in lines:
            self.texts.add(c.text.lower())
            self.templates.append(c.template)
            self.person = self.person or c.person
            for lemma in c.lemmas:
                self.lemmas[lemma] = self.lemmas.get(lemma, 0) + 1


def pick(rng: random.Random, weights: Sequence[float]) -> int:
    """An index drawn by weight."""
    total = sum(weights)
    spot, run = rng.random() * total, 0.0
    for i, w in enumerate(weights):
        run += w
        if spot < run:
            return i
    return len(weights) - 1


def scheme_for(n_lines: int, rng: random.Random) -> str:
    """A rhyme scheme for a strophe of so many lines."""
    if n_lines in SCHEMES:
        options = SCHEMES[n_lines]
        return options[pick(rng, [w for _, w in options])][0]
    letters = "".join(chr(65 + i // 2) for i in range(n_lines))
    return letters if n_lines % 2 == 0 else letters[:-1] + "X"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two lines that rhyme."""

    a: Candidate
    b: Candidate
    weight: float


def whole_couplets(lines: Sequence[Candidate], *, low: int, high: int) -> list[Pair]:
    """The couplets as they were written, both lines inside low..high syllables."""
    first: dict[str, Candidate] = {}
    pairs: list[Pair] = []
    for c in lines:
        if not c.partner or not low <= c.n_syllables <= high:
            continue
        if mate := first.get(c.partner):
            cliche = 0.5 if is_cliche(mate.end, c.end) else 1.0
            pairs.append(Pair(mate, c, c.weight * cliche))
        else:
            first[c.partner] = c
    return pairs


def rhyming_pairs(lines: Sequence[Candidate], *, low: int, high: int, spread: int = 2) -> list[Pair]:
    """All pairs that rhyme (score .75 up), of like length, each inside low..high syllables."""
    buckets: dict[tuple[str, int], list[Candidate]] = {}
    for c in lines:
        if low <= c.n_syllables <= high:
            vowel = "ɑ" if c.end.vowel == "ɔ" else c.end.vowel
            buckets.setdefault((vowel, c.end.n_unstressed), []).append(c)
    pairs: list[Pair] = []
    for bucket in buckets.values():
        for i, a in enumerate(bucket):
            for b in bucket[i + 1 :]:
                if abs(a.n_syllables - b.n_syllables) > spread or a.template == b.template or b.leans:
                    continue
                score = rhyme_score(a.end, b.end)
                if score >= 0.75 and not (a.lemmas & b.lemmas) and a.opening != b.opening:
                    pairs.append(Pair(a, b, a.weight * b.weight * score**5))
    return pairs


def choose_strophe(
    lines: Sequence[Candidate], scheme: str, memory: Memory, rng: random.Random, *,
    low: int, high: int, tries: int = 14, whole: bool = True, beside: Sequence[Candidate] = (),
) -> list[Candidate]:  # fmt: skip
    """The best of many drawn strophes of a scheme (letters rhyme, X is free). May be short only if ``lines`` is.

    ``whole``: only lines that were written as a couplet rhyme with each other. ``beside``: lines of the same
    section that are there already; the new ones are to be like them. [] when nothing fits.
    """
    fresh = [c for c in lines if c.text.lower() not in memory.texts]
    pairs = (whole_couplets if whole else rhyming_pairs)(fresh, low=low, high=high)
    if scheme not in ("AA", "AABB", "AABBCC", "AABBCCDD"):
        pairs = [p for p in pairs if not p.a.leans and not p.b.leans and not p.a.text.endswith(",")]
    free = [c for c in fresh if low <= c.n_syllables <= high and not c.leans] or fresh
    if not free:
        return []
    best: tuple[float, list[Candidate]] = (-1e5, [])
    weights = [p.weight for p in pairs]
    for _ in range(tries):
        strophe = _draw(scheme, pairs, weights, free, rng)
        if strophe and (score := _score(strophe, scheme, memory, beside) + 4.0 * rng.random()) > best[0]:
            best = (score, strophe)
    return best[1]


def _draw(
    scheme: str, pairs: Sequence[Pair], weights: Sequence[float], free: Sequence[Candidate], rng: random.Random
) -> list[Candidate]:
    slots: list[Candidate | None] = [None] * len(scheme)
    for letter in dict.fromkeys(scheme):
        places = [i for i, x in enumerate(scheme) if x == letter]
        if letter == "X":
            for i in places:
                slots[i] = free[pick(rng, [c.weight for c in free])]
        elif pairs:
            drawn = pairs[pick(rng, weights)]
            for i, c in zip(places, (drawn.a, drawn.b), strict=False):
                slots[i] = c
        else:
            return []
    return [c for c in slots if c]


def _score(strophe: list[Candidate], scheme: str, memory: Memory, beside: Sequence[Candidate]) -> float:
    texts = [c.text.lower() for c in strophe]
    if len(set(texts)) < len(texts) or len(strophe) < len(scheme):
        return -1e6
    score = sum(min(c.weight, 2.5) for c in strophe)
    everything = [*beside, *strophe]
    lengths = [c.n_syllables for c in everything]
    spread = max(lengths) - min(lengths)
    score -= 0.6 * spread + (12.0 if spread > MOST_SPREAD else 0.0)
    openings = [c.text.lower().split()[0] for c in everything]
    score -= 0.6 * (len(openings) - len(set(openings)))
    templates = [c.template for c in strophe]
    score -= 4.0 * (len(templates) - len(set(templates))) + 3.0 * sum(t in memory.templates for t in templates)
    counts: dict[str, int] = {}
    for c in strophe:
        for lemma in c.lemmas:
            counts[lemma] = counts.get(lemma, 0) + 1
    score -= 0.8 * sum(n - 1 for n in counts.values() if n > 1)
    score -= 0.6 * sum(memory.lemmas.get(lemma, 0) for lemma in counts)
    score -= _RETOLD * len(memory.told & {word for c in strophe for word in c.content})
    rhymed = [c for c, letter in zip(strophe, scheme, strict=True) if letter != "X"]
    score += 0.5 * len({c.end.vowel for c in rhymed} | {c.end.vowel for c in beside})
    worlds = {c.field for c in everything if c.field and c.source == "scene"}
    score -= 0.8 * max(0, len(worlds) - 1)
    people = {p for c in everything for p in (c.person, memory.person) if p}
    score -= 5.0 * max(0, len(people) - 1)
    return score
