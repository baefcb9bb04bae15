"""A clip and its continuations as one, or a song with its replaced span: joined at the sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from songwright.domain.action import ActionKind, EditAction
from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.plan import Lineage, Plan, PlanSpan, Sound, Spliced
from songwright.errors import BadRequest

from ...protocols import Materials, Source
from .carrying import check_time
from .paper import cut, duration_of, frame_at, frames_of, joined, joined_lyrics
from .replace import with_replaced
from .score_paper import joined_scores


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """One plan for the chain of sources. Raises BadRequest for times outside a source."""
    sources = materials.sources
    if len(sources) < 2:
        raise BadRequest("concat needs a clip and its continuation")
    last = sources[-1]
    if last.plan.lineage.edit == ActionKind.REPLACE.value:
        made = with_replaced(sources[0], last.plan)
    else:
        made = chain([source.plan for source in sources], _times(action, sources))
    title = action.wishes.title or sources[0].title
    return (
        replace(
            made,
            engine_versions=versions,
            seed=action.seed,
            take=take,
            lyrics=replace(made.lyrics, title=title),
            cover=last.plan.cover,
            lineage=Lineage(edit=action.kind.value, sources=tuple(source.clip_id for source in sources)),
        ),
    )


def _times(action: EditAction, sources: Sequence[Source]) -> list[float]:
    """Where each source but the last gives way: as asked, else where the next says that it goes on."""
    times: list[float] = []
    for number, (source, following) in enumerate(pairwise(sources)):
        asked = action.continue_at_s[number] if number < len(action.continue_at_s) else following.plan.lineage.start_s
        length_s = duration_of(source.plan)
        if asked is None:
            asked = length_s
        elif asked != length_s:
            check_time("continue_at", asked, length_s)
        times.append(asked)
    return times


def chain(plans: Sequence[Plan], times_s: Sequence[float]) -> Plan:
    """Each plan up to its time and the last to its end, as one plan in the manner of the first."""
    ends = [*(frame_at(second) for second in times_s), frames_of(plans[-1])]
    spans = tuple(PlanSpan(plan=p, start_frame=0, end_frame=end) for p, end in zip(plans, ends, strict=True) if end)
    first, first_s = plans[0], ends[0] / SAMPLE_RATE_HZ
    score, lyrics, at_s = first.score, first.lyrics, first_s
    for following, end in zip(plans[1:], ends[1:], strict=True):
        offset = len(lyrics.sections)
        score = joined_scores(score, following.score, at_s, lyrics_offset=offset)
        lyrics = joined_lyrics(lyrics, following.lyrics)
        at_s += end / SAMPLE_RATE_HZ
    shows = [cut(p.performance, 0.0, end / SAMPLE_RATE_HZ) for p, end in zip(plans, ends, strict=True)]
    shows = [replace(s, duration_s=end / SAMPLE_RATE_HZ) for s, end in zip(shows, ends, strict=True)]
    return replace(
        first,
        lyrics=lyrics,
        score=score,
        performance=joined(*shows),
        sound=Sound(spliced=Spliced(spans=spans)),
    )
