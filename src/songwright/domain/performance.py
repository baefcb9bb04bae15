"""What sounds: seconds, Hz, dynamics. Made from a score by one explicit step."""

from __future__ import annotations

from dataclasses import dataclass

from .score import Instrument, MixHint, StemName, VocalRole


@dataclass(frozen=True, kw_only=True, slots=True)
class PlayedNote:
    """A note as played. Times from the start of the song, humanised."""

    start_s: float
    duration_s: float
    pitch_midi: float
    velocity: int  # 1..127
    slide: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PlayedPart:
    """One instrument's performance."""

    name: str
    stem: StemName
    instrument: Instrument
    notes: tuple[PlayedNote, ...]  # by start
    mix: MixHint


@dataclass(frozen=True, kw_only=True, slots=True)
class SungNote:
    """A steady pitch inside a syllable; the singer adds glide, vibrato and drift."""

    start_s: float
    duration_s: float
    pitch_midi: float


@dataclass(frozen=True, kw_only=True, slots=True)
class PerformedSyllable:
    """A syllable in time. ``start_s`` is where its VOWEL begins; consonants lead into it."""

    phonemes: str  # no stress marks
    stress: int
    start_s: float
    end_s: float
    notes: tuple[SungNote, ...]  # cover start_s..end_s
    word_end: bool = True
    trailing: str = ""  # punctuation after the word


@dataclass(frozen=True, kw_only=True, slots=True)
class Expression:
    """How a phrase is sung. Depths in semitones, times in seconds."""

    vibrato_semitones: float = 0.35
    vibrato_hz: float = 5.6
    vibrato_delay_s: float = 0.35
    glide_s: float = 0.09
    scoop_semitones: float = 0.0
    fall_semitones: float = 0.0  # how far the last note sinks as it ends
    spoken: float = 0.0  # 0 sung .. 1 spoken: the rhythm of the notes, the pitch of speech
    falsetto: float = 0.0  # 0 chest .. 1 head voice, in the upper third of the voice's range
    fry_s: float = 0.0  # how long the voice creaks at the end of a long, low last note
    drift_semitones: float = 0.05
    breath: bool = True  # a breath before the phrase when there is room
    dynamics: float = 0.6  # 0 whisper .. 1 full voice
    seed: int = 0  # of this phrase's drift; drawn once into the plan


@dataclass(frozen=True, kw_only=True, slots=True)
class SungPhrase:
    """What is sung in one breath by one voice; at most about 12 s."""

    voice: str
    syllables: tuple[PerformedSyllable, ...]
    expression: Expression
    section_index: int = 0

    @property
    def start_s(self) -> float:
        """Where the first vowel begins."""
        return self.syllables[0].start_s

    @property
    def end_s(self) -> float:
        """Where the last syllable ends."""
        return self.syllables[-1].end_s


@dataclass(frozen=True, kw_only=True, slots=True)
class SungPart:
    """One voice's performance."""

    name: str
    role: VocalRole
    stem: StemName
    phrases: tuple[SungPhrase, ...]
    mix: MixHint


@dataclass(frozen=True, kw_only=True, slots=True)
class AlignedWord:
    """A word and where it is sung, for timing, LRC, karaoke."""

    text: str  # as written, with its punctuation
    start_s: float
    end_s: float
    section_index: int
    line_index: int  # running number of the line in the song
    line_start: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionSpan:
    """A section in seconds."""

    name: str
    kind: str
    start_s: float
    end_s: float
    energy: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Performance:
    """Everything that will sound."""

    duration_s: float  # length of the finished audio, tail included
    sections: tuple[SectionSpan, ...]
    parts: tuple[PlayedPart, ...]
    vocals: tuple[SungPart, ...]
    words: tuple[AlignedWord, ...]  # of the lead voice, in order
