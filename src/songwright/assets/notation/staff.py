"""One staff of a score: notes as events without overlap, on the grid, with their syllables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from songwright.assets.syllables import split_written
from songwright.domain.lyrics import Lyrics, Word
from songwright.domain.score import Note, Part, Score, SungLine, VocalPart

from .grid import Grid

_JOIN_TICKS = 120  # a shorter silence after a note is not written


@dataclass(frozen=True, kw_only=True, slots=True)
class Syllable:
    """What is written under a note."""

    text: str
    syllabic: str  # "single", "begin", "middle" or "end"
    extends: bool = False  # sung on over the next notes


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """A note, a chord, or (without pitches) a rest; ticks on the grid."""

    start_tick: int
    end_tick: int
    pitches: tuple[int, ...] = ()  # MIDI, low to high
    syllable: Syllable | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Staff:
    """A part ready to be written: events fill it from tick 0 to the end of its last bar."""

    name: str
    grid: Grid
    events: tuple[Event, ...]
    drums: bool = False
    program: int = 0  # General MIDI, from 0


def voice_staff(vocal: VocalPart, score: Score, lyrics: Lyrics, *, program: int) -> Staff:
    """The notes of a voice with the syllables they are sung on."""
    notes: list[tuple[Note, Syllable | None]] = []
    for line in vocal.lines:
        for syllable, under in zip(line.syllables, _written(line, lyrics), strict=True):
            notes += [(note, under if place == 0 else None) for place, note in enumerate(syllable.notes)]
    return _staff(vocal.name, notes, score, program=program, alone=True)


def part_staff(part: Part, score: Score, *, program: int, drums: bool) -> Staff:
    """The notes of an instrument; those that begin together are a chord, which ends where the next begins."""
    return _staff(part.name, [(note, None) for note in part.notes], score, program=program, drums=drums)


def _written(line: SungLine, lyrics: Lyrics) -> list[Syllable | None]:
    """For each syllable of a line the text below its first note; None where nothing is written."""
    words: Sequence[Word] = ()
    if line.line_index >= 0 and line.lyrics_section_index >= 0:
        words = lyrics.sections[line.lyrics_section_index].lines[line.line_index].words
    pieces: dict[int, list[str]] = {}
    for index in {s.word_index for s in line.syllables if s.word_index < len(words)}:
        count = sum(s.word_index == index for s in line.syllables)
        pieces[index] = list(split_written(words[index].text, count))
        last = max((i for i, piece in enumerate(pieces[index]) if piece), default=0)
        pieces[index][last] += words[index].trailing
    out: list[Syllable | None] = []
    seen: dict[int, int] = {}
    for syllable in line.syllables:
        index = syllable.word_index
        nth = seen.get(index, 0)
        seen[index] = nth + 1
        out.append(_syllable(pieces.get(index, []), nth, melisma=len(syllable.notes) > 1))
    return out


def _syllable(pieces: Sequence[str], nth: int, *, melisma: bool) -> Syllable | None:
    if nth >= len(pieces) or not pieces[nth]:
        return None
    before, after = any(pieces[:nth]), any(pieces[nth + 1 :])
    syllabic = "middle" if before and after else "begin" if after else "end" if before else "single"
    whole = not after and nth + 1 < len(pieces)
    return Syllable(text=pieces[nth], syllabic=syllabic, extends=(melisma or whole) and not after)


def _staff(
    name: str,
    notes: Sequence[tuple[Note, Syllable | None]],
    score: Score,
    *,
    program: int,
    drums: bool = False,
    alone: bool = False,
) -> Staff:
    """``alone``: one note at a time; those that would meet on the grid follow each other."""
    bar_ticks = score.axis.meter.bar_ticks
    end = -(-score.end_tick // bar_ticks) * bar_ticks
    inside = [(note, under) for note, under in notes if note.start_tick < end]
    grid = Grid.fitted((max(0, note.start_tick) for note, _ in inside), score.axis.meter)
    chords: dict[int, list[tuple[Note, Syllable | None]]] = {}
    for note, under in sorted(inside, key=lambda item: (item[0].start_tick, item[0].pitch_midi)):
        at = grid.nearest(max(0, note.start_tick))
        while alone and at in chords:
            at = min(grid.cell(at)[1], at + grid.step_at(at))
        if at < end:
            chords.setdefault(at, []).append((note, under))
    return Staff(name=name, grid=grid, events=tuple(_events(grid, chords, end, drums)), drums=drums, program=program)


def _events(grid: Grid, chords: dict[int, list[tuple[Note, Syllable | None]]], end: int, drums: bool) -> list[Event]:
    starts = sorted(chords)
    out: list[Event] = []
    now = 0
    for start, after in zip(starts, [*starts[1:], end], strict=True):
        if start > now:
            out.append(Event(start_tick=now, end_tick=start))
        notes = chords[start]
        wanted = grid.cell(start)[1] if drums else grid.nearest(max(n.start_tick + n.duration_ticks for n, _ in notes))
        stop = max(wanted, min(grid.cell(start)[1], start + grid.step_at(start)))
        now = after if stop > after - _JOIN_TICKS and not drums else min(stop, after)
        pitches = tuple(sorted({note.pitch_midi for note, _ in notes}))
        under = next((u for _, u in notes if u is not None), None)
        out.append(Event(start_tick=start, end_tick=now, pitches=pitches, syllable=under))
    if now < end:
        out.append(Event(start_tick=now, end_tick=end))
    return out
