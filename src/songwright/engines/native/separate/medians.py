"""Parts by median filters: drums and bass, and the voice where the network's weights are missing.

What is steady for a tenth of a second but not for half of one lies between harmonic and percussive sound (Fitzgerald
and Gainza, "Single channel vocal separation using median filtering", 2010), and singers stand in the middle of a
stereo picture. A rough cut, good enough to listen to the tune.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

NAME = "median filters"
OVERLAP_FRAMES = SAMPLE_RATE_HZ // 2
BLOCK_FRAMES = 20 * SAMPLE_RATE_HZ + OVERLAP_FRAMES
LONG, SHORT = 8192, 1024
VOICE_HZ = (110.0, 9000.0)
BASS_HZ = 180.0
SIDE_POWER = 1.0


class MedianVoice:
    """Finds a voice without weights; see :class:`~songwright.engines.native.separate.parts.Separator`."""

    name = NAME
    trained = False
    block_frames, overlap_frames = BLOCK_FRAMES, OVERLAP_FRAMES

    def voice(self, samples: F32) -> F32:
        """The voice in a stretch of sound (n, 2)."""
        slow = _masked(samples, LONG, _percussive_mask)
        return _masked(slow, SHORT, _harmonic_mask, centred=True)


def drums(samples: F32) -> F32:
    """What is short and broad in a stretch of sound (n, 2)."""
    return _masked(samples, 2048, _percussive_mask)


def bass(samples: F32) -> F32:
    """What lies below 180 Hz in a stretch of sound (n, 2)."""
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
