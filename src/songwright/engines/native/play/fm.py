"""A frequency-modulation voice of two operator pairs: electric piano, bells, FM bass."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from .waves import SINE, TABLE_FRAMES

Array = npt.NDArray[Any]
RATE_HZ = 48_000.0


class FmSpec(NamedTuple):
    """Two pairs (body and tine), each one modulator on one carrier. All floats: one kernel for all patches."""

    carrier: float = 1.0  # frequency ratios to the note
    modulator: float = 1.0
    index: float = 1.0  # radians at the start, velocity 90, C4
    index_decay_s: float = 0.8  # time constant
    index_sustain: float = 0.3  # part of the index that stays
    level: float = 1.0
    decay_s: float = 1.6  # time constant of the loudness at C4; lower notes ring longer
    carrier_b: float = 1.0
    modulator_b: float = 14.0
    index_b: float = 0.6
    index_decay_b_s: float = 0.12
    level_b: float = 0.3
    decay_b_s: float = 0.25
    attack_s: float = 0.002
    sustain: float = 0.0  # of the loudness
    release_s: float = 0.18  # to -60 dB
    key_scaling: float = 0.6  # how much the index falls with pitch
    velocity_index: float = 1.2  # how much it rises with velocity
    tremolo: float = 0.0  # left against right
    tremolo_hz: float = 4.6
    detune_cents: float = 0.0  # of the right carrier
    glide_s: float = 0.06


@njit(cache=True, nogil=True)
def _sine(table: Array, cycles: float) -> float:
    x = (cycles - math.floor(cycles)) * TABLE_FRAMES
    k = int(x)
    if k >= TABLE_FRAMES:
        k = TABLE_FRAMES - 1
    return table[k] + (table[k + 1] - table[k]) * (x - k)


@njit(cache=True, nogil=True)
def _safe_index(index: float, carrier_hz: float, modulator_hz: float) -> float:
    """Limit the modulation so that the sidebands stay below 20 kHz (Carson's rule)."""
    room = (20_000.0 - carrier_hz) / max(1.0, modulator_hz) - 1.0
    return max(0.0, min(index, room)) if room > 0.0 else 0.0


@njit(cache=True, nogil=True)
def render_fm(
    p: FmSpec, tables: Array, starts: Array, pitches: Array, velocities: Array, gate: int, n_frames: int, seed: int
) -> Array:
    """Like :func:`.voice.render_voice`."""
    out = np.zeros((n_frames, 2), np.float32)
    table = tables[SINE, 0]
    dc = np.zeros((2, 2))
    phase_c, phase_m, phase_cb, phase_mb, phase_r = 0.0, 0.0, 0.0, 0.0, 0.0
    trem_start = (seed % 1000) / 1000.0
    note, note_at = 0, 0
    from_pitch = pitches[0]
    pitch = pitches[0]
    env, stage = 0.0, 0
    attack = 1.0 / max(1.0, p.attack_s * RATE_HZ)
    release = math.exp(-6.9 / max(1.0, p.release_s * RATE_HZ))
    index_fall = math.exp(-1.0 / (p.index_decay_s * RATE_HZ))
    index_fall_b = math.exp(-1.0 / (p.index_decay_b_s * RATE_HZ))
    gain = (velocities[0] / 90.0) ** 1.5
    gain_goal = gain
    body_fall = tine_fall = 0.0
    index_now = index_now_b = 0.0
    detune = 2.0 ** (p.detune_cents / 1200.0)
    inc = 0.0
    trem = 0.0
    struck = True
    body, tine, index_env, index_env_b = 1.0, 1.0, 1.0, 1.0
    for at in range(n_frames):
        if note + 1 < len(starts) and starts[note + 1] <= at:
            from_pitch = pitch
            note += 1
            note_at = at
            stage = 0
            gain_goal = (velocities[note] / 90.0) ** 1.5
            struck = False
        if at % 16 == 0:
            pitch = pitches[note]
            if note > 0:
                x = (at - note_at) / max(1.0, p.glide_s * RATE_HZ)
                if x < 1.0:
                    pitch = from_pitch + (pitch - from_pitch) * x * x * (3.0 - 2.0 * x)
            hz = 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)
            inc = hz / RATE_HZ
            stretch = 2.0 ** ((60.0 - pitch) / 24.0)
            body_fall = math.exp(-1.0 / (p.decay_s * stretch * RATE_HZ))
            tine_fall = math.exp(-1.0 / (p.decay_b_s * stretch * RATE_HZ))
            bright = 2.0 ** (
                p.key_scaling * (60.0 - pitch) / 12.0 + p.velocity_index * (velocities[note] - 90.0) / 60.0
            )
            bright = min(bright, 3.0)
            index_now = _safe_index(p.index * bright, hz * p.carrier, hz * p.modulator) / (2.0 * math.pi)
            index_now_b = _safe_index(p.index_b * bright, hz * p.carrier_b, hz * p.modulator_b) / (2.0 * math.pi)
            trem = p.tremolo * math.sin(2.0 * math.pi * (p.tremolo_hz * at / RATE_HZ + trem_start))
        if not struck:  # a slide lifts the envelopes again, without a click
            body += (1.0 - body) * 0.003
            tine += (0.6 - tine) * 0.003
            index_env += (1.0 - index_env) * 0.003
            struck = at - note_at > 1200
        if at >= gate:
            env *= release
        elif stage == 0:
            env += attack
            if env >= 1.0:
                env, stage = 1.0, 1
        gain += (gain_goal - gain) * 0.005
        body = p.sustain + (body - p.sustain) * body_fall
        tine *= tine_fall
        index_env = p.index_sustain + (index_env - p.index_sustain) * index_fall
        index_env_b *= index_fall_b
        m = _sine(table, phase_m) * index_now * index_env
        mb = _sine(table, phase_mb) * index_now_b * index_env_b
        tine_now = p.level_b * tine * _sine(table, phase_cb + mb)
        left = p.level * body * _sine(table, phase_c + m)
        right = left
        if p.detune_cents > 0.0:
            right = p.level * body * _sine(table, phase_r + m)
        level = env * gain
        left = (left + tine_now) * level * (1.0 + trem)
        right = (right + tine_now) * level * (1.0 - trem)
        dc[0, 1] = 0.9974 * (dc[0, 1] + left - dc[0, 0])  # 20 Hz: equal ratios make an offset
        dc[0, 0] = left
        dc[1, 1] = 0.9974 * (dc[1, 1] + right - dc[1, 0])
        dc[1, 0] = right
        out[at, 0] = dc[0, 1]
        out[at, 1] = dc[1, 1]
        phase_c += inc * p.carrier
        phase_r += inc * p.carrier * detune
        phase_m += inc * p.modulator
        phase_cb += inc * p.carrier_b
        phase_mb += inc * p.modulator_b
        if at % 64 == 0:
            phase_c -= math.floor(phase_c)
            phase_r -= math.floor(phase_r)
            phase_m -= math.floor(phase_m)
            phase_cb -= math.floor(phase_cb)
            phase_mb -= math.floor(phase_mb)
            if at > gate and env < 2e-5:
                break
    fade = min(96, n_frames)
    for i in range(fade):
        out[n_frames - 1 - i, 0] *= i / fade
        out[n_frames - 1 - i, 1] *= i / fade
    return out
