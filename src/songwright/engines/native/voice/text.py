"""From a sung phrase to what the model reads: clean syllables, in pieces it can hold, as symbols with a kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from songwright.domain.performance import PerformedSyllable, SungNote, SungPhrase

from .alphabet import (
    DIPHTHONGS,
    LENGTH,
    LENGTHENERS,
    MARKS,
    PAUSES,
    SCHWAS,
    SONORANTS,
    SPACE,
    STRESS_MARKS,
    TILDE,
    VOICED_TWIN,
    VOICELESS,
    VOWELS,
    spell,
)

MAX_PIECE_S = 12.0
MAX_PIECE_SYMBOLS = 220
REST_S = 0.06
LONG_S = 0.5  # syllables from this length have their diphthong written out
TWICE_S = 0.22  # and from this length any other vowel is written twice
_MIN_SYLLABLE_S = 0.02
_TOUCH_S = 0.08  # an empty syllable this close to the one before lengthens it


class Kind(IntEnum):
    """What a symbol does when it is sung."""

    EDGE = 0
    VOWEL = 1  # and the stress mark before it, where the model begins the vowel
    SONORANT = 2
    VOICED = 3
    VOICELESS = 4
    SPACE = 5
    PAUSE = 6


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Symbols:
    """A piece of text for the model, an edge symbol at either end. All arrays (n,)."""

    text: str  # one character per symbol; the edges are spaces
    ids: np.ndarray  # int64
    kinds: np.ndarray  # Kind
    owners: np.ndarray  # index of the syllable, -1 at the edges


def clean(phrase: SungPhrase, known: frozenset[str]) -> tuple[PerformedSyllable, ...]:
    """Syllables in the model's alphabet, times from the first vowel of the phrase, increasing and not empty.

    A syllable without any known symbol lengthens the one it touches; elsewhere it is silent.
    """
    origin, out = phrase.start_s, list[PerformedSyllable]()
    for given in phrase.syllables:
        start = round(given.start_s - origin, 5)
        end = max(round(given.end_s - origin, 5), start + _MIN_SYLLABLE_S)
        notes = tuple(
            dataclasses.replace(n, start_s=round(n.start_s - origin, 5), duration_s=max(n.duration_s, 0.0))
            for n in given.notes
        )
        phonemes = "".join(c for c in spell(given.phonemes, known) if c not in PAUSES and c not in MARKS and c != SPACE)
        if out and start < out[-1].start_s + _MIN_SYLLABLE_S:
            start = out[-1].start_s + _MIN_SYLLABLE_S
            end = max(end, start + _MIN_SYLLABLE_S)
        if not phonemes:
            if out and start - out[-1].end_s < _TOUCH_S:
                last = out[-1]
                ends_word, trailing = given.word_end or last.word_end, given.trailing or last.trailing
                out[-1] = dataclasses.replace(
                    last, end_s=end, notes=last.notes + notes, word_end=ends_word, trailing=trailing
                )
            continue
        if out and out[-1].end_s > start:
            out[-1] = dataclasses.replace(out[-1], end_s=start)
        notes = notes or _borrowed(out, start, end)
        out.append(dataclasses.replace(given, phonemes=phonemes, start_s=start, end_s=end, notes=notes))
    return tuple(out)


def _borrowed(before: Sequence[PerformedSyllable], start_s: float, end_s: float) -> tuple[SungNote, ...]:
    pitch = before[-1].notes[-1].pitch_midi if before else 60.0
    return (SungNote(start_s=start_s, duration_s=end_s - start_s, pitch_midi=pitch),)


def pieces(syllables: tuple[PerformedSyllable, ...]) -> tuple[tuple[PerformedSyllable, ...], ...]:
    """Cut what is too long for one pass, at the widest rest (or else word end) near its middle."""
    if not syllables:
        return ()
    seconds = syllables[-1].end_s - syllables[0].start_s
    symbols = sum(len(s.phonemes) + 2 for s in syllables)
    if len(syllables) < 2 or (seconds <= MAX_PIECE_S and symbols <= MAX_PIECE_SYMBOLS):
        return (syllables,)
    middle = syllables[0].start_s + seconds / 2

    def merit(i: int) -> float:
        rest = syllables[i].start_s - syllables[i - 1].end_s
        off_centre = abs(syllables[i].start_s - middle) / seconds
        return min(rest, 1.0) + (0.4 if syllables[i - 1].word_end else 0.0) - 2.0 * off_centre

    cut = max(range(1, len(syllables)), key=merit)
    return pieces(syllables[:cut]) + pieces(syllables[cut:])


def symbols_of(syllables: Sequence[PerformedSyllable], ids: dict[str, int], *, length_mark: bool = False) -> Symbols:
    """Stress marks before the vowels, spaces and punctuation after the words, a full stop at the end.

    length_mark: long vowels are written with one, as the model knows it from other languages; in English, twice.
    """
    text, owners = [SPACE], [-1]
    for i, syllable in enumerate(syllables):
        last = i == len(syllables) - 1
        for char in _marked(syllable, _strong_word(syllables, i), length_mark) + _ending(syllable, last):
            if char in ids:
                text.append(char)
                owners.append(i)
    text.append(SPACE)
    owners.append(-1)
    numbers = [0, *(ids[c] for c in text[1:-1]), 0]
    kinds = [Kind.EDGE, *(kind_of(c) for c in text[1:-1]), Kind.EDGE]
    return Symbols(text="".join(text), ids=np.array(numbers, np.int64), kinds=np.array(kinds), owners=np.array(owners))


def held(symbols: Symbols) -> np.ndarray:
    """Which symbols are the held half of a vowel, (n_symbols,) bool: another half follows in the same syllable."""
    vowel = symbols.kinds == Kind.VOWEL
    spelt = vowel & ~np.isin(list(symbols.text), list(MARKS))
    same = symbols.owners[1:] == symbols.owners[:-1]
    return np.append(spelt[:-1] & vowel[1:] & same, False)


def between_voiceless(symbols: Symbols) -> np.ndarray:
    """Which symbols have a voiceless consonant before and after their vowel, words apart or not, (n_symbols,) bool."""
    sounds = np.flatnonzero(~np.isin(symbols.kinds, (Kind.SPACE, Kind.VOWEL)))
    voiceless = symbols.kinds[sounds] == Kind.VOICELESS
    after = np.searchsorted(sounds, np.arange(len(symbols.ids)))
    inside = (after > 0) & (after < len(sounds))
    after = np.clip(after, 1, len(sounds) - 1)
    return inside & voiceless[after - 1] & voiceless[after]


def all_voiced(symbols: Symbols, ids: dict[str, int]) -> np.ndarray:
    """The numbers of the text with every voiceless consonant made voiced, (n_symbols,) int64."""
    out = symbols.ids.copy()
    for j, char in enumerate(symbols.text):
        if VOICED_TWIN.get(char) in ids:
            out[j] = ids[VOICED_TWIN[char]]
    return out


def kind_of(char: str) -> Kind:
    """The kind of one symbol; an unlisted letter counts as a voiced consonant."""
    groups = (
        (VOWELS, Kind.VOWEL),
        (LENGTHENERS, Kind.VOWEL),
        (MARKS, Kind.VOWEL),
        (SONORANTS, Kind.SONORANT),
        (VOICELESS, Kind.VOICELESS),
        (PAUSES, Kind.PAUSE),
    )
    if char == SPACE:
        return Kind.SPACE
    return next((kind for group, kind in groups if char in group), Kind.VOICED)


def _strong_word(syllables: Sequence[PerformedSyllable], i: int) -> bool:
    """Whether another syllable of the same word carries the primary stress."""
    first, last = i, i
    while first > 0 and not syllables[first - 1].word_end:
        first -= 1
    while last + 1 < len(syllables) and not syllables[last].word_end:
        last += 1
    return any(syllables[k].stress >= 2 for k in range(first, last + 1) if k != i)


def _marked(syllable: PerformedSyllable, other_is_strong: bool, length_mark: bool) -> str:
    """Phonemes with the stress mark in front of the first vowel. A lone stress of 1 is the word's main one."""
    phonemes = syllable.phonemes
    first = next((i for i, char in enumerate(phonemes) if char in VOWELS), None)
    if first is None:
        return phonemes
    mark = ""
    if syllable.stress > 0:
        mark = STRESS_MARKS[1 if syllable.stress == 1 and other_is_strong else 2]
    return phonemes[:first] + mark + _held(phonemes[first:], syllable.end_s - syllable.start_s, length_mark)


