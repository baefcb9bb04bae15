"""The notes of a replaced span: new words on a new tune over the band that was there, or a new band."""

from __future__ import annotations

from dataclasses import dataclass, replace

from songwright.domain.action import EditAction
from songwright.domain.lyrics import Lyrics
from songwright.domain.performance import Performance, PlayedPart
from songwright.domain.plan import Plan
from songwright.domain.score import Part, PartRole, Score, StemName, VocalPart, VocalRole
from songwright.domain.style import Brief

from ...protocols import Source
from ..arrange import arrange
from ..compose.within import Span, sing_within
from ..perform.clock import Clock
from ..perform.delivery import manners
from ..perform.sung import sing_part
from ..perform.words import aligned_words
from ..styles.schema import Style, mix_hint
from .carrying import beat_at, carried_brief, carried_voice, performed, range_of, style_for
from .paper import cut, joined
from .rewording import Reworded, renamed
from .score_paper import overwritten

MELODY = "melody"
"""The part in which an upload's tune is written down; no player plays it."""
NEAR_S = 4.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Rewritten:
    """A whole song with its new span, as heard and as rendered around the span."""

    brief: Brief  # its ``unused_words`` end with the lines that did not fit
    score: Score
    performance: Performance
    window_score: Score
    window_performance: Performance


@dataclass(frozen=True, kw_only=True, slots=True)
class _Job:
    source: Plan
    brief: Brief
    style: Style
    seed: int
    take: int
    start_s: float
    end_s: float

    @property
    def ticks(self) -> tuple[int, int]:
        axis = self.source.score.axis
        return axis.tick_at(self.start_s), axis.tick_at(self.end_s)


def rewrite(
    source: Source, action: EditAction, take: int, *, text: Reworded, part: Lyrics, start_s: float, end_s: float
) -> Rewritten:
    """The source with new notes between two times. ``part`` is sung there; without lines the band plays a new lead."""
    plan = source.plan
    sings = any(True for _ in part.lines())
    bpm = beat_at(plan.score.axis, start_s).bpm
    brief = carried_brief(source, action.wishes, bpm=bpm, instrumental=not sings)
    job = _Job(
        source=plan, brief=brief, style=style_for(brief), seed=action.seed, take=take, start_s=start_s, end_s=end_s
    )
    old_score = replace(
        plan.score, vocals=tuple(replace(v, lines=renamed(v.lines, text.moved)) for v in plan.score.vocals)
    )
    lead = _lead(source, action, job, part, text) if sings else None
    brief = replace(brief, unused_words=(*brief.unused_words, *_left_out(part, lead, text)))
    sung_score = replace(old_score, vocals=(lead,) if lead else ())
    sung_show = _sung_alone(plan.performance, lead, text.lyrics, job)
    band = _new_band(sung_score, job)
    first, past = job.ticks
    other = replace(sung_score, parts=band if band is not None else old_score.parts)
    score = overwritten(old_score, other, first, past)
    if band is None:
        show = _over_the_band(plan.performance, sung_show, job)
        return Rewritten(brief=brief, score=score, performance=show, window_score=score, window_performance=show)
    played = performed(other, text.lyrics, job.style, brief, seed=action.seed, take=take).parts
    if _has_band(job):  # its other players go on as they were
        return _with_players(plan.performance, sung_show, score, job, played)
    show = _three(plan.performance, replace(sung_show, parts=played), job)
    window_score = replace(score, parts=band)
    window = replace(_three(replace(plan.performance, parts=()), sung_show, job), parts=played)
    return Rewritten(brief=brief, score=score, performance=show, window_score=window_score, window_performance=window)


def _lead(source: Source, action: EditAction, job: _Job, part: Lyrics, text: Reworded) -> VocalPart:
    """The new lines, in the part of the lead that there is or in one of their own."""
    singer = carried_voice(source, action.wishes, job.brief, job.style, seed=action.seed)
    first, past = job.ticks
    lines = sing_within(
        part,
        Span(score=job.source.score, start_tick=first, end_tick=past),
        job.brief,
        job.style,
        range_of(singer),
        seed=job.seed,
        take=job.take,
    )
    known = next((v for v in job.source.score.vocals if v.role is VocalRole.LEAD), None)
    if known is None:
        known = VocalPart(
            name="lead", role=VocalRole.LEAD, stem=StemName.VOCALS, voice=singer.id, lines=(),
            mix=mix_hint(job.style.mix.vocal),
        )  # fmt: skip
    return replace(known, voice=singer.id, lines=renamed(lines, text.new))


