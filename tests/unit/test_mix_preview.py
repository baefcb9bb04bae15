"""The live mix: near its loudness soon, safe peaks, voice on top, whatever levels come in."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyloudnorm
import pytest

from songwright.domain.plan import MixPlan
from songwright.engines.native.mix.preview import PreviewMixer
from tests.support import mix_material

pytestmark = pytest.mark.audio
SR = 48_000


def play(tracks, n: int, *, size: int = 2 * SR) -> np.ndarray:
    live = PreviewMixer([dataclasses.replace(t, samples=np.zeros((0,), np.float32)) for t in tracks], MixPlan())
    blocks = [live.block({t.name: t.samples[i : i + size] for t in tracks}) for i in range(0, n, size)]
    return np.concatenate(blocks)


def lufs(samples) -> float:
    return pyloudnorm.Meter(SR).integrated_loudness(np.asarray(samples, dtype=float))


@pytest.mark.parametrize("scale", [0.1, 1.0, 3.0])
def test_preview_is_near_its_loudness_whatever_comes_in(scale):
    tracks, _, n = mix_material.band(12.0)
    scaled = [dataclasses.replace(t, samples=np.float32(scale) * t.samples) for t in tracks]
    out = play(scaled, n)
    assert out.shape == (n, 2)
    assert lufs(out[4 * SR :]) == pytest.approx(-14.0, abs=2.5)
    assert lufs(out[: 2 * SR]) == pytest.approx(-14.0, abs=5.0)
    assert np.abs(out).max() <= 10 ** (-1.0 / 20)


def test_preview_puts_the_voice_over_the_band():
    """Mixing is nearly linear at the same gains: what is lost without the voice is the voice."""
    tracks, _, n = mix_material.band(8.0)
    whole = play(tracks, n)
    lead = next(t for t in tracks if t.name == "lead").samples.astype(float)
    late = slice(5 * SR, 8 * SR)

    def share(x: np.ndarray) -> float:
        mono = x[late].sum(axis=1)
        spectrum, ref = np.fft.rfft(mono), np.fft.rfft(lead[late])
        band = slice(200 * 3, 4000 * 3)
        coherent = np.abs((spectrum[band] * ref[band].conj()).sum()) ** 2
        return float(coherent / ((abs(spectrum[band]) ** 2).sum() * (abs(ref[band]) ** 2).sum()))

    backing = play([t for t in tracks if t.name != "lead"], n)
    assert share(whole) > 0.15
    assert share(backing) < 0.3 * share(whole)


def test_preview_of_silence_is_silence_and_comes_alive():
    tracks, _, _ = mix_material.band(8.0)
    live = PreviewMixer(tracks, MixPlan())
    quiet = live.block({t.name: np.zeros_like(t.samples[:SR]) for t in tracks})
    assert not quiet.any()
    assert np.abs(live.block({t.name: t.samples[:SR] for t in tracks})).max() > 0.05


def test_preview_blocks_join_without_steps():
    tracks, _, n = mix_material.band(6.0)
    steady = [t for t in tracks if t.name in ("pad", "bass")]
    t = np.arange(n) / SR
    for i, track in enumerate(steady):
        tone = 0.1 * np.sin(2 * np.pi * (80 + 40 * i) * t)
        shape = tone[:, None].repeat(2, axis=1) if track.samples.ndim == 2 else tone
        steady[i] = dataclasses.replace(
            track, samples=shape.astype(np.float32), hint=dataclasses.replace(track.hint, chorus=0.0)
        )
    out = play(steady, n, size=SR // 2)
    bend = np.abs(np.diff(out.astype(float), n=2, axis=0)).max(axis=1)
    joins = [bend[k * SR // 2 + d] for k in range(4, 12) for d in range(-3, 160)]
    assert max(joins) < 1.5 * np.percentile(bend[2 * SR :], 99.9)
