"""The tune of a song without words: phrases for a lead instrument, made like sung ones."""

from __future__ import annotations

from songwright.domain.draws import draws
from songwright.domain.lyrics import SectionKind
from songwright.domain.score import Instrument, MixHint, Note, Part, PartRole, Score, StemName
from songwright.domain.style import Brief
from songwright.domain.time import TimeAxis

from ..styles.schema import Player, Style
from .form import PlannedSection, form_for
from .grid import Grid
from .harmony import Loops, chord_spans, plan_harmony
from .joining import Continuation
from .layout import Density, Piece
from .prosody import Stress, SungUnit
from .register import plan_register
from .tune import SetPiece, TuneBook, Tuner

K = SectionKind
_TUNEFUL = frozenset((K.VERSE, K.PRE_CHORUS, K.CHORUS, K.POST_CHORUS, K.BRIDGE, K.DROP))
LEAD_NAME = "lead_melody"


def compose_instrumental(
    brief: Brief,
    style: Style,
    grid: Grid,
    *,
    seed: int,
    take: int,
    continuation: Continuation | None = None,
    loops: Loops | None = None,
) -> Score:
    """Sections, chords and one part, ``lead_melody``, with a tune for every section that would be sung."""
    from .compose import ChordTable, score_sections, song_bars

    form = form_for(brief, style, seed=seed, take=take)
    sections = tuple(_with_phrases(s.kind, s.bars, s.energy, style, grid, seed, take) for s in form)
    if continuation:
        sections = continuation.form(sections)
    harmony = plan_harmony(brief, style, seed=seed, take=take, loops=loops)
    bars = song_bars(sections, harmony, continuation)
    player = lead_player(style)
    low, high = (player.low_midi, player.high_midi) if player else (62, 84)
    centre = (low + high) / 2
    register = plan_register(
        brief, style, lo_midi=max(low, centre - 7), hi_midi=min(high, centre + 7), top_midi=min(high, centre + 10),
        seed=seed, take=take, attempt=0,
    )  # fmt: skip
    tuner = Tuner(
        brief=brief, style=style, grid=grid, density=Density(least_s=0.12), register=register,
        chord_at=ChordTable(bars, brief.key.tonic_pc, grid.bar_steps), seed=seed, take=take, attempt=0,
    )  # fmt: skip
    book = TuneBook()
    notes: list[Note] = []
    start = 0
    last = max((i for i, s in enumerate(sections) if s.pieces), default=-1)
    for i, section in enumerate(sections):
        if section.pieces:
            placed = tuner.set_section(section, start, book, closing=i == last)
            notes.extend(_notes(placed, section.energy, grid.step_ticks))
        start += section.bars * grid.bar_steps
    return Score(
        axis=TimeAxis.steady(bpm=brief.bpm, meter=brief.meter),
        key=brief.key,
        sections=score_sections(sections, brief.meter.bar_ticks),
        chords=chord_spans(bars, brief.key, brief.meter.bar_ticks),
        parts=(melody_part(player, tuple(notes)),) if notes else (),
    )


def lead_player(style: Style) -> Player | None:
    """Who carries a tune without words; None when the style has no lead."""
    leads = sorted((p for p in style.players if p.role == "lead"), key=lambda p: -p.prominence)
    return leads[0] if leads else None


def melody_part(player: Player | None, notes: tuple[Note, ...]) -> Part:
    """The tune of a song without words, for ``player`` or a piano."""
    if player is None:
        return Part(
            name=LEAD_NAME, role=PartRole.LEAD, stem=StemName.KEYBOARD, instrument=Instrument(program=0), notes=notes,
            mix=MixHint(level_db=-3.0),
        )  # fmt: skip
    return Part(
        name=LEAD_NAME, role=PartRole.LEAD, stem=player.stem, instrument=player.sound, notes=notes, mix=player.hint()
    )


def _with_phrases(
    kind: SectionKind, bars: int, energy: float, style: Style, grid: Grid, seed: int, take: int
) -> PlannedSection:
    """A section with wordless phrases: as many as its bars hold, with the note counts of the style."""
    if kind not in _TUNEFUL or bars < 2:
        return PlannedSection(kind=kind, bars=bars, energy=energy)
    window = 2 if grid.bar_s >= 1.2 or bars < 4 else 4
    density = style.melody.notes_per_bar.get(kind.value, style.melody.notes_per_bar.get("verse", 5.0))
    busiest = max(style.melody.notes_per_bar.values())
    rng = draws(seed, take, "phrases", kind.value)
    counts = []
    for _ in range(4):
        per_second = min(3.4, density * (0.55 + 0.2 * rng.random()) / 2.2)
        own = style.melody.lead_notes_per_bar * window * (0.75 + (density / busiest) * 0.3 * rng.random())
        counts.append(max(3, min(18, round(own or per_second * window * grid.bar_s * 0.72))))
    pieces = tuple(_phrase(counts[i % 4], i % 4, window) for i in range(bars // window))
    return PlannedSection(kind=kind, bars=bars, energy=energy, lyrics_index=0, pieces=pieces)


def _phrase(n: int, which: int, window: int) -> Piece:
    units = tuple(
        SungUnit(
            word_index=i,
            phonemes="a",
            stress=1 - i % 2,
            kind=Stress.CONTENT if i % 2 == 0 else Stress.FUNCTION,
            word_start=True,
            word_end=True,
            least_s=0.11,
            open_vowel=True,
            pause_after=False,
            break_after=0.2,
        )
        for i in range(n)
    )
    return Piece(
        lyrics_index=0, line_index=which, units=units, backing=False, text_key=f"{n}/{which}", window_bars=window
    )


def _notes(placed: list[SetPiece], energy: float, step_ticks: int) -> list[Note]:
    out = []
    for item in placed:
        for onset, end, pitches, kind in zip(
            item.rhythm.onsets, item.rhythm.ends, item.pitches, item.rhythm.stresses, strict=True
        ):
            start = (item.start_step + onset) * step_ticks
            velocity = round(min(120, 72 + 34 * energy + (8 if kind <= Stress.CONTENT else 0)))
            out.append(
                Note(
                    start_tick=start,
                    duration_ticks=(end - onset) * step_ticks,
                    pitch_midi=pitches[-1],
                    velocity=velocity,
                )
            )
    return out
