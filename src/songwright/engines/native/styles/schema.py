"""What a style file holds. Every field is checked on load; an error names the file and the field."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator

from songwright.domain.lyrics import SectionKind
from songwright.domain.score import QUALITIES, Instrument, MixHint, StemName
from songwright.domain.style import MODES, Key
from songwright.domain.time import TICKS_PER_QUARTER, Meter

from .mixing import MixProfile, Model, Unit, mix_hint
from .notation import parse_bars, parse_grid, parse_instrument

Sound = Annotated[Instrument, BeforeValidator(lambda v: parse_instrument(v) if isinstance(v, str) else v)]


class Bpm(Model):
    """Quarter notes per minute."""

    low: float = Field(ge=30, le=300)
    high: float = Field(ge=30, le=300)
    median: float = Field(ge=30, le=300)


class Swing(Model):
    """Share of a pair of 8ths (unit 8) or 16ths (unit 16) that the first note takes."""

    unit: Literal[8, 16] = 16
    percent: float = Field(default=50.0, ge=50.0, le=75.0)
    by_tempo: bool = False  # jazz: the short note stays near 100 ms

    def share(self, bpm: float) -> float:
        """Share of the first note of a pair at this tempo, 0.5..0.75."""
        if not self.by_tempo:
            return self.percent / 100.0
        return min(max(1.0 - 0.1 * bpm / 60.0, 0.52), self.percent / 100.0)

    def warp(self, tick: int, bpm: float) -> int:
        """Where a straight tick falls when swung. Monotonic; beats do not move."""
        share = self.share(bpm)
        pair = TICKS_PER_QUARTER * 8 // self.unit
        start, at = tick - tick % pair, tick % pair
        half = pair / 2
        moved = at / half * share * pair if at <= half else (share + (at / half - 1) * (1 - share)) * pair
        return start + round(moved)


class FormSection(Model):
    """A stretch of a form."""

    kind: SectionKind
    bars: int = Field(ge=1, le=64)
    energy: Unit


class Form(Model):
    """One way the genre builds a song. ``sections`` is written ``intro:4@.3 verse:8@.35``."""

    instrumental: bool = False
    weight: float = Field(default=1.0, gt=0)
    sections: tuple[FormSection, ...]

    @field_validator("sections", mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        out = []
        for token in value.split():
            found = re.fullmatch(r"([a-z_]+):(\d+)@([01]?\.?\d*)", token)
            if not found:
                raise ValueError(f"{token!r} is not a section such as verse:8@.35")
            out.append({"kind": found[1], "bars": int(found[2]), "energy": float(found[3])})
        return out

    @property
    def bars(self) -> int:
        """Bars of the whole form."""
        return sum(s.bars for s in self.sections)


class Length(Model):
    """Length of a song in seconds."""

    low_s: float
    high_s: float
    median_s: float


class Progressions(Model):
    """Roman-numeral bars per section kind (see notation.py). Relative to the tonic, major-scale numerals."""

    verse: tuple[str, ...]
    chorus: tuple[str, ...]
    pre_chorus: tuple[str, ...] = ()
    bridge: tuple[str, ...] = ()
    solo: tuple[str, ...] = ()
    intro: tuple[str, ...] = ()
    turn: tuple[str, ...] = ()  # 1-2 bars that lead back
    end: tuple[str, ...] = ("I",)  # last 1-4 bars

    @model_validator(mode="after")
    def _parse_all(self) -> Progressions:
        for name in type(self).model_fields:
            for text in getattr(self, name):
                parse_bars(text)
        return self


class Harmony(Model):
    """Chords of the genre: families in major-like and in minor-like modes."""

    major: Progressions
    minor: Progressions
    colours: tuple[str, ...] = ()  # chord qualities that may replace a plain triad or seventh
    colour_share: Unit = 0.15  # how often
    bars_per_chord: float = Field(default=1.0, gt=0, le=8)
    key_lift_share: Unit = 0.0  # songs whose last chorus goes up
    cadence: Literal["loop", "functional", "modal"] = "loop"

    @field_validator("colours")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [c for c in value if c not in QUALITIES]:
            raise ValueError(f"{unknown[0]!r} is not a chord quality")
        return value

    def of(self, mode: str) -> Progressions:
        """The families that suit a mode."""
        return self.minor if mode in ("minor", "dorian", "phrygian") else self.major


GROOVE_METERS: dict[str, int] = {"": 16, "4/4": 16, "3/4": 12, "6/8": 12, "12/8": 24}
"""Meters a groove can be written in -> 16ths of a bar; "" = 4/4 that other meters take their beats from."""


class Groove(Model):
    """A drum pattern of one or more bars."""

    level: int = Field(ge=0, le=3)  # 0 almost nothing, 1 verse, 2 chorus, 3 peak
    meter: Literal["", "4/4", "3/4", "6/8", "12/8"] = ""  # only for songs in it; grooves in the song's meter win
    grid: str  # 16ths: 16 steps per bar of 4/4, 12 of 3/4 and 6/8, 24 of 12/8

    @field_validator("grid")
    @classmethod
    def _check(cls, value: str) -> str:
        parse_grid(value)
        return value

    @model_validator(mode="after")
    def _whole(self) -> Groove:
        steps = GROOVE_METERS[self.meter]
        for letter, row in self.lines.items():
            if len(row) % steps:
                raise ValueError(
                    f"the line of {letter} has {len(row)} steps, not {steps} a bar of {self.meter or '4/4'}"
                )
        return self

    @property
    def lines(self) -> dict[str, tuple[int, ...]]:
        """Drum letter -> velocities per step."""
        return parse_grid(self.grid)


class Fill(Model):
    """Letters in 16ths; upper case = accent.

    s snare, h m l toms, k kick, x kick and snare, o open hat, c clap, j side stick, y crash, t timbale, g conga,
    b tambourine, w wood block.
    """

    level: int = Field(ge=1, le=3)
    cells: str = Field(pattern=r"^[.shmlkxocjytgbwSHMLKXOCJYTGBW]+$")


class Drums(Model):
    """The kit and what it plays. ``kit`` may be absent: a genre without drums."""

    kit: Sound | None = None
    kit_alt: Sound | None = None
    grooves: tuple[Groove, ...] = ()
    fills: tuple[Fill, ...] = ()
    fill_every_bars: int = 8
    crash: bool = True
    from_energy: Unit = 0.0  # sections calmer than this have no drums
    mix: dict[str, float] = Field(default_factory=dict)
    percussion_mix: dict[str, float] = Field(default_factory=dict)


def _whole_bars(value: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Patterns fill whole 4/4 bars of 16 steps."""
    for band, patterns in value.items():
        for text in patterns:
            cells = re.sub(r"[\s|/]", "", text)
            if text != "walk" and (not cells or len(cells) % 16):
                raise ValueError(f"{band}: {text!r} has {len(cells)} steps, not 16 a bar")
    return value


