"""What new music takes over from the song it belongs to: its brief, tempo, voice and band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from songwright.domain.action import GenerateAction, VoiceGender
from songwright.domain.draws import child_seed
from songwright.domain.lyrics import Lyrics
from songwright.domain.performance import Performance
from songwright.domain.plan import Plan
from songwright.domain.score import Part, Score, VocalRole
from songwright.domain.style import Brief, Key
from songwright.domain.time import TICKS_PER_QUARTER, TimeAxis
from songwright.errors import BadRequest

from ...protocols import Source
from ..arrange import arrange
from ..compose.compose import VoiceRange
from ..interpret import interpret
from ..perform import perform
from ..planning import voice_language
from ..styles.blend import style_for as blended_style
from ..styles.load import style_ids
from ..styles.schema import Style
from ..voice.choosing import choose
from ..voice.voices import Voice, voice

_STEADY_CHANGES = 3  # an axis with more tempo changes follows a player: the tempo is a mean there
_MEAN_BARS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Beat:
    """Where a time lies among the bars."""

    bpm: float  # quarter notes per minute, around here
    bar_s: float  # seconds per bar at this tempo
    into_bar_s: float  # since the last bar line, 0 <= into_bar_s < bar_s
    bar_tick: int  # of the bar line before the next one


def beat_at(axis: TimeAxis, second: float) -> Beat:
    """Tempo and place in the bar at a time, also after the last bar."""
    bar = axis.bar_at(max(0, axis.tick_at(second)))
    while axis.seconds_at(axis.bar_tick(bar + 1)) <= second + 0.0005:
        bar += 1
    following = axis.bar_tick(bar + 1)
    next_s = axis.seconds_at(following)
    bpm = axis.bpm_at(axis.bar_tick(bar) if bar else following)  # an odd first bar has a tempo of its own
    if len(axis.tempi) > _STEADY_CHANGES:
        first = axis.bar_tick(max(1, bar + 1 - _MEAN_BARS))
        if following > first:
            bpm = (following - first) / TICKS_PER_QUARTER * 60.0 / (next_s - axis.seconds_at(first))
    bar_s = axis.meter.bar_ticks / TICKS_PER_QUARTER * 60.0 / bpm
    left_s = (next_s - second) % bar_s
    into = 0.0 if left_s < 0.0005 or bar_s - left_s < 0.0005 else bar_s - left_s
    return Beat(bpm=bpm, bar_s=bar_s, into_bar_s=into, bar_tick=axis.bar_tick(bar))


def carried_brief(source: Source, wishes: GenerateAction, *, bpm: float, instrumental: bool) -> Brief:
    """The source's brief in its key and meter at ``bpm``; style words that are wished come before its own.

    Of a source whose brief names no style that is known, the style is read from its style line.
    """
    own, score = source.plan.brief, source.plan.score
    known = own.genre in style_ids()
    gender = wishes.voice_gender or own.voice_gender or _gender_of(source.plan)
    if wishes.style or wishes.negative_style or not known:
        asked = replace(
            wishes,
            style=wishes.style or source.style or own.style_line,
            prompt="" if wishes.lyrics else wishes.prompt,
            voice_gender=gender,
            instrumental=instrumental,
            key=wishes.key or str(score.key),
            meter=str(score.axis.meter),
            bpm=bpm,
        )
        brief = interpret(asked)
    else:
        brief = own
    return replace(
        brief,
        bpm=bpm,
        meter=score.axis.meter,
        key=Key.parse(wishes.key) if wishes.key else score.key,
        instrumental=instrumental,
        voice_gender=None if instrumental else gender,
        language=own.language,
        topic=wishes.lyrics_prompt or wishes.prompt or own.topic,
        max_duration_s=wishes.max_duration_s,
        target_duration_s=min(wishes.duration_s or brief.target_duration_s, wishes.max_duration_s),
        duration_asked=wishes.duration_s is not None,
        weirdness=own.weirdness if wishes.weirdness is None else wishes.weirdness,
    )


def lead_voice_of(plan: Plan) -> str:
    """Id of the voice that leads in a plan; "" when none sings."""
    return next((v.voice for v in plan.score.vocals if v.role is VocalRole.LEAD and v.voice), "")


def _gender_of(plan: Plan) -> VoiceGender | None:
    lead = lead_voice_of(plan)
    try:
        return VoiceGender(voice(lead).gender) if lead else None
    except (KeyError, ValueError):
        return None


def carried_voice(source: Source, wishes: GenerateAction, brief: Brief, style: Style, *, seed: int) -> Voice:
    """The asked voice, else the source's lead unless another gender is asked, else one that suits."""
    if wishes.voice:
        return voice(wishes.voice)
    lead = lead_voice_of(source.plan)
    if lead:
        try:
            known = voice(lead)
        except KeyError:
            known = None
        if known and wishes.voice_gender in (None, VoiceGender(known.gender)):
            return known
    return choose(
        gender=brief.voice_gender.value if brief.voice_gender else None,
        words=(*brief.voice_words, *style.vocal.words),
        genre=brief.genre,
        energy=brief.energy,
        language=voice_language(wishes, brief),
        asked=brief.voice_words,
        seed=child_seed(seed, "voice"),
    )


def range_of(singer: Voice) -> VoiceRange:
    """What a singer can sing, as the composer needs it."""
    return VoiceRange(
        id=singer.id,
        gender=singer.gender,
        lo_midi=singer.lo_midi,
        hi_midi=singer.hi_midi,
        top_midi=singer.belt_midi,
    )


def style_for(brief: Brief) -> Style:
    """The style of a brief."""
    return blended_style(brief)


def band_for(brief: Brief, style: Style, score: Score, plan: Plan, *, same_style: bool, take: int) -> Score:
    """The score with the band of ``plan``: its players and sounds where the style is the same.

    Players of ``plan`` keep their instruments and places in the mix; others stay silent as long as half of the band
    is left.
    """
    seed, which = (plan.seed, plan.take) if same_style else (plan.seed, take)
    parts = arrange(brief, style, score, seed=seed, take=which)
    if same_style:
        parts = _same_players(parts, plan.score.parts)
    names = {part.name for part in parts}
    return replace(score, parts=(*(p for p in score.parts if p.name not in names), *parts))


def _same_players(parts: Sequence[Part], known: Sequence[Part]) -> tuple[Part, ...]:
    players = {part.name: part for part in known if part.notes}
    out = [
        replace(p, instrument=players[p.name].instrument, stem=players[p.name].stem, mix=players[p.name].mix)
        if p.name in players
        else p
        for p in parts
    ]
    same = [p for p in out if p.name in players]
    return tuple(same) if 2 * len(same) >= len(out) else tuple(out)


def performed(score: Score, lyrics: Lyrics, style: Style, brief: Brief, *, seed: int, take: int) -> Performance:
    """Score to performance."""
    return perform(score, lyrics, style, brief, seed=seed, take=take)


def check_time(name: str, second: float, duration_s: float) -> None:
    """Raise BadRequest unless ``second`` lies inside a song of this duration."""
    if second < 0.0:
        raise BadRequest(f"{name} must not be negative")
    if second >= duration_s:
        raise BadRequest(f"{name} must be less than the duration of the song ({duration_s:.2f} s)")
