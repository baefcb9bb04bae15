"""Sources for edits that make songs anew, and measures of what they keep."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise

import numpy as np

from songwright.domain.action import ActionKind, EditAction, GenerateAction
from songwright.domain.lyrics import Lyrics, SectionKind
from songwright.domain.performance import Performance
from songwright.domain.plan import Kept, Plan, PlanSpan, Recorded, Sound, Spliced
from songwright.domain.score import (
    Chord,
    ChordSpan,
    Instrument,
    Note,
    Part,
    PartRole,
    Score,
    ScoreSection,
    StemName,
    VocalRole,
)
from songwright.domain.style import Brief, Key
from songwright.domain.time import Meter, TempoChange, TimeAxis
from songwright.engines.native.edit import plan_edit
from songwright.engines.native.planning import plan_take
from songwright.engines.protocols import Materials, Source

RATE = 48_000
BAR = 1920  # of the recording
WORDS = """[Verse]
walking down the river in the morning light
every stone remembers me
[Chorus]
carry me home tonight
carry me home"""


def generated(**fields) -> Plan:
    """A sung song of about a minute."""
    wishes = {"custom": True, "style": "folk", "lyrics": WORDS, "seed": 4, "max_duration_s": 60.0, **fields}
    return plan_take(GenerateAction(**wishes), take=1, versions={})


def spliced(plan: Plan) -> Plan:
    """The plan as two spans of itself."""
    n_frames = round(plan.performance.duration_s * RATE)
    spans = (
        PlanSpan(plan=plan, start_frame=0, end_frame=n_frames // 2),
        PlanSpan(plan=plan, start_frame=n_frames // 2, end_frame=n_frames),
    )
    return replace(plan, sound=Sound(spliced=Spliced(spans=spans)))


def kept(plan: Plan) -> Plan:
    """The plan with its vocals kept from a plan inside."""
    return replace(plan, sound=Sound(kept=(Kept(plan=plan, stems=(StemName.VOCALS,)),)))


def uploaded(*, n_bars: int = 16, bpm: float = 108.0, wavers: bool = True) -> Plan:
    """What listening to a recording writes down: a tempo that wavers, triads, and a melody nobody sings."""
    tempi = tuple(TempoChange(tick=i * BAR, bpm=bpm + (i % 3 - 1 if wavers else 0)) for i in range(n_bars))
    roots = (9, 5, 0, 7)
    tune = (69, 72, 71, 69, 65, 69, 72, 69, 67, 64, 67, 72, 71, 67, 69, 71)
    chords = tuple(
        ChordSpan(
            start_tick=i * BAR, duration_ticks=BAR, chord=Chord(root_pc=roots[i % 4], quality="" if i % 4 else "m")
        )
        for i in range(n_bars)
    )
    notes = tuple(
        Note(start_tick=480 * i, duration_ticks=420, pitch_midi=tune[i % 16], velocity=90)
        for i in range(8, 4 * n_bars - 8)
        if i % 8 != 7
    )
    half = n_bars // 2 * BAR
    axis = TimeAxis(tempi=tempi if wavers else tempi[:1], meter=Meter())
    sections = (
        ScoreSection(kind=SectionKind.VERSE, name="Verse 1", start_tick=0, end_tick=half, energy=0.5),
        ScoreSection(kind=SectionKind.CHORUS, name="Chorus 1", start_tick=half, end_tick=n_bars * BAR, energy=0.8),
    )
    melody = Part(
        name="melody", role=PartRole.LEAD, stem=StemName.SYNTH, instrument=Instrument(program=80), notes=notes
    )
    key = Key(tonic_pc=9, mode="minor")
    duration_s = axis.seconds_at(n_bars * BAR)
    return Plan(
        engine="native",
        seed=1,
        take=1,
        brief=Brief(genre="pop", bpm=bpm, key=key, instrumental=False, style_line="pop", target_duration_s=duration_s),
        lyrics=Lyrics(title="Field Tape"),
        score=Score(axis=axis, key=key, sections=sections, chords=chords, parts=(melody,)),
        performance=Performance(duration_s=duration_s, sections=(), parts=(), vocals=(), words=()),
        sound=Sound(recorded=Recorded(blob="ab" * 32, n_frames=round(duration_s * RATE))),
    )


def source(plan: Plan, clip_id: str = "a", **fields) -> Source:
    """A finished clip of the plan; nobody listens to it."""

    def silent() -> np.ndarray:
        raise AssertionError("this edit is made on paper")

    return Source(
        clip_id=clip_id,
        plan=plan,
        title=fields.get("title", plan.lyrics.title),
        style=fields.get("style", plan.brief.style_line),
        lyrics=plan.lyrics.text,
        load_master=fields.get("load_master", silent),
    )


def edited(kind: ActionKind, *plans: Plan, take: int = 1, materials: Materials | None = None, **fields) -> Plan:
    """The one plan of an edit; fields of the wishes and of the action by name."""
    own = {name: fields.pop(name) for name in list(fields) if name in EditAction.__dataclass_fields__}
    wishes = GenerateAction(**{"seed": 9, "max_duration_s": 75.0, **fields})
    sources = tuple(source(plan, chr(ord("a") + i)) for i, plan in enumerate(plans))
    action = EditAction(kind=kind, wishes=wishes, sources=tuple(s.clip_id for s in sources), **own)
    (made,) = plan_edit(action, take=take, materials=materials or Materials(sources=sources), versions={})
    return made


def tune_of(plan: Plan) -> list[Note]:
    """The notes of the lead voice, else of the melody part."""
    sung = [
        note
        for part in plan.score.vocals
        if part.role is VocalRole.LEAD
        for line in part.lines
        for syllable in line.syllables
        for note in syllable.notes
    ]
    played = [note for part in plan.score.parts if part.name in ("melody", "lead_melody") for note in part.notes]
    return sorted(sung or played, key=lambda note: note.start_tick)


def similarity(one: list[Note], other: list[Note]) -> float:
    """Share of intervals that two tunes have in common, in order, 0..1."""

    def steps(notes: list[Note]) -> list[int]:
        return [b.pitch_midi - a.pitch_midi for a, b in pairwise(notes)]

    return SequenceMatcher(None, steps(one), steps(other), autojunk=False).ratio()


def bar_of(plan: Plan) -> int:
    """Ticks per bar."""
    return plan.score.axis.meter.bar_ticks


def roots(plan: Plan, *, relative: bool = True) -> list[int]:
    """The root that sounds at every bar line, above the tonic."""
    out = []
    for tick in range(0, plan.score.end_tick, bar_of(plan)):
        span = next(c for c in reversed(plan.score.chords) if c.start_tick <= tick)
        out.append((span.chord.root_pc - (plan.score.key.tonic_pc if relative else 0)) % 12)
    return out
