"""One more part over a clip that stays as it is."""

from __future__ import annotations

from dataclasses import replace

from songwright.domain.action import EditAction
from songwright.domain.plan import Kept, Lineage, Plan, Sound
from songwright.domain.score import Part, StemName
from songwright.errors import BadRequest

from ...protocols import Materials
from ..arrange import arrange
from ..interpret import interpret
from ..perform import perform
from ..styles.blend import style_for
from ..styles.load import style as style_of
from ..styles.load import style_ids
from .sing_over import plan as plan_voice

_INSTRUMENTS = {
    StemName.GUITAR: ("acoustic_guitar", "electric_guitar"),
    StemName.KEYBOARD: ("piano",),
    StemName.STRINGS: ("strings",),
    StemName.SYNTH: ("synth",),
    StemName.BRASS: ("brass",),
    StemName.WOODWINDS: ("flute",),
}
"""Instruments to ask for when a genre has none of the family."""


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """The source's stems as they are, and a new part in the place of ``action.stem``.

    A part of the clip in the same stem gives its place to a neighbouring one: what is there must not change.
    """
    source = materials.sources[0]
    whole, stem = source.plan, action.stem
    if stem is None:
        raise BadRequest("stem_type is required when add_stem audio")
    if stem in (StemName.VOCALS, StemName.BACKING_VOCALS):
        return plan_voice(action, take, materials, versions)
    added = _part(action, take, whole, stem)
    kept_into = StemName.KEYBOARD if stem is not StemName.KEYBOARD else StemName.SYNTH
    recorded = whole.sound is not None and whole.sound.recorded is not None
    kept = Kept(plan=whole, stems=tuple(StemName), into=kept_into if recorded or _taken(whole, stem) else None)
    style = style_for(whole.brief)
    score = replace(whole.score, parts=(added,))
    show = perform(score, whole.lyrics, style, whole.brief, seed=action.seed, take=take)
    return (
        replace(
            whole,
            engine_versions=versions,
            seed=action.seed,
            take=take,
            lyrics=replace(whole.lyrics, title=action.wishes.title or source.title),
            score=replace(whole.score, parts=(*whole.score.parts, added)),
            performance=replace(whole.performance, parts=(*whole.performance.parts, *show.parts)),
            sound=Sound(kept=(kept,), held=_names(whole)),
            lineage=Lineage(edit=action.kind.value, sources=(source.clip_id,)),
        ),
    )


def _names(whole: Plan) -> tuple[str, ...]:
    show = whole.performance
    return (*(part.name for part in show.parts), *(part.name for part in show.vocals))


def _taken(whole: Plan, stem: StemName) -> bool:
    return any(part.stem is stem for part in whole.performance.parts)


def _part(action: EditAction, take: int, whole: Plan, stem: StemName) -> Part:
    """The first part for the stem that the clip's genre, or the next that knows one, writes over its chords."""
    wishes = replace(action.wishes, instrumental=True, style=action.wishes.style or whole.brief.style_line)
    asked = interpret(replace(wishes, bpm=min(240.0, max(40.0, whole.brief.bpm)), key=str(whole.score.key), meter=None))
    genres = dict.fromkeys((asked.genre, whole.brief.genre, "pop", *style_ids()))
    bare = replace(whole.score, parts=(), vocals=whole.score.vocals)
    for wanted in ((), _INSTRUMENTS.get(stem, ())):
        for genre in genres:
            brief = replace(
                whole.brief,
                genre=genre,
                instruments=tuple(dict.fromkeys((*asked.instruments, *wanted))),
                avoid=(),
            )
            made = arrange(brief, style_of(genre), bare, seed=action.seed, take=take)
            found = [part for part in made if part.stem is stem and part.notes]
            if found:
                return replace(found[0], name=f"added {found[0].name}")
    raise BadRequest(f"no part for {stem.value} can be written over this song")
