"""Pre-master to master: tone, glue, saturation, width, loudness, ceiling."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import F32, I32, SAMPLE_RATE_HZ, from_pcm24, peak_of, to_pcm24
from songwright.domain.performance import SectionSpan
from songwright.domain.plan import MixPlan

from ..mix.automation import STEP_S, apply_lane, n_points
from ..mix.dsp import biquad
from ..mix.dsp.biquad import Cascade
from ..mix.dsp.colour import Image, Saturator
from ..mix.dsp.dynamics import Compressor
from ..mix.dsp.limiter import apply_gain, limit_gains, peak_envelope, soft_clip
from ..mix.dsp.limiter import true_peak_dbtp as true_peak_dbtp
from ..mix.dsp.loudness import HOP_FRAMES, SILENCE_LUFS, hop_energies, integrated_lufs, loudness_lufs
from .curves import target_db
from .tone import band_levels_db, correction

F64 = npt.NDArray[np.float64]
CHUNK_FRAMES = 32768
WORK_LUFS = -18.0  # level inside the chain, before the last gain
FADE_IN_S, FADE_OUT_S = 0.01, 0.03
MAX_GAIN_DB = 40.0
SLOW_S = 3.0
"""Movements of loudness slower than this are the song's, not the compressor's."""
GIVEN_BACK_DB = 4.0
MP3_ROOM_DB = 0.85
"""How far the master stays under the plan's ceiling: a lossy encoder moves peaks."""
LIMITING_DB = 4.0
"""Peaks that need more limiting than this are bent by the soft clipper first."""
_MARGIN_DB = 0.12  # interpolated peaks between 4x points, and the gain's own movement


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Mastered:
    """The finished stereo. Silence measures -70.0 LUFS and -150.0 dBTP."""

    samples: F32  # (n, 2)
    pcm24: I32  # the same in 24-bit integers
    loudness_lufs: float  # integrated, BS.1770-4
    true_peak_dbtp: float


def master(premaster: I32, plan: MixPlan, *, sections: Sequence[SectionSpan] = ()) -> Mastered:
    """Master ``premaster`` (n, 2) to ``plan.target_lufs`` +- 0.2 LU below ``plan.ceiling_dbtp``.

    ``sections`` tell where the song is; the chain itself treats all of them alike. Silence stays silence.
    """
    x = from_pcm24(premaster)
    if loudness_lufs(x) <= SILENCE_LUFS:
        return _finished(x)
    hops = _colour(x, plan)
    level = _give_back(x, hops)
    _fade(x)
    ceiling = 10 ** ((plan.ceiling_dbtp - MP3_ROOM_DB - _MARGIN_DB) / 20)
    return _finished(to_loudness(x, target_lufs=plan.target_lufs, ceiling=ceiling, level_lufs=level))


def _colour(x: F32, plan: MixPlan) -> F64:
    """Tone, glue, tape and width, in place; leaves ``x`` near :data:`WORK_LUFS`. Gives its energies before the glue."""
    eq = Cascade([biquad.highpass(25.0), *correction(band_levels_db(x), target_db(plan))])
    _in_chunks(x, [eq])
    hops = hop_energies(x)
    gain_db = float(np.clip(WORK_LUFS - integrated_lufs(hops), -MAX_GAIN_DB, MAX_GAIN_DB))
    x *= np.float32(10 ** (gain_db / 20))
    glue = Compressor(
        threshold_db=WORK_LUFS - 1.0,
        ratio=max(1.0, plan.glue_ratio),
        attack_ms=30.0,
        release_ms=220.0,
        knee_db=6.0,
        rms_ms=20.0,
    )
    effects: list[Compressor | Saturator | Image] = [glue]
    if plan.saturation > 0:
        effects.append(Saturator(drive=0.8 * math.sqrt(min(1.0, plan.saturation)), bias=0.05))
    effects.append(Image(width=min(1.5, max(0.0, plan.width)), mono_below_hz=110.0))
    _in_chunks(x, effects)
    return hops * 10 ** (gain_db / 10)