Band = Literal["low", "mid", "high"]
"""Of energy."""
Patterns = Annotated[dict[Band, tuple[str, ...]], AfterValidator(_whole_bars)]


class Bass(Model):
    """Bass patterns: the degrees of arrange/degrees.py, a approach to the next chord, n the next chord's root, x muted.

    ``-`` holds, also over the bar line; ``.`` rests. ``walk`` = a walking line in quarters.
    """

    sound: Sound
    sound_alt: Sound | None = None
    patterns: Patterns
    low_midi: int = 28
    high_midi: int = 48
    from_energy: Unit = 0.0
    mix: dict[str, float] = Field(default_factory=dict)


Voicing = Literal[
    "close", "open", "power", "shell", "strum", "single", "low_high", "dyad", "pick", "riff", "power_riff", "octaves",
    "flutter", "boom_chick",
]  # fmt: skip
"""How a player lays out chords; see Player."""


class Player(Model):
    """A harmonic or melodic part. Pattern characters: digit = velocity / 14, - hold, . rest.

    Digits of an arp are chord tones; with voicing ``riff`` or ``power_riff`` the characters are those of a bass.
    ``octaves`` doubles an arp an octave above; ``flutter`` breaks chords into 32nds, as consoles with few voices do;
    ``boom_chick`` picks root and fifth on the beats and strums between them.
    """

    id: str
    family: str  # instrument id a request can ask for or avoid: "piano", "electric_guitar"
    role: Literal["comp", "pad", "arp", "lead"]
    stem: StemName
    sound: Sound
    sound_alt: Sound | None = None
    voicing: Voicing = "close"
    low_midi: int = 48
    high_midi: int = 72
    patterns: Patterns = Field(default_factory=dict)
    from_energy: Unit = 0.0
    to_energy: Unit = 1.0
    kinds: tuple[SectionKind, ...] = ()  # only in these section kinds; () = all
    jobs: tuple[Literal["hook", "fills", "solo", "counter"], ...] = ()  # what a lead part does
    prominence: Unit = 0.5  # order of entry: 1 first
    slide: bool = False
    mix: dict[str, float] = Field(default_factory=dict)

    def hint(self) -> MixHint:
        """The mix table of the part as a MixHint."""
        return mix_hint(self.mix)


