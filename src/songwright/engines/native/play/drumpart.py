"""A part played by a synthesised drum kit."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from songwright.domain.audio import F32, SAMPLE_RATE_HZ
from songwright.domain.draws import child_seed, draws
from songwright.domain.performance import PlayedNote

from . import drumkernels
from .drumkits import KITS, DrumSound, Kit, Metal, Noise, Tone
from .synthpart import Timeline

VARIATIONS = 4  # takes of every hit
_LAYERS = (24, 44, 62, 78, 94, 110, 127)  # velocities a hit is computed at
_LONG_S = 1.5  # sounds that ring longer have two takes only: they cost more and differ less
_CHOKE_FRAMES = 480
_FALLBACK_KEY = 37

F64 = npt.NDArray[np.float64]


def drum_stream(kit: str, notes: Sequence[PlayedNote], *, n_frames: int) -> Timeline:
    """A part played by ``kit`` (an id of KITS). Raises ValueError for an unknown kit."""
    if kit not in KITS:
        raise ValueError(f"there is no synthesised drum kit {kit!r}")
    ordered = sorted(notes, key=lambda n: (n.start_s, n.pitch_midi))
    starts = [max(0, round(n.start_s * SAMPLE_RATE_HZ)) for n in ordered]
    cuts = _choke_lengths(KITS[kit], ordered, starts)
    takes: dict[int, int] = {}
    order: list[int] = []
    for note in ordered:  # the n-th hit of a drum is its take n mod VARIATIONS
        key = round(note.pitch_midi)
        long = _ring_s(_sound(KITS[kit], key)) > _LONG_S
        order.append(takes.get(key, 0) % (2 if long else VARIATIONS))
        takes[key] = takes.get(key, 0) + 1

    def make(index: int) -> F32:
        note = ordered[index]
        layer = next(i for i, top in enumerate(_LAYERS) if note.velocity <= top)
        sound = drum_hit(kit, round(note.pitch_midi), layer, order[index])
        gain = np.float32((max(1, note.velocity) / 90.0) ** 1.5)
        cut = cuts[index]
        if cut >= len(sound):
            return sound * gain
        sound = sound[: cut + _CHOKE_FRAMES] * gain
        tail = len(sound) - cut
        sound[cut:] *= (np.linspace(1.0, 0.0, tail) ** 2).astype(np.float32)[:, None]
        return sound

    return Timeline(starts, make, n_frames)


def _choke_lengths(kit: Kit, notes: Sequence[PlayedNote], starts: Sequence[int]) -> list[int]:
    """Frames every hit may sound before another of its group cuts it."""
    cuts = [1 << 40] * len(notes)
    next_start: dict[str, int] = {}
    for i in range(len(notes) - 1, -1, -1):
        group = _sound(kit, round(notes[i].pitch_midi)).choke
        if not group:
            continue
        if group in next_start and next_start[group] > starts[i]:
            cuts[i] = next_start[group] - starts[i]
        next_start[group] = starts[i]
    return cuts


def _sound(kit: Kit, key: int) -> DrumSound:
    return kit.sounds.get(key, kit.sounds[_FALLBACK_KEY])


@functools.lru_cache(maxsize=1024)
def drum_hit(kit: str, key: int, layer: int, take: int) -> F32:
    """One hit, gain for velocity 90: (n, 2) float32. Harder layers are brighter; takes differ a little."""
    machine = KITS[kit]
    sound = _sound(machine, key)
    rng = draws(child_seed(key, "drum", kit), take)
    tune = 2.0 ** ((rng.random() - 0.5) * 0.24 / 12.0)
    length = 1.0 + (rng.random() - 0.5) * 0.08
    trim = 10.0 ** ((rng.random() - 0.5) * 0.8 / 20.0)
    hard = (_LAYERS[layer] - 90.0) / 37.0  # -1.8 .. +1
    bright = 2.0 ** (0.35 * hard)
    click = 10.0 ** (3.0 * hard / 20.0)
    n = round(_ring_s(sound) * length * SAMPLE_RATE_HZ)
    out = np.zeros((n, 2))
    for tone in sound.tones:
        fall = tone.hz + (tone.from_hz - tone.hz) * bright if tone.from_hz else 0.0
        out += _tone(tone, tone.hz * tune, fall, length, n)[:, None]
    for index, noise in enumerate(sound.noises):
        shaped = replace(noise, hz=noise.hz * bright, level=noise.level * click, decay_s=noise.decay_s * length)
        out += _wide(lambda seed, s=shaped: _noise(s, n, seed), noise.width, child_seed(key, kit, "noise", index, take))
    for index, metal in enumerate(sound.metals):
        shaped = replace(metal, hz=metal.hz * tune, decay_s=metal.decay_s * length * (0.9 + 0.1 * bright))
        shaped = replace(shaped, band_hz=metal.band_hz * bright)
        out += _wide(lambda seed, s=shaped: _metal(s, n, seed), metal.width, child_seed(key, kit, "metal", index, take))
    out = _machine(out * trim, machine, sound)
    out *= 10.0 ** (sound.level_db / 20.0)
    out *= (
        math.cos((sound.pan + 1) * math.pi / 4) * math.sqrt(2),
        math.sin((sound.pan + 1) * math.pi / 4) * math.sqrt(2),
    )
    fade = min(n, 480)
    out[n - fade :] *= np.linspace(1.0, 0.0, fade)[:, None]
    result = out.astype(np.float32)
    result.setflags(write=False)
    return result


def _ring_s(sound: DrumSound) -> float:
    """Until everything is 60 dB down."""
    times = [7.0 * t.decay_s + t.hold_s for t in sound.tones]
    times += [7.0 * x.decay_s + x.hold_s + x.bursts * x.burst_s for x in sound.noises]
    times += [7.0 * m.decay_s + m.jingles * m.jingle_s for m in sound.metals]
    return min(6.0, max(times) + 0.02)


def _wide(make: Callable[[int], F64], width: float, seed: int) -> F64:
    """Two-sided from one-sided: a shared part, and a part of opposite sign on each side, equal power."""
    mid = make(child_seed(seed, "mid") % (1 << 31))
    if width <= 0.0:
        return np.stack([mid, mid], axis=1)
    a, b = math.sqrt(1.0 - 0.5 * width), math.sqrt(0.5 * width)
    side = make(child_seed(seed, "side") % (1 << 31))
    return np.stack([a * mid + b * side, a * mid - b * side], axis=1)


def _tone(x: Tone, hz: float, from_hz: float, length: float, n: int) -> F64:
    times = (float(x.fall_s), float(x.decay_s * length), float(x.attack_s), float(x.hold_s))
    shape = (float(x.level), float(x.triangle), float(x.drive))
    return drumkernels.tone(
        float(hz), float(from_hz), times[0], times[1], shape[0], times[2], times[3], shape[1], shape[2], n
    )


def _noise(x: Noise, n: int, seed: int) -> F64:
    hz, q, low_hz, level = float(x.hz), float(x.q), float(x.low_hz), float(x.level)
    attack_s, hold_s, decay_s, burst_s = float(x.attack_s), float(x.hold_s), float(x.decay_s), float(x.burst_s)
    return drumkernels.noise(hz, x.mode, q, decay_s, level, attack_s, hold_s, x.bursts, burst_s, low_hz, n, seed)


def _metal(x: Metal, n: int, seed: int) -> F64:
    hz, band_hz, q, high_hz = float(x.hz), float(x.band_hz), float(x.q), float(x.high_hz)
    decay_s, attack_s, jingle_s = float(x.decay_s), float(x.attack_s), float(x.jingle_s)
    level, sines, spread = float(x.level), float(x.sines), float(x.spread)
    return drumkernels.metal(
        hz, band_hz, q, high_hz, decay_s, level, attack_s, sines, spread, x.jingles, jingle_s, n, seed
    )


def _machine(hit: F64, kit: Kit, sound: DrumSound) -> F64:
    """Drive, and the sampler the hit comes out of: fewer frames, fewer bits, a low-pass."""
    if sound.drive > 0.0:
        amount = 1.0 + 3.0 * sound.drive
        hit = np.tanh(hit * amount) / math.tanh(amount)
    if kit.hold > 1:
        padded = np.concatenate([hit, np.zeros((-len(hit) % kit.hold, 2))])
        means = padded.reshape(-1, kit.hold, 2).mean(axis=1)
        hit = np.repeat(means, kit.hold, axis=0)[: len(hit)]
    if kit.bits:
        steps = float(1 << (kit.bits - 1))
        hit = np.round(hit * steps) / steps
    if kit.lowpass_hz > 0.0:
        drumkernels.lowpass(hit, kit.lowpass_hz)
    return hit
