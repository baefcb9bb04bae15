"""A longer or shorter vocal tract: sung slower or faster than wanted, then played at the right pace. And its breath."""

from __future__ import annotations

import numpy as np
import soxr

from songwright.domain.audio import F32

_FFT, _HOP = 512, 128  # 21 ms, 5.3 ms at 24 kHz
_ENVELOPE_BINS = 9  # 420 Hz: wider than the partials of a voice are apart, narrower than its formants


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
    padded = np.pad(samples, (_FFT, _FFT))
    window = np.sqrt(np.hanning(_FFT + 1)[:-1]).astype(np.float32)
    spectrum = np.fft.rfft(np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP] * window, axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    wide = np.cumsum(np.pad(power, ((0, 0), (_ENVELOPE_BINS // 2 + 1, _ENVELOPE_BINS // 2)), mode="edge"), axis=1)
    envelope = np.sqrt((wide[:, _ENVELOPE_BINS:] - wide[:, :-_ENVELOPE_BINS]) / _ENVELOPE_BINS)
    noise = rng.standard_normal((2, *spectrum.shape), dtype=np.float32) / np.float32(np.sqrt(2))
    share = breath * np.linspace(0.2, 1.0, spectrum.shape[1])
    mixed = np.sqrt(1 - share) * spectrum + np.sqrt(share) * envelope * (noise[0] + 1j * noise[1])
    frames = np.fft.irfft(mixed, axis=1) * window
    out = np.zeros((len(frames) + _FFT // _HOP - 1) * _HOP)
    for k in range(_FFT // _HOP):
        out[k * _HOP : k * _HOP + len(frames) * _HOP] += frames[:, k * _HOP : (k + 1) * _HOP].ravel()
    return (out[_FFT : _FFT + len(samples)] * (_HOP / (0.5 * _FFT))).astype(np.float32)
