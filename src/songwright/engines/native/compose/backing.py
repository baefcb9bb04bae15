"""Backing vocals: harmonies, doubles and the answers written in parentheses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from songwright.domain.lyrics import SectionKind
from songwright.domain.score import Chord, MixHint, ScoreSection, StemName, SungLine, SungSyllable, VocalPart, VocalRole
from songwright.domain.style import Key

from ..styles.schema import Style, mix_hint
from .tune import ChordAt

K = SectionKind
_STEPS = {"third_above": 2, "third_below": -2, "sixth_below": -5, "octave": 7, "fifth": 4}


@dataclass(frozen=True, kw_only=True, slots=True)
class BackingContext:
    """What the backing voices need to know."""

    sections: tuple[ScoreSection, ...]
    key: Key
    style: Style
    chord_at: ChordAt
    voice: str
    floor_midi: int
    top_midi: int
    step_ticks: int


def harmony_pitch(lead_midi: int, chord: Chord, key: Key, degrees: int) -> int:
    """A harmony note ``degrees`` scale steps from the lead, moved to a neighbouring chord tone where it clashes."""
    if degrees == 7:
        return lead_midi + 12
    scale = key.scale_pcs
    up = 1 if degrees > 0 else -1
    pitch, left = lead_midi, abs(degrees)
    while left:
        pitch += up
        left -= pitch % 12 in scale
    if pitch % 12 in chord.pcs or lead_midi % 12 not in chord.pcs:
        return pitch
    near = [p for p in range(lead_midi + 3, lead_midi + 10) if p % 12 in chord.pcs]
    if up < 0:
        near = [p for p in range(lead_midi - 9, lead_midi - 2) if p % 12 in chord.pcs]
    return min(near, key=lambda p: abs(p - pitch)) if near else pitch


def backing_parts(lead: Sequence[SungLine], answers: Sequence[SungLine], context: BackingContext) -> list[VocalPart]:
    """Voices around the lead: a harmony from the second chorus on, a double of the hook, and written answers."""
    style = context.style
    hint = mix_hint(style.mix.backing)
    parts: list[VocalPart] = []
    harmony = _harmony_lines(lead, context)
    if harmony:
        parts.append(_part("harmony", VocalRole.HARMONY, harmony, context, replace(hint, pan=-0.35)))
    doubles = _double_lines(lead, context)
    if doubles:
        parts.append(_part("double", VocalRole.DOUBLE, doubles, context, replace(hint, pan=0.4)))
    if answers:
        level = replace(hint, level_db=max(hint.level_db, -5.0), pan=0.2)
        parts.append(_part("answers", VocalRole.HARMONY, answers, context, level))
    return parts


def _part(name: str, role: VocalRole, lines: Sequence[SungLine], context: BackingContext, hint: MixHint) -> VocalPart:
    return VocalPart(
        name=name, role=role, stem=StemName.BACKING_VOCALS, voice=context.voice, lines=tuple(lines), mix=hint
    )


def _chorus_lines(
    lead: Sequence[SungLine], context: BackingContext, kinds: Sequence[SectionKind]
) -> list[list[SungLine]]:
    """Lines of each section of these kinds, in order of sections."""
    wanted = [i for i, s in enumerate(context.sections) if s.kind in kinds]
    groups = [[line for line in lead if line.section_index == i] for i in wanted]
    return [g for g in groups if g]


def _harmony_lines(lead: Sequence[SungLine], context: BackingContext) -> list[SungLine]:
    """From the second section on, the second half of its lines; at most a third of what the lead sings."""
    groups = _chorus_lines(lead, context, context.style.vocal.harmony)
    if len(groups) < 2:
        return []
    budget = 0.34 * sum(_ticks(line) for line in lead)
    degrees = _STEPS[context.style.vocal.harmony_interval]
    out: list[SungLine] = []
    for group in reversed(groups[1:]):
        for line in reversed(group[len(group) // 2 :]):
            if _ticks(line) <= budget:
                budget -= _ticks(line)
                out.append(_harmonised(line, degrees, context))
    return list(reversed(out))


def _double_lines(lead: Sequence[SungLine], context: BackingContext) -> list[SungLine]:
    """The first line of each chorus after the first: the hook, sung twice."""
    groups = _chorus_lines(lead, context, context.style.vocal.doubles)
    budget = 0.15 * sum(_ticks(line) for line in lead)
    out: list[SungLine] = []
    for group in groups[1:] if len(groups) > 1 else groups:
        if _ticks(group[0]) <= budget and len(group[0].syllables) <= 16:
            budget -= _ticks(group[0])
            out.append(group[0])
    return out


def _ticks(line: SungLine) -> int:
    return sum(n.duration_ticks for s in line.syllables for n in s.notes)


def _harmonised(line: SungLine, degrees: int, context: BackingContext) -> SungLine:
    syllables: list[SungSyllable] = []
    for syllable in line.syllables:
        notes = []
        for note in syllable.notes:
            pitch = harmony_pitch(
                note.pitch_midi, context.chord_at(note.start_tick // context.step_ticks), context.key, degrees
            )
            while pitch > context.top_midi + 3:
                pitch -= 12
            while pitch < context.floor_midi - 3:
                pitch += 12
            notes.append(replace(note, pitch_midi=pitch, velocity=max(1, note.velocity - 8)))
        syllables.append(replace(syllable, notes=tuple(notes)))
    return replace(line, syllables=tuple(syllables), dynamics=max(0.2, line.dynamics - 0.15))
