"""New songs whose manner comes from other songs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from songwright.domain.action import EditAction, GenerateAction
from songwright.domain.draws import child_seed
from songwright.domain.plan import CoverPlan, Lineage, MixPlan, Plan, Sound
from songwright.domain.score import PartRole
from songwright.domain.style import Brief

from ...protocols import Source
from ..arrange import arrange
from ..compose.compose import compose
from ..compose.harmony import Loops
from ..perform import perform
from ..planning import lyrics_for, singer_for, voice_range
from ..styles.blend import style_for
from ..styles.load import instrument_names

_RHYTHM = ("drums", "percussion", "bass")
_MOST_INSTRUMENTS = 3


def new_song(
    action: EditAction,
    wishes: GenerateAction,
    brief: Brief,
    take: int,
    versions: dict[str, str],
    *,
    sources: Sequence[Source],
    loops: Loops | None = None,
    mix: MixPlan | None = None,
) -> Plan:
    """A plan as for a generated song, of a brief that was made for it. ``mix`` replaces the style's numbers."""
    style, seed = style_for(brief), action.seed
    lyrics = lyrics_for(wishes, brief, style, seed=seed)
    singer = singer_for(wishes, brief, style, seed=seed, take=take)
    score = compose(brief, style, lyrics, voice_range(singer), seed=seed, take=take, loops=loops)
    score = replace(score, parts=arrange(brief, style, score, seed=seed, take=take))
    usual = style.mix.plan(brief.bpm, sung=not brief.instrumental)
    return Plan(
        engine="native",
        engine_versions=versions,
        seed=seed,
        take=take,
        brief=brief,
        lyrics=lyrics,
        score=score,
        performance=perform(score, lyrics, style, brief, seed=seed, take=take),
        mix=replace(mix, delay_s=usual.delay_s) if mix else usual,
        cover=CoverPlan(colours=style.cover.colours, motif=style.cover.motif, seed=child_seed(seed, "cover", take)),
        lineage=Lineage(edit=action.kind.value, sources=tuple(s.clip_id for s in sources if s.clip_id)),
    )


def with_sound(plan: Plan, sound: Sound) -> Plan:
    """The plan with what sounds beside its performance."""
    return replace(plan, sound=sound)


def instruments_of(plan: Plan) -> tuple[str, ...]:
    """Ids of what a song is played on, the asked ones first, then by how much they play; no drums and basses."""
    known = set(instrument_names().values())
    busy = sorted(
        (p for p in plan.score.parts if p.role not in (PartRole.FX, PartRole.DRUMS) and p.name in known),
        key=lambda p: (-sum(n.duration_ticks for n in p.notes), p.name),
    )
    names = dict.fromkeys((*plan.brief.instruments, *(p.name for p in busy)))
    return tuple(name for name in names if name not in _RHYTHM)[:_MOST_INSTRUMENTS]


def common_instruments(plans: Sequence[Plan]) -> tuple[str, ...]:
    """Instruments of at least half of the songs, the most usual first."""
    counts = Counter(name for plan in plans for name in instruments_of(plan))
    return tuple(name for name, n in counts.most_common() if 2 * n >= len(plans))[:_MOST_INSTRUMENTS]