def _give_back(x: F32, before: F64) -> float:
    """Undo what the glue took of the song's slow dynamics, in place; gives the loudness that is left, LUFS.

    A compressor holds beats together, but it also levels verse and chorus. What changed over :data:`SLOW_S` seconds
    between the energies ``before`` and those of ``x`` is put back by a gain that moves as slowly.
    """
    after = hop_energies(x)
    wanted_db = 10 * np.log10(_slow(before) / _slow(after))
    heard = after > 10 ** ((SILENCE_LUFS + 0.691) / 10)
    wanted_db -= np.average(wanted_db, weights=np.maximum(after, 1e-9) * heard + 1e-12)
    wanted_db = np.clip(wanted_db, -GIVEN_BACK_DB, GIVEN_BACK_DB)
    middles_s = (np.arange(len(after)) + 0.5) * HOP_FRAMES / SAMPLE_RATE_HZ
    points_s = np.arange(n_points(len(x))) * STEP_S
    apply_lane(x, (10 ** (np.interp(points_s, middles_s, wanted_db) / 20)).astype(np.float32))
    return integrated_lufs(after * 10 ** (wanted_db / 10))


def _slow(hops: F64) -> F64:
    """Energies averaged over :data:`SLOW_S` with soft ends, never silent."""
    window = np.hanning(round(2 * SLOW_S * SAMPLE_RATE_HZ / HOP_FRAMES) | 1)
    if len(hops) < len(window):
        return np.full(len(hops), max(float(hops.mean()), 1e-9))
    weights = np.convolve(np.ones(len(hops)), window, "same")
    return np.maximum(np.convolve(hops, window, "same") / weights, 1e-9)


def _in_chunks(x: F32, effects: Sequence[Cascade | Compressor | Saturator | Image]) -> None:
    for start in range(0, len(x), CHUNK_FRAMES):
        block = x[start : start + CHUNK_FRAMES]
        for effect in effects:
            effect.process(block)


def _fade(x: F32) -> None:
    n_in, n_out = min(len(x), round(FADE_IN_S * SAMPLE_RATE_HZ)), min(len(x), round(FADE_OUT_S * SAMPLE_RATE_HZ))
    x[:n_in] *= np.linspace(0, 1, n_in, endpoint=False, dtype=np.float32)[:, None]
    x[len(x) - n_out :] *= np.linspace(1, 0, n_out, dtype=np.float32)[:, None]


def to_loudness(x: F32, *, target_lufs: float, ceiling: float, level_lufs: float | None = None) -> F32:
    """``x`` (n, 2) at ``target_lufs`` with no interpolated peak over ``ceiling`` (linear). ``x`` is used up.

    ``level_lufs`` is its loudness, for those who know it.
    """
    level = loudness_lufs(x) if level_lufs is None else level_lufs
    gain_db = float(np.clip(target_lufs - level, -MAX_GAIN_DB, MAX_GAIN_DB))
    x *= np.float32(10 ** (gain_db / 20))
    top = ceiling * 10 ** (LIMITING_DB / 20)
    if peak_of(x) > top:
        soft_clip(x, 0.7 * top, top)
    out = np.empty_like(x)
    peaks: npt.NDArray[np.float32] = peak_envelope(x, floor=0.3 * ceiling)
    more_db = 0.0
    for _ in range(6):
        scale = 10 ** (more_db / 20)
        gains = limit_gains(peaks, ceiling / scale)
        apply_gain(x, gains, scale, out)
        error = target_lufs - integrated_lufs(hop_energies(out))
        if abs(error) < 0.05 or more_db >= 12:
            break
        more_db = min(12.0, more_db + 1.15 * error)
    return out


def _finished(samples: F32) -> Mastered:
    pcm = to_pcm24(samples)
    exact = from_pcm24(pcm)
    return Mastered(samples=exact, pcm24=pcm, loudness_lufs=loudness_lufs(exact), true_peak_dbtp=true_peak_dbtp(exact))


def limited(pcm: I32, by_db: float) -> I32:
    """``pcm`` (n, 2) in 24 bits with its true peak ``by_db`` lower and its loudness kept."""
    x = from_pcm24(pcm)
    ceiling = 10 ** ((true_peak_dbtp(x) - by_db) / 20)
    return to_pcm24(to_loudness(x, target_lufs=loudness_lufs(x), ceiling=ceiling))