class MelodyProfile(Model):
    """How the genre's tunes move."""

    notes_per_bar: dict[str, float]  # section kind -> notes per 4/4 bar; "verse" and "chorus" at least
    lead_notes_per_bar: float = Field(default=0.0, ge=0, le=9)  # of a lead instrument without words; 0 = from the above
    syncopation: Unit = 0.4
    range_semitones: int = 14
    chorus_lift_semitones: int = 4
    melisma_share: Unit = 0.06
    phrase_bars: int = 2
    scale: Literal["diatonic", "pentatonic", "five_tone", "blues", "chromatic", "harmonic_minor"] = "diatonic"
    leap_share: Unit = 0.2  # intervals above a third
    repetition: Unit = 0.6  # how literally motifs return
    spoken_share: Unit = 0.0  # rap


class VocalDelivery(Model):
    """How the genre sings."""

    vibrato_semitones: float = 0.3
    vibrato_hz: float = 5.5
    vibrato_delay_s: float = 0.35
    glide_s: float = 0.08
    scoop_semitones: float = 0.8
    scoop_share: Unit = 0.2
    fall_semitones: float = 2.0  # how far a phrase's last note sinks as it ends
    fall_share: Unit = 0.0  # of phrases
    falsetto: Unit = 0.0  # 0 chest .. 1 head voice: high notes of choruses and drops
    fry_s: float = Field(0.1, ge=0.0, le=0.15)  # how long the voice creaks at the end of a long, low last note
    fry_share: Unit = 0.0  # of phrases
    drift_semitones: float = 0.05
    late_ms: float = 8.0
    female_share: Unit = 0.5
    dynamics: dict[str, float]  # section kind -> 0 whisper .. 1 full
    doubles: tuple[SectionKind, ...] = ()
    harmony: tuple[SectionKind, ...] = ()
    harmony_interval: Literal["third_above", "third_below", "sixth_below", "octave", "fifth"] = "third_above"
    pads: tuple[SectionKind, ...] = ()  # oohs and aahs
    choir: bool = False
    words: tuple[str, ...] = ()  # "breathy", "belting"...


class LyricProfile(Model):
    """How the genre writes."""

    verse_syllables: tuple[int, int] = (6, 10)
    chorus_syllables: tuple[int, int] = (5, 8)
    rhyme: str = "ABAB"
    chorus_rhyme: str = "AABB"
    viewpoint: str = "I to you"
    themes: tuple[str, ...] = ()
    title_place: Literal["first", "last", "both"] = "both"


class Cover(Model):
    """Picture of the genre: five colours, dark to light, and a motif."""

    colours: tuple[str, str, str, str, str]
    motif: str

    @field_validator("colours")
    @classmethod
    def _hex(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for colour in value:
            if not re.fullmatch(r"#[0-9a-f]{6}", colour):
                raise ValueError(f"{colour!r} is not a colour such as #1a2b3c")
        return value


class Micro(Model):
    """Milliseconds against the grid, + late; sigma is random."""

    kick_ms: float = 0.0
    snare_ms: float = 0.0
    hat_ms: float = 0.0
    bass_ms: float = 0.0
    comp_ms: float = 0.0
    lead_ms: float = 0.0
    sigma_ms: float = 3.0
    velocity_sigma: float = 3.0


class Style(Model):
    """A genre."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    names: tuple[str, ...]  # what people call it, most usual first, lower case
    neighbours: tuple[str, ...]
    description: str  # short words for a style line: "bright, catchy"
    valence: float = Field(ge=-1, le=1)
    energy: Unit
    bpm: Bpm
    meters: dict[str, float]
    swing: Swing = Swing()
    modes: dict[str, float]
    keys: dict[Literal["major", "minor"], tuple[str, ...]]
    length: Length
    forms: tuple[Form, ...]
    harmony: Harmony
    drums: Drums = Drums()
    bass: Bass | None = None
    players: tuple[Player, ...]
    instrumental_usual: bool = False  # ambient, lo-fi: no voice unless one is asked for
    effects: bool = False  # risers, impacts and sweeps
    ending: Literal["hit", "ring", "strip", "fade"] = "ring"
    dropout_share: Unit = 0.4  # how often drums or bass leave before a chorus
    micro: Micro = Micro()
    melody: MelodyProfile
    vocal: VocalDelivery
    mix: MixProfile = MixProfile()
    cover: Cover
    lyric: LyricProfile = LyricProfile()

    @model_validator(mode="after")
    def _check(self) -> Style:
        for text in self.meters:
            Meter.parse(text)
        if unknown := set(self.modes) - set(MODES):
            raise ValueError(f"unknown mode {sorted(unknown)[0]!r}")
        for names in self.keys.values():
            for name in names:
                Key.parse(name)
        if {f.instrumental for f in self.forms} != {True, False}:
            raise ValueError("a style has sung and instrumental forms")
        return self