def _held(rhyme: str, seconds: float, length_mark: bool = False) -> str:
    """A long vowel in two halves: the first is held, the second, short, leads to what follows.

    The model hears in a vowel what comes after it: one symbol drawn out would close its lips after the length of a
    spoken vowel, open them again, and sing a syllable too many. A schwa has no colour of its own to be held.

    >>> _held("ik", 0.3), _held("ik", 0.3, True), _held("It", 0.6), _held("ik", 0.1), _held("əv", 0.3)
    ('iik', 'iːk', 'ɑIt', 'ik', 'əv')
    """
    vowel, rest = rhyme[0], rhyme[1:]
    if vowel in DIPHTHONGS:
        return (DIPHTHONGS[vowel] if seconds >= LONG_S else "") + rhyme
    if seconds < TWICE_S or vowel in SCHWAS or rest[:1] == LENGTH:
        return rhyme
    if rest[:1] == TILDE:
        return vowel + TILDE + rhyme
    return vowel + (LENGTH if length_mark else vowel) + rest


def _ending(syllable: PerformedSyllable, last: bool) -> str:
    marks = "".join(c for c in syllable.trailing if c in PAUSES)[:1]
    if last:
        return marks if marks in (".", "!", "?", "…") and marks else "."
    return (marks + SPACE) if syllable.word_end else ""
