"""The lead sheet of a plan: what is carried over when a song is made anew around its tune."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from songwright.domain.lyrics import Lyrics
from songwright.domain.plan import Plan
from songwright.domain.score import (
    Chord,
    ChordSpan,
    Note,
    Part,
    PartRole,
    Score,
    ScoreSection,
    SungLine,
    VocalRole,
)
from songwright.domain.style import Key
from songwright.domain.time import TICKS_PER_QUARTER, TempoChange, TimeAxis

MELODY_NAMES = ("melody", "lead_melody")
ANSWERS = "answers"
"""Name of the voice that sings the words written in parentheses."""
MINOR_MODES = ("minor", "dorian", "phrygian")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """Form, chords and tune. The tune is sung (``lead``, ``answers``) or, without words, ``melody``."""

    axis: TimeAxis
    key: Key
    sections: tuple[ScoreSection, ...]
    chords: tuple[ChordSpan, ...]
    lead: tuple[SungLine, ...] = ()
    answers: tuple[SungLine, ...] = ()
    melody: tuple[Note, ...] = ()
    lyrics: Lyrics
    voice: str = ""  # who sang it

    @property
    def notes(self) -> tuple[Note, ...]:
        """The tune's notes in order of time."""
        return notes_of(self.lead) if self.lead else self.melody

    @property
    def end_tick(self) -> int:
        """First tick after the last bar."""
        return self.sections[-1].end_tick

    @property
    def bpm(self) -> float:
        """The tempo that lasts longest, quarter notes per minute."""
        ends = (*(change.tick for change in self.axis.tempi[1:]), max(self.end_tick, self.axis.tempi[-1].tick + 1))
        lengths = [end - change.tick for change, end in zip(self.axis.tempi, ends, strict=True)]
        ordered = sorted(zip((c.bpm for c in self.axis.tempi), lengths, strict=True))
        half, passed = sum(lengths) / 2, 0
        for bpm, length in ordered:
            passed += length
            if passed >= half:
                return bpm
        return ordered[-1][0]


def notes_of(lines: Sequence[SungLine]) -> tuple[Note, ...]:
    """Every note of sung lines, by start."""
    found = (note for line in lines for syllable in line.syllables for note in syllable.notes)
    return tuple(sorted(found, key=lambda note: note.start_tick))


def sheet_of(plan: Plan) -> Sheet:
    """The lead sheet of any plan: of a lead voice if it has one, else of its melody part or busiest lead part."""
    score, at = _in_whole_bars(plan.score)
    lead = tuple(line for v in score.vocals if v.role is VocalRole.LEAD for line in v.lines if line.line_index >= 0)
    answers = tuple(line for v in score.vocals if v.name == ANSWERS for line in v.lines if line.line_index >= 0)
    singer = next((v.voice for v in score.vocals if v.role is VocalRole.LEAD), "")
    return Sheet(
        axis=score.axis,
        key=score.key,
        sections=score.sections,
        chords=_contiguous(score),
        lead=tuple(replace(line, section_index=at[line.section_index]) for line in sorted(lead, key=_first_tick)),
        answers=tuple(replace(line, section_index=at[line.section_index]) for line in answers),
        melody=() if lead else _melody(score.parts),
        lyrics=plan.lyrics,
        voice=singer,
    )


def _in_whole_bars(score: Score) -> tuple[Score, list[int]]:
    """The score with its sections cut at bar lines, and the new index of every old section: one that is too short
    for a bar is joined to the section before it.
    """
    bar = score.axis.meter.bar_ticks
    sections: list[ScoreSection] = []
    at: list[int] = []
    for old in score.sections:
        start = sections[-1].end_tick if sections else 0
        end = max(round(old.end_tick / bar) * bar, 0 if sections else bar)
        if end > start:
            sections.append(replace(old, start_tick=start, end_tick=end))
        at.append(len(sections) - 1)
    return replace(score, sections=tuple(sections)), at


def _first_tick(line: SungLine) -> int:
    return line.syllables[0].notes[0].start_tick


def _melody(parts: Sequence[Part]) -> tuple[Note, ...]:
    named = [part for part in parts if part.name in MELODY_NAMES and part.notes]
    leads = named or [part for part in parts if part.role is PartRole.LEAD and part.notes]
    if not leads:
        return ()
    return one_voice(max(leads, key=lambda part: len(part.notes)).notes)


