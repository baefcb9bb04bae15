"""A subtractive synthesizer voice: oscillators in unison, filter, envelopes."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from .waves import LOWEST_HZ, MIPS_PER_OCTAVE, N_MIPS, ORGAN, PULSE, SAW, SINE

Array = npt.NDArray[Any]
RATE_HZ = 48_000.0
CONTROL_FRAMES = 32  # pitch and filter move at this pace


class VoiceSpec(NamedTuple):
    """Everything about a patch. All floats, so that one compiled kernel serves all patches."""

    wave: float = SAW  # of waves.py, or PULSE
    level: float = 1.0
    wave_b: float = SAW  # second oscillator
    level_b: float = 0.0
    semitones_b: float = 0.0
    pulse_width: float = 0.5  # for PULSE in either oscillator
    pwm: float = 0.0  # depth around pulse_width
    pwm_hz: float = 0.4
    unison: float = 1.0  # copies of the pair, 1..9
    detune_cents: float = 0.0  # of the outermost copies
    width: float = 0.0  # their stereo spread, 0..1
    sub: float = 0.0  # sine an octave below
    sub_semitones: float = -12.0
    noise: float = 0.0
    free_phase: float = 1.0  # 0: every note starts at the same phase
    attack_s: float = 0.003
    decay_s: float = 0.2  # to -60 dB of the way
    sustain: float = 1.0
    release_s: float = 0.1  # to -60 dB
    cutoff_hz: float = 20_000.0  # at C4, velocity 90
    key_track: float = 0.5  # octaves of cutoff per octave of pitch
    resonance: float = 0.7  # Q
    poles: float = 2.0  # 2 or 4
    filter_octaves: float = 0.0  # envelope depth
    filter_attack_s: float = 0.001
    filter_decay_s: float = 0.3
    filter_sustain: float = 0.0
    velocity_octaves: float = 1.0  # cutoff from velocity 30 to 127, roughly
    lfo_hz: float = 0.0
    lfo_octaves: float = 0.0  # of the cutoff
    highpass_hz: float = 15.0
    drive: float = 0.0  # 0..1
    pitch_env_semitones: float = 0.0
    pitch_env_s: float = 0.03  # time constant
    vibrato_cents: float = 0.0
    vibrato_hz: float = 5.5
    vibrato_delay_s: float = 0.25
    tremolo: float = 0.0  # depth, left against right
    formant: float = 0.0  # 0..1: how much of a vowel
    glide_s: float = 0.07


@njit(cache=True, nogil=True)
def _softclip(x: float) -> float:
    if x > 3.0:
        return 1.0
    if x < -3.0:
        return -1.0
    return x * (27.0 + x * x) / (27.0 + 9.0 * x * x)


@njit(cache=True, nogil=True)
def _add_wave(
    table: Array, phase: float, inc: float, n: int, gain_l: float, gain_r: float, left: Array, right: Array
) -> None:
    """Add ``n`` frames of a table oscillator from ``phase`` (in cycles) on. Phases are 32-bit fractions of a cycle."""
    start = np.uint32(np.int64(phase * 4294967296.0) & np.int64(0xFFFFFFFF))
    step = np.uint32(np.int64(inc * 4294967296.0))
    gl, gr = np.float32(gain_l), np.float32(gain_r)
    for i in range(n):
        x = np.uint32(start + np.uint32(i) * step)
        k = np.uint64(x >> np.uint32(21))
        frac = np.float32(x & np.uint32(0x1FFFFF)) * np.float32(1.0 / 2097152.0)
        a = table[k]
        v = a + (table[k + np.uint64(1)] - a) * frac
        left[i] += gl * v
        right[i] += gr * v


@njit(cache=True, nogil=True)
def _oscillate(
    tables: Array,
    wave: int,
    phase: float,
    inc: float,
    n: int,
    gain_l: float,
    gain_r: float,
    width: float,
    left: Array,
    right: Array,
) -> float:
    """Add ``n`` frames of a wave; returns the phase after them."""
    after = phase + inc * n
    after -= math.floor(after)
    if inc >= 0.49:
        return after
    mip = int(MIPS_PER_OCTAVE * math.log2(max(inc * RATE_HZ, LOWEST_HZ) / LOWEST_HZ))
    mip = min(mip, N_MIPS - 1)
    if wave == PULSE:
        other = phase + width
        other -= math.floor(other)
        _add_wave(tables[SAW, mip], other, inc, n, -0.7 * gain_l, -0.7 * gain_r, left, right)
        _add_wave(tables[SAW, mip], phase, inc, n, 0.7 * gain_l, 0.7 * gain_r, left, right)
    else:
        _add_wave(tables[wave, mip], phase, inc, n, gain_l, gain_r, left, right)
    return after


@njit(cache=True, nogil=True)
def _lowpass(left: Array, right: Array, s: Array, g: float, g_step: float, k: float, n: int) -> None:
    """Two-pole low-pass of both sides, in place; its coefficient runs from ``g`` in steps."""
    a0, a1, b0, b1 = s[0], s[1], s[2], s[3]
    for i in range(n):
        g += g_step
        d = 1.0 / (1.0 + g * (g + k))
        v1 = (a0 + g * (left[i] - a1)) * d
        v2 = a1 + g * v1
        a0 = 2.0 * v1 - a0
        a1 = 2.0 * v2 - a1
        left[i] = v2
        v1 = (b0 + g * (right[i] - b1)) * d
        v2 = b1 + g * v1
        b0 = 2.0 * v1 - b0
        b1 = 2.0 * v2 - b1
        right[i] = v2
    s[0], s[1], s[2], s[3] = a0, a1, b0, b1


@njit(cache=True, nogil=True)
def _smooth(x: float) -> float:
    return x * x * (3.0 - 2.0 * x)


@njit(cache=True, nogil=True)
def render_voice(
    p: VoiceSpec, tables: Array, starts: Array, pitches: Array, velocities: Array, gate: int, n_frames: int, seed: int
) -> Array:
    """One note, or several joined by slides.

    ``starts`` (frames, first 0), ``pitches`` (MIDI, may be fractional) and ``velocities`` (1..127) have one entry per
    note; the key is released at frame ``gate``. Returns float32 (n_frames, 2).
    """
    out = np.zeros((n_frames, 2), np.float32)
    copies = int(p.unison)
    phases = np.zeros((copies, 2))
    state = np.uint64(seed) * np.uint64(2862933555777941757) + np.uint64(3037000493)
    for u in range(copies):
        for b in range(2):
            state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
            phases[u, b] = p.free_phase * float(state >> np.uint64(33)) / 2147483648.0
    lfo_start = float(state >> np.uint64(40)) / 16777216.0 * p.free_phase
    sub_phase = 0.0
    left, right = np.zeros(CONTROL_FRAMES, np.float32), np.zeros(CONTROL_FRAMES, np.float32)
    level = np.zeros(CONTROL_FRAMES)
    wave, wave_b = int(p.wave), int(p.wave_b)
    half = 0.5 if wave == ORGAN else 1.0  # the organ's table is an octave down
    ratio_b, ratio_sub = 2.0 ** (p.semitones_b / 12.0), 2.0 ** (p.sub_semitones / 12.0)
    norm = 1.0 / math.sqrt(copies)
    sides = np.zeros((copies, 3))  # of every copy: gain left, gain right, detuning
    for u in range(copies):
        place = 0.0 if copies == 1 else 2.0 * u / (copies - 1) - 1.0
        side = place * p.width * (1.0 if u % 2 == 0 else -1.0)
        sides[u, 0], sides[u, 1] = norm * math.sqrt(1.0 - side), norm * math.sqrt(1.0 + side)
        sides[u, 2] = 2.0 ** (place * p.detune_cents / 1200.0)
    four_poles = p.poles > 3.0
    s = np.zeros((2, 4))
    hp_l = hp_r = was_l = was_r = 0.0
    form = np.zeros((2, 3, 2))
    hp_coef = math.exp(-2.0 * math.pi * p.highpass_hz / RATE_HZ)
    attack_coef = 1.0 - math.exp(-1.6 / max(1.0, p.attack_s * RATE_HZ))
    slide_coef = min(attack_coef, 1.0 - math.exp(-1.6 / (0.02 * RATE_HZ)))  # slides swell instead of striking
    decay_coef = 1.0 - math.exp(-6.9 / max(1.0, p.decay_s * RATE_HZ))
    release_coef = 1.0 - math.exp(-6.9 / max(1.0, p.release_s * RATE_HZ))
    f_attack = CONTROL_FRAMES / max(1.0, p.filter_attack_s * RATE_HZ)
    slide_f_attack = min(f_attack, CONTROL_FRAMES / (0.02 * RATE_HZ))
    f_decay = 1.0 - math.exp(-6.9 * CONTROL_FRAMES / max(1.0, p.filter_decay_s * RATE_HZ))
    env, stage = 0.0, 0  # 0 attack, 1 decay, 2 release
    f_env, f_stage = 0.0, 0
    gain = (velocities[0] / 90.0) ** 1.5
    gain_goal = gain
    note = 0
    from_pitch = pitches[0]
    note_at = 0
    g_was = -1.0
    k_damp = 1.0 / p.resonance
    drive_in = 1.0 + 5.0 * p.drive
    drive_out = 1.0 / (1.0 + 2.2 * p.drive)
    at = 0
    while at < n_frames:
        n = min(CONTROL_FRAMES, n_frames - at)
        while note + 1 < len(starts) and starts[note + 1] <= at:
            x = (at - note_at) / max(1.0, p.glide_s * RATE_HZ)
            from_pitch = pitches[note] if x >= 1.0 else from_pitch + (pitches[note] - from_pitch) * _smooth(x)
            note += 1
            note_at = at
            stage, f_stage = 0, 0
            attack_coef, f_attack = slide_coef, slide_f_attack
            gain_goal = (velocities[note] / 90.0) ** 1.5
        seconds = at / RATE_HZ
        pitch = pitches[note]
        if note > 0:
            x = (at - note_at) / max(1.0, p.glide_s * RATE_HZ)
            if x < 1.0:
                pitch = from_pitch + (pitch - from_pitch) * _smooth(x)
        base_pitch = pitch
        if p.pitch_env_semitones != 0.0:
            pitch += p.pitch_env_semitones * math.exp(-seconds / p.pitch_env_s)
        if p.vibrato_cents > 0.0:
            grow = min(1.0, max(0.0, ((at - note_at) / RATE_HZ - p.vibrato_delay_s) / 0.3))
            pitch += grow * p.vibrato_cents / 100.0 * math.sin(2.0 * math.pi * p.vibrato_hz * seconds)
        inc = 440.0 * 2.0 ** ((pitch - 69.0) / 12.0) / RATE_HZ
        width = p.pulse_width
        if p.pwm > 0.0:
            width += p.pwm * math.sin(2.0 * math.pi * (p.pwm_hz * seconds + lfo_start))
        left[:] = 0.0
        right[:] = 0.0
        for u in range(copies):
            gl, gr = sides[u, 0], sides[u, 1]
            phases[u, 0] = _oscillate(
                tables, wave, phases[u, 0], inc * sides[u, 2] * half, n, gl * p.level, gr * p.level, width, left, right
            )
            if p.level_b > 0.0:
                inc_b = inc * ratio_b / sides[u, 2]
                gb = p.level_b
                phases[u, 1] = _oscillate(tables, wave_b, phases[u, 1], inc_b, n, gl * gb, gr * gb, width, left, right)
        if p.sub > 0.0:
            inc_s = inc * ratio_sub
            sub_phase = _oscillate(tables, SINE, sub_phase, inc_s, n, p.sub, p.sub, 0.5, left, right)
        if p.noise > 0.0:
            for i in range(n):
                state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
                left[i] += p.noise * (float(state >> np.uint64(33)) / 1073741824.0 - 1.0)
                state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
                right[i] += p.noise * (float(state >> np.uint64(33)) / 1073741824.0 - 1.0)
        # filter envelope
        if f_stage == 0:
            f_env += f_attack
            if f_env >= 1.0:
                f_env, f_stage = 1.0, 1
        else:
            f_env += ((p.filter_sustain if at < gate else 0.0) - f_env) * f_decay
        octaves = (
            p.filter_octaves * f_env
            + p.key_track * (base_pitch - 60.0) / 12.0
            + p.velocity_octaves * (velocities[note] - 90.0) / 97.0
        )
        if p.lfo_octaves != 0.0:
            octaves += p.lfo_octaves * math.sin(2.0 * math.pi * (p.lfo_hz * seconds + lfo_start))
        cutoff = min(20_500.0, max(30.0, p.cutoff_hz * 2.0**octaves))
        g_goal = math.tan(math.pi * cutoff / RATE_HZ)
        if g_was < 0.0:
            g_was = g_goal
        g_step = (g_goal - g_was) / n
        _lowpass(left, right, s[0], g_was, g_step, k_damp, n)
        if four_poles:
            _lowpass(left, right, s[1], g_was, g_step, 1.85, n)
        g_was = g_goal
        if p.formant > 0.0:
            for i in range(n):
                left[i] = (1.0 - p.formant) * left[i] + p.formant * _vowel(form[0], left[i], seconds, seed)
                right[i] = (1.0 - p.formant) * right[i] + p.formant * _vowel(form[1], right[i], seconds, seed)
        trem = 0.0
        if p.tremolo > 0.0:
            trem = p.tremolo * math.sin(2.0 * math.pi * p.vibrato_hz * seconds)
        gain_step = (gain_goal - gain) * 0.12 / n
        for i in range(n):
            gain += gain_step
            if at + i >= gate:
                stage = 2
            if stage == 0:
                env += (1.25 - env) * attack_coef
                if env >= 1.0:
                    env, stage = 1.0, 1
            elif stage == 1:
                env += (p.sustain - env) * decay_coef
            else:
                env -= env * release_coef
            level[i] = env * gain
        if p.drive > 0.0:
            for i in range(n):
                left[i] = _softclip(left[i] * level[i] * drive_in) * drive_out
                right[i] = _softclip(right[i] * level[i] * drive_in) * drive_out
        else:
            for i in range(n):
                left[i] *= level[i]
                right[i] *= level[i]
        for i in range(n):
            hp_l = hp_coef * (hp_l + left[i] - was_l)
            was_l = left[i]
            hp_r = hp_coef * (hp_r + right[i] - was_r)
            was_r = right[i]
            out[at + i, 0] = hp_l * (1.0 + trem)
            out[at + i, 1] = hp_r * (1.0 - trem)
        quiet = env < 2e-5 and abs(hp_l) < 3e-5 and abs(hp_r) < 3e-5
        if quiet and stage != 0 and note + 1 == len(starts) and (p.sustain == 0.0 or stage == 2):
            break
        at += n
    fade = min(480, n_frames)
    for i in range(fade):
        for c in range(2):
            out[n_frames - 1 - i, c] *= i / fade
    return out


@njit(cache=True, nogil=True)
def _vowel(state: Array, v: float, seconds: float, seed: int) -> float:
    """Three band-passes of a singer's "ah" or "eh", opened from "oo" in the first 80 ms."""
    opening = min(1.0, seconds / 0.08)
    total = 0.0
    bright = seed % 2
    for band in range(3):
        if band == 0:
            start, goal, q, level = 320.0, 760.0 - 180.0 * bright, 6.0, 1.0
        elif band == 1:
            start, goal, q, level = 850.0, 1150.0 + 650.0 * bright, 9.0, 0.7
        else:
            start, goal, q, level = 2300.0, 2650.0, 11.0, 0.45
        g = math.pi * (start + (goal - start) * opening) / RATE_HZ
        k = 1.0 / q
        v1 = (state[band, 0] + g * (v - state[band, 1])) / (1.0 + g * (g + k))
        v2 = state[band, 1] + g * v1
        state[band, 0] = 2.0 * v1 - state[band, 0]
        state[band, 1] = 2.0 * v2 - state[band, 1]
        total += level * k * v1 * 3.0
    return total
