"""From espeak-ng's IPA to the singer's alphabet, and where its syllables part."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from .english import TIE
from .spelling import VOWEL_SYMBOLS

_SOUNDS = VOWEL_SYMBOLS | frozenset("bcdfhjklmnprstvwxzçðŋɕɖɟɡɣɥɲɳɴɹɻɽɾʁʂʃʈʋʎʒʔʝʣʤʥʦʧʨβθχʰʲˈˌ\u0303ː") | {TIE}
"""What may come out; all of it is in the singer's vocabulary but the tie, which syllables resolve."""
_TIED = {
    "tʃ": "ʧ", "dʒ": "ʤ", "ts": "ʦ", "dz": "ʣ", "tɕ": "ʨ", "dʑ": "ʥ", "sx": "ʃ", "aɪ": "I", "aʊ": "W", "ʌʊ": "W",
    "eɪ": "A", "ɛɪ": "A", "oʊ": "O", "ɔɪ": "Y", "ɔø": "Y", "ɔʏ": "Y",
}  # fmt: skip
"""What is written as two sounds with a tie and is one symbol of the singer: affricates, diphthongs."""
_NEAR = {
    "g": "ɡ", "ɫ": "l", "ɭ": "l", "ɬ": "l", "ɦ": "h", "ħ": "h", "ɱ": "m", "ɧ": "ʃ", "ʑ": "ʒ", "ʐ": "ʒ", "ʀ": "ʁ",
    "ʍ": "w", "ɰ": "w", "q": "k", "ɢ": "ɡ", "ɺ": "ɾ", "ʱ": "ʰ", "ʉ": "u", "ʏ": "y", "ɵ": "ø", "ɘ": "ə", "ɞ": "œ",
    "ɶ": "œ", "ɚ": "əɹ", "ɝ": "ɜɹ",
}  # fmt: skip
_OWN = {"de": {"ɜ": "ɐ"}}
"""Sounds of one language that espeak-ng writes in its own way: the vowel of "über"."""
_SYLLABIC = "\u0329"
_OBSTRUENTS = frozenset("pbtdkɡcɟʈɖʔfvszʃʒxɣçʝθðhɕʂβχʦʣʧʤʨʥ")
_LIQUIDS, _GLIDES = frozenset("lɹɾrɽʎʁ"), frozenset("jwɥʋ")
_SIBILANTS = frozenset("sʃ")


def sung(ipa: str, language: str) -> str:
    """Phonemes with stress marks before the vowels; what the singer has no symbol for becomes its neighbour.

    >>> sung("dʰˈʌr.əkˌən", "hi"), sung("ʃˈɛt\u200dsçən", "de"), sung("pˈʌtːaː", "hi")
    ('dʰˈʌɽəkˌən', 'ʃˈɛʦçən', 'pˈʌttaː')
    """
    text = unicodedata.normalize("NFD", ipa).replace("c\u0327", "ç").replace("\u200d", TIE).replace("r.", "ɽ")
    text = re.sub(f"(.){_SYLLABIC}", "ə\\1", text)
    text = re.sub(f"([^ˈˌ]){TIE}([^ˈˌ])", _untied, text)
    near = _NEAR | _OWN.get(language, {})
    text = "".join(c for char in text for c in near.get(char, char) if c in _SOUNDS or c == " ")
    vowels = "".join(VOWEL_SYMBOLS)
    text = re.sub("jj+", "j", text)
    text = re.sub(f"([^{vowels}\u0303 ])ː(?=.*[{vowels}])", r"\1\1", text)  # a long consonant is two
    text = re.sub(f"([^{vowels}\u0303 ])ː", r"\1", text)
    return text.strip()


def _untied(found: re.Match[str]) -> str:
    one = _TIED.get(found[1] + found[2])
    if one is not None:
        return one
    return found[0] if {found[1], found[2]} <= VOWEL_SYMBOLS | _NEAR.keys() - {"g"} else found[1] + found[2]


def bare(phonemes: str) -> str:
    """The consonants alone: the Russian "к" before a word is no name of a letter.

    >>> bare("kˈɑ")
    'k'
    """
    return "".join(c for c in phonemes if c not in VOWEL_SYMBOLS and c not in "ˈˌː\u0303")


def is_vowelless(phonemes: str) -> bool:
    """Whether nothing in it can be held: the Russian "в", the Polish "z"."""
    return not VOWEL_SYMBOLS & set(phonemes)


def onset_length(between: Sequence[str]) -> int:
    """How many of the consonants between two vowels begin the second syllable.

    The last one, with what leads up to it steeply: an obstruent before a liquid, anything before a glide, and
    an s before these where another consonant closes the first syllable.

    >>> onset_length(["s", "t"]), onset_length(["n", "s", "t"]), onset_length(["p", "r"]), onset_length(["p", "n"])
    (1, 2, 2, 1)
    """
    heads = [sound[0] for sound in between]
    n = min(len(heads), 1)
    if n and len(heads) > n and heads[-1] in _GLIDES and heads[-2] not in _GLIDES:
        n += 1
    if n and len(heads) > n and heads[-n] in _LIQUIDS and heads[-n - 1] in _OBSTRUENTS:
        n += 1
    if len(heads) > n + 1 and heads[-n - 1] in _SIBILANTS and heads[-n] in _OBSTRUENTS - _SIBILANTS:
        n += 1
    return n
