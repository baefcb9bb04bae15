"""A plan: everything needed to render a take again, without chance."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field

from .codec import canonical_json, content_key, from_data
from .lyrics import Lyrics
from .performance import Performance
from .score import Score
from .style import Brief

PLAN_VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class MixPlan:
    """The numbers of mix and master, drawn once from the style's mix profile."""

    vocal_over_band_lu: float = 2.5  # K-weighted lead vocal above the rest while it sings
    plate_rt60_s: float = 1.6  # vocal reverb
    room_rt60_s: float = 0.7  # drums and band
    predelay_s: float = 0.04
    delay_s: float = 0.25  # echo time of the vocal throw
    delay_feedback: float = 0.25
    curve: str = "pop"  # target spectrum: pop, electronic, hiphop, acoustic or classical
    duck_band_db: float = 2.5  # how far the band's 1.5-5 kHz yields to the voice
    pump_db: float = 0.0  # kick-driven ducking of parts that ask for it
    glue_ratio: float = 1.6
    saturation: float = 0.1  # 0..1 tape on the bus
    width: float = 1.0
    target_lufs: float = -14.0
    ceiling_dbtp: float = -1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverPlan:
    """What the cover picture is drawn from."""

    colours: tuple[str, ...] = ("#101820", "#2b4c6f", "#7aa5c9", "#f2c14e", "#fdf6e3")  # "#rrggbb", dark to light
    motif: str = ""  # a word that a composition may follow: "snow", "road"
    seed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The whole song on paper, for one take."""

    version: int = PLAN_VERSION
    engine: str  # "native"
    engine_versions: dict[str, str] = field(default_factory=dict)  # component -> version
    seed: int
    take: int  # from 1
    brief: Brief
    lyrics: Lyrics
    score: Score
    performance: Performance
    mix: MixPlan = MixPlan()
    cover: CoverPlan = CoverPlan()

    @property
    def key(self) -> str:
        """Content key: SHA-256 of everything above."""
        return content_key(self)

    def to_bytes(self) -> bytes:
        """Compressed canonical JSON; equal plans give equal bytes."""
        return gzip.compress(canonical_json(self).encode(), compresslevel=6, mtime=0)

    @classmethod
    def from_bytes(cls, data: bytes) -> Plan:
        """Read what :meth:`to_bytes` wrote. Raises ValueError for another version."""
        raw = json.loads(gzip.decompress(data))
        if raw.get("version", PLAN_VERSION) != PLAN_VERSION:
            raise ValueError(f"plan version {raw['version']} cannot be read by this release (needs {PLAN_VERSION})")
        return from_data(cls, raw)
