"""Words set to a tune between two times of a score that is already written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from songwright.domain.lyrics import Lyrics, SectionKind
from songwright.domain.score import Chord, Score, SungLine
from songwright.domain.style import Brief

from ..styles.schema import Style
from .compose import VoiceRange, sung_lines
from .form import PlannedSection
from .grid import Grid
from .layout import DENSITIES, Density, Piece, line_bars, pickup_steps, pieces_of, windows
from .register import plan_register
from .tune import SetPiece, TuneBook, Tuner

LEAST_SYLLABLE_S, LEAST_REST_S = 0.11, 0.25
EDGE_S = 0.12  # of rest inside each end of the span: consonants lead in, the last vowel dies away
_LONGEST_WINDOW_BARS = 4.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Where to sing."""

    score: Score  # chords, sections and time; what it sings itself does not matter
    start_tick: int
    end_tick: int


def sing_within(
    lyrics: Lyrics, span: Span, brief: Brief, style: Style, voice: VoiceRange, *, seed: int, take: int
) -> tuple[SungLine, ...]:
    """The lines of ``lyrics`` set to notes inside the span, in order.

    Many words are sung faster; lines that cannot be sung in time even then are left out from the end, and of a single
    line the words that do not fit. Section indexes are those of ``span.score``, lyrics indexes those of ``lyrics``.
    """
    room = _Room(span, brief)
    pieces = [p for i in range(len(lyrics.sections)) for p in pieces_of(lyrics, i)]
    if not pieces or room.steps < 1:
        return ()
    tuners = {d: _tuner(room, brief, style, voice, d, seed=seed, take=take) for d in DENSITIES}
    while pieces:
        for density, start, section in _tries(room, pieces):
            placed = tuners[density].set_section(section, start, TuneBook(), closing=False)
            if room.holds(placed):
                return _lines(placed, room, style)
        if len({p.line_index for p in pieces}) == 1 and len({p.lyrics_index for p in pieces}) == 1:
            break
        last = (pieces[-1].lyrics_index, pieces[-1].line_index)
        pieces = [p for p in pieces if (p.lyrics_index, p.line_index) != last]
    squeezed = room.squeezed(pieces[0])
    if squeezed is None:
        return ()
    section = room.section((squeezed,))
    return _lines(tuners[DENSITIES[-1]].set_section(section, room.first, TuneBook(), closing=False), room, style)


