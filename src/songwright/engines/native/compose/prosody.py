"""What a line of words asks of a rhythm: stresses, least durations, places to breathe."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from songwright.domain.lyrics import Line, Syllable

_VOWELS = frozenset("aeiouyæøœɐɑɒɔəɚɛɜɝɞɘɤɪɨɯʊʉʌʏᵊᵻAEIOUWYQ")
_MODIFIERS = frozenset("ːˈˌʰʲ̩̯̃ʷˑ .,-'")
_TENSE = frozenset("ieuoɑɔAIOWYQ")
_BREAKS = frozenset(",;:.!?…—–-)，。！？；、")
_CONJUNCTION_TEXT = """
and but or so because when while if though although until till than then as where who that cause 'cause cuz
y o pero porque cuando que si et mais ou parce quand e ma perché quando mas
"""
_PREPOSITION_TEXT = """
in on at by for from with without through over under into like of to across beneath beyond between around after
before en de con por para sin sobre dans avec pour sans sur di da per su em com sem
"""
_CONJUNCTIONS = frozenset(_CONJUNCTION_TEXT.split())
_PREPOSITIONS = frozenset(_PREPOSITION_TEXT.split())


class Stress(IntEnum):
    """How a syllable wants to stand in the bar."""

    PRIMARY = 0  # main stress of a longer word
    CONTENT = 1  # a word of one syllable that carries meaning
    SECONDARY = 2
    FUNCTION = 3  # article, pronoun, preposition...
    UNSTRESSED = 4  # weak syllable of a longer word


@dataclass(frozen=True, kw_only=True, slots=True)
class SungUnit:
    """A syllable ready to be set."""

    word_index: int
    phonemes: str
    stress: int
    kind: Stress
    word_start: bool
    word_end: bool
    least_s: float  # shortest onset-to-onset time it can be sung in
    open_vowel: bool  # can be held
    pause_after: bool  # punctuation after its word
    break_after: float  # 0..1 how good a place to breathe follows

    @property
    def strong(self) -> bool:
        """True for stresses that want a beat."""
        return self.kind in (Stress.PRIMARY, Stress.CONTENT)


def consonants_around(phonemes: str) -> tuple[int, int]:
    """Numbers of consonants before and after the vowel of a syllable."""
    letters = [c for c in phonemes if c not in _MODIFIERS]
    vowel_at = [i for i, c in enumerate(letters) if c in _VOWELS]
    if not vowel_at:
        return max(0, len(letters) - 1), 0
    return vowel_at[0], len(letters) - 1 - vowel_at[-1]


def least_duration_s(phonemes: str) -> float:
    """Shortest time in which a syllable can be sung and understood, after its consonants. Never under 0.11 s."""
    before, after = consonants_around(phonemes)
    tense = any(c in _TENSE for c in phonemes)
    return max(0.110, 0.075 + 0.020 * before + 0.025 * after + 0.010 * tense)


def _kind(syllable: Syllable, n_in_word: int, function: bool) -> Stress:
    if n_in_word == 1:
        return Stress.FUNCTION if function or syllable.stress == 0 else Stress.CONTENT
    if syllable.stress >= 2:
        return Stress.PRIMARY if not function else Stress.SECONDARY
    return Stress.SECONDARY if syllable.stress == 1 else Stress.UNSTRESSED


def units_of(line: Line) -> tuple[SungUnit, ...]:
    """The syllables of a line in order, with what the rhythm must know about them."""
    units: list[SungUnit] = []
    for w, word in enumerate(line.words):
        following = line.words[w + 1].text.lower() if w + 1 < len(line.words) else ""
        punctuated = any(c in _BREAKS for c in word.trailing)
        quality = (
            1.0 if punctuated else 0.6 if following in _CONJUNCTIONS else 0.4 if following in _PREPOSITIONS else 0.1
        )
        if word.function and not punctuated:
            quality = 0.0
        last = len(word.syllables) - 1
        for i, syllable in enumerate(word.syllables):
            after = consonants_around(syllable.phonemes)[1]
            units.append(
                SungUnit(
                    word_index=w,
                    phonemes=syllable.phonemes,
                    stress=syllable.stress,
                    kind=_kind(syllable, last + 1, word.function),
                    word_start=i == 0,
                    word_end=i == last,
                    least_s=least_duration_s(syllable.phonemes),
                    open_vowel=any(c in "ɑɔæAOIWaoɛʌ" for c in syllable.phonemes) and after <= 1,
                    pause_after=punctuated and i == last,
                    break_after=quality if i == last else 0.0,
                )
            )
    return tuple(units)


def split_units(units: tuple[SungUnit, ...], most: int) -> list[tuple[SungUnit, ...]]:
    """Cut a long line into pieces of at most ``most`` syllables, at the best places to breathe.

    Pieces are cut inside a word only when the word alone is longer than ``most``.
    """
    if len(units) <= most:
        return [units]
    n_pieces = -(-len(units) // most)
    ideal = len(units) / n_pieces
    best, best_cost = 0, float("inf")
    for cut in range(2, min(len(units) - 1, most + 1)):
        unit = units[cut - 1]
        cost = abs(cut - ideal) / ideal - 0.9 * unit.break_after + (6.0 if not unit.word_end else 0.0)
        cost += 1.5 if cut < 4 else 0.0
        if cost < best_cost:
            best, best_cost = cut, cost
    if best == 0:
        return [units]
    return [units[:best], *split_units(units[best:], most)]
