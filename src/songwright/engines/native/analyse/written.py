"""From heard to written: a recording's seconds laid on bars and ticks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from songwright.domain.analysis import Analysis, MelodyNote
from songwright.domain.lyrics import SectionKind
from songwright.domain.performance import AlignedWord
from songwright.domain.score import ChordSpan, Instrument, Note, Part, PartRole, Score, ScoreSection, StemName
from songwright.domain.time import TICKS_PER_QUARTER, TempoChange, TimeAxis

SLOWEST_BPM, FASTEST_BPM = 10.0, 400.0
BPM_STEPS = 1024  # tempi are multiples of 1/1024, which keeps the axis' exact fractions short
SUNG_SHARE = 0.1
SHORTEST_PIECE_S = 0.06

F64 = npt.NDArray[np.float64]


def axis_of(analysis: Analysis) -> TimeAxis:
    """Tick 0 is second 0, and every downbeat falls on the tick of its bar, within 2 ms.

    What comes before the first downbeat becomes whole bars of its own tempo: one, or as many as the median bar
    fits in. A first downbeat too early for a bar of at most 400 quarters per minute counts as second 0.
    """
    meter = analysis.meter
    quarters = meter.bar_ticks / TICKS_PER_QUARTER
    shortest, longest = quarters * 60 / FASTEST_BPM, quarters * 60 / SLOWEST_BPM
    changes: list[TempoChange] = []
    now_s, tick = 0.0, 0
    for end_s in _bar_ends(analysis, quarters * 60 / analysis.bpm, shortest, longest):
        exact = quarters * 60 / (end_s - now_s)
        bpm = min(FASTEST_BPM, max(SLOWEST_BPM, round(exact * BPM_STEPS) / BPM_STEPS))
        if not changes or changes[-1].bpm != bpm:
            changes.append(TempoChange(tick=tick, bpm=bpm))
        now_s += quarters * 60 / bpm
        tick += meter.bar_ticks
    return TimeAxis(tempi=tuple(changes), meter=meter)


def _bar_ends(analysis: Analysis, bar_s: float, shortest_s: float, longest_s: float) -> list[float]:
    """Ends of all bars: up to the first downbeat, between downbeats, and on to the end of the sound."""
    bar_s = min(longest_s, max(shortest_s, bar_s))
    ends: list[float] = []
    now_s = 0.0
    for downbeat_s in analysis.downbeats_s:
        gap_s = downbeat_s - now_s
        if gap_s < shortest_s:
            continue
        n_bars = max(1, round(gap_s / bar_s)) if not ends or gap_s > longest_s else 1
        n_bars = max(1, min(n_bars, int(gap_s / shortest_s)))
        ends += [now_s + gap_s * (k + 1) / n_bars for k in range(n_bars)]
        now_s = downbeat_s
    while now_s < analysis.duration_s - 1e-3 or not ends:
        now_s += bar_s
        ends.append(now_s)
    return ends


def score_of(analysis: Analysis, *, words: Sequence[AlignedWord] | None = None) -> Score:
    """The recording as a score: its sections in whole bars, its chords, and its leading line as one part.

    ``words``, when known, cut the melody where a new word begins on the same pitch.
    """
    axis = axis_of(analysis)
    clock = _Clock(axis, analysis.duration_s)
    sections = _sections(analysis, axis, clock)
    notes = _notes(_cut(analysis.melody, words or ()), clock)
    sung = analysis.voiced_share > SUNG_SHARE
    melody = Part(
        name="melody",
        role=PartRole.LEAD,
        stem=StemName.VOCALS if sung else StemName.SYNTH,
        instrument=Instrument(engine="gm", program=0),
        notes=notes,
    )
    return Score(axis=axis, key=analysis.key, sections=sections, chords=_chords(analysis, clock), parts=(melody,))


class _Clock:
    """Seconds to ticks for many values at once."""

    def __init__(self, axis: TimeAxis, duration_s: float) -> None:
        ticks, seconds = [0], [0.0]
        for here, after in zip(axis.tempi, (*axis.tempi[1:], None), strict=True):
            tick = after.tick if after else here.tick
            if after is None:
                bar_s = axis.meter.bar_ticks / TICKS_PER_QUARTER * 60 / here.bpm
                n_bars = max(1, int(np.ceil((duration_s - seconds[-1]) / bar_s - 1e-3)))
                tick = here.tick + n_bars * axis.meter.bar_ticks
            seconds.append(seconds[-1] + (tick - here.tick) / TICKS_PER_QUARTER * 60 / here.bpm)
            ticks.append(tick)
        self._ticks, self._seconds = np.array(ticks, dtype=np.float64), np.array(seconds)
        self.end_tick = ticks[-1]

    def ticks(self, seconds: Sequence[float]) -> list[int]:
        """Nearest ticks, never past the last bar."""
        found: F64 = np.interp(np.asarray(seconds, dtype=np.float64), self._seconds, self._ticks)
        return [int(t) for t in np.rint(found)]


def _sections(analysis: Analysis, axis: TimeAxis, clock: _Clock) -> tuple[ScoreSection, ...]:
    bar = axis.meter.bar_ticks
    starts = [round(t / bar) * bar for t in clock.ticks([s.start_s for s in analysis.sections])]
    kept: list[ScoreSection] = []
    for i, span in enumerate(analysis.sections):
        start = starts[i] if kept else 0
        end = starts[i + 1] if i + 1 < len(starts) else clock.end_tick
        if end > start:
            kind = SectionKind(span.kind)
            kept.append(ScoreSection(kind=kind, name=span.name, start_tick=start, end_tick=end, energy=span.energy))
    if not kept:
        whole = ScoreSection(kind=SectionKind.VERSE, name="Verse 1", start_tick=0, end_tick=clock.end_tick, energy=0.5)
        return (whole,)
    return (*kept[:-1], replace(kept[-1], end_tick=clock.end_tick))


def _chords(analysis: Analysis, clock: _Clock) -> tuple[ChordSpan, ...]:
    starts = clock.ticks([c.start_s for c in analysis.chords])
    ends = clock.ticks([c.end_s for c in analysis.chords])
    return tuple(
        ChordSpan(start_tick=start, duration_ticks=end - start, chord=timed.chord)
        for start, end, timed in zip(starts, ends, analysis.chords, strict=True)
        if timed.chord is not None and end > start
    )


def _cut(melody: Sequence[MelodyNote], words: Sequence[AlignedWord]) -> list[MelodyNote]:
    pieces: list[MelodyNote] = []
    starts = sorted(word.start_s for word in words)
    for note in melody:
        edges = [note.start_s]
        end_s = note.start_s + note.duration_s
        edges += [s for s in starts if note.start_s + SHORTEST_PIECE_S < s < end_s - SHORTEST_PIECE_S]
        for a, b in zip(edges, (*edges[1:], end_s), strict=True):
            pieces.append(replace(note, start_s=a, duration_s=b - a))
    return pieces


def _notes(melody: Sequence[MelodyNote], clock: _Clock) -> tuple[Note, ...]:
    starts = clock.ticks([n.start_s for n in melody])
    ends = clock.ticks([n.start_s + n.duration_s for n in melody])
    notes: list[Note] = []
    for i, heard in enumerate(melody):
        end = min(ends[i], starts[i + 1]) if i + 1 < len(starts) else ends[i]
        if end > starts[i]:
            velocity = max(1, min(127, round(40 + 80 * heard.strength)))
            duration = end - starts[i]
            notes.append(
                Note(start_tick=starts[i], duration_ticks=duration, pitch_midi=heard.pitch_midi, velocity=velocity)
            )
    return tuple(notes)
