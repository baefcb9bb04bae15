"""Cutting a written word into as many pieces as it is sung on."""

from __future__ import annotations

import itertools
import re

_VOWEL_GROUP = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüýÿœ]+", re.IGNORECASE)


def split_written(word: str, n: int) -> tuple[str, ...]:
    """``n`` pieces that join to ``word``; cut before the consonant that leads the next vowel.

    Words whose spelling does not show its syllables stay whole on the first piece; the others are empty.

    >>> split_written("tomorrow", 3), split_written("fire", 2), split_written("夜", 1)
    (('to', 'mor', 'row'), ('fi', 're'), ('夜',))
    """
    if n <= 1:
        return (word,)
    if len(word) == n and not word.isascii():
        return tuple(word)
    groups = list(_VOWEL_GROUP.finditer(word))
    if len(groups) == n + 1 and word.lower().endswith(("e", "es", "ed")):
        groups.pop()  # a silent ending
    if len(groups) != n:
        return (word, *([""] * (n - 1)))
    cuts = [0]
    for left, right in itertools.pairwise(groups):
        consonants = right.start() - left.end()
        cuts.append(right.start() - (1 if consonants else 0))
    return tuple(word[a:b] for a, b in zip(cuts, [*cuts[1:], len(word)], strict=True))
