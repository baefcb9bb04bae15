"""Loudness by ITU-R BS.1770-4 and EBU Tech 3342, and true peak: written from the standards, apart from the engine's."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.signal import resample_poly, sosfilt

F64 = npt.NDArray[np.float64]
RATE_HZ = 48_000
HOP = RATE_HZ // 10  # 100 ms
SILENCE_LUFS = -70.0
_K_SOS = np.array(
    [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
)  # BS.1770-4, tables 1 and 2, 48 kHz


def k_energies(samples: npt.NDArray[np.floating]) -> F64:
    """K-weighted energy of every 100 ms of ``samples`` (n, channels) at 48 kHz, summed over channels."""
    n = len(samples) // HOP
    total = np.zeros(n)
    for channel in range(samples.shape[1]):
        weighted = sosfilt(_K_SOS, np.asarray(samples[: n * HOP, channel], np.float64))
        total += (np.asarray(weighted).reshape(n, HOP) ** 2).mean(axis=1)
    return total


def lufs_of(energy: float) -> float:
    """Loudness of a mean K-weighted energy, LUFS."""
    return max(SILENCE_LUFS, -0.691 + 10 * np.log10(max(float(energy), 1e-12)))


def sliding(energies: F64, hops: int) -> F64:
    """Mean energies of windows of ``hops`` hops, one hop apart."""
    if len(energies) < hops:
        return energies.mean(keepdims=True) if len(energies) else np.zeros(1)
    sums = np.concatenate([[0.0], np.cumsum(energies)])
    return (sums[hops:] - sums[:-hops]) / hops


def gated_lufs(energies: F64) -> float:
    """Integrated loudness of 100 ms energies: blocks of 400 ms, gates at -70 LUFS and 10 LU below."""
    blocks = sliding(energies, 4)
    blocks = blocks[blocks > 10 ** ((SILENCE_LUFS + 0.691) / 10)]
    if not len(blocks):
        return SILENCE_LUFS
    return lufs_of(float(blocks[blocks > blocks.mean() / 10].mean()))


def loudness_range(energies: F64) -> float:
    """Loudness range in LU (EBU Tech 3342): windows of 3 s, gate 20 LU below, 10th to 95th percentile."""
    blocks = sliding(energies, 30)
    blocks = blocks[blocks > 10 ** ((SILENCE_LUFS + 0.691) / 10)]
    if not len(blocks):
        return 0.0
    blocks = blocks[blocks > blocks.mean() / 100]
    low, high = np.percentile(10 * np.log10(blocks), [10, 95])
    return float(high - low)


def true_peak_dbtp(samples: npt.NDArray[np.floating]) -> float:
    """Highest interpolated peak, dBTP: eight-fold polyphase (scipy ``resample_poly``) where samples come near it."""
    x = np.asarray(samples, np.float64)
    top = float(np.abs(x).max(initial=0.0))
    if top <= 0.0 or not np.isfinite(top):
        return float("nan") if top else -150.0
    step, peak = RATE_HZ, top
    for start in range(0, len(x), step):
        first, end = max(0, start - 64), min(len(x), start + step)
        if np.abs(x[start:end]).max(initial=0.0) > 0.6 * top:  # the cut ends of a block ring: only its inside counts
            block = np.abs(resample_poly(x[first : end + 64], 8, 1, axis=0))
            peak = max(peak, float(block[8 * (start - first) : 8 * (end - first)].max()))
    return 20 * float(np.log10(peak))
