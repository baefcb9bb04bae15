"""The nearest voice of ours to a recording of singing.

Compared are colours: the mean log spectrum of voiced frames on 32 mel bands (WORLD's envelope, which the pitch is
taken out of), its mean taken away. Each voice of the roster was measured the same way while it sang
(``colours.json``; ``python -m songwright.engines.native.voice.colours`` measures them anew). A vocal tract that is
shorter or longer than the voice's moves the whole colour along the frequency axis: the best factor goes into the
recipe, as do breath and the place of the comfortable range.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import F32
from songwright.domain.voice import VoiceRecipe
from songwright.errors import BadRequest

from .repitch import world
from .voices import roster

RATE_HZ = 24_000
BANDS, LOW_HZ, HIGH_HZ = 32, 120.0, 7_500.0
MOST_S = 40.0  # of the recording; the loudest part is heard
LEAST_VOICED_S = 2.0
FORMANTS = tuple(round(0.88 + 0.02 * i, 2) for i in range(13))  # 0.88..1.12
FORMANT_COST = 6.0  # dB of distance that a factor of e would cost: unchanged voices are preferred
HIGH_VOICE_HZ = 190.0  # sung medians above are more often women's

F64 = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Colour:
    """What is heard of a voice."""

    bands_db: F64  # (BANDS,), mean 0
    f0_hz: float  # median
    air: float  # 0..1, mean aperiodicity of voiced frames
    voiced_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """The nearest voice."""

    recipe: VoiceRecipe
    distance_db: float  # root mean square over the bands
    f0_hz: float
    voiced_s: float


def estimate(vocals: F32) -> Estimate:
    """The recipe of the voice in ``vocals``, mono or (n, 2) at 48 kHz. Raises BadRequest when no voice is heard."""
    heard = colour_of(vocals)
    best: tuple[float, str, float, float] | None = None
    for name, known in known_colours().items():
        for factor in FORMANTS:
            apart = float(np.sqrt(np.mean(np.square(heard.bands_db - moved(known.bands_db, factor)))))
            cost = apart + FORMANT_COST * abs(np.log(factor)) + _pitch_cost(heard.f0_hz, known.f0_hz)
            if best is None or cost < best[0] - 1e-9:
                best = (cost, name, factor, apart)
    assert best is not None  # noqa: S101 - the roster is not empty
    _, name, factor, apart = best
    known = known_colours()[name]
    shift = round(12 * np.log2(heard.f0_hz / known.f0_hz))
    breath = min(0.5, max(0.0, 1.5 * (heard.air - known.air) - 0.1))
    recipe = VoiceRecipe(
        base=name,
        formant=factor,
        breath=round(breath, 2),
        shift=int(min(4, max(-4, shift))) if abs(shift) >= 3 else 0,
    )
    return Estimate(recipe=recipe, distance_db=round(apart, 3), f0_hz=round(heard.f0_hz, 2), voiced_s=heard.voiced_s)


def colour_of(vocals: F32) -> Colour:
    """Measure a recording. Raises BadRequest when too little of it is a voice."""
    mono = _loudest(_mono24(vocals))
    pyworld = world()
    f0, times = pyworld.dio(mono, RATE_HZ, f0_floor=65.0, f0_ceil=1000.0, frame_period=10.0)
    f0 = pyworld.stonemask(mono, f0, times, RATE_HZ)
    level = _levels(mono, len(f0))
    voiced = (f0 > 0) & (level > 0.1 * max(level.max(initial=0.0), 1e-9))
    seconds = float(voiced.sum()) * 0.01
    if seconds < LEAST_VOICED_S or level.max(initial=0.0) < 1e-4:
        raise BadRequest(f"no voice is heard: at least {LEAST_VOICED_S:g} s of singing are needed")
    use = np.flatnonzero(voiced)
    envelope = pyworld.cheaptrick(mono, f0, times, RATE_HZ)[use]
    noise = pyworld.d4c(mono, f0, times, RATE_HZ)[use]
    bands = 10 * np.log10(envelope @ _mel(envelope.shape[1]).T + 1e-12)
    bands_db = np.average(bands, axis=0, weights=level[use])
    return Colour(
        bands_db=bands_db - bands_db.mean(),
        f0_hz=float(np.median(f0[use])),
        air=float(noise[:, : noise.shape[1] // 3].mean()),
        voiced_s=round(seconds, 2),
    )


def moved(bands_db: F64, factor: float) -> F64:
    """The colour of a vocal tract ``factor`` times as short."""
    centres = _centres_hz()
    out = np.interp(centres / factor, centres, bands_db)
    return out - out.mean()


def distance_db(a: Colour, b: Colour) -> float:
    """How far apart two colours are: root mean square over the bands."""
    return float(np.sqrt(np.mean(np.square(a.bands_db - b.bands_db))))


@functools.cache
def known_colours() -> dict[str, Colour]:
    """The measured colours of the roster's voices, by id."""
    text = (resources.files("songwright.engines.native.voice") / "data" / "colours.json").read_text(encoding="utf-8")
    ids = {voice.id for voice in roster()}
    return {
        name: Colour(bands_db=np.array(raw["bands_db"]), f0_hz=raw["f0_hz"], air=raw["air"], voiced_s=raw["voiced_s"])
        for name, raw in json.loads(text).items()
        if name in ids
    }


