"""How played sound is measured: independently of the code that makes it."""

from __future__ import annotations

import numpy as np

from songwright.domain.performance import PlayedNote, PlayedPart
from songwright.domain.score import Instrument, MixHint, StemName

RATE_HZ = 48_000


def note(start_s: float, duration_s: float, pitch_midi: float, velocity: int = 90, *, slide: bool = False):
    return PlayedNote(start_s=start_s, duration_s=duration_s, pitch_midi=pitch_midi, velocity=velocity, slide=slide)


def part(engine: str, what: int | str, *notes: PlayedNote) -> PlayedPart:
    """A part of an instrument: GM number, or patch id."""
    program, patch = (what, "") if isinstance(what, int) else (0, what)
    instrument = Instrument(engine=engine, program=program, patch=patch)
    return PlayedPart(name="tested", stem=StemName.SYNTH, instrument=instrument, notes=notes, mix=MixHint())


def fundamental_hz(samples: np.ndarray, near_hz: float) -> float:
    """Frequency of the strongest partial within a quarter tone of ``near_hz``: parabola through a padded FFT."""
    mono = samples.sum(axis=1).astype(np.float64)
    size = 1 << 20
    spectrum = np.abs(np.fft.rfft(mono * np.blackman(len(mono)), size))
    hz = np.arange(len(spectrum)) * RATE_HZ / size
    window = np.flatnonzero((hz > near_hz * 2 ** (-1 / 24)) & (hz < near_hz * 2 ** (1 / 24)))
    k = window[np.argmax(spectrum[window])]
    a, b, c = np.log(spectrum[k - 1 : k + 2] + 1e-30)
    return float((k + 0.5 * (a - c) / (a - 2 * b + c)) * RATE_HZ / size)


def period_hz(samples: np.ndarray, near_hz: float) -> float:
    """Pitch by autocorrelation over many periods near ``near_hz``: robust for detuned and rich sounds."""
    mono = samples.sum(axis=1).astype(np.float64)
    mono -= mono.mean()
    spectrum = np.abs(np.fft.rfft(mono, 4 * len(mono))) ** 2
    correlation = np.fft.irfft(spectrum)[: len(mono)]
    many = 8
    middle = RATE_HZ / near_hz * many
    low, high = int(middle * 0.985), int(middle * 1.015) + 2
    k = low + int(np.argmax(correlation[low:high]))
    a, b, c = correlation[k - 1 : k + 2]
    return RATE_HZ * many / (k + 0.5 * (a - c) / (a - 2 * b + c))


def cents(hz: float, pitch_midi: float) -> float:
    """How far above ``pitch_midi`` a frequency is."""
    return float(1200 * np.log2(hz / midi_hz(pitch_midi)))


def midi_hz(pitch_midi: float) -> float:
    return 440.0 * 2 ** ((pitch_midi - 69) / 12)


def onset_s(samples: np.ndarray, share: float = 0.05) -> float:
    """When the sound first reaches ``share`` of its peak."""
    level = np.abs(samples).max(axis=1)
    return float(np.argmax(level > share * level.max()) / RATE_HZ)


def rms_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-20))
