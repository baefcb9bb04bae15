"""A band under a given voice, which stays bit for bit as it is."""

from __future__ import annotations

from dataclasses import replace

from songwright.domain.action import EditAction
from songwright.domain.draws import child_seed
from songwright.domain.performance import Performance, PlayedNote
from songwright.domain.plan import CoverPlan, Kept, Lineage, Plan, Sound
from songwright.domain.score import StemName

from ...protocols import Materials
from ..arrange import arrange
from ..interpret import interpret
from ..perform import perform
from ..styles.blend import style_for

VOICES = (StemName.VOCALS, StemName.BACKING_VOCALS)


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """Drums, bass and chords for the tempo, bars and tune of the source, between ``start_s`` and ``end_s``."""
    source = materials.sources[0]
    whole = source.plan
    wishes = action.wishes
    written = whole.score
    asked = interpret(
        replace(
            wishes,
            style=wishes.style or source.style,
            instrumental=True,
            bpm=min(240.0, max(40.0, whole.brief.bpm)),
            key=str(written.key),
            meter=None,
        )
    )
    brief = replace(
        asked,
        bpm=whole.brief.bpm,
        meter=written.axis.meter,
        key=written.key,
        instrumental=False,
        topic=whole.brief.topic,
        target_duration_s=whole.performance.duration_s,
        max_duration_s=max(whole.performance.duration_s, 10.0),
    )
    style = style_for(brief)
    bare = replace(written, parts=(), vocals=written.vocals)
    parts = arrange(brief, style, bare, seed=action.seed, take=take)
    parts = tuple(part for part in parts if part.stem not in VOICES)
    scored = replace(bare, parts=parts)
    show = perform(scored, whole.lyrics, style, brief, seed=action.seed, take=take)
    return (
        replace(
            whole,
            engine_versions=versions,
            seed=action.seed,
            take=take,
            brief=brief,
            lyrics=replace(whole.lyrics, title=wishes.title or source.title),
            score=scored,
            performance=_between(show, whole.performance, action),
            mix=style.mix.plan(min(240.0, max(40.0, brief.bpm))),
            cover=CoverPlan(
                colours=style.cover.colours, motif=style.cover.motif, seed=child_seed(action.seed, "cover", take)
            ),
            sound=Sound(kept=(kept_voice(whole),), held=tuple(part.name for part in whole.performance.vocals)),
            lineage=Lineage(
                edit=action.kind.value, sources=(source.clip_id,), start_s=action.start_s, end_s=action.end_s
            ),
        ),
    )


def kept_voice(whole: Plan) -> Kept:
    """The voice of a source. A recording is a voice as a whole, bit for bit; of other clips the voices' stems are.

    A clip in which nobody sings is kept as a whole in the voice's place.
    """
    sung = any(part.stem in VOICES for part in whole.performance.vocals)
    if sung and not (whole.sound and whole.sound.recorded):
        return Kept(plan=whole, stems=VOICES)
    return Kept(plan=whole, stems=tuple(StemName), into=StemName.VOCALS)


def _between(show: Performance, voice: Performance, action: EditAction) -> Performance:
    """The band inside the asked span, with the words and the length of the voice."""
    start_s = action.start_s or 0.0
    end_s = voice.duration_s if action.end_s is None else action.end_s

    def inside(notes: tuple[PlayedNote, ...]) -> tuple[PlayedNote, ...]:
        return tuple(
            replace(note, duration_s=min(note.duration_s, max(0.05, end_s - note.start_s)))
            for note in notes
            if start_s <= note.start_s < end_s
        )

    parts = tuple(replace(part, notes=inside(part.notes)) for part in show.parts)
    return replace(voice, parts=tuple(part for part in parts if part.notes))
