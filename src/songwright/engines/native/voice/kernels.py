"""Compiled inner loops of the generator: activations into tiles, tiles back into time."""

from __future__ import annotations

import numpy as np
from numba import njit


def _sine_squared() -> list[np.float32]:
    """Coefficients p with sin(r)^2 = q * p(q), q = r^2, |r| <= pi/2; error below 1e-7."""
    q = np.linspace(1e-9, (np.pi / 2) ** 2, 4000)
    fit = np.polynomial.chebyshev.Chebyshev.fit(q, np.sin(np.sqrt(q)) ** 2 / q, 6)
    return [np.float32(v) for v in fit.convert(kind=np.polynomial.Polynomial).coef]


C0, C1, C2, C3, C4, C5, C6 = _sine_squared()
PI, INVERSE_PI = np.float32(np.pi), np.float32(1 / np.pi)
HALF = np.float32(0.5)


@njit(fastmath=True, nogil=True, cache=True, error_model="numpy")
def gather(x, scale, shift, alpha, inverse_alpha, pad, dilation, phase, first, hop, tiles):  # noqa: ANN001, ANN201
    """tiles[i, t, c] = snake(x[pos, c] * scale[c] + shift[c]): norm, activation and overlapping tiles in one pass."""
    n_taps, n_tiles, n_channels = tiles.shape
    for i in range(n_taps):
        for t in range(n_tiles):
            pos = ((first + t) * hop + i - pad) * dilation + phase
            if 0 <= pos < x.shape[0]:
                for c in range(n_channels):
                    y = x[pos, c] * scale[c] + shift[c]
                    z = alpha[c] * y
                    r = z - np.floor(z * INVERSE_PI + HALF) * PI
                    q = r * r
                    s = q * (C0 + q * (C1 + q * (C2 + q * (C3 + q * (C4 + q * (C5 + q * C6))))))
                    tiles[i, t, c] = y + inverse_alpha[c] * s
            else:
                for c in range(n_channels):
                    tiles[i, t, c] = np.float32(0)


@njit(fastmath=True, nogil=True, cache=True)
def scatter(tiles, bias, residual, use_residual, out, dilation, phase, first, sum1, sum2, weights):  # noqa: ANN001, ANN201
    """Tiles back to time, plus bias and residual; adds up the weighted moments the next norm needs."""
    hop, n_tiles, n_channels = tiles.shape
    for t in range(n_tiles):
        for j in range(hop):
            pos = ((first + t) * hop + j) * dilation + phase
            if pos < out.shape[0]:
                weight = weights[pos]
                for c in range(n_channels):
                    v = tiles[j, t, c] + bias[c]
                    if use_residual:
                        v += residual[pos, c]
                    out[pos, c] = v
                    sum1[c] += weight * v
                    sum2[c] += weight * v * v


@njit(fastmath=True, nogil=True, cache=True)
def weighted_sums(x, weights, total, square):  # noqa: ANN001, ANN201
    """Adds the weighted sums of x (n, channels) and of its squares to ``total`` and ``square`` (float64)."""
    n, n_channels = x.shape
    part1, part2 = np.zeros(n_channels, np.float32), np.zeros(n_channels, np.float32)
    for t in range(n):
        weight = weights[t]
        for c in range(n_channels):
            v = x[t, c]
            part1[c] += weight * v
            part2[c] += weight * v * v
        if t % 1024 == 1023 or t == n - 1:
            for c in range(n_channels):
                total[c] += part1[c]
                square[c] += part2[c]
                part1[c] = part2[c] = np.float32(0)
