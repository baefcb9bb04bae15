"""Degrees over a chord: the letters of bass lines and riffs."""

from __future__ import annotations

from songwright.domain.score import Chord

_OWN = {"3": (3, 4), "5": (6, 7, 8), "7": (10, 11, 9)}
_PLAIN = {"1": 0, "b": 1, "2": 2, "3": 7, "m": 3, "4": 5, "t": 6, "5": 7, "6": 9, "7": 10, "8": 12}
DEGREES = frozenset(_PLAIN)
"""1 root, b flat second, 2 second, 3 third of the chord, m minor third, 4 fourth, t tritone, 5 fifth of the chord,
6 sixth, 7 seventh (of the chord if it has one, else minor), 8 octave."""


def degree_step(symbol: str, chord: Chord) -> int:
    """Semitones of a degree above the chord's root, 0..12. Raises KeyError for what is no degree."""
    own = _OWN.get(symbol, ())
    found = next((s for pc in chord.pcs if (s := (pc - chord.root_pc) % 12) in own), None)
    return _PLAIN[symbol] if found is None else found
