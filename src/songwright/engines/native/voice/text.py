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
    SONORANTS,
    SPACE,
    STRESS_MARKS,
    TILDE,
    VOICELESS,
    VOWELS,
    spell,
)

MAX_PIECE_S = 12.0
MAX_PIECE_SYMBOLS = 220
REST_S = 0.06
LONG_S = 0.5  # syllables from this length have their diphthong written out
HELD_S = 0.22  # and from this one their plain vowel written long: held otherwise, it sounds like two syllables
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


def symbols_of(syllables: Sequence[PerformedSyllable], ids: dict[str, int]) -> Symbols:
    """Stress marks before the vowels, spaces and punctuation after the words, a full stop at the end."""
    text, owners = [SPACE], [-1]
    for i, syllable in enumerate(syllables):
        last = i == len(syllables) - 1
        for char in _marked(syllable, _strong_word(syllables, i)) + _ending(syllable, last):
            if char in ids:
                text.append(char)
                owners.append(i)
    text.append(SPACE)
    owners.append(-1)
    numbers = [0, *(ids[c] for c in text[1:-1]), 0]
    kinds = [Kind.EDGE, *(kind_of(c) for c in text[1:-1]), Kind.EDGE]
    return Symbols(text="".join(text), ids=np.array(numbers, np.int64), kinds=np.array(kinds), owners=np.array(owners))


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


def _marked(syllable: PerformedSyllable, other_is_strong: bool) -> str:
    """Phonemes with the stress mark in front of the first vowel. A lone stress of 1 is the word's main one."""
    phonemes = syllable.phonemes
    first = next((i for i, char in enumerate(phonemes) if char in VOWELS), None)
    if first is None:
        return phonemes
    mark = ""
    if syllable.stress > 0:
        mark = STRESS_MARKS[1 if syllable.stress == 1 and other_is_strong else 2]
    return phonemes[:first] + mark + _held(phonemes[first:], syllable.end_s - syllable.start_s)


def _held(rhyme: str, seconds: float) -> str:
    """A vowel that is held, spelt so: a plain one with a length mark, a nasal one twice, of a diphthong the first half.

    The first symbol is what is held. The model gives a vowel the colour of what follows it; a symbol in between keeps
    the held sound clean.

    >>> _held("isma", 0.3), _held("It", 0.6), _held("it", 0.1)
    ('iːsma', 'ɑIt', 'it')
    """
    if rhyme[0] in DIPHTHONGS:
        return (DIPHTHONGS[rhyme[0]] if seconds >= LONG_S else "") + rhyme
    if seconds < HELD_S or rhyme[1:2] == LENGTH:
        return rhyme
    return rhyme[:2] + rhyme if rhyme[1:2] == TILDE else rhyme[0] + LENGTH + rhyme[1:]


def _ending(syllable: PerformedSyllable, last: bool) -> str:
    marks = "".join(c for c in syllable.trailing if c in PAUSES)[:1]
    if last:
        return marks if marks in (".", "!", "?", "…") and marks else "."
    return (marks + SPACE) if syllable.word_end else ""
