"""Every number of a mix, decided before a sample is mixed. Serialisable by ``songwright.domain.codec``."""

from __future__ import annotations

from dataclasses import dataclass

from songwright.domain.score import StemName


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """One filter of an equaliser."""

    kind: str  # highpass, lowpass, bell, lowshelf or highshelf
    freq_hz: float
    gain_db: float = 0.0
    q: float = 0.7071


@dataclass(frozen=True, kw_only=True, slots=True)
class Compression:
    """One compressor. ``rms_ms`` 0 = peak detector."""

    threshold_db: float
    ratio: float
    attack_ms: float
    release_ms: float
    rms_ms: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class StripSettings:
    """A track's channel, from input to bus."""

    name: str
    stem: StemName
    role: str
    input_db: float = 0.0  # brings the track to the level its compressors expect
    bands: tuple[Band, ...] = ()
    deess_hz: float = 0.0  # 0 = none
    compressors: tuple[Compression, ...] = ()
    drive: float = 0.0  # 0..1; above 0.3 an amplifier, below tape
    chorus: float = 0.0  # 0..1
    width: float = 1.0
    pan: float = 0.0  # -1..+1
    fader_db: float = 0.0
    reverb_db: float = -120.0  # wet sound relative to dry
    echo_db: float = -120.0
    pump_db: float = 0.0  # how far each kick pushes the track down
    pump_release_ms: float = 120.0
    rides: bool = False  # follows the phrases' vocal_db instead of band_db


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrase:
    """A stretch where the lead sings, and how voice and band move for it."""

    start_s: float
    end_s: float
    vocal_db: float = 0.0
    band_db: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class SectionGain:
    """A section's place in the dynamics of the song."""

    start_s: float
    end_s: float
    gain_db: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Space:
    """The reverb of a stem."""

    stem: StemName
    kind: str  # plate or room
    rt60_s: float
    predelay_s: float
    bright_hz: float


@dataclass(frozen=True, kw_only=True, slots=True)
class MixSettings:
    """The whole mix as numbers: the same tracks and settings give the same samples."""

    n_frames: int
    strips: tuple[StripSettings, ...]
    spaces: tuple[Space, ...]
    phrases: tuple[Phrase, ...] = ()
    sections: tuple[SectionGain, ...] = ()
    kicks: tuple[int, ...] = ()  # frames of kick onsets
    carve_db: float = 0.0  # dip of the band around 2.6 kHz while the lead sings
    echo_s: float = 0.25
    echo_feedback: float = 0.25
    band_db: float = 0.0  # all stems but the lead vocal
    trim_db: float = 0.0  # all stems
