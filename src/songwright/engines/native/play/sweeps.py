"""Effects between sections: noise sweeps, risers, impacts, reversed cymbals. The note's length is the effect's."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from .waves import LOWEST_HZ, MIPS_PER_OCTAVE, N_MIPS, SAW, TABLE_FRAMES

Array = npt.NDArray[Any]
RATE_HZ = 48_000.0


class SweepSpec(NamedTuple):
    """Filtered noise, a gliding saw and a falling sine. All floats."""

    noise: float = 1.0
    from_hz: float = 400.0  # band of the noise, start and end
    to_hz: float = 9000.0
    q: float = 0.8
    from_db: float = -24.0  # loudness, start and end; linear in dB
    to_db: float = 0.0
    tone: float = 0.0  # gliding saws, an octave up over the whole
    boom: float = 0.0  # falling sine
    boom_from_hz: float = 70.0
    boom_to_hz: float = 35.0
    burst: float = 0.0  # short noise at the start
    fixed_s: float = 0.0  # length that does not depend on the note; 0 = the note's
    release_s: float = 0.02
    metal: float = 0.0  # ring modulation of the noise, for cymbals


@njit(cache=True, nogil=True)
def render_sweep(
    p: SweepSpec, tables: Array, starts: Array, pitches: Array, velocities: Array, gate: int, n_frames: int, seed: int
) -> Array:
    """Like :func:`.voice.render_voice`; pitch only matters to the tone."""
    out = np.zeros((n_frames, 2), np.float32)
    state = np.uint64(seed) * np.uint64(2862933555777941757) + np.uint64(3037000493)
    length = float(max(1, gate))
    gain = (velocities[0] / 90.0) ** 1.5
    filt = np.zeros((2, 2))
    dc = np.zeros((2, 2))
    phases = np.zeros(4)
    for k in range(4):
        phases[k] = 0.21 * k
    ring = np.zeros(6)
    boom_phase = 0.0
    release = math.exp(-6.9 / max(1.0, p.release_s * RATE_HZ))
    tail = 1.0
    g, level, inc, mip = 0.1, 0.0, 0.0, 0
    start_in = 0.0
    for at in range(n_frames):
        x = min(1.0, at / length)
        if at % 16 == 0:
            g = math.tan(math.pi * min(20_000.0, p.from_hz * (p.to_hz / p.from_hz) ** x) / RATE_HZ)
            level = 10.0 ** ((p.from_db + (p.to_db - p.from_db) * x) / 20.0)
            hz = 440.0 * 2.0 ** ((pitches[0] - 69.0 + 12.0 * x) / 12.0)
            inc = hz / RATE_HZ
            mip = int(min(N_MIPS - 1, MIPS_PER_OCTAVE * math.log2(max(hz * 1.02, LOWEST_HZ) / LOWEST_HZ)))
        start_in = min(1.0, start_in + 1.0 / 120.0)
        if at >= gate:
            tail *= release
            if tail < 1e-5:
                break
        tone = 0.0
        if p.tone > 0.0:
            for k in range(4):
                y = phases[k] * TABLE_FRAMES
                i = int(y)
                tone += tables[SAW, mip, i] + (tables[SAW, mip, i + 1] - tables[SAW, mip, i]) * (y - i)
                phases[k] += inc * (1.0 + 0.004 * (k - 1.5))
                phases[k] -= math.floor(phases[k])
            tone *= 0.25 * p.tone
        boom = 0.0
        if p.boom > 0.0:
            seconds = at / RATE_HZ
            fall = math.exp(-seconds / 0.18)
            boom_phase += (p.boom_to_hz + (p.boom_from_hz - p.boom_to_hz) * fall) / RATE_HZ
            boom = p.boom * math.sin(2.0 * math.pi * boom_phase) * math.exp(-seconds / 0.5)
        metal = 1.0
        if p.metal > 0.0:
            total = 0.0
            for k in range(6):
                ring[k] += (2117.0 + 731.0 * k + 97.0 * k * k) / RATE_HZ
                ring[k] -= math.floor(ring[k])
                total += 1.0 if ring[k] < 0.5 else -1.0
            metal = 1.0 - p.metal + p.metal * total / 2.5
        for c in range(2):
            state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            noise = (float(state >> np.uint64(33)) / 1073741824.0 - 1.0) * metal
            v1 = (filt[c, 0] + g * (noise - filt[c, 1])) / (1.0 + g * (g + 1.0 / p.q))
            v2 = filt[c, 1] + g * v1
            filt[c, 0] = 2.0 * v1 - filt[c, 0]
            filt[c, 1] = 2.0 * v2 - filt[c, 1]
            v = (p.noise * v1 / p.q + tone) * level + boom
            if p.burst > 0.0:
                v += p.burst * v1 * math.exp(-at / (0.09 * RATE_HZ))
            v *= gain * tail * start_in
            dc[c, 1] = 0.998 * (dc[c, 1] + v - dc[c, 0])
            dc[c, 0] = v
            out[at, c] = dc[c, 1]
    fade = min(256, n_frames)
    for i in range(fade):
        out[n_frames - 1 - i, 0] *= i / fade
        out[n_frames - 1 - i, 1] *= i / fade
    return out
