"""Slower or faster, with or without the pitch."""

from __future__ import annotations

import math
from dataclasses import replace

from songwright.domain.action import EditAction
from songwright.domain.performance import Performance, PlayedPart, SungPart
from songwright.domain.plan import Lineage, Plan, Sound, Stretched
from songwright.domain.score import Chord, Note, Score, SungLine
from songwright.domain.style import Key
from songwright.domain.time import TempoChange

from ...protocols import Materials

_DRUMS = ("gmdrums", "synthdrums")


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """The source at ``action.factor`` times its speed."""
    source = materials.sources[0]
    whole, factor = source.plan, action.factor
    shift = 0.0 if action.keep_pitch else 12 * math.log2(factor)
    return (
        replace(
            whole,
            seed=action.seed,
            take=take,
            brief=replace(whole.brief, bpm=whole.brief.bpm * factor, key=_moved(whole.brief.key, shift)),
            lyrics=replace(whole.lyrics, title=action.wishes.title or source.title),
            score=_score(whole.score, factor, shift),
            performance=_performance(whole.performance, factor, shift),
            sound=Sound(stretched=Stretched(plan=whole, factor=factor, keep_pitch=action.keep_pitch)),
            lineage=Lineage(edit=action.kind.value, sources=(source.clip_id,)),
        ),
    )


def _moved(key: Key, shift: float) -> Key:
    return replace(key, tonic_pc=(key.tonic_pc + round(shift)) % 12)


def _score(score: Score, factor: float, shift: float) -> Score:
    """The written song at the new tempo, in the nearest key."""
    tempi = tuple(
        TempoChange(tick=change.tick, bpm=min(400.0, max(10.0, change.bpm * factor))) for change in score.axis.tempi
    )
    steps = round(shift)
    return replace(
        score,
        axis=replace(score.axis, tempi=tempi),
        key=_moved(score.key, shift),
        chords=tuple(replace(c, chord=_moved_chord(c.chord, steps)) for c in score.chords),
        parts=tuple(
            part if part.instrument.engine in _DRUMS else replace(part, notes=_moved_notes(part.notes, steps))
            for part in score.parts
        ),
        vocals=tuple(replace(v, lines=tuple(_moved_line(line, steps) for line in v.lines)) for v in score.vocals),
    )


def _moved_chord(chord: Chord, steps: int) -> Chord:
    bass = None if chord.bass_pc is None else (chord.bass_pc + steps) % 12
    return replace(chord, root_pc=(chord.root_pc + steps) % 12, bass_pc=bass)


def _moved_notes(notes: tuple[Note, ...], steps: int) -> tuple[Note, ...]:
    return tuple(replace(note, pitch_midi=min(127, max(0, note.pitch_midi + steps))) for note in notes)


def _moved_line(line: SungLine, steps: int) -> SungLine:
    return replace(line, syllables=tuple(replace(s, notes=_moved_notes(s.notes, steps)) for s in line.syllables))


def _performance(show: Performance, factor: float, shift: float) -> Performance:
    def played(part: PlayedPart) -> PlayedPart:
        drums = part.instrument.engine in _DRUMS
        notes = tuple(
            replace(
                note,
                start_s=note.start_s / factor,
                duration_s=note.duration_s / factor,
                pitch_midi=note.pitch_midi + (0.0 if drums else shift),
            )
            for note in part.notes
        )
        return replace(part, notes=notes)

    def sung(part: SungPart) -> SungPart:
        phrases = tuple(
            replace(
                phrase,
                syllables=tuple(
                    replace(
                        syllable,
                        start_s=syllable.start_s / factor,
                        end_s=syllable.end_s / factor,
                        notes=tuple(
                            replace(
                                note,
                                start_s=note.start_s / factor,
                                duration_s=note.duration_s / factor,
                                pitch_midi=note.pitch_midi + shift,
                            )
                            for note in syllable.notes
                        ),
                    )
                    for syllable in phrase.syllables
                ),
            )
            for phrase in part.phrases
        )
        return replace(part, phrases=phrases)

    return replace(
        show,
        duration_s=show.duration_s / factor,
        sections=tuple(replace(s, start_s=s.start_s / factor, end_s=s.end_s / factor) for s in show.sections),
        parts=tuple(played(part) for part in show.parts),
        vocals=tuple(sung(part) for part in show.vocals),
        words=tuple(replace(w, start_s=w.start_s / factor, end_s=w.end_s / factor) for w in show.words),
    )
