"""A plan: everything needed to render a take again, without chance."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field

from .codec import canonical_json, content_key, from_data
from .lyrics import Lyrics
from .performance import Performance
from .score import Score
from .stem import StemName
from .style import Brief

PLAN_VERSION = 2
READABLE_VERSIONS = (1, 2)
"""Version 1 had no ``sound`` and no ``lineage``: it is read as a plan of version 2 without them."""


THIRD_OCTAVES_HZ: tuple[float, ...] = (
    31.5, 40, 50, 63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630, 800, 1000,
    1250, 1600, 2000, 2500, 3150, 4000, 5000, 6300, 8000, 10000, 12500, 16000,
)  # fmt: skip
"""Centres of the bands of a target spectrum."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MixPlan:
    """The numbers of mix and master, drawn once from the style's mix profile."""

    vocal_over_band_lu: float = 2.5  # K-weighted lead vocal above the rest while it sings
    plate_rt60_s: float = 1.6  # vocal reverb
    room_rt60_s: float = 0.7  # drums and band
    predelay_s: float = 0.04
    delay_s: float = 0.25  # echo time of the vocal throw
    delay_feedback: float = 0.25
    curve: str = "pop"  # target spectrum: pop, electronic, hiphop, acoustic, classical, piano, solo_piano
    curve_shift_db: tuple[float, ...] = ()  # what the genre adds to it, per band of THIRD_OCTAVES_HZ; () = nothing
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
class Recorded:
    """Sound from outside, kept as it came: the whole clip is this recording."""

    blob: str  # SHA-256 of the FLAC file, 24 bit, 48 kHz, stereo
    n_frames: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanSpan:
    """Frames ``start_frame`` up to ``end_frame`` of a plan's own sound."""

    plan: Plan
    start_frame: int
    end_frame: int
    matched: bool = False  # levelled to its neighbours: it was mixed apart from them


@dataclass(frozen=True, kw_only=True, slots=True)
class Spliced:
    """Sounds one after another. The spans' frames stay as they are, but for a short fade at the start of each
    span after the first, where what came before dies away under it.
    """

    spans: tuple[PlanSpan, ...]
    fade_frames: int = 1440  # 30 ms


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """Frames ``start_frame`` up to ``end_frame`` of a sound, laid at ``at_frame`` of another."""

    start_frame: int
    end_frame: int
    at_frame: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """Stems of another plan that stay as they are, bit for bit, under what the performance adds.

    With ``slices`` they do not stay as they are: pieces of the plan's whole sound are laid among the parts, in
    ``into``, and mixed with them.
    """

    plan: Plan
    stems: tuple[StemName, ...]  # which; all of them sound in ``into``, or each in its own place
    into: StemName | None = None  # None: each stays the stem it is
    slices: tuple[Slice, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Chosen:
    """Some stems of a plan, as the clip."""

    plan: Plan
    stems: tuple[StemName, ...]
    dry: bool = False  # before the mix: no effects, no rides


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretched:
    """A plan's sound at another speed."""

    plan: Plan
    factor: float  # above 1 is faster
    keep_pitch: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Remastered:
    """A plan's finished sound, mastered again with the numbers of ``mix``."""

    plan: Plan
    mix: MixPlan


@dataclass(frozen=True, kw_only=True, slots=True)
class Sound:
    """How a plan sounds when its performance alone does not say it. At most one of the fields but ``trim_frames``
    and ``kept`` is set; ``kept`` goes with the performance.
    """

    recorded: Recorded | None = None
    spliced: Spliced | None = None
    chosen: Chosen | None = None
    stretched: Stretched | None = None
    remastered: Remastered | None = None
    kept: tuple[Kept, ...] = ()
    held: tuple[str, ...] = ()  # names of performed parts and voices that the kept sound holds already
    trim_frames: int = 0  # cut from the front of the performance: a continuation begins inside a bar


@dataclass(frozen=True, kw_only=True, slots=True)
class Lineage:
    """Where an edited clip comes from; times in seconds on the first source's timeline."""

    edit: str = ""  # domain.action.ActionKind; "" = not an edit
    sources: tuple[str, ...] = ()  # clip ids
    start_s: float | None = None
    end_s: float | None = None
    words: str = ""  # REPLACE: the new words of the span


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
    sound: Sound | None = None  # None: the performance is sung and played
    lineage: Lineage = Lineage()

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
        version = raw.pop("version", PLAN_VERSION)
        if version not in READABLE_VERSIONS:
            raise ValueError(f"plan version {version} cannot be read by this release (needs {PLAN_VERSION})")
        return from_data(cls, raw)

    @property
    def inner(self) -> tuple[Plan, ...]:
        """The plans inside this one, one level deep."""
        sound = self.sound
        if sound is None:
            return ()
        one = [part.plan for part in (sound.chosen, sound.stretched, sound.remastered) if part is not None]
        spans = [span.plan for span in sound.spliced.spans] if sound.spliced else []
        return (*one, *spans, *(kept.plan for kept in sound.kept))

    @property
    def blobs(self) -> tuple[str, ...]:
        """Recordings that this plan and those inside it need, by SHA-256, each once."""
        mine = [self.sound.recorded.blob] if self.sound and self.sound.recorded else []
        return tuple(dict.fromkeys([*mine, *(blob for plan in self.inner for blob in plan.blobs)]))