def _pitch_cost(heard_hz: float, known_hz: float) -> float:
    """dB for a register that lies elsewhere: more than a fifth away is another kind of voice."""
    semitones = abs(12 * float(np.log2(heard_hz / known_hz)))
    crossing = (heard_hz > HIGH_VOICE_HZ) != (known_hz > HIGH_VOICE_HZ)
    return 0.15 * max(0.0, semitones - 4.0) + (1.0 if crossing and semitones > 5 else 0.0)


def _mono24(vocals: F32) -> F64:
    import soxr

    mono = vocals.mean(axis=1) if vocals.ndim == 2 else vocals
    return soxr.resample(np.ascontiguousarray(mono, np.float64), 48_000, RATE_HZ)


def _loudest(mono: F64) -> F64:
    """The loudest stretch of at most ``MOST_S``."""
    size = int(MOST_S * RATE_HZ)
    if len(mono) <= size:
        return np.ascontiguousarray(mono)
    hop = RATE_HZ
    power = np.add.reduceat(np.square(mono), np.arange(0, len(mono), hop))
    sums = np.convolve(power, np.ones(int(MOST_S)), mode="valid")
    start = int(sums.argmax()) * hop
    return np.ascontiguousarray(mono[start : start + size])


def _levels(mono: F64, n_frames: int) -> F64:
    hop = RATE_HZ // 100
    padded = np.pad(mono, (0, max(0, n_frames * hop - len(mono))))[: n_frames * hop]
    return np.sqrt(np.square(padded.reshape(n_frames, hop)).mean(axis=1))


def _centres_hz() -> F64:
    mels = np.linspace(_to_mel(LOW_HZ), _to_mel(HIGH_HZ), BANDS + 2)[1:-1]
    return 700 * (np.exp(mels / 1127) - 1)


def _to_mel(hz: float) -> float:
    return 1127 * float(np.log1p(hz / 700))


@functools.cache
def _mel(n_bins: int) -> F64:
    """Triangles on the mel scale, each with area 1; (BANDS, n_bins)."""
    edges = 700 * (np.exp(np.linspace(_to_mel(LOW_HZ), _to_mel(HIGH_HZ), BANDS + 2) / 1127) - 1)
    hz = np.linspace(0, RATE_HZ / 2, n_bins)
    rows = []
    for low, mid, high in zip(edges[:-2], edges[1:-1], edges[2:], strict=True):
        row = np.clip(np.minimum((hz - low) / (mid - low), (high - hz) / (high - mid)), 0, None)
        rows.append(row / row.sum())
    return np.array(rows)
