"""Tests of the band on paper (SONGCRAFT 7, rows 33 to 39): chords, bass, voicings, density, transitions."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable

import numpy as np

from songwright.domain.score import Note, Part, PartRole, StemName

from .figure import measure
from .heard import Heard
from .plan_facts import Facts, facts_of

paper = functools.partial(measure, "plan", tool="the plan's parts", share=0.95)
ONE_CHORD = frozenset(("ambient", "afrobeat", "funk", "techno"))
ROUND_THE_KICK = frozenset(("salsa", "afrobeat", "bossa_nova"))
KICKS, SNARES, TOMS, CRASHES = (35, 36), (37, 38, 39, 40), (41, 43, 45, 47, 48, 50), (49, 52, 55, 57)


def arranged(function: Callable[[Facts], float | None]) -> Callable[[Heard], float | None]:
    """A test that instrumental songs take too."""

    def of(song: Heard) -> float | None:
        facts = facts_of(song)
        return function(facts) if facts is not None else None

    of.__name__, of.__doc__, of.__module__ = function.__name__, function.__doc__, function.__module__
    return of


@paper(low=3, high=16)
@arranged
def different_chords(facts: Facts) -> float | None:
    """33: different chords of the song (12, and sevenths and sixths apart)."""
    return len({(span.chord.root_pc, span.chord.quality) for span in facts.score.chords})


@paper(unit="beats", high=16)
@arranged
def longest_chord(facts: Facts) -> float | None:
    """33: longest time on one chord, quarter beats; not of styles that stand on one by nature."""
    if facts.plan.brief.genre in ONE_CHORD:
        return None
    groups = itertools.groupby(facts.score.chords, key=lambda span: span.chord)
    return max(sum(span.duration_ticks for span in run) for _, run in groups) / 480


def _chords_in(facts: Facts, kind: str) -> list[tuple[int, int, str]]:
    section = next((s for s in facts.score.sections if s.kind == kind), None)
    if section is None:
        return []
    spans = [c for c in facts.score.chords if section.start_tick <= c.start_tick < section.end_tick]
    return [(c.start_tick - section.start_tick, c.chord.root_pc, c.chord.quality) for c in spans]


@paper(low=1)
@arranged
def chorus_differs(facts: Facts) -> float | None:
    """34: in how many of chords, harmonic rhythm, energy verse and chorus differ."""
    verse, chorus = _chords_in(facts, "verse"), _chords_in(facts, "chorus")
    if not verse or not chorus:
        return None
    energies = [next(s.energy for s in facts.score.sections if s.kind == kind) for kind in ("verse", "chorus")]
    n = min(len(verse), len(chorus))
    names = [[chord[1:] for chord in chords[:n]] for chords in (verse, chorus)]
    rhythms = [[chord[0] for chord in chords[:n]] for chords in (verse, chorus)]
    return (names[0] != names[1]) + (rhythms[0] != rhythms[1]) + (energies[0] != energies[1])


def _part(facts: Facts, role: PartRole) -> Part | None:
    return next((part for part in facts.score.parts if part.role is role and part.notes), None)


@paper(low=0.85)
@arranged
def bass_on_root(facts: Facts) -> float | None:
    """35: share of chords whose first bass note is the root (or the slash bass)."""
    bass = _part(facts, PartRole.BASS)
    if bass is None:
        return None
    starts, right = np.array([n.start_tick for n in bass.notes]), []
    for span in facts.score.chords:
        at = int(np.searchsorted(starts, span.start_tick - 30))
        if at and _anticipates(bass.notes[at - 1], span.start_tick):
            at -= 1
        if at < len(starts) and starts[at] < span.start_tick + span.duration_ticks:
            wanted = span.chord.root_pc if span.chord.bass_pc is None else span.chord.bass_pc
            right.append(bass.notes[at].pitch_midi % 12 == wanted)
    return sum(right) / len(right) if right else None


def _anticipates(note: Note, tick: int) -> bool:
    """Struck up to a beat before ``tick`` and held over it, as in a tumbao."""
    return 0 < tick - note.start_tick <= 480 and note.start_tick + note.duration_ticks > tick + 60


@paper(low=0.5)
@arranged
def bass_with_kick(facts: Facts) -> float | None:
    """35: share of kicks with a bass note within a thirty-second, in pop and rock.

    The basses of house answer the kick, those of salsa and afrobeat go round it.
    """
    drums, bass = _part(facts, PartRole.DRUMS), _part(facts, PartRole.BASS)
    if drums is None or bass is None or facts.plan.mix.curve not in ("pop", "hiphop"):
        return None
    if facts.plan.brief.genre in ROUND_THE_KICK:
        return None
    low, high = bass.notes[0].start_tick, bass.notes[-1].start_tick
    kicks = [n.start_tick for n in drums.notes if n.pitch_midi in KICKS and low <= n.start_tick <= high]
    held = [(n.start_tick - 60, n.start_tick + 60) for n in bass.notes]
    starts = np.array([a for a, _ in held])
    hits = [held[max(0, int(np.searchsorted(starts, k, side="right")) - 1)] for k in kicks]
    return sum(a <= k <= b for k, (a, b) in zip(kicks, hits, strict=True)) / len(kicks) if kicks else None


@paper(unit="st", high=7.0)
@arranged
def voice_leading(facts: Facts) -> float | None:
    """36: mean movement of three voices per change of chord, comping and pads but guitars."""
    moves: list[float] = []
    for role in (PartRole.COMP, PartRole.PAD):
        part = next((p for p in facts.score.parts if p.role is role and p.stem is not StemName.GUITAR), None)
        chords = [sorted(c) for c in _blocks(part.notes)] if part else []
        for a, b in itertools.pairwise(chords):
            if a != b and len(a) >= 3 and len(b) >= 3:
                moves.append(sum(abs(x - y) for x, y in zip(a[-3:], b[-3:], strict=True)))
    return float(np.mean(moves)) if len(moves) >= 8 else None


def _blocks(notes: tuple[Note, ...]) -> list[set[int]]:
    """Pitches that start together (within a thirty-second)."""
    out: list[tuple[int, set[int]]] = []
    for note in notes:
        if out and note.start_tick - out[-1][0] <= 60:
            out[-1][1].add(note.pitch_midi)
        else:
            out.append((note.start_tick, {note.pitch_midi}))
    return [pitches for _, pitches in out]


@paper(high=0.25)
@arranged
def masked_by_held_notes(facts: Facts) -> float | None:
    """37: share of sung time with a held note of one other part within three semitones."""
    if not facts.notes:
        return None
    worst = 0.0
    for part in facts.parts(PartRole.PAD, PartRole.LEAD):
        held = [(t, d, p) for t, d, p in part if d >= 2]
        covered = 0.0
        for n in facts.notes:
            inside = [min(t + d, n.end) - max(t, n.t) for t, d, p in held if abs(p - n.pitch) <= 3]
            covered += min(n.d, max(0.0, max(inside, default=0.0)))
        worst = max(worst, covered / sum(n.d for n in facts.notes))
    return worst


def _playing(facts: Facts, start: int, end: int) -> frozenset[str]:
    return frozenset(p.name for p in facts.score.parts if any(start <= n.start_tick < end for n in p.notes))


@paper(low=0.6)
@arranged
def density_follows_energy(facts: Facts) -> float | None:
    """38: correlation of active parts or of notes per bar (the closer) with the planned energy, over the sections."""
    sections = facts.score.sections
    energies = [s.energy for s in sections]
    if len(sections) < 4 or np.std(energies) < 0.02:
        return None
    notes = [
        sum(s.start_tick <= n.start_tick < s.end_tick for part in facts.score.parts for n in part.notes)
        / max(1, s.end_tick - s.start_tick)
        for s in sections
    ]
    voices = [len({n.line for n in facts.notes if n.section == i}) > 0 for i in range(len(sections))]
    active = [len(_playing(facts, s.start_tick, s.end_tick)) + sung for s, sung in zip(sections, voices, strict=True)]
    found = [float(np.corrcoef(x, energies)[0, 1]) for x in (notes, active) if np.std(x) > 0]
    return max(found, default=0.0)


@paper(low=1.0)
@arranged
def parts_change(facts: Facts) -> float | None:
    """38: share of section boundaries at which a part or the voice enters, leaves or turns denser."""
    pairs = list(itertools.pairwise(facts.score.sections))
    return sum(_changes(facts, a, b) for a, b in pairs) / len(pairs) if pairs else None


def _changes(facts: Facts, a: object, b: object) -> bool:
    spans = [(s.start_tick, s.end_tick) for s in (a, b)]  # type: ignore[attr-defined]
    voices = [any(s <= n.t * 480 < e for n in facts.notes) for s, e in spans]
    if voices[0] != voices[1] or _playing(facts, *spans[0]) != _playing(facts, *spans[1]):
        return True
    rates = [[sum(s <= n.start_tick < e for n in part.notes) / (e - s) for part in facts.score.parts] for s, e in spans]
    return any(abs(x - y) > 0.25 * max(x, y) for x, y in zip(*rates, strict=True))


def _device(facts: Facts, tick: int) -> bool:
    """A fill, crash, effect, pickup or stop around a section's start."""
    bar = facts.score.axis.meter.bar_ticks
    for part in facts.score.parts:
        before = [n for n in part.notes if tick - bar <= n.start_tick < tick]
        earlier = [n for n in part.notes if tick - 2 * bar <= n.start_tick < tick - bar]
        at = [n for n in part.notes if tick <= n.start_tick < tick + 30]
        if part.role is PartRole.FX and (before or at):
            return True
        if part.stem is StemName.DRUMS:
            rhythm = [{(n.start_tick % bar, n.pitch_midi) for n in notes} for notes in (before, earlier)]
            if any(n.pitch_midi in CRASHES for n in at) or rhythm[0] != rhythm[1]:
                return True
        elif bool(before) != bool(earlier):
            return True
    half = tick - bar // 2
    played = [n for part in facts.score.parts for n in part.notes if n.start_tick < tick]
    stop = bool(played) and all(n.start_tick + n.duration_ticks <= half for n in played)
    pickup = any(half <= n.t * 480 < tick for n in facts.notes if n.section != _at(facts, half))
    return stop or pickup


