"""ITU-R BS.1770-4 loudness from energies of 100 ms."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numba import njit

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

F64 = npt.NDArray[np.float64]
HOP_FRAMES = SAMPLE_RATE_HZ // 10
SILENCE_LUFS = -70.0
"""What silence measures here: the standard's absolute gate."""

_K = np.array(  # the two filters of the standard at 48 kHz: (b0, b1, b2, a1, a2)
    [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
)


@njit(cache=True, nogil=True)
def _energies(x, out, k):  # noqa: ANN001, ANN202 - numba kernel
    b0, b1, b2, a1, a2 = k[0, 0], k[0, 1], k[0, 2], k[0, 3], k[0, 4]
    c1, c2 = k[1, 3], k[1, 4]
    stereo = x.shape[1] == 2
    p1 = p2 = q1 = q2 = u1 = u2 = w1 = w2 = 0.0
    n = x.shape[0]
    for h in range(out.shape[0]):
        total = 0.0
        for i in range(h * 4800, min(n, (h + 1) * 4800)):
            v = np.float64(x[i, 0])
            y = b0 * v + p1
            p1 = b1 * v - a1 * y + p2
            p2 = b2 * v - a2 * y
            z = y + q1
            q1 = -2.0 * y - c1 * z + q2
            q2 = y - c2 * z
            total += z * z
            if stereo:
                v = np.float64(x[i, 1])
                y = b0 * v + u1
                u1 = b1 * v - a1 * y + u2
                u2 = b2 * v - a2 * y
                z = y + w1
                w1 = -2.0 * y - c1 * z + w2
                w2 = y - c2 * z
                total += z * z
        out[h] = total / 4800.0
        # what rings on below any sample's worth would end in denormal numbers, which take a hundred times as long
        if max(abs(p1), abs(p2), abs(q1), abs(q2), abs(u1), abs(u2), abs(w1), abs(w2)) < 1e-30:
            p1 = p2 = q1 = q2 = u1 = u2 = w1 = w2 = 0.0


def hop_energies(samples: F32) -> F64:
    """K-weighted energy, summed over channels, of every 100 ms of ``samples`` (n, 1 or 2); shape (hops,)."""
    out = np.zeros(-(-samples.shape[0] // HOP_FRAMES))
    _energies(samples, out, _K)
    return out


def lufs(energy: float) -> float:
    """Loudness of a mean K-weighted energy, not below :data:`SILENCE_LUFS`."""
    return max(SILENCE_LUFS, -0.691 + 10 * math.log10(max(float(energy), 1e-30)))


def block_energies(hops: F64) -> F64:
    """Energies of 400 ms blocks with 75 % overlap; one block for anything shorter."""
    if len(hops) < 4:
        return np.array([hops.mean()]) if len(hops) else np.zeros(1)
    sums = np.cumsum(np.concatenate([[0.0], hops]))
    return np.maximum(sums[4:] - sums[:-4], 0.0) / 4


def integrated_lufs(hops: F64) -> float:
    """Gated loudness (absolute gate -70 LUFS, relative gate -10 LU); -70.0 when nothing passes."""
    blocks = block_energies(hops)
    loud = blocks[blocks > 10 ** ((SILENCE_LUFS + 0.691) / 10)]
    if not len(loud):
        return SILENCE_LUFS
    loud = loud[loud > loud.mean() / 10]
    return lufs(loud.mean())


def loudness_lufs(samples: F32) -> float:
    """Integrated loudness of ``samples`` (n, 1 or 2)."""
    return integrated_lufs(hop_energies(samples))
