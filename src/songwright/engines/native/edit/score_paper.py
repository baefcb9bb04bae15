"""Scores cut and joined on paper. Seconds are those of the audible timeline, which a score's axis always tells.

A cut or a join may fall inside a bar. Bar lines then stay where they are heard: the odd bar at the seam gets the tempo
at which it lasts just as long as what sounds in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

from songwright.domain.performance import PlayedPart
from songwright.domain.score import ChordSpan, Note, Part, Score, ScoreSection, SungLine, SungSyllable, VocalPart
from songwright.domain.time import TICKS_PER_QUARTER, TempoChange, TimeAxis

AnyPart = TypeVar("AnyPart", Part, PlayedPart)
SAME_S = 0.001
"""Times nearer than this are one."""
_SHORTEST_BAR = 0.6  # of the bar before: a shorter first bar is one with the next
_LEAST_TICKS = 10
_SAME_TEMPO = 2e-5  # of a tempo: less than 0.1 ms per bar


@dataclass(frozen=True, kw_only=True, slots=True)
class _Move:
    """Where the ticks of a score go, and which are kept (in new ticks)."""

    to: Callable[[int], int]
    start_tick: int
    end_tick: int

    def span(self, start_tick: int, duration_ticks: int) -> tuple[int, int] | None:
        """Start and duration of what is left of a span, or None."""
        start = max(self.start_tick, self.to(start_tick))
        end = min(self.end_tick, self.to(start_tick + duration_ticks))
        return (start, end - start) if end - start >= min(_LEAST_TICKS, duration_ticks) else None


def cut_score(score: Score, start_s: float, end_s: float) -> Score:
    """What is written between two times, from tick 0 on. Bar 0 begins at ``start_s``, its end is the bar line where
    the next bar of the source begins; whole bars keep their ticks and tempo.
    """
    axis, bar = score.axis, score.axis.meter.bar_ticks
    start_s = max(0.0, start_s)
    line = _line_after(axis, start_s)
    lead_s = axis.seconds_at(line) - start_s
    head = 0
    if lead_s > SAME_S:
        head = bar
        if lead_s < _SHORTEST_BAR * (axis.seconds_at(line) - axis.seconds_at(line - bar)):
            line += bar
            lead_s = axis.seconds_at(line) - start_s
    seconds = cache(axis.seconds_at)

    def to(tick: int) -> int:
        if tick >= line:
            return tick - line + head
        return max(0, round((seconds(tick) - start_s) / lead_s * bar)) if head else 0

    tempi = [TempoChange(tick=0, bpm=_tempo(bar, lead_s))] if head else []
    tempi = _with_tempi(tempi, axis, line, head)
    end = to(axis.tick_at(min(end_s, axis.seconds_at(score.end_tick) + 60.0)))
    move = _Move(to=to, start_tick=0, end_tick=end)
    last_bar = max(1, -(-(min(end, to(score.end_tick)) - 2) // bar))
    moved = _moved_sections(score.sections, move, bar, last_bar)
    return replace(
        score,
        axis=TimeAxis(tempi=_before(tempi, end), meter=axis.meter),
        sections=moved,
        chords=_chords(score.chords, move),
        parts=tuple(_part(p, move) for p in score.parts),
        vocals=tuple(_voice(v, move, moved) for v in score.vocals),
    )


def joined_scores(first: Score, second: Score, at_s: float, *, lyrics_offset: int = 0) -> Score:
    """``first`` up to ``at_s`` and all of ``second`` after it. ``second``'s bar 0 ends in the bar of ``first`` that
    holds ``at_s``, or in one of the next; key and meter are ``first``'s.

    lyrics_offset: added to the lyrics sections that ``second`` names.
    """
    axis, bar = first.axis, first.axis.meter.bar_ticks
    line = axis.bar_tick(axis.bar_at(axis.tick_at(at_s + SAME_S)))
    line_s = axis.seconds_at(line)
    before_s = max(0.0, at_s - line_s)
    aligned = before_s <= SAME_S and second.axis.meter == axis.meter
    whole = 0 if aligned else second.axis.meter.bar_ticks  # from this tick of the second on, bars are bars
    seam_s = before_s + second.axis.seconds_at(whole)
    n_bars = 0 if aligned else max(1, round(seam_s / (axis.seconds_at(line + bar) - line_s)))
    seam = n_bars * bar
    here, there = cache(axis.seconds_at), cache(second.axis.seconds_at)

    def old(tick: int) -> int:
        return tick if tick <= line or aligned else line + round((here(tick) - line_s) / seam_s * seam)

    def new(tick: int) -> int:
        if tick >= whole:
            return tick - whole + line + seam
        return line + round((before_s + there(tick)) / seam_s * seam)

    cut = line if aligned else line + round(before_s / seam_s * seam)
    tempi = [c for c in axis.tempi if c.tick < line]
    if not aligned:
        fitted, usual = _tempo(seam, seam_s), axis.bpm_at(line)
        same = abs(fitted / usual - 1.0) < _SAME_TEMPO
        tempi.append(TempoChange(tick=line, bpm=usual if same else fitted))
    tempi = _with_tempi(tempi, second.axis, whole, line + seam)
    a, b = _Move(to=old, start_tick=0, end_tick=cut), _Move(to=new, start_tick=cut, end_tick=1 << 40)
    border = max(0, round(cut / bar))
    end = max(border + 1, -(-(new(second.end_tick) - 2) // bar))
    before = _moved_sections(first.sections, a, bar, border) if border else ()
    after = _moved_sections(second.sections, b, bar, end, first_bar=border)
    return replace(
        first,
        axis=TimeAxis(tempi=_slimmed(tempi), meter=axis.meter),
        sections=(*before, *after),
        chords=(*_chords(first.chords, a), *_chords(second.chords, b)),
        parts=_one_each([_part(p, a) for p in first.parts], [_part(p, b) for p in second.parts]),
        vocals=_voices(
            [_voice(v, a, before) for v in first.vocals],
            [_voice(v, b, after, sections_offset=len(before), lyrics_offset=lyrics_offset) for v in second.vocals],
        ),
    )


def overwritten(score: Score, other: Score, start_tick: int, end_tick: int) -> Score:
    """``score`` with what ``other``, on the same axis, has between two ticks instead of its own."""

    def of(source: Score, first: int, past: int) -> tuple[list[Part], list[VocalPart]]:
        move = _Move(to=lambda tick: tick, start_tick=first, end_tick=past)
        same = source.sections
        return [_part(p, move) for p in source.parts], [_voice(v, move, same) for v in source.vocals]

    (parts, voices) = of(score, 0, start_tick)
    for source, first, past in ((other, start_tick, end_tick), (score, end_tick, 1 << 40)):
        more, sung = of(source, first, past)
        parts, voices = list(_one_each(parts, more)), list(_voices(voices, sung))
    return replace(score, parts=tuple(parts), vocals=tuple(voices))


def _line_after(axis: TimeAxis, second: float) -> int:
    """The first bar line at ``second`` or after it."""
    bar = max(0, axis.bar_at(axis.tick_at(second)))
    while axis.seconds_at(axis.bar_tick(bar)) < second - SAME_S:
        bar += 1
    return axis.bar_tick(bar)


def _tempo(ticks: int, seconds: float) -> float:
    """Quarter notes per minute at which ``ticks`` last ``seconds``, within what an axis takes."""
    return min(400.0, max(10.0, ticks / TICKS_PER_QUARTER * 60.0 / seconds))


def _with_tempi(tempi: Sequence[TempoChange], axis: TimeAxis, from_tick: int, to_tick: int) -> list[TempoChange]:
    """``tempi`` and, from ``to_tick`` on, those of ``axis`` from ``from_tick`` on."""
    later = [TempoChange(tick=c.tick - from_tick + to_tick, bpm=c.bpm) for c in axis.tempi if c.tick > from_tick]
    return [*tempi, TempoChange(tick=to_tick, bpm=axis.bpm_at(from_tick)), *later]


def _before(tempi: Sequence[TempoChange], end_tick: int) -> tuple[TempoChange, ...]:
    return _slimmed([c for c in tempi if c.tick == 0 or c.tick < end_tick])


def _slimmed(tempi: Sequence[TempoChange]) -> tuple[TempoChange, ...]:
    """Without changes that change nothing."""
    out: list[TempoChange] = []
    for change in tempi:
        if out and abs(change.bpm / out[-1].bpm - 1.0) < 1e-9:
            continue
        out.append(change)
    return tuple(out)


def _moved_sections(
    sections: Sequence[ScoreSection], move: _Move, bar: int, last_bar: int, *, first_bar: int = 0
) -> tuple[ScoreSection, ...]:
    """Sections in whole bars from ``first_bar`` up to ``last_bar``, without those that are gone."""
    lines = [min(last_bar, max(first_bar, round(move.to(s.start_tick) / bar))) for s in sections]
    lines[0] = first_bar
    kept: list[ScoreSection] = []
    for section, line, following in zip(sections, lines, [*lines[1:], last_bar], strict=True):
        if following > line:
            kept.append(replace(section, start_tick=line * bar, end_tick=following * bar))
    if not kept:
        kept = [replace(sections[-1], start_tick=first_bar * bar, end_tick=max(first_bar + 1, last_bar) * bar)]
    return tuple(kept)


def _chords(spans: Sequence[ChordSpan], move: _Move) -> tuple[ChordSpan, ...]:
    out = []
    for span in spans:
        if left := move.span(span.start_tick, span.duration_ticks):
            out.append(replace(span, start_tick=left[0], duration_ticks=left[1]))
    return tuple(out)


def _note(note: Note, move: _Move) -> Note | None:
    left = move.span(note.start_tick, note.duration_ticks)
    return replace(note, start_tick=left[0], duration_ticks=left[1]) if left else None


def _part(part: Part, move: _Move) -> Part:
    notes = (_note(n, move) for n in part.notes)
    return replace(part, notes=tuple(n for n in notes if n))


def _voice(
    voice: VocalPart,
    move: _Move,
    sections: Sequence[ScoreSection],
    *,
    sections_offset: int = 0,
    lyrics_offset: int = 0,
) -> VocalPart:
    lines: list[SungLine] = []
    for line in voice.lines:
        syllables = tuple(s for s in (_syllable(s, move) for s in line.syllables) if s)
        if not syllables:
            continue
        at = syllables[0].notes[0].start_tick
        index = max((i for i, s in enumerate(sections) if s.start_tick <= at), default=0)
        own = line.lyrics_section_index
        lines.append(
            replace(
                line,
                syllables=syllables,
                section_index=sections_offset + index,
                lyrics_section_index=own + lyrics_offset if own >= 0 else own,
            )
        )
    return replace(voice, lines=tuple(lines))


def _syllable(syllable: SungSyllable, move: _Move) -> SungSyllable | None:
    notes = tuple(n for n in (_note(n, move) for n in syllable.notes) if n)
    return replace(syllable, notes=notes) if notes else None


def _one_each(first: Sequence[Part], second: Sequence[Part]) -> tuple[Part, ...]:
    """Parts of one name, stem and instrument are one; another of the same name is called "name 2"."""
    parts: dict[object, Part] = {}
    for part in (*first, *second):
        known = parts.get(key := (part.name, part.stem, part.instrument))
        parts[key] = replace(known, notes=(*known.notes, *part.notes)) if known else part
    return named_apart(tuple(parts.values()))


def named_apart(parts: Sequence[AnyPart]) -> tuple[AnyPart, ...]:
    """The same parts with unique names: a second "piano" is "piano 2"."""
    seen: dict[str, int] = {}
    out: list[AnyPart] = []
    for part in parts:
        seen[part.name] = seen.get(part.name, 0) + 1
        out.append(part if seen[part.name] == 1 else replace(part, name=f"{part.name} {seen[part.name]}"))
    return tuple(out)


def _voices(first: Sequence[VocalPart], second: Sequence[VocalPart]) -> tuple[VocalPart, ...]:
    voices: dict[str, VocalPart] = {}
    for voice in (*first, *second):
        known = voices.get(voice.name)
        voices[voice.name] = replace(known, lines=(*known.lines, *voice.lines)) if known else voice
    return tuple(voices.values())