def one_voice(notes: Sequence[Note]) -> tuple[Note, ...]:
    """The top notes of a part, none over the next."""
    tops: dict[int, Note] = {}
    for note in notes:
        if note.start_tick not in tops or note.pitch_midi > tops[note.start_tick].pitch_midi:
            tops[note.start_tick] = note
    line = [tops[tick] for tick in sorted(tops)]
    nexts = (*(note.start_tick for note in line[1:]), None)
    return tuple(
        note if after is None else replace(note, duration_ticks=min(note.duration_ticks, after - note.start_tick))
        for note, after in zip(line, nexts, strict=True)
    )


def home_chord(key: Key) -> Chord:
    """The tonic triad."""
    return Chord(root_pc=key.tonic_pc, quality="m" if key.mode in MINOR_MODES else "")


def _contiguous(score: Score) -> tuple[ChordSpan, ...]:
    """Chords from the first tick to the last, one beginning at each bar line at the latest; holes hold on."""
    bar = score.axis.meter.bar_ticks
    spans = sorted(score.chords, key=lambda span: span.start_tick)
    starts = [span.start_tick for span in spans]
    edges = sorted({*range(0, score.end_tick, bar), *(s for s in starts if 0 <= s < score.end_tick), score.end_tick})
    out: list[ChordSpan] = []
    for start, end in itertools.pairwise(edges):
        at = bisect_right(starts, start) - 1
        chord = spans[at].chord if at >= 0 else spans[0].chord if spans else home_chord(score.key)
        out.append(ChordSpan(start_tick=start, duration_ticks=end - start, chord=chord))
    return tuple(out)


def mapped(lines: Sequence[SungLine], change: Callable[[Note], Note]) -> tuple[SungLine, ...]:
    """The lines with every note changed."""
    return tuple(
        replace(
            line,
            syllables=tuple(replace(s, notes=tuple(change(note) for note in s.notes)) for s in line.syllables),
        )
        for line in lines
    )


def with_notes(sheet: Sheet, change: Callable[[Note], Note]) -> Sheet:
    """The sheet with every note of the tune changed."""
    return replace(
        sheet,
        lead=mapped(sheet.lead, change),
        answers=mapped(sheet.answers, change),
        melody=tuple(change(note) for note in sheet.melody),
    )


def transposed(sheet: Sheet, semitones: int) -> Sheet:
    """The whole sheet ``semitones`` higher."""

    def chord(span: ChordSpan) -> ChordSpan:
        old = span.chord
        bass = None if old.bass_pc is None else (old.bass_pc + semitones) % 12
        return replace(span, chord=replace(old, root_pc=(old.root_pc + semitones) % 12, bass_pc=bass))

    moved = with_notes(sheet, lambda note: replace(note, pitch_midi=min(120, max(12, note.pitch_midi + semitones))))
    return replace(
        moved,
        key=replace(sheet.key, tonic_pc=(sheet.key.tonic_pc + semitones) % 12),
        chords=tuple(chord(span) for span in sheet.chords),
    )


def at_tempo(sheet: Sheet, bpm: float) -> Sheet:
    """The sheet at one steady tempo."""
    return replace(sheet, axis=TimeAxis.steady(bpm=bpm, meter=sheet.axis.meter))


def faster(sheet: Sheet, factor: float) -> Sheet:
    """The sheet with every tempo times ``factor``, its changes kept."""
    tempi = tuple(TempoChange(tick=c.tick, bpm=min(400.0, max(10.0, c.bpm * factor))) for c in sheet.axis.tempi)
    return replace(sheet, axis=replace(sheet.axis, tempi=tempi))


def steadied(sheet: Sheet, *, most: float = 0.05) -> Sheet:
    """One tempo, the mean, where the tempi differ by less than the share ``most``: what was heard wavers."""
    tempi = [change.bpm for change in sheet.axis.tempi]
    if len(tempi) < 2 or max(tempi) > (1 + most) * min(tempi):
        return sheet
    minutes = sheet.axis.seconds_at(sheet.end_tick) / 60
    return at_tempo(sheet, round(sheet.end_tick / TICKS_PER_QUARTER / minutes, 3))


