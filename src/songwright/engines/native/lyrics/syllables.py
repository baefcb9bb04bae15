"""Phonemes into syllables: as many consonants as the language allows begin the next one."""

from __future__ import annotations

import functools
import itertools

from songwright.domain.lyrics import Syllable

from .english import TIE
from .ipa import onset_length
from .spelling import VOWEL_SYMBOLS
from .wordlists import word_list

SPOKEN = "spoken"
"""In place of a language: rules by how the sounds are made, for languages that are read by another program."""
_MARKS = {"ˈ": 2, "ˌ": 1}
_MODIFIERS = "ː̃ʰʲ"
_ENGLISH_ONSETS = frozenset(
    word_list("""
    b d f ɡ h j k l m n p ɹ s t v w z ð θ ʃ ʒ ʧ ʤ ɾ bl bɹ bj dɹ dw dj fl fɹ fj ɡl ɡɹ ɡw hj hw kl kɹ kw kj mj nj
    pl pɹ pj sk sl sm sn sp sf st sw tɹ tw tj θɹ θw ʃɹ vj skɹ skw spl spɹ spj stɹ stj skj ɾj
    """)
)
_ROMANCE_ONSETS = frozenset(
    [a + b for a in "pbtdkɡfv" for b in "lrɾʁ"] + [a + b for a in "pbtdkɡfvsmnlrɾʁʃʒʧʤɲʎʦʣzβðɣ" for b in "jwɥ"]
    + [a + b + c for a in "pbtdkɡf" for b in "lrɾʁ" for c in "jwɥ"]
    + list("pbtdkɡfvsmnlrɾʁʃʒʧʤɲʎʦʣzxθhjwɥβðɣɹʝ")
)  # fmt: skip


def _units(phonemes: str) -> list[tuple[str, int]]:
    """Symbols with their modifiers and tied vowels joined; the number is the stress mark before a vowel."""
    units: list[tuple[str, int]] = []
    mark, glue = 0, False
    for c in phonemes:
        if c in _MARKS:
            mark = _MARKS[c]
        elif c == TIE:
            glue = True
        elif units and (glue or c in _MODIFIERS):
            units[-1] = (units[-1][0] + c, units[-1][1])
            glue = False
        elif c in VOWEL_SYMBOLS:
            units.append((c, mark))
            mark = 0
        else:
            units.append((c, 0))
    return units


def _open(units: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Gives a vowel to the syllabic n of "button", which the dictionary writes without one."""
    out: list[tuple[str, int]] = []
    for i, unit in enumerate(units):
        ends = i + 1 == len(units) or units[i + 1][0][0] not in VOWEL_SYMBOLS
        if unit[0] == "n" and i and units[i - 1][0] == "ʔ" and ends:
            out.append(("ᵊ", 0))
        out.append(unit)
    return out


@functools.lru_cache(maxsize=50_000)
def syllabify(phonemes: str, language: str = "en") -> tuple[Syllable, ...]:
    """Syllables of one word's phonemes (with stress marks and ties). () only for the empty string.

    A monosyllable with a mark gets stress 1, without one 0; in longer words primary is 2, secondary 1.
    """
    out: list[Syllable] = []
    for piece in phonemes.split():
        out.extend(_piece(_open(_units(piece)), language))
    return tuple(out)


def _onset(between: list[str], language: str) -> int:
    """How many of the consonants between two vowels begin the second syllable."""
    if language == SPOKEN:
        return onset_length(between)
    onsets = _ENGLISH_ONSETS if language == "en" else _ROMANCE_ONSETS
    return max((n for n in range(len(between) + 1) if n == 0 or "".join(between[-n:]) in onsets), default=0)


def _piece(units: list[tuple[str, int]], language: str) -> list[Syllable]:
    nuclei = [i for i, (s, _) in enumerate(units) if s[0] in VOWEL_SYMBOLS]
    if not nuclei:
        text = "".join(s for s, _ in units)
        return [Syllable(phonemes=text, stress=0)] if text else []
    cuts = [0]
    for a, b in itertools.pairwise(nuclei):
        cuts.append(b - _onset([s for s, _ in units[a + 1 : b]], language))
    cuts.append(len(units))
    single = len(nuclei) == 1
    out: list[Syllable] = []
    for k, n in enumerate(nuclei):
        text = "".join(s for s, _ in units[cuts[k] : cuts[k + 1]])
        stress = units[n][1]
        out.append(Syllable(phonemes=text, stress=min(stress, 1) if single else stress))
    return out
