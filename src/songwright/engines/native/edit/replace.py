"""Other words and notes between two times of a clip; everything outside stays as it is, to the sample."""

from __future__ import annotations

from dataclasses import dataclass, replace

from songwright.domain.action import EditAction
from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.draws import child_seed
from songwright.domain.lyrics import Lyrics
from songwright.domain.plan import Lineage, Plan, PlanSpan, Sound, Spliced
from songwright.domain.score import Score
from songwright.errors import BadRequest

from ...protocols import Materials, Source
from .paper import cut, duration_of, frame_at, frames_of, joined
from .rewording import Reworded, new_words, parsed, renamed, reworded, sung_in, whole_text
from .rewriting import Rewritten, rewrite
from .score_paper import cut_score, joined_scores

WINDOW_FRAMES = 4 * SAMPLE_RATE_HZ  # rendered around the span: the mix settles, tails ring
CONTEXT_FRAMES = 2 * SAMPLE_RATE_HZ  # of the original around the span of a segment


@dataclass(frozen=True, kw_only=True, slots=True)
class _Cut:
    """The span in frames of the source."""

    start: int
    end: int
    whole: int  # frames of the source

    @property
    def start_s(self) -> float:
        return self.start / SAMPLE_RATE_HZ

    @property
    def end_s(self) -> float:
        return self.end / SAMPLE_RATE_HZ


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """The song with a new span, or the new span with two seconds of context on each side.

    Raises BadRequest for a span that is empty or not inside the source.
    """
    source = materials.sources[0]
    span = _span(action, source.plan)
    sung = sung_in(source.plan, span.start_s, span.end_s)
    words = "" if action.wishes.instrumental else new_words(source.plan, sung, action.wishes)
    part = parsed(words, source.plan.lyrics) if words.strip() else Lyrics(title="")
    text = reworded(source.plan.lyrics, sung, part)
    text = replace(text, lyrics=replace(text.lyrics, title=action.wishes.title or source.title))
    if whole := whole_text(source.plan, action.wishes):
        text = replace(text, lyrics=replace(text.lyrics, text=whole))
    new = rewrite(source, action, take, text=text, part=part, start_s=span.start_s, end_s=span.end_s)
    window, window_start = _window(source.plan, new, text.lyrics, span, action, take)
    made = replace(
        source.plan,
        engine_versions=versions,
        seed=action.seed,
        take=take,
        brief=replace(source.plan.brief, unused_words=new.brief.unused_words),
        lyrics=text.lyrics,
        score=new.score,
        performance=replace(new.performance, duration_s=duration_of(source.plan)),
        cover=replace(source.plan.cover, seed=child_seed(action.seed, "cover", take)),
        sound=Sound(spliced=Spliced(spans=_spans(source.plan, window, window_start, span, 0, span.whole))),
        lineage=Lineage(
            edit=action.kind.value,
            sources=(source.clip_id,),
            start_s=span.start_s,
            end_s=span.end_s,
            words=words,
        ),
    )
    return (made if action.full_song else _segment(made, source.plan, window, window_start, span),)


def with_replaced(original: Source, segment: Plan) -> Plan:
    """The whole song of a replaced segment: the original with the segment's new span.

    Raises BadRequest when the segment is not one of this song.
    """
    lineage, spliced = segment.lineage, segment.sound.spliced if segment.sound else None
    found = next((i for i, s in enumerate(spliced.spans) if s.matched), None) if spliced else None
    if spliced is None or found is None or lineage.start_s is None or lineage.end_s is None:
        raise BadRequest("the clip is not a replaced section")
    span = _Cut(start=frame_at(lineage.start_s), end=frame_at(lineage.end_s), whole=frames_of(original.plan))
    if span.end > span.whole:
        raise BadRequest("the replaced section does not lie inside the song")
    inner, context = spliced.spans[found], sum(s.end_frame - s.start_frame for s in spliced.spans[:found])
    if context == span.start and frames_of(segment) == span.whole:
        return segment
    old, new_s, n_s = original.plan, context / SAMPLE_RATE_HZ, span.end_s - span.start_s
    sung = sung_in(old, span.start_s, span.end_s)
    part = parsed(lineage.words, old.lyrics) if lineage.words.strip() else Lyrics(title="")
    text = reworded(old.lyrics, sung, part)
    score = joined_scores(_named(old.score, text), cut_score(segment.score, new_s, new_s + n_s), span.start_s)
    if span.end < span.whole:
        rest = cut_score(_named(old.score, text), span.end_s, duration_of(old))
        score = joined_scores(score, rest, span.end_s)
    show = joined(
        cut(old.performance, 0.0, span.start_s),
        cut(segment.performance, new_s, new_s + n_s),
        cut(old.performance, span.end_s, old.performance.duration_s),
        one_form=True,
    )
    spans = _spans(old, inner.plan, span.start - inner.start_frame, span, 0, span.whole)
    return replace(
        old,
        seed=segment.seed,
        lyrics=segment.lyrics,
        score=score,
        performance=replace(show, duration_s=duration_of(old)),
        sound=Sound(spliced=Spliced(spans=spans)),
    )


