"""Tonal correction towards a target spectrum: a bank of bells, fitted to the bands that are farthest from it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.signal import freqz

from songwright.domain.audio import F32, SAMPLE_RATE_HZ

from ..mix.dsp import biquad
from .curves import BANDS_HZ, curve_db

F64 = npt.NDArray[np.float64]

_SIZE = 16384
_BELLS = (
    *((f, 2.8) for f in (63.0, 80.0, 100.0, 125.0, 160.0, 200.0, 250.0, 315.0, 400.0, 500.0, 630.0)),
    *((f, 2.8) for f in (800.0, 1000.0, 1250.0)),
    *((f, 1.7) for f in (1750.0, 2600.0, 3700.0, 5200.0, 7300.0)),
    (10000.0, 2.0),
)
"""Centre and Q of each bell: three to the octave where single notes of the song's key fill bands, wider above."""
_LOW_HZ, _HIGH_HZ = 45.0, 14000.0
_CUT_SHARE = 1.3
"""A cut may go deeper than a lift: it brings up no noise."""
_DEEP_HZ, _DEEP_SHARE = 160.0, 1.5
"""Up to here a lift may be higher: bass and kick are balanced by loudness meters, which hardly hear this."""
_EMPTY_FROM_DB, _EMPTY_DB = 13.0, 20.0
"""Bands that lie further under the target hold nothing worth lifting: none of it is lifted from the second on."""
_WORST = 6.0
"""Exponent of the error that the fit makes small: the largest distance counts far more than the mean one."""
_LOW, _HIGH = BANDS_HZ.index(63), BANDS_HZ.index(12500)
_EDGE = 2 ** (1 / 6)


def band_levels_db(samples: F32) -> F64:
    """Long-term third-octave levels of ``samples`` (n, 2) in dB, from at most about 240 windows spread over it."""
    n = len(samples)
    window = np.hanning(_SIZE).astype(np.float32)[:, None]
    hop = max(_SIZE // 2, (n - _SIZE) // 240 if n > _SIZE else 1)
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
    bells = [biquad.bell(f, g, q) for (f, q), g in zip(_BELLS, gains_db[1:-1], strict=True)]
    return [biquad.lowshelf(_LOW_HZ, gains_db[0]), *bells, biquad.highshelf(_HIGH_HZ, gains_db[-1])]


def _response_db(section: F64) -> F64:
    b, a = section[:3], np.concatenate([[1.0], section[3:]])
    _, h = freqz(b, a, worN=np.array(BANDS_HZ), fs=SAMPLE_RATE_HZ)  # pyright: ignore[reportArgumentType] - arrays too
    return 20 * np.log10(np.abs(h))


def correction(levels_db: F64, curve: str | F64, *, limit_db: float = 6.0) -> list[F64]:
    """Filters that bring ``levels_db`` towards the curve; no filter lifts more than ``limit_db``.

    Cuts may be 1.3 times as deep, lifts of the low bass half as much again. Gains come from regularised least squares,
    weighted again and again so that the largest distances shrink most: the shapes of the filters at 1 dB are the basis,
    since responses in dB add and scale almost linearly. The overall level is free. Filters that would do nothing are
    left out.
    """
    wanted = _wanted_db(deviation_db(levels_db, curve), limit_db)
    n = len(_BELLS) + 2
    lowest_db, highest_db = -_CUT_SHARE * limit_db, limit_db * _lift_share((_LOW_HZ, *(f for f, _ in _BELLS), _HIGH_HZ))
    basis = np.stack([_response_db(_sections(np.eye(n)[k])[k]) for k in range(n)], axis=1)
    basis = np.concatenate([basis, np.ones((len(BANDS_HZ), 1))], axis=1)
    weight = np.full(len(BANDS_HZ), 0.1)
    weight[_LOW : _HIGH + 1] = 1.0
    heavier = np.ones(len(BANDS_HZ))
    ridge = 0.15 * np.eye(n, n + 1)
    gains = np.zeros(n + 1)
    for _ in range(12):
        rows = weight * np.sqrt(heavier)
        lhs = np.concatenate([basis * rows[:, None], ridge])
        gains = np.linalg.lstsq(lhs, np.concatenate([wanted * rows, np.zeros(n)]), rcond=None)[0]
        gains[:-1] = np.clip(gains[:-1], lowest_db, highest_db)
        off = np.abs(wanted - basis @ gains)
        heavier = 0.5 * heavier + 0.5 * (1.0 + off) ** (0.5 * (_WORST - 2))
        heavier /= heavier.mean()
    sections = _sections(np.round(gains[:-1], 3))
    return [section for section, gain in zip(sections, gains[:-1], strict=True) if abs(gain) >= 0.1]


def _lift_share(freqs_hz: Sequence[float]) -> F64:
    """How far each frequency may be lifted, as a share of the limit."""
    return np.where(np.array(freqs_hz) <= _DEEP_HZ, _DEEP_SHARE, 1.0)


def _wanted_db(off_db: F64, limit_db: float) -> F64:
    """What the filters should add to each band: nothing where there is nothing to lift."""
    lift = np.clip(-off_db, -1.5 * _CUT_SHARE * limit_db, 1.5 * limit_db * _lift_share(BANDS_HZ))
    full = np.clip((_EMPTY_DB + off_db) / (_EMPTY_DB - _EMPTY_FROM_DB), 0.0, 1.0)
    return np.where(lift > 0, lift * full, lift)
