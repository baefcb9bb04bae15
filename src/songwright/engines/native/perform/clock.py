"""Swung ticks to seconds, with phrase times that repeat exactly."""

from __future__ import annotations

from dataclasses import dataclass

from songwright.domain.time import TICKS_PER_QUARTER, TimeAxis

from ..styles.schema import Style

SINGER_SWING = 0.6
"""How much of the band's swing the singer takes over; soloists swing less than the ride cymbal."""
_PLACES = 4
"""Decimals of phrase-relative times: a tenth of a millisecond."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """Converts ticks of a score to seconds of its performance."""

    axis: TimeAxis
    style: Style

    @property
    def straight(self) -> bool:
        """True when nothing is swung."""
        meter = self.axis.meter
        compound = meter.unit == 8 and meter.beats % 3 == 0
        return compound or self.style.swing.share(self.axis.bpm_at(0)) <= 0.5

    def swung(self, tick: int) -> float:
        """Where a sung tick falls, in ticks."""
        if self.straight:
            return float(tick)
        return tick + SINGER_SWING * (self.style.swing.warp(tick, self.axis.bpm_at(tick)) - tick)

    def written_s(self, tick: float) -> float:
        """Seconds from the start of the song to a tick as written; fast where the tempo is steady."""
        if len(self.axis.tempi) > 1:
            return self.axis.seconds_at(tick)
        return tick * 60.0 / (TICKS_PER_QUARTER * self.axis.bpm_at(0))

    def sung_s(self, tick: int) -> float:
        """Seconds from the start of the song at which a sung tick falls."""
        return round(self.written_s(self.swung(tick)), _PLACES)

    def since_s(self, base_tick: int, tick: int) -> float:
        """Seconds from one sung tick to another; equal distances in the bar give equal seconds."""
        if len(self.axis.tempi) > 1:
            return round(self.written_s(self.swung(tick)) - self.written_s(self.swung(base_tick)), _PLACES)
        return round(self.written_s(self.swung(tick) - self.swung(base_tick)), _PLACES)
