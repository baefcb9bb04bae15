"""What was heard in a recording: seconds, pitches, chords."""

from __future__ import annotations

from dataclasses import dataclass

from .performance import SectionSpan
from .score import Chord
from .style import Key
from .time import Meter


@dataclass(frozen=True, kw_only=True, slots=True)
class TimedChord:
    """A chord and when it sounds; None where no chord is heard."""

    start_s: float
    end_s: float
    chord: Chord | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MelodyNote:
    """A note of the leading line. ``pitch_midi`` 60 = C4."""

    start_s: float
    duration_s: float
    pitch_midi: int
    strength: float = 0.7  # 0..1, how loud and sure


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysis:
    """Everything understood about a recording. Times in seconds from its first sample."""

    duration_s: float
    beats_s: tuple[float, ...]  # of the meter's beats, increasing
    downbeats: tuple[int, ...]  # indices into beats_s
    bpm: float  # median tempo, quarter notes per minute
    meter: Meter
    key: Key
    key_confidence: float  # 0..1
    chords: tuple[TimedChord, ...]  # contiguous
    sections: tuple[SectionSpan, ...]  # contiguous from 0 to duration_s
    melody: tuple[MelodyNote, ...]  # by start, one at a time
    voiced_share: float  # 0..1, share of the time a vocal sounds
    loudness_lufs: float  # integrated; -120 for silence
    true_peak_dbtp: float  # -120 for silence

    @property
    def downbeats_s(self) -> tuple[float, ...]:
        """When the bars begin."""
        return tuple(self.beats_s[i] for i in self.downbeats)
