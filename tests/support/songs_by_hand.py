"""Lyrics, briefs and voices written by hand, so that tests of the composer need no dictionary.

Words are spelt with hyphens between syllables; a syllable in capitals carries the main stress.
"""

from __future__ import annotations

import re

from songwright.domain.lyrics import Line, Lyrics, LyricsSection, SectionKind, Syllable, Word
from songwright.domain.style import Brief, Key
from songwright.domain.time import Meter
from songwright.engines.native.compose.compose import VoiceRange

K = SectionKind
FUNCTION_WORDS = frozenset(
    ["the", "a", "an", "in", "on", "at", "by", "for", "of", "to", "i", "you", "we", "he", "it", "my", "us", "is", "and"]
)
VERSE_1 = (
    "the CI-ty hums be-LOW my WIN-dow pane",
    "a SIL-ver train is CALL-ing out my name",
    "I fold the map and leave it on the chair",
    "there's SOME-thing in the cold no-VEM-ber air",
)
VERSE_2 = (
    "the STA-tion clock is FRO-zen at a QUAR-ter past",
    "we built a fire, we were CER-tain it would last",
    "the snow be-GINS to COV-er up the road",
    "I CAR-ry ON-ly what my hands can hold",
)
PRE = ("and EV-ry-thing I knew is FALL-ing down", "I'm LEAV-ing it be-HIND")
CHORUS = (
    "take me where the RIV-er meets the sea",
    "RUN-ning till the MORN-ing sets us free",
    "take me where the RIV-er meets the sea",
    "I'm COM-ing home, I'm COM-ing home",
)
BRIDGE = ("and if the BRI-dges burn", "let them light the way")
VOICE = VoiceRange(id="test", gender="female", lo_midi=58, hi_midi=70, top_midi=74)


def word(token: str) -> Word:
    """One word with its punctuation."""
    found = re.match(r"^([\w'\-]+)([^\w]*)$", token)
    assert found is not None
    parts = found[1].split("-")
    text = "".join(parts).lower()
    function = text in FUNCTION_WORDS
    syllables = tuple(
        Syllable(
            phonemes=part.lower(),
            stress=2 if part.isupper() and len(parts) > 1 else int(len(parts) == 1 and not function),
        )
        for part in parts
    )
    return Word(text=text, syllables=syllables, trailing=found[2], function=function)


def line(text: str, *, backing: bool = False) -> Line:
    """One line."""
    return Line(text=text, words=tuple(word(t) for t in text.split()), backing=backing)


def section(kind: SectionKind, *lines: str) -> LyricsSection:
    """One section."""
    return LyricsSection(kind=kind, lines=tuple(line(t) for t in lines))


def lyrics(*sections: LyricsSection) -> Lyrics:
    """A song's words."""
    return Lyrics(title="By hand", sections=sections)


def full_song() -> Lyrics:
    """Two verses, three choruses, a bridge."""
    return lyrics(
        section(K.VERSE, *VERSE_1),
        section(K.PRE_CHORUS, *PRE),
        section(K.CHORUS, *CHORUS),
        section(K.VERSE, *VERSE_2),
        section(K.PRE_CHORUS, *PRE),
        section(K.CHORUS, *CHORUS),
        section(K.BRIDGE, *BRIDGE),
        section(K.CHORUS, *CHORUS),
    )


def brief(
    *, bpm: float = 108.0, key: str = "C", meter: str = "4/4", target_s: float = 150.0, max_s: float = 240.0,
    instrumental: bool = False, weirdness: float = 0.3, genre: str = "pop",
) -> Brief:  # fmt: skip
    """A brief."""
    return Brief(
        genre=genre,
        bpm=bpm,
        key=Key.parse(key),
        meter=Meter.parse(meter),
        target_duration_s=target_s,
        max_duration_s=max_s,
        instrumental=instrumental,
        weirdness=weirdness,
    )
