"""The small languages of the style files: drum grids, roman-numeral bars, forms, instruments.

Drum grid      ``K 9...|..6.|8.7.|....``   one character per step, ``|`` and spaces ignored, ``/`` between bars,
               digit = velocity / 14, ``.`` = rest
Harmony        ``I V/7 (ii7 V7) vi:2``     one token per bar, (..) shares a bar, ``:2`` holds two bars,
               ``/7`` = that major-scale degree in the bass, ``V/vi`` = the dominant of vi
Form           ``intro:4@.3 verse:8@.35``  kind, bars, energy
Instrument     ``gm:26`` ``gmdrums:8`` ``synth:pad_warm`` ``synthdrums:house``
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from songwright.domain.score import QUALITIES, Chord, Instrument

DRUM_KEYS: dict[str, int] = {
    "K": 36, "S": 38, "X": 37, "C": 39, "H": 42, "P": 44, "O": 46, "R": 51, "B": 53, "Y": 49, "N": 52,
    "h": 50, "m": 47, "l": 43, "F": 41, "E": 40,
    "TB": 54, "CB": 56, "SH": 82, "MA": 70, "CL": 75, "CGm": 62, "CGo": 63, "CGl": 64, "BOh": 60, "BOl": 61,
    "TIh": 65, "TIl": 66, "AGh": 67, "AGl": 68, "GU": 73, "GL": 74, "WB": 76, "WL": 77, "TR": 81, "TRm": 80,
    "SB": 83, "SU": 87, "SUm": 86, "CAS": 85, "CA": 69,
}  # fmt: skip
"""Letters of the grids -> General MIDI drum keys."""

PERCUSSION_LETTERS = frozenset(k for k in DRUM_KEYS if len(k) > 1)
"""Letters that belong to the percussion part, not to the drum kit."""

_SEMITONES = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}
_DEGREES = {"1": 0, "2": 2, "3": 4, "4": 5, "5": 7, "6": 9, "7": 11}
_ROMAN = re.compile(r"^([b#]?)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)([^/]*)(?:/(.+))?$")
_UPPER = {"": "", "M7": "maj7", "sus": "sus4", "7sus": "7sus4", "9sus": "7sus4", "+": "aug"}
_LOWER = {"": "m", "6": "m6", "7": "m7", "9": "m9", "add9": "madd9", "maj7": "m7", "o": "dim", "o7": "dim7",
          "7b5": "m7b5", "dim": "dim", "dim7": "dim7", "m7b5": "m7b5"}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Roman:
    """A chord relative to the tonic."""

    step: int  # semitones of the root above the tonic, 0..11
    quality: str = ""  # a key of QUALITIES
    bass_step: int | None = None  # semitones of the bass above the tonic

    def chord(self, tonic_pc: int) -> Chord:
        """The chord in a key with this tonic."""
        bass = None if self.bass_step is None else (tonic_pc + self.bass_step) % 12
        return Chord(root_pc=(tonic_pc + self.step) % 12, quality=self.quality, bass_pc=bass)


def parse_roman(token: str) -> Roman:
    """Read one roman numeral. Raises ValueError naming the token."""
    found = _ROMAN.match(token)
    if not found:
        raise ValueError(f"{token!r} is not a roman numeral such as bVII or ii7")
    accidental, numeral, tail, below = found.groups()
    step = _SEMITONES[numeral.lower()] + {"": 0, "b": -1, "#": 1}[accidental]
    table = _UPPER if numeral.isupper() else _LOWER
    quality = table.get(tail, tail)
    if quality not in QUALITIES:
        raise ValueError(f"{token!r} has no known chord quality {tail!r}")
    bass: int | None = None
    if below:
        if below in _SEMITONES or below.lower() in _SEMITONES:
            step = (step + _SEMITONES[below.lower()]) % 12
        else:
            flat = -1 if below[0] == "b" else 1 if below[0] == "#" else 0
            digit = below.lstrip("b#")
            if digit not in _DEGREES:
                raise ValueError(f"{token!r} has no known bass {below!r}")
            bass = (_DEGREES[digit] + flat) % 12
    return Roman(step=step % 12, quality=quality, bass_step=bass)


def parse_bars(text: str) -> tuple[tuple[Roman, ...], ...]:
    """A progression as bars of chords. Raises ValueError.

    >>> [[r.step for r in bar] for bar in parse_bars("I (IV V) vi:2")]
    [[0], [5, 7], [9], [9]]
    """
    bars: list[tuple[Roman, ...]] = []
    for token in re.findall(r"\([^)]*\)(?::\d+)?|\S+", text):
        body, _, times = token.partition(":")
        chords = tuple(parse_roman(t) for t in body.strip("()").split())
        bars.extend([chords] * int(times or 1))
    if not bars:
        raise ValueError("an empty progression")
    return tuple(bars)


def parse_grid(text: str) -> dict[str, tuple[int, ...]]:
    """Drum lines -> steps of velocity 0..126. All lines of a grid have the same number of steps."""
    lines: dict[str, tuple[int, ...]] = {}
    for line in filter(None, (part.strip() for part in text.replace("\n", ";").split(";"))):
        letter, _, cells = line.partition(" ")
        if letter not in DRUM_KEYS:
            raise ValueError(f"no drum is called {letter!r}")
        cells = re.sub(r"[\s|/]", "", cells)
        if not re.fullmatch(r"[.1-9]+", cells):
            raise ValueError(f"the line {line!r} holds more than dots and digits")
        lines[letter] = tuple(0 if c == "." else 14 * int(c) for c in cells)
    lengths = {len(v) for v in lines.values()}
    if len(lengths) > 1:
        raise ValueError(f"drum lines of different lengths {sorted(lengths)}: {text!r}")
    return lines


def parse_instrument(text: str) -> Instrument:
    """Read ``gm:26``. Raises ValueError."""
    engine, _, what = text.partition(":")
    if engine in ("gm", "gmdrums") and what.isdigit() and int(what) < 128:
        return Instrument(engine=engine, program=int(what))
    if engine in ("synth", "synthdrums") and what:
        return Instrument(engine=engine, patch=what)
    raise ValueError(f"{text!r} is not an instrument such as gm:26 or synth:pad_warm")
