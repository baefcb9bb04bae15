"""Where in the voice each section lies, and the curve its lines follow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from songwright.domain.draws import draws
from songwright.domain.lyrics import SectionKind
from songwright.domain.style import Brief

from ..styles.schema import Style
from .form import PlannedSection

K = SectionKind


class Contour(StrEnum):
    """Outline of a line."""

    ARCH = "arch"
    FALL = "fall"
    RISE = "rise"
    VALLEY = "valley"
    LEVEL = "level"


_SHARES = (
    (Contour.ARCH, 0.28),
    (Contour.FALL, 0.24),
    (Contour.RISE, 0.15),
    (Contour.VALLEY, 0.11),
    (Contour.LEVEL, 0.22),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """Register and outline of one line."""

    centre_midi: float
    floor_midi: int
    ceiling_midi: int
    peak_midi: int
    contour: Contour
    depth: float  # semitones between the ends and the middle of the curve

    def curve(self, n: int, rng: np.random.Generator) -> tuple[float, ...]:
        """Wanted height of each of ``n`` notes."""
        x = np.linspace(0.0, 1.0, n) if n > 1 else np.array([0.5])
        lean = rng.uniform(-0.12, 0.12)
        bump = np.sin(np.pi * np.clip(x + lean, 0.0, 1.0))
        y = {
            Contour.ARCH: bump - 0.5,
            Contour.FALL: 0.75 - 1.3 * x,
            Contour.RISE: 1.2 * x - 0.6,
            Contour.VALLEY: 0.5 - bump,
            Contour.LEVEL: 0.15 * np.cos(2 * np.pi * x),
        }[self.contour]
        return tuple(float(self.centre_midi + self.depth * v) for v in y)


@dataclass(frozen=True, kw_only=True, slots=True)
class Register:
    """The voice's range shared out among the sections."""

    lo_midi: float
    hi_midi: float
    floor_midi: int
    top_midi: int
    verse_centre: float
    lift: float
    scale_pcs: tuple[int, ...]
    spoken: bool
    seed: int
    take: int
    attempt: int

    def centre(self, kind: SectionKind) -> float:
        """Middle pitch of a kind of section."""
        offset = {
            K.VERSE: 0.0, K.PRE_CHORUS: 0.5, K.CHORUS: 1.0, K.POST_CHORUS: 0.8, K.DROP: 1.0, K.BRIDGE: 0.75,
            K.BUILD: 0.6, K.OUTRO: 0.3, K.INTRO: 0.0,
        }.get(kind, 0.3)  # fmt: skip
        return self.verse_centre + offset * self.lift

    def shape_for(self, section: PlannedSection, index: int, n_lines: int) -> Shape:
        """Register and outline of line ``index`` of a section."""
        kind = section.kind
        centre = self.centre(kind)
        high = kind in (K.CHORUS, K.DROP, K.POST_CHORUS)
        peak = self._peak(centre)
        if kind is K.PRE_CHORUS:
            centre += 1.2 * index / max(1, n_lines - 1)
        talk = self.spoken and not high
        reach = 2 if talk else 7
        ceiling = peak if high else min(peak - 1, round(centre + reach))
        floor = max(self.floor_midi, round(centre - (3 if talk else 8)))
        rng = draws(self.seed, self.take, "contour", kind.value, index, self.attempt)
        return Shape(
            centre_midi=centre,
            floor_midi=min(floor, ceiling - 4),
            ceiling_midi=ceiling,
            peak_midi=peak,
            contour=_draw_contour(rng.random(), high and index == 0),
            depth=1.0 if talk else (5.0 if high else 3.8) + 3.2 * rng.random(),
        )

    def _peak(self, centre: float) -> int:
        """The song's highest note: a scale note about a fourth or fifth above the chorus's centre, within the voice."""
        chorus = self.centre(K.CHORUS)
        wanted = min(self.top_midi, round(max(chorus + 5.5, self.hi_midi)))
        options = [p for p in range(wanted - 3, self.top_midi + 1) if p % 12 in self.scale_pcs]
        return min(options, key=lambda p: (abs(p - wanted), p)) if options else wanted


def _draw_contour(draw: float, hook: bool) -> Contour:
    if hook:
        return Contour.ARCH if draw < 0.55 else Contour.FALL
    for contour, share in _SHARES:
        draw -= share
        if draw <= 0:
            return contour
    return Contour.ARCH


def plan_register(
    brief: Brief, style: Style, *, lo_midi: float, hi_midi: float, top_midi: float, seed: int, take: int, attempt: int
) -> Register:
    """Share out a voice: verses in the lower middle, choruses higher by the style's lift."""
    rng = draws(seed, take, "register", attempt)
    lift = style.melody.chorus_lift_semitones * 0.75 + 1.6 * (rng.random() - 0.5)
    lift = min(6.0, max(-1.0, lift), max(1.5, 0.42 * (hi_midi - lo_midi)))
    middle = (lo_midi + hi_midi) / 2
    verse = middle - 0.5 * lift - 0.4 + 1.2 * (rng.random() - 0.5)
    return Register(
        lo_midi=lo_midi,
        hi_midi=hi_midi,
        floor_midi=int(np.ceil(lo_midi - 2)),
        top_midi=int(max(top_midi, hi_midi)),
        verse_centre=verse,
        lift=lift,
        scale_pcs=brief.key.scale_pcs,
        spoken=style.melody.spoken_share > 0.4,
        seed=seed,
        take=take,
        attempt=attempt,
    )
