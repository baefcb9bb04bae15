"""A set of names and words, found in a text in one pass."""

from __future__ import annotations

from collections.abc import Iterable

from .normal import readings, unleet, words


class Terms:
    """Entries by their words: a dictionary look-up per word of the text, whatever the number of entries.

    >>> Terms(["Nora Vale"]).find("like nora-vale, but slow")
    'Nora Vale'
    >>> Terms(["Ann"]).find("an anniversary") is None
    True
    """

    def __init__(self, entries: Iterable[str]) -> None:
        self._entries: dict[str, str] = {}
        self._lengths: dict[str, set[int]] = {}
        for entry in entries:
            plain = words(entry)
            for form in (plain, unleet(plain)) if len(plain) > 1 else (plain,):
                if form:
                    self._entries.setdefault(" ".join(form), entry)
                    self._lengths.setdefault(form[0], set()).add(len(form))

    def find(self, text: str) -> str | None:
        """The first entry that stands in the text as whole words, as the operator wrote it."""
        if not self._entries or not text:
            return None
        for reading in readings(text):
            for start, word in enumerate(reading):
                for length in self._lengths.get(word, ()):
                    entry = self._entries.get(" ".join(reading[start : start + length]))
                    if entry is not None:
                        return entry
        return None
