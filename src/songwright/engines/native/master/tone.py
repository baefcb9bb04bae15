"""Tonal correction towards a target spectrum by ten wide filters."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.signal import freqz

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

from ..mix.dsp import biquad
from .curves import BANDS_HZ, curve_db

F64 = npt.NDArray[np.float64]

_SIZE = 16384
_CENTRES_HZ = (63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)
_Q = 1.1
_LOW_HZ, _HIGH_HZ = 45.0, 12000.0
_LOW, _HIGH = BANDS_HZ.index(63), BANDS_HZ.index(12500)
_EDGE = 2 ** (1 / 6)


def band_levels_db(samples: F32) -> F64:
    """Long-term third-octave levels of ``samples`` (n, 2) in dB, from at most about 90 windows spread over it."""
    n = len(samples)
    window = np.hanning(_SIZE).astype(np.float32)[:, None]
    hop = max(_SIZE // 2, (n - _SIZE) // 90 if n > _SIZE else 1)
    power = np.zeros(_SIZE // 2 + 1)
    for start in range(0, max(1, n - _SIZE + 1), hop):
        block = samples[start : start + _SIZE]
        if len(block) < _SIZE:
            block = np.pad(block, ((0, _SIZE - len(block)), (0, 0)))
        spectrum = np.fft.rfft(block * window, axis=0)
        power += (np.abs(spectrum) ** 2).sum(axis=1)
    freqs = np.fft.rfftfreq(_SIZE, 1 / SAMPLE_RATE_HZ)
    sums = [power[(freqs >= f / _EDGE) & (freqs < f * _EDGE)].sum() for f in BANDS_HZ]
    return 10 * np.log10(np.maximum(sums, 1e-20))


def deviation_db(levels_db: F64, curve: str | F64) -> F64:
    """How far each band lies over the curve (a name or its levels), mean between 100 Hz and 8 kHz set to 0."""
    diff = levels_db - (curve_db(curve) if isinstance(curve, str) else curve)
    core = slice(BANDS_HZ.index(100), BANDS_HZ.index(8000) + 1)
    return diff - diff[core].mean()


def _sections(gains_db: npt.NDArray[np.floating]) -> list[F64]:
    bells = [biquad.bell(f, g, _Q) for f, g in zip(_CENTRES_HZ, gains_db[1:-1], strict=True)]
    return [biquad.lowshelf(_LOW_HZ, gains_db[0]), *bells, biquad.highshelf(_HIGH_HZ, gains_db[-1])]


def _response_db(section: F64) -> F64:
    b, a = section[:3], np.concatenate([[1.0], section[3:]])
    _, h = freqz(b, a, worN=np.array(BANDS_HZ), fs=SAMPLE_RATE_HZ)  # pyright: ignore[reportArgumentType] - arrays too
    return 20 * np.log10(np.abs(h))


def correction(levels_db: F64, curve: str | F64, *, limit_db: float = 3.0, strength: float = 0.9) -> list[F64]:
    """Filters that bring ``levels_db`` towards the curve; no filter moves more than ``limit_db``.

    Gains come from regularised least squares on the octave-smoothed deviation: the shapes of the filters at 1 dB are
    the basis, since responses in dB add and scale almost linearly for small gains.
    """
    wanted = -strength * _smooth(deviation_db(levels_db, curve))
    wanted = np.clip(wanted, -1.5 * limit_db, 1.5 * limit_db)
    n = len(_CENTRES_HZ) + 2
    basis = np.stack([_response_db(_sections(np.eye(n)[k])[k]) for k in range(n)], axis=1)
    weight = np.full(len(BANDS_HZ), 0.3)
    weight[_LOW : _HIGH + 1] = 1.0
    lhs = np.concatenate([basis * weight[:, None], 0.25 * np.eye(n)])
    rhs = np.concatenate([wanted * weight, np.zeros(n)])
    gains = np.clip(np.linalg.lstsq(lhs, rhs, rcond=None)[0], -limit_db, limit_db)
    return _sections(np.round(gains, 3))


def _smooth(values_db: F64) -> F64:
    padded = np.pad(values_db, 1, mode="edge")
    return 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
