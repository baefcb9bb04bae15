"""What is written: ticks, pitches, syllables."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .lyrics import SectionKind
from .stem import StemName as StemName
from .style import Key
from .time import TimeAxis

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7sus4": (0, 5, 7, 10),
    "add9": (0, 4, 7, 14),
    "madd9": (0, 3, 7, 14),
    "9": (0, 4, 7, 10, 14),
    "m9": (0, 3, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "13": (0, 4, 10, 14, 21),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "aug": (0, 4, 8),
    "7b9": (0, 4, 7, 10, 13),
}
"""Chord qualities: semitones above the root."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chord:
    """Root, quality and an optional other bass note (pitch classes, C = 0)."""

    root_pc: int
    quality: str = ""  # a key of QUALITIES
    bass_pc: int | None = None

    @property
    def pcs(self) -> tuple[int, ...]:
        """Pitch classes of the chord, root first (bass note not included)."""
        return tuple((self.root_pc + step) % 12 for step in QUALITIES[self.quality])


@dataclass(frozen=True, kw_only=True, slots=True)
class ChordSpan:
    """A chord and where it sounds."""

    start_tick: int
    duration_ticks: int
    chord: Chord


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """One written note. ``pitch_midi`` 60 = C4; in drum parts it is the GM drum key."""

    start_tick: int
    duration_ticks: int
    pitch_midi: int
    velocity: int  # 1..127
    slide: bool = False  # glides from the note before (808, lead, slap)


class PartRole(StrEnum):
    """What a part does in the arrangement."""

    DRUMS = "drums"
    PERCUSSION = "percussion"
    BASS = "bass"
    COMP = "comp"  # chords in rhythm
    PAD = "pad"
    ARP = "arp"
    LEAD = "lead"  # riff, hook, solo, counter-melody
    FX = "fx"  # risers, impacts, sweeps


@dataclass(frozen=True, kw_only=True, slots=True)
class Instrument:
    """What plays a part: a General MIDI program or drum kit of the soundfont, or a synth patch of ours."""

    engine: str = "gm"  # "gm", "gmdrums", "synth" or "synthdrums"
    program: int = 0  # GM program 0..127, or kit number for gmdrums
    patch: str = ""  # id of a synth patch or synth drum kit


@dataclass(frozen=True, kw_only=True, slots=True)
class MixHint:
    """Where the style wants a part in the mix."""

    level_db: float = 0.0  # relative to the lead vocal = 0
    pan: float = 0.0  # -1 left .. +1 right
    width: float = 1.0  # 0 mono .. 1 as rendered
    reverb_db: float = -18.0  # send level; -120 = none
    delay_db: float = -120.0
    highpass_hz: float = 0.0
    lowpass_hz: float = 0.0  # 0 = none
    drive: float = 0.0  # 0..1 saturation or amp
    chorus: float = 0.0  # 0..1
    duck: float = 0.0  # 0..1, pumped by the kick


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One instrument's notes for the whole song."""

    name: str  # unique in the score: "piano", "drums", "lead_synth"
    role: PartRole
    stem: StemName
    instrument: Instrument
    notes: tuple[Note, ...]  # by start tick
    mix: MixHint = MixHint()
    swing: float = 0.0  # already in the ticks; kept for the record


@dataclass(frozen=True, kw_only=True, slots=True)
class SungSyllable:
    """A syllable with the note, or notes (melisma), it is sung on. Notes touch each other."""

    word_index: int  # index of the word in its line
    phonemes: str
    stress: int
    notes: tuple[Note, ...]  # at least one
    word_end: bool = True  # last syllable of its word


@dataclass(frozen=True, kw_only=True, slots=True)
class SungLine:
    """One line of lyrics set to notes: one breath, or two."""

    section_index: int  # index into Score.sections
    lyrics_section_index: int  # index into Lyrics.sections; -1 for wordless backing
    line_index: int  # index of the line there; -1 for wordless backing
    syllables: tuple[SungSyllable, ...]
    dynamics: float = 0.6  # 0 whisper .. 1 full voice


class VocalRole(StrEnum):
    """Which voice of the arrangement."""

    LEAD = "lead"
    DOUBLE = "double"  # same notes, second take
    HARMONY = "harmony"  # other notes, same words
    PAD = "pad"  # oohs and aahs


@dataclass(frozen=True, kw_only=True, slots=True)
class VocalPart:
    """A voice and what it sings."""

    name: str  # unique: "lead", "harmony_high"
    role: VocalRole
    stem: StemName  # VOCALS for the lead, BACKING_VOCALS for the others
    voice: str  # id of a voice of the roster
    lines: tuple[SungLine, ...]
    mix: MixHint = MixHint()


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreSection:
    """A stretch of the form, in whole bars."""

    kind: SectionKind
    name: str  # "Verse 1"
    start_tick: int
    end_tick: int
    energy: float  # 0..1


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """The written song."""

    axis: TimeAxis
    key: Key
    sections: tuple[ScoreSection, ...]  # contiguous from tick 0
    chords: tuple[ChordSpan, ...]
    parts: tuple[Part, ...]
    vocals: tuple[VocalPart, ...] = ()

    @property
    def end_tick(self) -> int:
        """First tick after the last bar."""
        return self.sections[-1].end_tick
