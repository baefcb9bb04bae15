"""Stems as clips: two, twelve twice, or one and the rest."""

from __future__ import annotations

from dataclasses import replace

from songwright.domain.action import ActionKind, EditAction
from songwright.domain.lyrics import Lyrics
from songwright.domain.plan import Chosen, Lineage, Plan, Sound
from songwright.domain.score import StemName
from songwright.errors import BadRequest

from ...protocols import Materials, Source

VOICES = (StemName.VOCALS, StemName.BACKING_VOCALS)


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """The plans of the stem clips, in the documented order. ``take`` does not matter: stems are what they are."""
    source = materials.sources[0]
    title = source.title
    if action.kind is ActionKind.STEMS:
        band = tuple(name for name in StemName if name not in VOICES)
        return (
            _clip(action, source, VOICES, f"{title} - Vocals", words=True),
            _clip(action, source, band, f"{title} - Instrumental"),
        )
    if action.kind is ActionKind.ALL_STEMS:
        return tuple(
            _clip(action, source, (name,), f"{title} ({name.value})", dry=dry)
            for dry in (False, True)
            for name in StemName
        )
    if action.stem is None:
        raise BadRequest("stem_type is required when extract_stem audio")
    name = action.stem
    rest = tuple(other for other in StemName if other is not name)
    return tuple(
        clip
        for dry in (False, True)
        for clip in (
            _clip(action, source, (name,), f"{title} ({name.value})", dry=dry),
            _clip(action, source, rest, f"{title} (Without {name.value})", dry=dry),
        )
    )


def _clip(
    action: EditAction,
    source: Source,
    stems: tuple[StemName, ...],
    title: str,
    *,
    words: bool = False,
    dry: bool = False,
) -> Plan:
    """A plan that sounds as ``stems`` of the source's, on paper holding what they play and sing."""
    whole = source.plan
    show = whole.performance
    sung = any(name in VOICES for name in stems)
    lyrics = whole.lyrics if sung else Lyrics(title=title, language=whole.lyrics.language)
    if not words:
        lyrics = replace(lyrics, text="")  # shown nowhere, though they are sung
    return replace(
        whole,
        lyrics=replace(lyrics, title=title),
        score=replace(
            whole.score,
            parts=tuple(part for part in whole.score.parts if part.stem in stems),
            vocals=tuple(part for part in whole.score.vocals if part.stem in stems),
        ),
        performance=replace(
            show,
            parts=tuple(part for part in show.parts if part.stem in stems),
            vocals=tuple(part for part in show.vocals if part.stem in stems),
            words=show.words if sung else (),
        ),
        sound=Sound(chosen=Chosen(plan=whole, stems=stems, dry=dry)),
        lineage=Lineage(edit=action.kind.value, sources=(source.clip_id,)),
    )
