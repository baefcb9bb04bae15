"""Texts that no writer meant: the one check that is always on."""

from __future__ import annotations

import unicodedata

MOST_REPEATS = 80
LONG_CHARACTERS = 200
_LETTERS_OR_SYMBOLS = {"Lu", "Ll", "Lt", "Lm", "Lo", "So"}


def is_malformed(text: str) -> bool:
    """Control characters, one word over 80 times in a row on a line, or a long text without letters or emojis.

    >>> is_malformed("la la la " * 20), is_malformed("x " * 81), is_malformed("0101" * 60)
    (False, True, True)
    """
    kinds = {character: unicodedata.category(character) for character in set(text)}
    if any(kind in {"Cc", "Cs"} and character not in "\t\n\r\x0b\x0c\x85" for character, kind in kinds.items()):
        return True
    if len(text.strip()) > LONG_CHARACTERS and not _LETTERS_OR_SYMBOLS & set(kinds.values()):
        return True
    return any(_longest_run(line.split()) > MOST_REPEATS for line in text.splitlines())


def _longest_run(tokens: list[str]) -> int:
    longest = run = 0
    last = None
    for token in tokens:
        run = run + 1 if token == last else 1
        longest, last = max(longest, run), token
    return longest
