"""Human unevenness: small, correlated, and drawn from a seed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from songwright.domain.draws import child_seed


def wander(n: int, sigma: float, memory: float, seed: int, *names: str | int) -> npt.NDArray[np.float64]:
    """``n`` offsets of a first-order autoregressive process with standard deviation ``sigma``, within 2.5 sigma."""
    if n == 0 or sigma <= 0.0:
        return np.zeros(n)
    rng = np.random.default_rng(child_seed(seed, *names))
    push = rng.normal(0.0, sigma * (1.0 - memory**2) ** 0.5, n)
    out = np.empty(n)
    here = rng.normal(0.0, sigma)
    for i in range(n):
        here = memory * here + push[i]
        out[i] = here
    return np.clip(out, -2.5 * sigma, 2.5 * sigma)