def _left_out(part: Lyrics, lead: VocalPart | None, text: Reworded) -> tuple[str, ...]:
    """The new lines that are not sung, wholly or in part."""
    sung: dict[tuple[int, int], int] = {}
    for line in lead.lines if lead else ():
        at = (line.lyrics_section_index, line.line_index)
        sung[at] = sung.get(at, 0) + len(line.syllables)
    return tuple(
        line.text
        for s, section in enumerate(part.sections)
        for i, line in enumerate(section.lines)
        if sung.get(text.new.get((s, i), (-1, -1)), 0) < len(line.syllables)
    )


def _sung_alone(show: Performance, lead: VocalPart | None, lyrics: Lyrics, job: _Job) -> Performance:
    """A performance of nothing but the new lines."""
    if lead is None or not lead.lines:
        return replace(show, parts=(), vocals=(), words=())
    clock = Clock(axis=job.source.score.axis, style=job.style)
    how = manners(job.source.score, job.style, job.brief)
    sung = sing_part(lead, lyrics, job.style, clock, seed=job.seed, manners=how)
    words = aligned_words([(lead, sung)], lyrics, job.end_s)
    return replace(show, parts=(), vocals=(sung,), words=words)


def _has_band(job: _Job) -> bool:
    """Whether players of a plan sound around the span, not a recording."""
    first, past = job.start_s - NEAR_S, job.end_s + NEAR_S
    return any(
        first < note.start_s < past
        for part in job.source.performance.parts
        if part.name != MELODY
        for note in part.notes
    )


def _new_band(score: Score, job: _Job) -> tuple[Part, ...] | None:
    """Parts that sound anew in the span; None when the band stays as it is.

    A recording gets a band of its own; a band without words a new lead, or all new parts where nobody leads.
    """
    if score.vocals and _has_band(job):
        return None
    if not _has_band(job):
        if not job.source.blobs:  # a voice alone stays alone
            return None
        return arrange(job.brief, job.style, replace(score, parts=()), seed=job.seed, take=job.take)
    old = job.source.score.parts
    rest = tuple(part for part in old if part.role is not PartRole.LEAD)
    made = arrange(job.brief, job.style, replace(score, parts=rest), seed=job.seed, take=job.take)
    names = {part.name for part in rest}
    leads = tuple(part for part in made if part.name not in names and part.role is PartRole.LEAD)
    if not leads:
        return arrange(job.brief, job.style, replace(score, parts=()), seed=job.seed, take=job.take + 1)
    known = {part.name: part for part in old}
    return (
        *rest,
        *(
            replace(p, instrument=known[p.name].instrument, mix=known[p.name].mix) if p.name in known else p
            for p in leads
        ),
    )


def _three(old: Performance, new: Performance, job: _Job) -> Performance:
    """Old up to the span, new in it, old after it."""
    return joined(
        cut(old, 0.0, job.start_s),
        cut(new, job.start_s, job.end_s),
        cut(old, job.end_s, old.duration_s),
        one_form=True,
    )


def _over_the_band(old: Performance, sung: Performance, job: _Job) -> Performance:
    """New singing over the same players, whose notes are not cut."""
    return replace(_three(replace(old, parts=()), sung, job), parts=old.parts)


def _with_players(
    old: Performance, sung: Performance, score: Score, job: _Job, played: tuple[PlayedPart, ...]
) -> Rewritten:
    """Players whose written notes are new in the span play them; the others' notes are not cut."""
    before = {part.name: part.notes for part in job.source.score.parts}
    same = {part.name for part in score.parts if before.get(part.name) == part.notes}
    kept = tuple(part for part in old.parts if part.name in same)
    changed = replace(old, parts=tuple(part for part in old.parts if part.name not in same))
    new = replace(sung, parts=tuple(part for part in played if part.name not in same))
    show = _three(changed, new, job)
    show = replace(show, parts=(*kept, *show.parts))
    return Rewritten(brief=job.brief, score=score, performance=show, window_score=score, window_performance=show)
