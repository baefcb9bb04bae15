"""A recording taken apart: voice, drums, bass and the rest, which always add up to it.

The voice: what is steady for a tenth of a second but not for half of one lies between harmonic and percussive sound
(Fitzgerald and Gainza, "Single channel vocal separation using median filtering", 2010), and singers stand in the
middle of a stereo picture. No weights are needed; it is a rough cut, good enough to listen to the tune.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import F32, I32, SAMPLE_RATE_HZ, sum_stems, to_pcm24
from songwright.domain.score import StemName

BLOCK_FRAMES, OVERLAP = 20 * SAMPLE_RATE_HZ, SAMPLE_RATE_HZ // 2
LONG, SHORT = 8192, 1024
VOICE_HZ = (110.0, 9000.0)
BASS_HZ = 180.0
SIDE_POWER = 1.0

Spectrum = npt.NDArray[np.complex64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Separated:
    """Two halves of a sound, float32 (n_frames, 2)."""

    vocals: F32
    accompaniment: F32  # what is left: the sound less the vocals


def separate(samples: F32) -> Separated:
    """The voice and the rest of ``samples``, (n_frames, 2) at 48 kHz. Silence stays silence."""
    from .tune import sings_alone

    if sings_alone(samples):
        return Separated(vocals=samples, accompaniment=np.zeros_like(samples))
    vocals = _by_blocks(samples, _voice)
    return Separated(vocals=vocals, accompaniment=samples - vocals)


def split_stems(samples: F32) -> dict[StemName, I32]:
    """Twelve 24-bit stems whose integer sum is the recording; what is not heard apart is in Keyboard."""
    parts = separate(samples)
    rest = parts.accompaniment
    whole = to_pcm24(samples)
    silence = np.zeros_like(whole)
    stems = dict.fromkeys(StemName, silence)
    stems[StemName.VOCALS] = to_pcm24(parts.vocals)
    if rest.any():
        drums = _by_blocks(rest, _drums)
        stems[StemName.DRUMS] = to_pcm24(drums)
        stems[StemName.BASS] = to_pcm24(_by_blocks(rest - drums, _bass))
    named = (StemName.VOCALS, StemName.DRUMS, StemName.BASS)
    stems[StemName.KEYBOARD] = whole - sum_stems(stems[name] for name in named)
    return stems


def _by_blocks(samples: F32, work: Callable[[F32], F32]) -> F32:
    """``work`` on stretches of 20 s that fade into each other, so that memory does not grow with the sound."""
    n = len(samples)
    if n <= BLOCK_FRAMES + OVERLAP:
        return work(samples)
    out = np.zeros_like(samples)
    ramp = np.linspace(0.0, 1.0, OVERLAP, dtype=np.float32)[:, None]
    for start in range(0, n, BLOCK_FRAMES):
        end = min(n, start + BLOCK_FRAMES + OVERLAP)
        piece = work(samples[start:end]).copy()
        if start > 0:
            piece[:OVERLAP] *= ramp[: len(piece)]
        if end < n:
            piece[-OVERLAP:] *= ramp[::-1]
        out[start:end] += piece
        if end == n:
            break
    return out


def _voice(samples: F32) -> F32:
    slow = _masked(samples, LONG, _percussive_mask)
    return _masked(slow, SHORT, _harmonic_mask, centred=True)


def _drums(samples: F32) -> F32:
    return _masked(samples, 2048, _percussive_mask)


def _bass(samples: F32) -> F32:
    return _masked(samples, 4096, lambda power: np.ones_like(power), band_hz=(0.0, BASS_HZ))


def _masked(
    samples: F32,
    size: int,
    mask_of: Callable[[F32], F32],
    *,
    centred: bool = False,
    band_hz: tuple[float, float] | None = None,
) -> F32:
    """``samples`` through a mask that its mid channel's spectrum decides."""
    from scipy.signal import istft, stft

    n = len(samples)
    if n < size:
        return np.zeros_like(samples)
    bins, _, spectra = stft(samples.T, SAMPLE_RATE_HZ, nperseg=size, noverlap=size * 3 // 4, padded=True)
    mask = mask_of(np.abs(spectra.mean(axis=0)).astype(np.float32))
    if centred:
        mid, side = np.abs(spectra.mean(axis=0)), 0.5 * np.abs(spectra[0] - spectra[1])
        mask = mask * (mid**2 / (mid**2 + SIDE_POWER * side**2 + 1e-12))
        band_hz = VOICE_HZ
    if band_hz:
        mask = mask * ((bins >= band_hz[0]) & (bins <= band_hz[1]))[:, None]
    _, out = istft(spectra * mask, SAMPLE_RATE_HZ, nperseg=size, noverlap=size * 3 // 4)
    fitted = np.zeros_like(samples)
    length = min(n, out.shape[-1])
    fitted[:length] = out.T[:length]
    return fitted


def _percussive_mask(power: F32) -> F32:
    harmonic, percussive = _medians(power)
    return (percussive**2 / (harmonic**2 + percussive**2 + 1e-12)).astype(np.float32)


def _harmonic_mask(power: F32) -> F32:
    harmonic, percussive = _medians(power)
    return (harmonic**2 / (harmonic**2 + percussive**2 + 1e-12)).astype(np.float32)


def _medians(power: F32) -> tuple[F32, F32]:
    """The magnitudes smoothed along time, and along frequency."""
    from scipy.ndimage import median_filter

    return median_filter(power, size=(1, 17)), median_filter(power, size=(17, 1))
