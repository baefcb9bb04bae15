"""How words stand beside each other in text: a space between them, but not inside Chinese or Japanese."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from songwright.domain.performance import AlignedWord


def is_east_asian(char: str) -> bool:
    """True for Han characters, kana and full-width forms, which are written without spaces.

    >>> is_east_asian("夜"), is_east_asian("か"), is_east_asian("é"), is_east_asian("한")
    (True, True, False, False)
    """
    return unicodedata.east_asian_width(char) in "WF" and not unicodedata.name(char, "").startswith("HANGUL")


def joined(left: str, right: str) -> str:
    """What stands between two words of one line: a space, or nothing."""
    if not left or not right:
        return ""
    return "" if is_east_asian(left[-1]) and is_east_asian(right[0]) else " "


def lines_of(words: Sequence[AlignedWord]) -> list[list[AlignedWord]]:
    """The words in order, cut where a line begins."""
    lines: list[list[AlignedWord]] = []
    for word in words:
        if word.line_start or not lines or lines[-1][-1].line_index != word.line_index:
            lines.append([])
        lines[-1].append(word)
    return lines
