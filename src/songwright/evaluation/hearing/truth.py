"""What is true of a song, from its plan, in seconds of the recording as it was spoilt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from songwright.domain.plan import Plan
from songwright.domain.score import Chord, VocalRole
from songwright.domain.style import Key

from .spoil import Spoilt

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Truth:
    """Times in seconds."""

    beats_s: F64
    downbeats_s: F64
    bpm: float  # mean, quarters per minute
    bar_s: float  # mean length of a bar
    meter: str
    key: Key
    chords: tuple[tuple[float, float, Chord], ...]
    boundaries_s: F64  # between sections
    notes: F64  # of the lead voice: rows of start, end, pitch (MIDI, fractions)


def truth_of(plan: Plan, spoilt: Spoilt) -> Truth:
    """What a perfect listener would hear."""
    score, axis = plan.score, plan.score.axis

    def at(ticks: list[int]) -> F64:
        return spoilt.clock(np.array([axis.seconds_at(tick) for tick in ticks], dtype=np.float64))

    beat, bar = axis.meter.beat_ticks, axis.meter.bar_ticks
    beats, downbeats = at(list(range(0, score.end_tick, beat))), at(list(range(0, score.end_tick, bar)))
    ends = at([0, score.end_tick])
    chords = zip(
        at([c.start_tick for c in score.chords]),
        at([c.start_tick + c.duration_ticks for c in score.chords]),
        (c.chord for c in score.chords),
        strict=True,
    )
    n_quarters = score.end_tick / 480
    length_s = float(ends[1] - ends[0])
    return Truth(
        beats_s=beats,
        downbeats_s=downbeats,
        bpm=60.0 * n_quarters / length_s,
        bar_s=length_s * bar / score.end_tick,
        meter=str(axis.meter),
        key=score.key,
        chords=tuple((float(a), float(b), chord) for a, b, chord in chords),
        boundaries_s=at([section.start_tick for section in score.sections[1:]]),
        notes=_notes(plan, spoilt),
    )


def _notes(plan: Plan, spoilt: Spoilt) -> F64:
    rows = [
        (note.start_s, note.start_s + note.duration_s, note.pitch_midi)
        for part in plan.performance.vocals
        if part.role is VocalRole.LEAD
        for phrase in part.phrases
        for syllable in phrase.syllables
        for note in syllable.notes
    ]
    notes = np.array(sorted(rows), dtype=np.float64).reshape(-1, 3)
    notes[:, 0], notes[:, 1] = spoilt.clock(notes[:, 0]), spoilt.clock(notes[:, 1])
    notes[:, 2] += spoilt.cents / 100.0
    return notes
