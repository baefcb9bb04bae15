"""Known lyrics, recognised by their lines although a few letters differ."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from .normal import words

CONSECUTIVE_LINES = 3
SHARE = 0.4
SHARE_LINES = 6
SHORTEST_WORDS = 4
SIMILAR = 0.8
CANDIDATES = 24


class LyricIndex:
    """Lines of registered songs, reached through pairs of words and compared by letter triples."""

    def __init__(self, songs: Mapping[str, str]) -> None:
        self._lines: list[tuple[str, frozenset[str]]] = []
        self._by_pair: dict[tuple[str, str], list[int]] = {}
        for name, text in songs.items():
            for line in dict.fromkeys(_lines(text.splitlines())):
                for pair in _pairs(line):
                    self._by_pair.setdefault(pair, []).append(len(self._lines))
                self._lines.append((name, _triples(line)))

    def find(self, text: str) -> str | None:
        """The song that three lines in a row, or 40 % of six and more lines, come from.

        Lines under four words and repeated lines are no evidence; three different lines are always needed.
        """
        if not self._lines:
            return None
        return self._judge(text.splitlines())

    def find_in_sentence(self, text: str) -> str | None:
        """As ``find``, for text whose lines may be parted by slashes or punctuation."""
        if not self._lines:
            return None
        return (
            self.find(text) or self._judge(re.split(r"[\n/|]+", text)) or self._judge(re.split(r"[\n/|.,;!?]+", text))
        )

    def _judge(self, raw: Iterable[str]) -> str | None:
        lines = list(dict.fromkeys(_lines(raw)))
        if len(lines) < CONSECUTIVE_LINES:
            return None
        matched = [self._songs_of(line) for line in lines]
        for name in sorted(set().union(*matched)):
            hits = [name in songs for songs in matched]
            in_a_row = any(all(hits[i : i + CONSECUTIVE_LINES]) for i in range(len(hits) - CONSECUTIVE_LINES + 1))
            a_share = len(hits) >= SHARE_LINES and sum(hits) >= max(CONSECUTIVE_LINES, SHARE * len(hits))
            if in_a_row or a_share:
                return name
        return None

    def _songs_of(self, line: tuple[str, ...]) -> set[str]:
        counts = Counter(number for pair in _pairs(line) for number in self._by_pair.get(pair, ()))
        triples = _triples(line)
        found: set[str] = set()
        for number, _ in counts.most_common(CANDIDATES):
            name, known = self._lines[number]
            if 2 * len(triples & known) >= SIMILAR * (len(triples) + len(known)):
                found.add(name)
        return found


def _lines(raw: Iterable[str]) -> list[tuple[str, ...]]:
    """Words of the lines that can be evidence; section marks in brackets are none."""
    found = [tuple(words(re.sub(r"\[[^\]]*\]", " ", line))) for line in raw]
    return [line for line in found if len(line) >= SHORTEST_WORDS and len("".join(set(line))) >= SHORTEST_WORDS]


def _pairs(line: tuple[str, ...]) -> list[tuple[str, str]]:
    """Different pairs of neighbours, in order: the order decides between equal candidates."""
    return list(dict.fromkeys(pairwise(line)))


def _triples(line: tuple[str, ...]) -> frozenset[str]:
    text = f" {' '.join(line)} "
    return frozenset(text[i : i + 3] for i in range(len(text) - 2))