def _span(action: EditAction, plan: Plan) -> _Cut:
    start_s, end_s, whole = action.start_s, action.end_s, frames_of(plan)
    if start_s is None or end_s is None:
        raise BadRequest("replace_section_start and replace_section_end are required when replace_section audio")
    start, end = frame_at(start_s), frame_at(end_s)
    if start < 0 or end <= start:
        raise BadRequest("replace_section_end must be greater than replace_section_start, which is not negative")
    if start >= whole or end_s > whole / SAMPLE_RATE_HZ + 0.05:
        raise BadRequest(f"the section to replace must lie inside the song ({whole / SAMPLE_RATE_HZ:.2f} s)")
    return _Cut(start=start, end=min(end, whole), whole=whole)


def _window(
    source: Plan, new: Rewritten, lyrics: Lyrics, span: _Cut, action: EditAction, take: int
) -> tuple[Plan, int]:
    """What is rendered, and the frame of the source at which it begins."""
    first, past = max(0, span.start - WINDOW_FRAMES), min(span.whole, span.end + WINDOW_FRAMES)
    start_s, end_s = first / SAMPLE_RATE_HZ, past / SAMPLE_RATE_HZ
    show = replace(cut(new.window_performance, start_s, end_s), duration_s=(past - first) / SAMPLE_RATE_HZ)
    made = Plan(
        engine="native",
        engine_versions={},
        seed=action.seed,
        take=take,
        brief=new.brief,
        lyrics=lyrics,
        score=cut_score(new.window_score, start_s, end_s),
        performance=show,
        mix=source.mix,
        cover=source.cover,
    )
    return made, first


def _spans(source: Plan, window: Plan, window_start: int, span: _Cut, first: int, past: int) -> tuple[PlanSpan, ...]:
    """The source from ``first`` up to ``past`` with the window in the span."""
    inside = PlanSpan(
        plan=window, start_frame=span.start - window_start, end_frame=span.end - window_start, matched=True
    )
    spans = (
        PlanSpan(plan=source, start_frame=first, end_frame=span.start),
        inside,
        PlanSpan(plan=source, start_frame=span.end, end_frame=past),
    )
    return tuple(s for s in spans if s.end_frame > s.start_frame)


def _segment(made: Plan, source: Plan, window: Plan, window_start: int, span: _Cut) -> Plan:
    """The new span with the original's context around it."""
    first, past = max(0, span.start - CONTEXT_FRAMES), min(span.whole, span.end + CONTEXT_FRAMES)
    start_s, end_s = first / SAMPLE_RATE_HZ, past / SAMPLE_RATE_HZ
    return replace(
        made,
        score=cut_score(made.score, start_s, end_s),
        performance=replace(cut(made.performance, start_s, end_s), duration_s=(past - first) / SAMPLE_RATE_HZ),
        sound=Sound(spliced=Spliced(spans=_spans(source, window, window_start, span, first, past))),
    )


def _named(score: Score, text: Reworded) -> Score:
    """The score with its lines at their new places in the words."""
    return replace(score, vocals=tuple(replace(v, lines=renamed(v.lines, text.moved)) for v in score.vocals))
