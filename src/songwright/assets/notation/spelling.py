"""Names of pitches, keys, chords and drums on paper."""

from __future__ import annotations

from songwright.assets.midi import key_signature
from songwright.domain.style import Key

_LETTERS = "FCGDAEB"  # the line of fifths
_LETTER_PCS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

KINDS: dict[str, tuple[str, tuple[tuple[int, int], ...]]] = {
    "": ("major", ()),
    "m": ("minor", ()),
    "5": ("power", ()),
    "7": ("dominant", ()),
    "maj7": ("major-seventh", ()),
    "m7": ("minor-seventh", ()),
    "6": ("major-sixth", ()),
    "m6": ("minor-sixth", ()),
    "sus2": ("suspended-second", ()),
    "sus4": ("suspended-fourth", ()),
    "7sus4": ("suspended-fourth", ((7, 0),)),
    "add9": ("major", ((9, 0),)),
    "madd9": ("minor", ((9, 0),)),
    "9": ("dominant-ninth", ()),
    "m9": ("minor-ninth", ()),
    "maj9": ("major-ninth", ()),
    "13": ("dominant-13th", ()),
    "dim": ("diminished", ()),
    "dim7": ("diminished-seventh", ()),
    "m7b5": ("half-diminished", ()),
    "aug": ("augmented", ()),
    "7b9": ("dominant", ((9, -1),)),
}
"""Chord quality -> MusicXML kind, and degrees to add as (degree, alteration)."""

_DRUM_PLACES = {
    **dict.fromkeys((35, 36), ("F", 4)),
    **dict.fromkeys((37, 38, 39, 40), ("C", 5)),
    **dict.fromkeys((41, 43), ("A", 4)),
    **dict.fromkeys((45, 47), ("D", 5)),
    **dict.fromkeys((48, 50), ("E", 5)),
    **dict.fromkeys((42, 46, 54, 69, 70, 82), ("G", 5)),
    44: ("D", 4),
    **dict.fromkeys((51, 53, 59), ("F", 5)),
    **dict.fromkeys((49, 52, 55, 57), ("A", 5)),
}
CROSSED_DRUMS = frozenset((37, 42, 44, 46, 49, 51, 52, 53, 54, 55, 57, 59, 69, 70, 82))
"""Keys written with a cross for a head: cymbals, hi-hats, shakers, side stick."""


def fifths(key: Key) -> int:
    """Sharps (positive) or flats (negative) of the key signature.

    >>> fifths(Key.parse("D")), fifths(Key.parse("D dorian")), fifths(Key.parse("C minor")), fifths(Key.parse("F#"))
    (2, 0, -3, 6)
    """
    name = key_signature(key)
    place = _LETTERS.index(name[0]) - 1 + 7 * (name.count("#") - name[1:].count("b"))
    return place - (3 if name.endswith("m") else 0)


def spelled(pc: int, n_fifths: int) -> tuple[str, int]:
    """Letter and alteration of a pitch class in a key with ``n_fifths`` sharps; flat thirds and sevenths stay flat.

    >>> spelled(10, -3), spelled(6, 1), spelled(10, 0), spelled(8, 0), spelled(11, 6)
    (('B', -1), ('F', 1), ('B', -1), ('G', 1), ('B', 0))
    """
    place = next(p for p in range(n_fifths - 3, n_fifths + 9) if 7 * p % 12 == pc % 12)
    return _LETTERS[(place + 1) % 7], (place + 1) // 7


def pitched(pitch_midi: int, n_fifths: int) -> tuple[str, int, int]:
    """Letter, alteration and octave; 60 is C4.

    >>> pitched(60, 0), pitched(70, -2), pitched(59, -5)
    (('C', 0, 4), ('B', -1, 4), ('C', -1, 4))
    """
    letter, alter = spelled(pitch_midi, n_fifths)
    return letter, alter, (pitch_midi - alter - _LETTER_PCS[letter]) // 12 - 1


def drum_place(key: int) -> tuple[str, int]:
    """Where a General MIDI drum key stands in the staff: letter and octave."""
    return _DRUM_PLACES.get(key, ("B", 4))