def retimed(sheet: Sheet, factor: float) -> Sheet:
    """Every note value times ``factor`` (2 or 0.5) and the tempo with it: the tune lasts as long in other bars."""
    if factor == 1.0:
        return sheet
    bar = sheet.axis.meter.bar_ticks
    sections: list[ScoreSection] = []
    shifts: list[int] = []  # of each section, after scaling: sections stay whole bars
    tick = 0
    for section in sheet.sections:
        length = -(-round((section.end_tick - section.start_tick) * factor) // bar) * bar
        shifts.append(tick - round(section.start_tick * factor))
        sections.append(replace(section, start_tick=tick, end_tick=tick + length))
        tick += length
    starts = [section.start_tick for section in sheet.sections]

    def place(at: int, end: bool = False) -> int:
        index = max(0, bisect_right(starts, at - 1 if end else at) - 1)
        return round(at * factor) + shifts[index]

    def note(old: Note) -> Note:
        start = place(old.start_tick)
        length = max(30, round(old.duration_ticks * factor))
        return replace(old, start_tick=max(0, start), duration_ticks=length)

    chords = [
        replace(
            span,
            start_tick=place(span.start_tick),
            duration_ticks=place(span.start_tick + span.duration_ticks, end=True) - place(span.start_tick),
        )
        for span in sheet.chords
    ]
    ends = (*(c.start_tick for c in chords[1:]), tick)
    filled = tuple(replace(c, duration_ticks=end - c.start_tick) for c, end in zip(chords, ends, strict=True))
    scaled = replace(with_notes(sheet, note), sections=tuple(sections), chords=filled)
    return at_tempo(scaled, sheet.bpm * factor)


def in_short_sections(sheet: Sheet) -> Sheet:
    """Sections of more than sixteen bars as several of eight."""
    bar = sheet.axis.meter.bar_ticks
    sections: list[ScoreSection] = []
    for section in sheet.sections:
        step = 8 * bar if section.end_tick - section.start_tick > 16 * bar else section.end_tick - section.start_tick
        cuts = [*range(section.start_tick, section.end_tick - step // 2, step), section.end_tick]
        sections += [replace(section, start_tick=a, end_tick=b) for a, b in itertools.pairwise(cuts)]
    if len(sections) == len(sheet.sections):
        return sheet
    ends = [section.end_tick for section in sections]

    def placed(line: SungLine) -> SungLine:
        middle = (_first_tick(line) + line.syllables[-1].notes[-1].start_tick) // 2
        return replace(line, section_index=min(bisect_right(ends, middle), len(sections) - 1))

    return replace(
        sheet,
        sections=tuple(sections),
        lead=tuple(placed(line) for line in sheet.lead),
        answers=tuple(placed(line) for line in sheet.answers),
    )


def recut(sheet: Sheet, order: Sequence[int]) -> Sheet:
    """The sections ``order`` names, one after another; a section may come again, or not at all."""
    if list(order) == list(range(len(sheet.sections))):
        return sheet
    sections: list[ScoreSection] = []
    chords: list[ChordSpan] = []
    melody: list[Note] = []
    lead: list[SungLine] = []
    answers: list[SungLine] = []
    tick = 0
    for new, index in enumerate(order):
        old = sheet.sections[index]
        shift = tick - old.start_tick

        def moved(note: Note, shift: int = shift) -> Note:
            return replace(note, start_tick=max(0, note.start_tick + shift))

        inside = [c for c in sheet.chords if old.start_tick <= c.start_tick < old.end_tick]
        chords += [replace(c, start_tick=c.start_tick + shift) for c in inside]
        melody += [moved(n) for n in sheet.melody if old.start_tick <= n.start_tick < old.end_tick]
        for book, lines in ((lead, sheet.lead), (answers, sheet.answers)):
            mine = [line for line in lines if line.section_index == index]
            book += [replace(line, section_index=new) for line in mapped(mine, moved)]
        end = tick + old.end_tick - old.start_tick
        sections.append(replace(old, start_tick=tick, end_tick=end))
        tick = end
    cut = replace(
        sheet,
        sections=tuple(sections),
        chords=tuple(chords),
        melody=tuple(melody),
        lead=tuple(lead),
        answers=tuple(answers),
    )
    return at_tempo(cut, sheet.bpm)


def played(sheet: Sheet) -> Sheet:
    """The sheet with its tune as a melody for an instrument, without words."""
    if not sheet.lead:
        return replace(sheet, lyrics=Lyrics(title=sheet.lyrics.title, language=sheet.lyrics.language))
    return replace(
        sheet,
        lead=(),
        answers=(),
        melody=one_voice(notes_of(sheet.lead)),
        lyrics=Lyrics(title=sheet.lyrics.title, language=sheet.lyrics.language),
    )