class _Room:
    """The steps of a span that may be sung in."""

    def __init__(self, span: Span, brief: Brief) -> None:
        self.span, self.grid = span, Grid.of(brief.meter, brief.bpm)
        step, edge = self.grid.step_ticks, round(EDGE_S / self.grid.step_s * self.grid.step_ticks)
        self.first = -(-(span.start_tick + edge) // step)
        self.past = (span.end_tick - edge) // step
        self._starts = [c.start_tick for c in span.score.chords]
        sections = span.score.sections
        at = self.first * step
        here = next((s for s in reversed(sections) if s.start_tick <= at), sections[0])
        self.kind, self.energy = here.kind, here.energy

    @property
    def steps(self) -> int:
        return self.past - self.first

    def chord_at(self, step: int) -> Chord:
        chords = self.span.score.chords
        if not chords:
            return Chord(root_pc=self.span.score.key.tonic_pc)
        return chords[max(0, bisect_right(self._starts, step * self.grid.step_ticks) - 1)].chord

    def section(self, pieces: Sequence[Piece]) -> PlannedSection:
        return PlannedSection(kind=self.kind, bars=1, energy=self.energy, pieces=tuple(pieces))

    def holds(self, placed: Sequence[SetPiece]) -> bool:
        begin = min(p.start_step + p.rhythm.onsets[0] for p in placed)
        return begin >= self.first and max(p.start_step + p.rhythm.ends[-1] for p in placed) <= self.past

    def starts(self) -> list[int]:
        """Where the first window may begin: bar lines and half bars first, then beats."""
        half, beat = max(1, self.grid.bar_steps // 2), self.grid.beat_steps
        halves = [s for s in range(self.first, self.past) if s % half == 0][:3]
        beats = [s for s in range(self.first, self.past) if s % beat == 0][:3]
        return list(dict.fromkeys([*halves, *beats]))

    def shared_out(self, pieces: Sequence[Piece], n_steps: int) -> list[Piece]:
        """Windows of any number of steps, as long as their pieces have syllables; [] when that is too fast."""
        counts = [len(p.units) for p in pieces]
        least_s = sum(counts) * LEAST_SYLLABLE_S + len(pieces) * LEAST_REST_S
        if n_steps * self.grid.step_s < least_s or n_steps < sum(counts) + len(pieces):
            return []
        whole, at, out = sum(counts) + 2 * len(pieces), 0, []
        for number, piece in enumerate(pieces, start=1):
            end = n_steps * (sum(counts[:number]) + 2 * number) // whole
            out.append(replace(piece, window_bars=(end - at) / self.grid.bar_steps))
            at = end
        return out

    def squeezed(self, piece: Piece) -> Piece | None:
        """As many words of a piece as can be sung in the room, in a window that is the room."""
        most = int(self.steps * self.grid.step_s / LEAST_SYLLABLE_S)
        most = min(most, self.steps)
        units = piece.units[:most]
        while units and not units[-1].word_end:
            units = units[:-1]
        return replace(piece, units=units, window_bars=self.steps / self.grid.bar_steps) if units else None


def _tries(room: _Room, pieces: Sequence[Piece]) -> Iterator[tuple[Density, int, PlannedSection]]:
    """Layouts from roomy to dense, each at the places where it may begin."""
    layouts = [(d, line_bars(pieces, room.kind, room.grid, d)) for d in DENSITIES]
    layouts += [(d, 0.5) for d in DENSITIES if d.half_bars]
    for density, usual in layouts:
        bars = windows(pieces, usual, room.kind, room.grid, density)
        for start in room.starts():
            free = (room.past - start) / room.grid.bar_steps
            # the rest at the end of the last window may reach over the end of the span
            if sum(bars) - 0.5 > free:
                continue
            times = max(1, min(2, int(free / sum(bars)), int(_LONGEST_WINDOW_BARS / max(bars))))
            laid = [replace(p, window_bars=b * times) for p, b in zip(pieces, bars, strict=True)]
            yield density, start, room.section(laid)
    for late in (0, 2 * room.grid.feel, pickup_steps(room.grid)):
        if laid := room.shared_out(pieces, room.steps - late):
            yield DENSITIES[-1], room.first + late, room.section(laid)


def _tuner(
    room: _Room, brief: Brief, style: Style, voice: VoiceRange, density: Density, *, seed: int, take: int
) -> Tuner:
    register = plan_register(
        brief, style, lo_midi=voice.lo_midi, hi_midi=voice.hi_midi, top_midi=voice.top_midi,
        seed=seed, take=take, attempt=0,
    )  # fmt: skip
    return Tuner(
        brief=brief, style=style, grid=room.grid, density=density, register=register, chord_at=room.chord_at,
        seed=seed, take=take, attempt=0,
    )  # fmt: skip


def _lines(placed: list[SetPiece], room: _Room, style: Style) -> tuple[SungLine, ...]:
    fallback = style.vocal.dynamics.get(SectionKind.VERSE.value, 0.55)
    dynamics = round(min(1.0, max(0.15, style.vocal.dynamics.get(room.kind.value, fallback))), 3)
    sections = room.span.score.sections
    out = []
    for line, _ in sung_lines(placed, 0, dynamics, room.grid.step_ticks):
        at = line.syllables[0].notes[0].start_tick
        index = max((i for i, s in enumerate(sections) if s.start_tick <= at), default=0)
        out.append(replace(line, section_index=index))
    return tuple(out)
