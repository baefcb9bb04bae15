"""Sung text and its nested divisions: lyrics > section > line > word > syllable > phoneme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class SectionKind(StrEnum):
    """What a section does in the form."""

    INTRO = "intro"
    VERSE = "verse"
    PRE_CHORUS = "pre_chorus"
    CHORUS = "chorus"
    POST_CHORUS = "post_chorus"
    BRIDGE = "bridge"
    SOLO = "solo"
    BREAKDOWN = "breakdown"
    BUILD = "build"
    DROP = "drop"
    INTERLUDE = "interlude"
    OUTRO = "outro"


@dataclass(frozen=True, kw_only=True, slots=True)
class Syllable:
    """One sung unit."""

    phonemes: str  # IPA in the singer's alphabet (Kokoro's), no stress marks, e.g. "ɹˈ" never, "ɹO" yes
    stress: int = 0  # 0 unstressed, 1 secondary or content monosyllable, 2 primary


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word with its syllables."""

    text: str  # as written, without punctuation
    syllables: tuple[Syllable, ...]  # at least one
    trailing: str = ""  # punctuation after the word, as written
    function: bool = False  # article, preposition, pronoun, auxiliary, conjunction


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of text, usually one sung phrase."""

    text: str  # as written
    words: tuple[Word, ...]  # at least one
    language: str = "en"
    backing: bool = False  # written in (parentheses): answered by the backing voices

    @property
    def syllables(self) -> tuple[Syllable, ...]:
        """All syllables in order."""
        return tuple(s for word in self.words for s in word.syllables)


@dataclass(frozen=True, kw_only=True, slots=True)
class LyricsSection:
    """A tagged block of lines. A section without lines is instrumental."""

    kind: SectionKind
    tag: str = ""  # as written, "[Verse 1]"; "" when the text had none
    lines: tuple[Line, ...] = ()
    hints: tuple[str, ...] = ()  # other words inside the tag: "guitar", "whispered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lyrics:
    """The words of a song."""

    title: str
    language: str = "en"
    sections: tuple[LyricsSection, ...] = ()
    text: str = ""  # exactly what the caller gave, or the written text with tags

    def lines(self) -> Iterator[Line]:
        """All lines in order."""
        for section in self.sections:
            yield from section.lines


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenLyrics:
    """Words somebody asked for without a song."""

    text: str  # with section tags: "[Verse]\\n..."
    title: str
    tags: str = ""  # one comma-joined line of style words, "" when there is nothing to say
