"""Choosing lines for a section: rhymes first, then the balance of the whole strophe."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from .pool import Candidate
from .rhyme import is_cliche, rhyme_score

SCHEMES = {
    2: (("AA", 1.0),),
    3: (("AAX", 1.0),),
    4: (("AABB", 0.45), ("XAXA", 0.3), ("ABAB", 0.25)),
    6: (("AABBCC", 1.0),),
    8: (("AABBCCDD", 0.6), ("ABABCDCD", 0.4)),
}


@dataclass(slots=True)
class Memory:
    """What a song has used already."""

    texts: set[str] = field(default_factory=set)
    templates: list[str] = field(default_factory=list)
    lemmas: dict[str, int] = field(default_factory=dict)
    n_cliches: int = 0

    def add(self, lines: Sequence[Candidate]) -> None:
        """Remembers the lines of a finished section."""
        for c in lines:
            self.texts.add(c.text.lower())
            self.templates.append(c.template)
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
                if abs(a.n_syllables - b.n_syllables) > spread or a.template == b.template:
                    continue
                score = rhyme_score(a.end, b.end)
                if score >= 0.75 and not (a.lemmas & b.lemmas) and a.opening != b.opening:
                    pairs.append(Pair(a, b, _pair_weight(a, b, score)))
    return pairs


def _pair_weight(a: Candidate, b: Candidate, score: float) -> float:
    together = 4.0 if a.partner and a.partner == b.partner else 1.0
    plain = 0.25 if a.source == b.source == "frame" and together == 1.0 else 1.0
    stresses = 1.0 / (1.0 + 0.4 * abs(a.n_stresses - b.n_stresses))
    cliche = 0.3 if is_cliche(a.end, b.end) else 1.0
    return a.weight * b.weight * score**5 * together * plain * stresses * cliche


def choose_strophe(
    lines: Sequence[Candidate], scheme: str, memory: Memory, rng: random.Random, *,
    low: int, high: int, tries: int = 40, fixed: dict[int, Candidate] | None = None, spread: int = 2,
    whole_couplets: bool = False,
) -> list[Candidate]:  # fmt: skip
    """The best of many drawn strophes of a scheme (letters rhyme, X is free). May be short only if ``lines`` is.

    ``whole_couplets``: only lines that were written as a couplet stand together. [] when nothing fits.
    """
    fixed = fixed or {}
    fresh = [c for c in lines if c.text.lower() not in memory.texts]
    pairs = rhyming_pairs([*fresh, *fixed.values()], low=low, high=high, spread=spread)
    if whole_couplets:
        pairs = [p for p in pairs if p.a.partner and p.a.partner == p.b.partner]
    free = [c for c in fresh if low <= c.n_syllables <= high] or fresh
    if not free:
        return []
    best: tuple[float, list[Candidate]] = (-1e5, [])
    weights = [p.weight for p in pairs]
    for _ in range(tries):
        strophe = _draw(scheme, pairs, weights, free, fixed, rng)
        if strophe and (score := _score(strophe, scheme, memory) + 2.5 * rng.random()) > best[0]:
            best = (score, strophe)
    return best[1]


def _draw(
    scheme: str, pairs: Sequence[Pair], weights: Sequence[float], free: Sequence[Candidate],
    fixed: dict[int, Candidate], rng: random.Random,
) -> list[Candidate]:  # fmt: skip
    slots: list[Candidate | None] = [fixed.get(i) for i in range(len(scheme))]
    for letter in dict.fromkeys(scheme):
        places = [i for i, x in enumerate(scheme) if x == letter]
        if letter == "X":
            for i in places:
                slots[i] = slots[i] or free[pick(rng, [c.weight for c in free])]
            continue
        held = [slots[i] for i in places if slots[i]]
        if held:
            partners = [(p.b if p.a is held[0] else p.a, p.weight) for p in pairs if held[0] in (p.a, p.b)]
            if not partners:
                return []
            mate = partners[pick(rng, [w for _, w in partners])][0]
            slots[next(i for i in places if slots[i] is None)] = mate
        elif pairs:
            pair = pairs[pick(rng, weights)]
            if fixed and (pair.a in fixed.values() or pair.b in fixed.values()):
                return []
            keep = (pair.a.partner and pair.a.partner == pair.b.partner) or rng.random() < 0.5
            two = (pair.a, pair.b) if keep else (pair.b, pair.a)
            for i, c in zip(places, two, strict=False):
                slots[i] = c
        else:
            return []
    return [c for c in slots if c]


def _score(strophe: list[Candidate], scheme: str, memory: Memory) -> float:
    texts = [c.text.lower() for c in strophe]
    if len(set(texts)) < len(texts) or len(strophe) < len(scheme):
        return -1e6
    score = sum(min(c.weight, 2.5) for c in strophe)
    lengths = [c.n_syllables for c in strophe]
    score -= 0.6 * (max(lengths) - min(lengths))
    score -= 0.15 * sum(abs(c.n_stresses - 4) for c in strophe)
    openings = [c.text.lower().split()[0] for c in strophe]
    score -= 1.0 * (len(openings) - len(set(openings)))
    templates = [c.template for c in strophe]
    score -= 4.0 * (len(templates) - len(set(templates))) + 3.0 * sum(t in memory.templates for t in templates)
    counts: dict[str, int] = {}
    for c in strophe:
        for lemma in c.lemmas:
            counts[lemma] = counts.get(lemma, 0) + 1
    score -= 2.0 * sum(n - 1 for n in counts.values() if n > 1)
    score -= 0.6 * sum(memory.lemmas.get(lemma, 0) for lemma in counts)
    vowels = {c.end.vowel for c, letter in zip(strophe, scheme, strict=True) if letter != "X"}
    score += 0.5 * len(vowels)
    score -= 1.2 * max(0, sum(c.source == "topic" for c in strophe) - 1)
    score -= 0.8 * max(0, sum(c.source in ("frame", "place") for c in strophe) - 2)
    return score
