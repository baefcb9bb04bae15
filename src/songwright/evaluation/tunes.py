"""Lines and tunes to measure a singer with: a kind says how fast and how high, a seed draws the notes."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources

import numpy as np

from songwright.domain.draws import child_seed
from songwright.domain.performance import Expression, PerformedSyllable, SungNote, SungPhrase
from songwright.engines.native.lyrics import syllabify_line
from songwright.engines.native.voice import Voice

_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_SPAN = 7  # semitones between the lowest and the highest note of a line


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """How a line is set. Durations in seconds."""

    short_s: float  # unstressed syllables
    long_s: float  # stressed ones, at times
    last_s: float
    place: float = 0.5  # 0..1, where in the voice's range the notes lie
    held_s: float = 0.0  # one stressed syllable in the middle
    notes: int = 1  # on stressed syllables


KINDS = {
    "plain": Kind(short_s=0.3, long_s=0.6, last_s=0.9),
    "fast": Kind(short_s=0.15, long_s=0.3, last_s=0.45),
    "slow": Kind(short_s=0.45, long_s=0.9, last_s=1.5),
    "high": Kind(short_s=0.3, long_s=0.6, last_s=0.9, place=1.0),
    "low": Kind(short_s=0.3, long_s=0.6, last_s=0.9, place=0.0),
    "hold": Kind(short_s=0.3, long_s=0.6, last_s=2.4, held_s=1.5),
    "melisma": Kind(short_s=0.3, long_s=0.75, last_s=1.2, notes=3),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SetLine:
    """Words and how they are set."""

    text: str
    kind: str
    language: str


def lines_of(language: str) -> tuple[SetLine, ...]:
    """The lines of one language, kinds taken in turn so that the first few are a fair sample."""
    text = resources.files("songwright.evaluation").joinpath("singer_lines.toml").read_text(encoding="utf-8")
    kinds = tomllib.loads(text)[language]
    most = max(map(len, kinds.values()))
    return tuple(
        SetLine(text=lines[i], kind=kind, language=language)
        for i in range(most)
        for kind, lines in kinds.items()
        if i < len(lines)
    )


def set_to_music(line: SetLine, voice: Voice, seed: int) -> SungPhrase:
    """The line for a voice, its first vowel at 0. Stressed syllables are long or short, the others short."""
    words = syllabify_line(line.text, line.language)
    if words is None:
        raise ValueError(f"{line.text!r} cannot be sung")
    kind = KINDS[line.kind]
    rng = np.random.default_rng(child_seed(seed, "tune", line.text))
    durations = _durations([s.stress for s in words.syllables], kind, rng)
    pitches = _Walk(voice, kind, rng)
    performed: list[PerformedSyllable] = []
    at, number = 0.0, 0
    for word in words.words:
        for k, syllable in enumerate(word.syllables):
            seconds = durations[number]
            many = kind.notes if syllable.stress and seconds >= kind.long_s else 1
            notes = tuple(
                SungNote(start_s=at + seconds * n / many, duration_s=seconds / many, pitch_midi=pitches.step())
                for n in range(many)
            )
            ends = k + 1 == len(word.syllables)
            performed.append(
                PerformedSyllable(
                    phonemes=syllable.phonemes,
                    stress=syllable.stress,
                    start_s=at,
                    end_s=at + seconds,
                    notes=notes,
                    word_end=ends,
                    trailing=word.trailing if ends else "",
                )
            )
            at, number = at + seconds, number + 1
    expression = Expression(breath=False, seed=child_seed(seed, "drift", line.text) % (1 << 31))
    return SungPhrase(voice=voice.id, syllables=tuple(performed), expression=expression)


def _durations(stresses: list[int], kind: Kind, rng: np.random.Generator) -> list[float]:
    out = [kind.long_s if stress and rng.random() < 0.6 else kind.short_s for stress in stresses]
    strong = [i for i, stress in enumerate(stresses[:-1]) if stress]
    if kind.held_s and strong:
        out[strong[len(strong) // 2]] = kind.held_s
    out[-1] = kind.last_s
    return out


class _Walk:
    """Steps of a major scale, up and down inside a window of the voice's range."""

    def __init__(self, voice: Voice, kind: Kind, rng: np.random.Generator) -> None:
        low = voice.lo_midi + kind.place * (voice.hi_midi - voice.lo_midi - _SPAN)
        tonic = round(low) + int(rng.integers(0, 4))
        self._pitches = [p for p in range(round(low), round(low) + _SPAN + 1) if (p - tonic) % 12 in _MAJOR]
        self._rng = rng
        self._at = len(self._pitches) // 2

    def step(self) -> float:
        """The next pitch, MIDI."""
        here = float(self._pitches[self._at])
        move = int(self._rng.choice((-2, -1, -1, 0, 1, 1, 2)))
        if not 0 <= self._at + move < len(self._pitches):
            move = -move
        self._at = min(max(self._at + move, 0), len(self._pitches) - 1)
        return here
