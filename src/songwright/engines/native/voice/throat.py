"""A longer or shorter vocal tract: sung slower or faster than wanted, then played at the right pace. And its breath."""

from __future__ import annotations

import numpy as np
import soxr

from songwright.domain.audio import F32

from .generator import SAMPLES_PER_FRAME, SOURCE_RATE_HZ

_FFT, _HOP = 512, 128  # 21 ms, 5.3 ms at 24 kHz
_WINDOW = np.sqrt(np.hanning(_FFT + 1)[:-1]).astype(np.float32)
_ENVELOPE_BINS = 9  # 420 Hz: wider than the partials of a voice are apart, narrower than its formants
_CHEST_HZ, _LIGHT_HZ = 500.0, 2_500.0  # a head voice grows weaker from the one to the other
_LIGHT_DB, _SOFT_DB = -9.0, -2.0  # by so much; and as a whole
_HEAD_BREATH = 0.6  # of what is left above


def at_pace(samples: F32, pace: float) -> F32:
    """``samples`` (n,) in the model's time -> (n / pace,) in the song's, every frequency times ``pace``."""
    if pace == 1.0:
        return samples
    n_out = round(len(samples) / pace)
    out = soxr.resample(samples, pace, 1.0, quality="HQ")[:n_out]
    return np.pad(out, (0, n_out - len(out))).astype(np.float32)


def breathy(samples: F32, breath: float, rng: np.random.Generator) -> F32:
    """Part of the voice as noise of the same spectrum; more of it towards the top. breath 0..1."""
    if not breath:
        return samples
    spectrum = _analysed(samples)
    share = breath * np.linspace(0.2, 1.0, spectrum.shape[1])
    return _sounded(np.sqrt(1 - share) * spectrum + np.sqrt(share) * _noise_like(spectrum, rng), len(samples))


def lightened(samples: F32, head: np.ndarray, rng: np.random.Generator) -> F32:
    """A head voice: weaker upper partials, more breath, a little softer.

    samples at 24 kHz; head (n,) 0..1 at 80 frames/s, where 0 leaves the sound as it is.
    """
    if not head.any():
        return samples
    spectrum = _analysed(samples)
    middles = (np.arange(len(head)) + 0.5) * SAMPLES_PER_FRAME
    here = np.interp(np.arange(len(spectrum)) * _HOP - _FFT / 2, middles, head)[:, None]
    hz = np.fft.rfftfreq(_FFT, 1 / SOURCE_RATE_HZ)
    above = np.clip(np.log(np.maximum(hz, 1.0) / _CHEST_HZ) / np.log(_LIGHT_HZ / _CHEST_HZ), 0.0, 1.0)
    voice_gain = 10 ** (here * (_SOFT_DB + _LIGHT_DB * above) / 20)
    air_gain = 10 ** (here * (_SOFT_DB + 0.3 * _LIGHT_DB * above) / 20)
    share = _HEAD_BREATH * here * (0.1 + 0.9 * above)
    air = _noise_like(spectrum, rng)
    return _sounded(voice_gain * np.sqrt(1 - share) * spectrum + air_gain * np.sqrt(share) * air, len(samples))


def _analysed(samples: F32) -> np.ndarray:
    """(n_frames, _FFT / 2 + 1) complex."""
    padded = np.pad(samples, (_FFT, _FFT))
    return np.fft.rfft(np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP] * _WINDOW, axis=1)


def _noise_like(spectrum: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Noise with the envelope of ``spectrum``."""
    power = np.square(np.real(spectrum)) + np.square(np.imag(spectrum))
    wide = np.cumsum(np.pad(power, ((0, 0), (_ENVELOPE_BINS // 2 + 1, _ENVELOPE_BINS // 2)), mode="edge"), axis=1)
    envelope = np.sqrt((wide[:, _ENVELOPE_BINS:] - wide[:, :-_ENVELOPE_BINS]) / _ENVELOPE_BINS)
    noise = rng.standard_normal((2, *spectrum.shape), dtype=np.float32) / np.float32(np.sqrt(2))
    return envelope * (noise[0] + 1j * noise[1])


def _sounded(spectrum: np.ndarray, n: int) -> F32:
    """(n,) samples of a changed spectrum, overlapped and added."""
    frames = np.fft.irfft(spectrum, axis=1) * _WINDOW
    out = np.zeros((len(frames) + _FFT // _HOP - 1) * _HOP)
    for k in range(_FFT // _HOP):
        out[k * _HOP : k * _HOP + len(frames) * _HOP] += frames[:, k * _HOP : (k + 1) * _HOP].ravel()
    return (out[_FFT : _FFT + n] * (_HOP / (0.5 * _FFT))).astype(np.float32)
