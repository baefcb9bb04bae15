"""Languages without rules of their own here, read through espeak-ng where the machine has it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from songwright.domain.lyrics import Word

from . import espeak
from .errors import UnsingableText
from .ipa import bare, is_vowelless, sung
from .syllables import SPOKEN, syllabify

SCRIPTS = {"DEVANAGARI": "hi", "CYRILLIC": "ru", "GREEK": "el", "HANGUL": "ko"}
"""The language a script is read in, when nothing tells otherwise."""
LATIN = ("de", "nl", "pl", "sv", "tr")
"""Languages in Latin letters, read so only where the lyrics are known to be in them."""
SAMPLES = {
    "hi": "गाना", "ru": "песня", "uk": "пісня", "el": "τραγούδι", "ko": "노래", "de": "Lied", "nl": "liedje",
    "pl": "piosenka", "sv": "sång", "tr": "şarkı",
}  # fmt: skip
"""A word of each language, "song", to try the program with."""
LANGUAGES = tuple(SAMPLES)
NEEDED = f"The program {espeak.NAME}, installed beside the server, would read it."
"""What helps where the script could be read, and the program is missing."""
_NAMES = {"hi": "Devanagari", "ru": "Cyrillic", "uk": "Cyrillic", "el": "Greek", "ko": "Hangul"}
_PROCLITICS = {"ru": ("в", "к", "с"), "uk": ("в", "з"), "pl": ("w", "z")}
"""Words of one consonant, which lean on the next word."""
_UKRAINIAN = re.compile("[іїєґ]", re.I)
_GREEK_WORD = re.compile("[\u0370-\u03ff\u1f00-\u1fff]+")


def available() -> bool:
    """Whether the program is there."""
    return espeak.program() is not None


def language_of(script: str, text: str) -> str:
    """The language words of a script are read in; ``text`` is the line around them. "" for no such script."""
    if script == "CYRILLIC" and _UKRAINIAN.search(text):
        return "uk"
    return SCRIPTS.get(script, "")


def is_greek(word: str) -> bool:
    """Whether Greek letters make up a word, which has an accent, and not the names of letters.

    >>> is_greek("καρδιά"), is_greek("αβγ"), is_greek("ΑΦΩ")
    (True, False, False)
    """
    return any("\u0301" in unicodedata.normalize("NFD", found) for found in _GREEK_WORD.findall(word))


def words(tokens: Sequence[tuple[str, str]], language: str) -> list[Word]:
    """Sung words of a run of ``(text, punctuation after it)``. One that has no vowel ("в", "z") joins the next.

    Raises UnsingableText when the program cannot read them.
    """
    try:
        heard = espeak.read(tuple(text for text, _ in tokens), language)
    except espeak.EspeakFailed as error:
        raise UnsingableText(_NAMES.get(language, language), tokens[0][0][:20], remedy=f"({error}.)") from error
    readings = [(t, _phonemes(t, ipa, language), end) for (t, end), ipa in zip(tokens, heard, strict=True)]
    return [_word(*reading) for reading in _joined(readings)]


def _phonemes(text: str, ipa: str, language: str) -> str:
    phonemes = sung(ipa, language)
    single = language in _PROCLITICS and text.lower() in _PROCLITICS[language]
    return bare(phonemes) if single else phonemes


_Reading = tuple[str, str, str]  # text, phonemes, punctuation after it


def _joined(readings: Iterable[_Reading]) -> list[_Reading]:
    """Readings with those without a vowel joined to the next, or at the end to the one before."""
    out: list[_Reading] = []
    for text, phonemes, trailing in readings:
        if out and is_vowelless(out[-1][1]):
            before = out.pop()
            text, phonemes = f"{before[0]} {text}", before[1] + phonemes
        out.append((text, phonemes, trailing))
    if len(out) > 1 and is_vowelless(out[-1][1]):
        text, phonemes, trailing = out.pop()
        out[-1] = (f"{out[-1][0]} {text}", out[-1][1] + phonemes, trailing)
    return out


def _word(text: str, phonemes: str, trailing: str) -> Word:
    """A word; one of a single syllable that the row leaves without stress is a function word."""
    syllables = syllabify(phonemes or "ə", SPOKEN)
    weak = len(syllables) == 1 and not syllables[0].stress
    return Word(text=text, syllables=syllables, trailing=trailing, function=weak)