def _at(facts: Facts, tick: int) -> int:
    return next(i for i, s in enumerate(facts.score.sections) if s.start_tick <= tick < s.end_tick)


@paper(low=1.0)
@arranged
def transitions(facts: Facts) -> float | None:
    """39: share of boundaries between different energies that have a fill, crash, effect, stop or pickup."""
    pairs = [(a, b) for a, b in itertools.pairwise(facts.score.sections) if abs(a.energy - b.energy) >= 0.1]
    return sum(_device(facts, b.start_tick) for _, b in pairs) / len(pairs) if pairs else None


@paper(low=0, high=0)
@arranged
def same_fill_twice(facts: Facts) -> float | None:
    """39: fills (bars with toms unlike those of the bars around) that are the same as the fill before."""
    drums = _part(facts, PartRole.DRUMS)
    if drums is None:
        return None
    bar = facts.score.axis.meter.bar_ticks
    bars: dict[int, list[tuple[int, int]]] = {}
    for n in drums.notes:
        bars.setdefault(n.start_tick // bar, []).append((n.start_tick % bar, n.pitch_midi))
    toms = {number: frozenset(x for x in notes if x[1] in TOMS) for number, notes in bars.items()}
    around = {number: [toms.get(number + step) for step in (-2, -1, 1, 2)] for number in bars}
    fills = [
        frozenset(x for x in notes if x[0] >= bar // 2 and x[1] in (*TOMS, *SNARES))
        for number, notes in sorted(bars.items())
        if toms[number] and toms[number] not in around[number]
    ]
    return sum(a == b for a, b in itertools.pairwise(fills))
