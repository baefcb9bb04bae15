"""What follows a clip from a time on: only the new music, in the source's key, meter, tempo, voice and band."""

from __future__ import annotations

from dataclasses import dataclass, replace

from songwright.domain.action import EditAction
from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.draws import child_seed
from songwright.domain.lyrics import Lyrics, SectionKind
from songwright.domain.performance import Performance
from songwright.domain.plan import Lineage, Plan, PlanSpan, Sound, Spliced
from songwright.domain.score import Score
from songwright.domain.style import Brief
from songwright.errors import BadRequest, LyricsFailed

from ...protocols import Materials, Source
from ..compose.compose import compose
from ..compose.joining import Continuation, bar_of_chords, heard_loops
from ..lyrics.parse import parse_lyrics
from ..lyrics.write import write_lyrics
from ..styles.schema import Style
from .carrying import (
    Beat,
    band_for,
    beat_at,
    carried_brief,
    carried_voice,
    check_time,
    performed,
    range_of,
    style_for,
)
from .paper import cut, duration_of, frame_at
from .score_paper import cut_score

WRITTEN_FORM = (SectionKind.VERSE, SectionKind.CHORUS, SectionKind.BRIDGE, SectionKind.CHORUS)
"""Sections of words that are written when none are given."""
LEAST_ROOM_S = 1.0  # of band before the words, so that a pickup is heard whole
INSTRUMENTAL_S = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Segment:
    """What a continuation is made from."""

    source: Source
    brief: Brief
    style: Style
    beat: Beat
    lyrics: Lyrics
    same_style: bool


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """The continuation of the source from ``action.start_s`` on. Raises BadRequest for a time outside the source."""
    source, at_s = materials.sources[0], action.start_s
    if at_s is None:
        raise BadRequest("continue_at is required when extend audio")
    check_time("continue_at", at_s, duration_of(source.plan))
    segment = _segment(action, source, at_s)
    score, show = _composed(action, take, segment)
    style = segment.style
    whole = Plan(
        engine="native",
        engine_versions=versions,
        seed=action.seed,
        take=take,
        brief=segment.brief,
        lyrics=segment.lyrics,
        score=score,
        performance=show,
        mix=source.plan.mix
        if segment.same_style
        else style.mix.plan(segment.brief.bpm, sung=not segment.brief.instrumental),
        cover=replace(source.plan.cover, seed=child_seed(action.seed, "cover", take)),
        lineage=Lineage(edit=action.kind.value, sources=(source.clip_id,), start_s=at_s),
    )
    return (_from_inside_the_bar(whole, segment.beat.into_bar_s),)


def _segment(action: EditAction, source: Source, at_s: float) -> _Segment:
    wishes = action.wishes
    beat = beat_at(source.plan.score.axis, at_s)
    given = bool(wishes.lyrics.strip())
    instrumental = wishes.instrumental or (source.plan.brief.instrumental and not given and not wishes.lyrics_prompt)
    brief = carried_brief(source, wishes, bpm=beat.bpm, instrumental=instrumental)
    if instrumental and not brief.duration_asked:
        brief = replace(brief, target_duration_s=min(INSTRUMENTAL_S, brief.max_duration_s))
    lyrics = _lyrics(action, source, brief)
    return _Segment(
        source=source,
        brief=replace(brief, language=lyrics.language),
        style=style_for(brief),
        beat=beat,
        lyrics=lyrics,
        same_style=brief.genre == source.plan.brief.genre and not wishes.style,
    )


def _lyrics(action: EditAction, source: Source, brief: Brief) -> Lyrics:
    wishes = action.wishes
    title = wishes.title or source.title
    if brief.instrumental:
        return Lyrics(title=title, language=brief.language)
    if wishes.lyrics.strip():
        return parse_lyrics(wishes.lyrics, title=title, default_language=brief.language)
    written = write_lyrics(brief, seed=child_seed(action.seed, "lyrics"), form=list(WRITTEN_FORM))
    if not any(True for _ in written.lines()):
        raise LyricsFailed
    return replace(written, title=title)


def _composed(action: EditAction, take: int, segment: _Segment) -> tuple[Score, Performance]:
    """Score and performance from the bar line before the continuation on."""
    source, brief, style, beat = segment.source, segment.brief, segment.style, segment.beat
    old, bar = source.plan.score, brief.meter.bar_ticks
    # the chord of a bar that has begun goes on; a bar that begins with the new music is the new music's
    heard = bar_of_chords(old.chords, beat.bar_tick, bar, old.key) if beat.into_bar_s else ()
    room_s = beat.bar_s - beat.into_bar_s
    link_bars = 1
    while room_s < LEAST_ROOM_S:
        room_s, link_bars = room_s + beat.bar_s, link_bars + 1
    continuation = Continuation(
        link_bars=link_bars,
        loops={} if action.wishes.style else heard_loops(old, old.key),
        first_bars=(heard,) if heard else (),
    )
    singer = carried_voice(source, action.wishes, brief, style, seed=action.seed)
    score = compose(
        brief, style, segment.lyrics, range_of(singer), seed=action.seed, take=take, continuation=continuation
    )
    score = band_for(brief, style, score, source.plan, same_style=segment.same_style, take=take)
    return score, performed(score, segment.lyrics, style, brief, seed=action.seed, take=take)


def _from_inside_the_bar(whole: Plan, into_bar_s: float) -> Plan:
    """The plan without what the source still plays of its first bar."""
    trim = frame_at(into_bar_s)
    if trim == 0:
        return whole
    trim_s = trim / SAMPLE_RATE_HZ
    inner = replace(whole, sound=Sound(trim_frames=trim))
    n_frames = frame_at(whole.performance.duration_s) - trim
    return replace(
        whole,
        score=cut_score(whole.score, trim_s, whole.performance.duration_s),
        performance=cut(whole.performance, trim_s, trim_s + n_frames / SAMPLE_RATE_HZ),
        sound=Sound(spliced=Spliced(spans=(PlanSpan(plan=inner, start_frame=0, end_frame=n_frames),))),
    )
