"""What a style says about its mix, and the base all tables of a style share."""

from __future__ import annotations

import itertools
import math
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from songwright.domain.plan import THIRD_OCTAVES_HZ, MixPlan
from songwright.domain.score import MixHint

Unit = Annotated[float, Field(ge=0.0, le=1.0)]


Curve = Literal["pop", "electronic", "hiphop", "acoustic", "classical", "piano", "solo_piano"]


class Model(BaseModel):
    """Frozen, and strict about unknown keys: a typo in a style file is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _between(points: list[tuple[float, float]], x: float) -> float:
    """The value at ``x`` of the line through ``points``, level beyond its ends."""
    if x <= points[0][0]:
        return points[0][1]
    for (a, low), (b, high) in itertools.pairwise(points):
        if x <= b:
            return low + (high - low) * (x - a) / (b - a)
    return points[-1][1]


class MixProfile(Model):
    """Fields of MixPlan; the delay in quarter notes."""

    vocal_over_band_lu: float = 2.5
    plate_rt60_s: float = 1.6
    room_rt60_s: float = 0.7
    predelay_s: float = 0.04
    delay_beats: float = 0.5
    delay_feedback: float = 0.25
    curve: Curve = "pop"  # spectrum of the master
    curve_unsung: Curve | None = None  # the same where nobody sings; None = no other
    curve_shift_db: dict[str, float] = {}  # Hz -> dB the genre's target lies over the curve; between them a line
    duck_band_db: float = 2.5
    pump_db: float = 0.0
    glue_ratio: float = 1.6
    saturation: Unit = 0.1
    width: float = 1.0
    target_lufs: float = -14.0
    vocal: dict[str, float] = {}  # MixHint of the lead voice
    backing: dict[str, float] = {}

    def plan(self, bpm: float, *, sung: bool = True) -> MixPlan:
        """The numbers for a song at this tempo."""
        fields = self.model_dump(exclude={"delay_beats", "vocal", "backing", "curve_shift_db", "curve_unsung"})
        if self.curve_unsung and not sung:
            fields["curve"] = self.curve_unsung
        return MixPlan(delay_s=self.delay_beats * 60.0 / bpm, curve_shift_db=self.shift_db(), **fields)

    @field_validator("curve_shift_db")
    @classmethod
    def _audible(cls, value: dict[str, float]) -> dict[str, float]:
        for hz, db in value.items():
            if not hz.isdigit() or not 20 <= int(hz) <= 20000 or abs(db) > 12:
                raise ValueError(f"{hz!r} = {db} is not a frequency of 20..20000 Hz with at most 12 dB")
        return value

    def shift_db(self) -> tuple[float, ...]:
        """What the genre adds to its curve at every third octave of THIRD_OCTAVES_HZ; () = nothing."""
        if not self.curve_shift_db:
            return ()
        points = sorted((math.log2(int(hz)), db) for hz, db in self.curve_shift_db.items())
        return tuple(round(_between(points, math.log2(hz)), 2) for hz in THIRD_OCTAVES_HZ)


_HINT_KEYS = {"level": "level_db", "reverb": "reverb_db", "delay": "delay_db", "hp": "highpass_hz", "lp": "lowpass_hz"}


def mix_hint(table: dict[str, float]) -> MixHint:
    """A mix table with short keys (level, pan, width, reverb, delay, hp, lp, drive, chorus, duck) as a MixHint."""
    return MixHint(**{_HINT_KEYS.get(name, name): float(value) for name, value in table.items()})
