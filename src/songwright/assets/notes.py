"""The notes of a performance by instrument, in seconds; and as a MIDI file, for one stem or for all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from songwright.domain.performance import Performance, SungPart
from songwright.domain.score import Score, StemName
from songwright.domain.style import Key
from songwright.domain.time import TimeAxis

from . import midi

_VOICE_NAMES = {"lead": "Lead Voice", "double": "Double Voice", "harmony": "Harmony Voice", "pad": "Choir"}


@dataclass(frozen=True, kw_only=True, slots=True)
class TimedNote:
    """A note as it sounds."""

    pitch_midi: int  # 60 = C4; the GM drum key for drums
    start_s: float
    end_s: float
    velocity: float  # 0..1, MIDI velocity / 127


@dataclass(frozen=True, kw_only=True, slots=True)
class InstrumentNotes:
    """An instrument or a voice and its notes, by start."""

    name: str
    notes: tuple[TimedNote, ...]


def instrument_notes(performance: Performance, *, stem: StemName | None = None) -> tuple[InstrumentNotes, ...]:
    """Voices, then instruments, each with at least one note; only those of ``stem`` when given."""
    chosen = of_stem(performance, stem)
    found = [(_voice_name(sung, chosen), _sung_notes(sung)) for sung in chosen.vocals]
    for part in chosen.parts:
        notes = [
            TimedNote(
                pitch_midi=round(note.pitch_midi),
                start_s=max(0.0, note.start_s),
                end_s=max(0.0, note.start_s) + note.duration_s,
                velocity=note.velocity / 127,
            )
            for note in part.notes
        ]
        found.append((part.name.replace("_", " ").title(), notes))
    return tuple(InstrumentNotes(name=name, notes=_ordered(notes)) for name, notes in found if notes)


def performance_midi(
    performance: Performance,
    *,
    bpm: float = 120.0,
    title: str = "",
    stem: StemName | None = None,
    score: Score | None = None,
) -> bytes:
    """A MIDI file whose notes sound at the performance's seconds (to half a tick), of ``stem`` or of all.

    With ``score`` its tempo map, meter and key are written; else one tempo of ``bpm`` (10..400), as for clips cut
    or joined from several, whose seconds no single score knows.
    """
    axis = score.axis if score is not None else TimeAxis.steady(bpm=bpm)
    key = score.key if score is not None else Key(tonic_pc=0)
    return midi.performance_midi(of_stem(performance, stem), axis=axis, key=key, title=title)


def of_stem(performance: Performance, stem: StemName | None) -> Performance:
    """The same performance with only the parts of ``stem``; words only where the lead sings them."""
    if stem is None:
        return performance
    return replace(
        performance,
        parts=tuple(part for part in performance.parts if part.stem is stem),
        vocals=tuple(sung for sung in performance.vocals if sung.stem is stem),
        words=performance.words if stem is StemName.VOCALS else (),
    )


def _voice_name(sung: SungPart, performance: Performance) -> str:
    """By role when the role is sung once, else by the part's own name."""
    alone = sum(other.role is sung.role for other in performance.vocals) == 1
    return _VOICE_NAMES[sung.role.value] if alone else sung.name.replace("_", " ").title() + " Voice"


def _sung_notes(sung: SungPart) -> list[TimedNote]:
    out: list[TimedNote] = []
    for phrase in sung.phrases:
        velocity = round(40 + 80 * min(1.0, max(0.0, phrase.expression.dynamics))) / 127
        out += [
            TimedNote(
                pitch_midi=round(note.pitch_midi),
                start_s=note.start_s,
                end_s=note.start_s + note.duration_s,
                velocity=velocity,
            )
            for syllable in phrase.syllables
            for note in syllable.notes
        ]
    return out


def _ordered(notes: Iterable[TimedNote]) -> tuple[TimedNote, ...]:
    rounded = (replace(note, start_s=round(note.start_s, 6), end_s=round(note.end_s, 6)) for note in notes)
    return tuple(sorted(rounded, key=lambda note: (note.start_s, note.pitch_midi, note.end_s)))
