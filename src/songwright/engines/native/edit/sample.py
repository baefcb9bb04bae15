"""A new song around a slice of a clip."""

from __future__ import annotations

from dataclasses import dataclass, replace

from songwright.domain.action import EditAction
from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.lyrics import SectionKind
from songwright.domain.plan import Kept, Plan, Slice, Sound
from songwright.domain.score import Score, ScoreSection, StemName
from songwright.domain.style import Key
from songwright.errors import BadRequest

from ...protocols import Materials
from ..compose.harmony import Bar
from ..planning import brief_of
from ..styles.notation import Roman
from .newsong import new_song, with_sound
from .remaking import in_range, wishes_in
from .sheet import Sheet, sheet_of

_MOST_BARS = 8
_NEAR_S = 0.06
"""A slice that misses a bar line by less is meant to begin or end there."""
_LEAST_S = 0.1
_AROUND = (SectionKind.INTRO, SectionKind.CHORUS, SectionKind.DROP)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """Whole bars of a clip, in seconds on its timeline."""

    first_bar: int
    bar_starts_s: tuple[float, ...]  # and the end of the last bar
    start_s: float  # of the slice: what lies before the first bar line is a pickup
    bpm: float

    @property
    def n_bars(self) -> int:
        """Bars of the slice."""
        return len(self.bar_starts_s) - 1


def plan(action: EditAction, take: int, materials: Materials, versions: dict[str, str]) -> tuple[Plan, ...]:
    """A song at the slice's tempo and in its key; the slice sounds in the intro and in choruses, over its chords."""
    source, wishes = materials.sources[0], action.wishes
    sheet = sheet_of(source.plan)
    start_s = action.start_s or 0.0
    cut = cut_of(sheet, start_s, action.end_s, source.plan.performance.duration_s)
    named = bool(wishes_in(wishes).genres)
    style = wishes.style if named or wishes.style.strip() else source.style
    brief = brief_of(replace(wishes, style=style))
    brief = replace(
        brief,
        genre=brief.genre if named else source.plan.brief.genre,
        bpm=cut.bpm,
        key=sheet.key,
        meter=sheet.axis.meter,
        topic=brief.topic or source.plan.brief.topic or source.title,
    )
    bars = chords_of(sheet, cut)
    made = new_song(
        action,
        replace(wishes, style=style),
        brief,
        take,
        versions,
        sources=(source,),
        loops={kind: bars for kind in _AROUND},
    )
    slices = placed(made.score, cut)
    kept = Kept(plan=source.plan, stems=tuple(StemName), into=StemName.FX, slices=slices)
    lineage = replace(made.lineage, start_s=start_s, end_s=cut.bar_starts_s[-1])
    return (replace(with_sound(made, Sound(kept=(kept,))), lineage=lineage),)


def cut_of(sheet: Sheet, start_s: float, end_s: float | None, duration_s: float) -> Cut:
    """The whole bars between two seconds, at most eight. Less than a bar is taken as one that begins at ``start_s``.

    Raises BadRequest for a slice outside the clip.
    """
    end_s = duration_s if end_s is None else min(end_s, duration_s)
    if end_s - start_s < _LEAST_S:
        raise BadRequest("samples_start and samples_end must lie inside the song, start before end")
    axis = sheet.axis
    n_all = sheet.end_tick // axis.meter.bar_ticks + 1
    lines = [axis.seconds_at(axis.bar_tick(bar)) for bar in range(n_all + 1)]
    inside = [i for i, at in enumerate(lines) if start_s - _NEAR_S <= at <= end_s + _NEAR_S][: _MOST_BARS + 1]
    quarters = axis.meter.bar_ticks / 480
    if len(inside) < 2:
        bar = max(0, axis.bar_at(axis.tick_at(start_s)))
        bpm = axis.bpm_at(axis.bar_tick(bar))
        return Cut(first_bar=bar, bar_starts_s=(start_s, end_s), start_s=start_s, bpm=in_range(bpm))
    starts = tuple(lines[i] for i in inside)
    bpm = (len(starts) - 1) * quarters * 60 / (starts[-1] - starts[0])
    return Cut(first_bar=inside[0], bar_starts_s=starts, start_s=min(start_s, starts[0]), bpm=round(in_range(bpm), 4))


def chords_of(sheet: Sheet, cut: Cut) -> tuple[Bar, ...]:
    """The slice's chords, a bar each; a bar of several chords in two halves."""
    length = sheet.axis.meter.bar_ticks
    bars: list[Bar] = []
    for bar in range(cut.first_bar, cut.first_bar + cut.n_bars):
        halves = [_roman_at(sheet, bar * length + at) for at in (0, length // 2)]
        bars.append(tuple(dict.fromkeys(halves)))
    return tuple(bars)


def _roman_at(sheet: Sheet, tick: int) -> Roman:
    key: Key = sheet.key
    sounding = [span for span in sheet.chords if span.start_tick <= tick] or list(sheet.chords[:1])
    chord = sounding[-1].chord
    bass = None if chord.bass_pc is None else (chord.bass_pc - key.tonic_pc) % 12
    return Roman(step=(chord.root_pc - key.tonic_pc) % 12, quality=chord.quality, bass_step=bass)


def placed(score: Score, cut: Cut) -> tuple[Slice, ...]:
    """Where the slice sounds: round and round in the intro, once at the start of every chorus."""
    around = [s for s in score.sections if s.kind in _AROUND] or list(score.sections[:1])
    last = score.sections[-1]
    out: list[Slice] = []
    for section in around:
        length = score.axis.meter.bar_ticks
        bars = (section.end_tick - section.start_tick) // length
        if section is last and bars > 1:
            bars -= 1  # the song ends without it
        rounds = range(0, bars, cut.n_bars) if section.kind is SectionKind.INTRO else range(1)
        for first in rounds:
            out.append(_slice(score, section, first, min(cut.n_bars, bars - first), cut, out))
    return tuple(out)


def _slice(score: Score, section: ScoreSection, first: int, n_bars: int, cut: Cut, before: list[Slice]) -> Slice:
    at = round(score.axis.seconds_at(section.start_tick + first * score.axis.meter.bar_ticks) * SAMPLE_RATE_HZ)
    start = round(cut.bar_starts_s[0] * SAMPLE_RATE_HZ)
    end = round(cut.bar_starts_s[n_bars] * SAMPLE_RATE_HZ)
    pickup = start - round(cut.start_s * SAMPLE_RATE_HZ)
    busy = max((s.at_frame + s.end_frame - s.start_frame for s in before), default=0)
    if pickup and at - pickup >= busy:
        return Slice(start_frame=start - pickup, end_frame=end, at_frame=at - pickup)
    return Slice(start_frame=start, end_frame=end, at_frame=at)
