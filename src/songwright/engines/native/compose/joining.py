"""How a composition takes up music that is already there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from songwright.domain.lyrics import SectionKind
from songwright.domain.score import ChordSpan, Score
from songwright.domain.style import Key

from ..styles.notation import Roman
from .form import PlannedSection
from .harmony import Bar, HarmonyPlan

_PERIODS = (1, 2, 4, 8)
_LIKE_ENDING = 2  # bars at a section's end that may leave its loop


@dataclass(frozen=True, kw_only=True, slots=True)
class Continuation:
    """What a composition goes on from: no intro, the chords that were heard, and a bar or two before the words."""

    link_bars: int  # bars of band from bar 0 on, before the first section; bar 0 may have begun in what was heard
    loops: Mapping[SectionKind, tuple[Bar, ...]]  # chords by kind of section, relative to the tonic
    first_bars: tuple[Bar, ...] = ()  # chords of the first bars: what was being played there
    most_band_bars: int = 8  # bars the band adds to the words, at most

    def harmony(self, plan: HarmonyPlan) -> HarmonyPlan:
        """The plan with the loops that were heard; kinds that were not heard sound like the verse or the chorus."""
        known = dict(self.loops)
        verse = known.get(SectionKind.VERSE) or next(iter(known.values()), None)
        chorus = known.get(SectionKind.CHORUS) or known.get(SectionKind.DROP)
        loops = dict(plan.loops)
        for kind, own in plan.loops.items():
            like = chorus if own == plan.loops[SectionKind.CHORUS] else None
            like = like or (verse if own == plan.loops[SectionKind.VERSE] else None)
            loops[kind] = known.get(kind) or like or own
        return replace(plan, loops=loops)

    def form(self, sections: Sequence[PlannedSection]) -> tuple[PlannedSection, ...]:
        """The sections without an intro, after a link."""
        rest = [s for i, s in enumerate(sections) if i or s.sung or s.kind is not SectionKind.INTRO]
        if not rest:
            rest = list(sections[-1:])
        energy = max(0.3, rest[0].energy)
        return (PlannedSection(kind=SectionKind.INTERLUDE, bars=self.link_bars, energy=energy), *rest)

    def opened(self, bars: list[Bar]) -> list[Bar]:
        """The bars with those that were being played first."""
        heard = list(self.first_bars[: len(bars)])
        return [*heard, *bars[len(heard) :]]


def heard_loops(score: Score, key: Key) -> dict[SectionKind, tuple[Bar, ...]]:
    """The chords of every kind of section of a score: the shortest loop that goes round, from its first section."""
    out: dict[SectionKind, tuple[Bar, ...]] = {}
    bar = score.axis.meter.bar_ticks
    for section in score.sections:
        n_bars = (section.end_tick - section.start_tick) // bar
        if n_bars < 1 or section.kind in out:
            continue
        bars = [bar_of_chords(score.chords, section.start_tick + i * bar, bar, key) for i in range(n_bars)]
        if all(bars):
            out[section.kind] = _loop(tuple(bars))
    return out


def bar_of_chords(chords: Sequence[ChordSpan], start_tick: int, bar_ticks: int, key: Key) -> Bar:
    """The chords of one bar relative to the tonic, in equal parts of the bar; () where none is written."""
    end = start_tick + bar_ticks
    here = [c for c in chords if c.start_tick < end and c.start_tick + c.duration_ticks > start_tick]
    if not here:
        return ()
    halves = 2 if any(start_tick + bar_ticks // 4 < c.start_tick < end - bar_ticks // 8 for c in here) else 1

    def at(tick: int) -> Roman:
        span = next((c for c in reversed(here) if c.start_tick <= tick), here[0])
        low = span.chord.bass_pc
        return Roman(
            step=(span.chord.root_pc - key.tonic_pc) % 12,
            quality=span.chord.quality,
            bass_step=None if low is None else (low - key.tonic_pc) % 12,
        )

    return tuple(at(start_tick + (2 * i + 1) * bar_ticks // (2 * halves)) for i in range(halves))


def _loop(bars: tuple[Bar, ...]) -> tuple[Bar, ...]:
    sure = bars[: max(1, len(bars) - _LIKE_ENDING)]
    for period in _PERIODS:
        if 2 * period <= len(sure) and all(sure[i] == sure[i % period] for i in range(len(sure))):
            return bars[:period]
    return bars[: max(p for p in _PERIODS if p <= len(bars))]
