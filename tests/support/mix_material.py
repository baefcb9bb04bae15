"""Small synthetic tracks for tests of mix and master: a formant voice, drums, bass, chords."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from songwright.domain.performance import SectionSpan
from songwright.domain.score import MixHint, StemName
from songwright.engines.native.mix.mixer import Track

SR = 48_000


def _tone(freq_hz: float, n: int, harmonics: int, rng: np.random.Generator) -> np.ndarray:
    t = np.arange(n) / SR
    return sum(np.sin(2 * np.pi * freq_hz * k * t + rng.uniform(0, 6)) / k for k in range(1, harmonics + 1))


def _fade(n: int, edge: int) -> np.ndarray:
    ramp = np.arange(n)
    return np.minimum(1.0, np.minimum(ramp, ramp[::-1]) / edge)


def voice(n: int, start_s: float, end_s: float, rng: np.random.Generator) -> np.ndarray:
    """Syllables of 0.3 s with formants, four bars of them and a rest, between ``start_s`` and ``end_s``."""
    out = np.zeros(n)
    d = round(0.3 * SR)
    for k, at in enumerate(np.arange(start_s, end_s - 0.35, 0.33)):
        if k % 7 == 6:
            continue
        y = _tone(rng.choice([220.0, 247.0, 294.0]), d, 30, rng)
        for formant, width in ((rng.choice([350, 600]), 90), (rng.choice([1000, 1800]), 120), (2700, 200)):
            r = np.exp(-np.pi * width / SR)
            y = y + 3 * lfilter([1 - r], [1, -2 * r * np.cos(2 * np.pi * formant / SR), r * r], y)
        i = round(at * SR)
        out[i : i + d] += (y * _fade(d, 900) * rng.uniform(0.4, 1))[: n - i]
    return (0.4 * out / max(1e-9, np.abs(out).max())).astype(np.float32)


def chords(n: int, freqs_hz: tuple[float, ...], step_s: float, rng: np.random.Generator) -> np.ndarray:
    """Detuned stereo chord hits every ``step_s``."""
    d = round(step_s * SR)
    env = np.exp(-np.arange(d) / SR * 3) * _fade(d, 300)
    hits = [sum(_tone(f * x, d, 12, rng) for f in freqs_hz) * env for x in (0.998, 1.002)]
    tiled = [np.tile(h, n // d + 1)[:n] for h in hits]
    return (0.1 * np.stack(tiled, axis=1)).astype(np.float32)


def drums(n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Kick, snare and hats at 120 bpm, stereo, and the kicks' frames."""
    out, kicks = np.zeros((n + SR, 2)), []
    t = np.arange(SR // 4) / SR
    for beat in range(n // (SR // 2)):
        i = beat * SR // 2
        if beat % 2 == 0:
            kicks.append(i)
            hit = 0.9 * np.sin(2 * np.pi * (50 * t + 5 * (1 - np.exp(-t * 40)))) * np.exp(-t * 12)
        else:
            hit = 0.4 * rng.normal(size=len(t)) * np.exp(-t * 25)
        out[i : i + len(t)] += hit[:, None]
        hat = 0.1 * rng.normal(size=(2400, 2)) * np.exp(-np.arange(2400) / 500)[:, None]
        out[i + SR // 4 : i + SR // 4 + 2400] += hat
    return out[:n].astype(np.float32), np.array(kicks)


def band(seconds: float = 8.0, *, seed: int = 1) -> tuple[list[Track], list[SectionSpan], int]:
    """Tracks, sections (verse, chorus) and length of a little song."""
    rng, n = np.random.default_rng(seed), round(seconds * SR)
    half = seconds / 2
    sections = [
        SectionSpan(name="Verse", kind="verse", start_s=0.0, end_s=half, energy=0.4),
        SectionSpan(name="Chorus", kind="chorus", start_s=half, end_s=seconds, energy=0.9),
    ]
    lead = voice(n, 0.5, seconds - 0.5, rng)
    kit, kicks = drums(n, rng)

    def track(name: str, stem: StemName, role: str, samples: np.ndarray, **hint: float) -> Track:
        return Track(name=name, stem=stem, role=role, samples=samples, hint=MixHint(**hint), pulses=kicks)

    tracks = [
        track("lead", StemName.VOCALS, "lead", lead, delay_db=-18.0, reverb_db=-15.0),
        track("harmony", StemName.BACKING_VOCALS, "harmony", np.roll(lead, 700), level_db=-11.0, pan=0.4),
        track("drums", StemName.DRUMS, "drums", kit, level_db=-5.5, reverb_db=-16.0),
        track("bass", StemName.BASS, "bass", chords(n, (55.0,), 0.5, rng), level_db=-8.5),
        track("piano", StemName.KEYBOARD, "comp", chords(n, (220.0, 277.2, 329.6), 0.5, rng), level_db=-9.5),
        track("guitar", StemName.GUITAR, "comp", chords(n, (110.0, 165.0), 0.25, rng)[:, 0], drive=0.6, pan=-0.5,
              level_db=-12.0),
        track("pad", StemName.SYNTH, "pad", chords(n, (440.0, 554.4), 2.0, rng), level_db=-14.0, chorus=0.5, duck=1.0),
    ]  # fmt: skip
    return tracks, sections, n
