"""A plucked string (Karplus-Strong with exact tuning) on a small wooden body."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

Array = npt.NDArray[Any]
RATE_HZ = 48_000.0


class PluckSpec(NamedTuple):
    """String and body. All floats."""

    ring_s: float = 4.0  # to -60 dB at C4; lower strings ring longer
    brightness: float = 0.5  # of the string's losses, 0 dull .. 1 steel
    pick: float = 0.18  # where it is plucked, part of the string
    hardness_hz: float = 5500.0  # low-pass of the pluck at velocity 90
    body: float = 0.5  # resonance of the box
    release_s: float = 0.12
    glide_s: float = 0.05
    width: float = 0.3  # stereo of the body


@njit(cache=True, nogil=True)
def render_pluck(
    p: PluckSpec, tables: Array, starts: Array, pitches: Array, velocities: Array, gate: int, n_frames: int, seed: int
) -> Array:
    """Like :func:`.voice.render_voice`; a slide changes the string's length and plucks it again, softly."""
    out = np.zeros((n_frames, 2), np.float32)
    size = 4096
    line = np.zeros(size)
    write = 0
    state = np.uint64(seed) * np.uint64(2862933555777941757) + np.uint64(3037000493)
    note, note_at = 0, 0
    pitch = pitches[0]
    from_pitch = pitch
    damp = 0.5 * (1.0 - 0.92 * p.brightness)
    last = excite_lp = excite_lp2 = 0.0
    delay = 0.0
    loss = 1.0
    burst = 0
    period = 1.0
    history = np.zeros(size)
    body = np.zeros((3, 2))
    dc_x = dc_y = 0.0
    env = 1.0
    release = math.exp(-6.9 / max(1.0, p.release_s * RATE_HZ))
    strength, cut = 0.0, 0.5
    for at in range(n_frames):
        if note + 1 < len(starts) and starts[note + 1] <= at:
            from_pitch = pitch
            note += 1
            note_at = at
        if at == note_at:
            hz = 440.0 * 2.0 ** ((pitches[note] - 69.0) / 12.0)
            period = RATE_HZ / hz
            burst = int(period) + 1
            strength = (velocities[note] / 90.0) ** 1.5 * (1.0 if note == 0 else 0.5)
            cut = 1.0 - math.exp(
                -2.0 * math.pi * min(18_000.0, p.hardness_hz * 2.0 ** ((velocities[note] - 90.0) / 45.0)) / RATE_HZ
            )
        if at % 16 == 0 or at == note_at:
            pitch = pitches[note]
            if note > 0:
                x = (at - note_at) / max(1.0, p.glide_s * RATE_HZ)
                if x < 1.0:
                    pitch = from_pitch + (pitch - from_pitch) * x * x * (3.0 - 2.0 * x)
            hz = 440.0 * 2.0 ** ((pitch - 69.0) / 12.0)
            w = 2.0 * math.pi * hz / RATE_HZ
            real, imag = 1.0 - damp + damp * math.cos(w), damp * math.sin(w)
            delay = RATE_HZ / hz - math.atan2(imag, real) / w
            ring = p.ring_s * 2.0 ** ((60.0 - pitch) / 30.0)
            goal = 10.0 ** (-3.0 / (ring * hz))
            loss = min(0.99995, goal / math.sqrt(real * real + imag * imag))
        drive = 0.0
        if at - note_at < burst:
            state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            drive = strength * (float(state >> np.uint64(33)) / 1073741824.0 - 1.0)
        excite_lp += cut * (drive - excite_lp)
        excite_lp2 += cut * (excite_lp - excite_lp2)
        history[write] = excite_lp2
        pick_at = (write - max(1, int(p.pick * period)) + size) % size
        pulse = excite_lp2 - 0.9 * history[pick_at]
        # read the line ``delay`` frames back: third-order Lagrange
        whole = int(delay) - 1
        d = delay - whole
        base = write - whole
        y0 = line[(base + size) % size]
        y1 = line[(base - 1 + size) % size]
        y2 = line[(base - 2 + 2 * size) % size]
        y3 = line[(base - 3 + 2 * size) % size]
        value = (
            -y0 * (d - 1.0) * (d - 2.0) * (d - 3.0) / 6.0
            + y1 * d * (d - 2.0) * (d - 3.0) / 2.0
            - y2 * d * (d - 1.0) * (d - 3.0) / 2.0
            + y3 * d * (d - 1.0) * (d - 2.0) / 6.0
        )
        looped = (1.0 - damp) * value + damp * last
        last = value
        line[write] = pulse + loss * looped
        string = line[write]
        write = (write + 1) % size
        dc_y = 0.9975 * (dc_y + string - dc_x)
        dc_x = string
        low = mid = 0.0
        for band in range(3):
            if band == 0:
                f, q = 108.0, 5.0
            elif band == 1:
                f, q = 205.0, 6.0
            else:
                f, q = 415.0, 5.0
            g = math.pi * f / RATE_HZ
            v1 = (body[band, 0] + g * (dc_y - body[band, 1])) / (1.0 + g * (g + 1.0 / q))
            v2 = body[band, 1] + g * v1
            body[band, 0] = 2.0 * v1 - body[band, 0]
            body[band, 1] = 2.0 * v2 - body[band, 1]
            if band == 1:
                mid += v1 / q
            else:
                low += v1 / q
        if at >= gate:
            env *= release
            if env < 1e-5:
                break
        dry = dc_y * (1.0 - 0.4 * p.body)
        out[at, 0] = env * (dry + p.body * (low + mid * (1.0 + p.width)))
        out[at, 1] = env * (dry + p.body * (low + mid * (1.0 - p.width)))
    fade = min(96, n_frames)
    for i in range(fade):
        out[n_frames - 1 - i, 0] *= i / fade
        out[n_frames - 1 - i, 1] *= i / fade
    return out
