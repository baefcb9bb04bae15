"""The singer's phoneme alphabet: which symbol is a vowel, voiceless, a pause."""

from __future__ import annotations

import unicodedata

VOWELS = frozenset("AIOQWYaeiouæɑɐɒɔəɚɛɜɪʊʌᵊᵻɨɯøœɤyɵɶ")
LENGTH, TILDE = "ː", "\u0303"
LENGTHENERS = frozenset((LENGTH, TILDE))  # belong to the vowel before them
VOICELESS = frozenset("ptkfsθʃʧhçxʦʨɕʂqχʈɸcʔʰꭧ")
SONORANTS = frozenset("mnŋɱɲɴlɹɾrɫʎwjɥɻɭʁ")
PAUSES = frozenset(",.!?;:…—")
MARKS = frozenset("ˈˌ")
SPACE = " "
DIPHTHONGS = {"I": "ɑ", "A": "ɛ", "O": "ɔ", "W": "æ", "Y": "ɔ", "Q": "ə"}  # and what a singer holds of them
STRESS_MARKS = {1: "ˌ", 2: "ˈ"}
_RENAMED = {"g": "ɡ", "ɝ": "ɜɹ", "ɫ": "l", "ɭ": "l", "ɦ": "h", "ɵ": "O", "–": "—", "-": "", "'": ""}


def spell(text: str, known: frozenset[str]) -> str:
    """Write ``text`` in symbols of ``known``; what has no near equivalent is dropped, never an error.

    >>> spell("gɝl7", frozenset("ɡɜɹl"))
    'ɡɜɹl'
    """
    out: list[str] = []
    for char in text:
        for near in _RENAMED.get(char, char):
            if near in known:
                out.append(near)
            else:
                out.extend(part for part in unicodedata.normalize("NFD", near) if part in known)
    return "".join(out)
