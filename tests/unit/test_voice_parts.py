"""The singer's smaller parts: fast convolution, levels, breath, air, tone, cache."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from songwright.engines.native.voice.air import with_air
from songwright.engines.native.voice.breath import breath
from songwright.engines.native.voice.cache import PhraseCache
from songwright.engines.native.voice.convolution import DftConvolution, Norm
from songwright.engines.native.voice.level import edge_gain, even_out, target_db, weighted_level_db
from songwright.engines.native.voice.throat import at_pace, breathy, lightened
from songwright.engines.native.voice.tone import deessed, shaped

RATE = 48_000


def tone(hz: float, seconds: float, rate: int = RATE) -> np.ndarray:
    return np.sin(2 * np.pi * hz * np.arange(int(seconds * rate)) / rate).astype(np.float32)


def band_db(samples: np.ndarray, low: float, high: float) -> float:
    power = np.abs(np.fft.rfft(samples.astype(np.float64) * np.hanning(len(samples)))) ** 2
    hz = np.fft.rfftfreq(len(samples), 1 / RATE)
    return float(10 * np.log10(power[(hz >= low) & (hz < high)].sum() / len(samples) ** 2 + 1e-20))


@pytest.mark.parametrize(("taps", "dilation"), [(3, 1), (3, 5), (7, 3), (11, 1), (11, 5)])
@pytest.mark.parametrize("n", [7, 333, 2_500])
def test_the_dft_convolution_is_a_convolution(taps: int, dilation: int, n: int) -> None:
    rng = np.random.default_rng(taps * 10 + dilation)
    x = rng.standard_normal((n, 8)).astype(np.float32)
    kernel = rng.standard_normal((6, 8, taps)).astype(np.float32) / 5
    bias = rng.standard_normal(6).astype(np.float32)
    alpha = rng.uniform(0.5, 2.0, 8).astype(np.float32)
    scale, shift = (rng.standard_normal(8).astype(np.float32) for _ in range(2))
    residual = rng.standard_normal((n, 6)).astype(np.float32)
    weights = rng.uniform(0.2, 1.8, n).astype(np.float32)
    norm = Norm(scale=scale, shift=shift, alpha=alpha, inverse_alpha=1 / alpha)
    got, (mean, variance) = DftConvolution(kernel, bias, dilation)(x, norm, weights, residual)

    y = x.astype(np.float64) * scale + shift
    y += np.sin(alpha * y) ** 2 / alpha
    reach = (taps - 1) // 2 * dilation
    padded = np.pad(y, ((reach, reach), (0, 0)))
    expected = sum(padded[k * dilation : k * dilation + n] @ kernel[:, :, k].T for k in range(taps)) + bias + residual
    assert got == pytest.approx(expected, abs=2e-4)
    assert mean == pytest.approx((weights[:, None] * expected).sum(axis=0) / n, abs=1e-3)
    assert variance == pytest.approx((weights[:, None] * expected**2).sum(axis=0) / n - mean**2, abs=2e-2)


def test_the_level_of_a_sine_is_its_loudness() -> None:
    sine = tone(1_000, 1.0)
    # BS.1770: a full-scale 997 Hz sine measures -3.01 with the -0.691 offset, which is not applied here
    assert weighted_level_db(sine, np.ones(len(sine), bool)) == pytest.approx(-3.01 + 0.69, abs=0.1)


def test_dynamics_span_twelve_decibels() -> None:
    assert target_db(0.6) == -20.0
    assert target_db(1.0) - target_db(0.0) == pytest.approx(12.0)
    assert target_db(7.0) == target_db(1.0)


def test_sagging_vowels_are_lifted() -> None:
    sag = tone(220, 2.0, 24_000) * np.repeat([0.5, 0.05], 24_000).astype(np.float32)
    even = even_out(sag, np.ones(160, bool), 0.0)
    before = 20 * np.log10(sag[:20_000].std() / sag[28_000:].std())
    after = 20 * np.log10(even[:20_000].std() / even[28_000:].std())
    assert after < before - 6


def test_edges_are_smooth_and_silent_outside() -> None:
    gain = edge_gain(10_000, [(2_000, 4_000)], 500, 1_000)
    assert gain[2_000:4_000].min() == 1.0
    assert gain[:1_500].max() == 0.0
    assert gain[5_000:].max() == 0.0
    assert np.abs(np.diff(gain)).max() < 0.01


def test_breath_is_soft_air() -> None:
    one = breath(4.0, -20.0, 0.6, seed=5)
    assert 0.25 <= len(one) / RATE <= 0.47
    assert 20 * np.log10(one.std()) == pytest.approx(-43.6, abs=1.0)
    assert band_db(one, 700, 8_000) > band_db(one, 20, 500) + 10
    assert np.abs(one[:20]).max() < 0.01 * np.abs(one).max()
    assert np.array_equal(one, breath(4.0, -20.0, 0.6, seed=5))
    assert not np.array_equal(one, breath(4.0, -20.0, 0.6, seed=6))


def test_air_fills_the_top_octave_and_leaves_the_rest() -> None:
    rng = np.random.default_rng(1)
    dry = rng.standard_normal(24_000).astype(np.float32) * 0.1
    plain, full = with_air(dry, amount=0.0), with_air(dry)
    assert len(full) == 48_000
    assert band_db(full, 13_000, 17_000) > band_db(plain, 13_000, 17_000) + 10
    assert band_db(full, 200, 9_000) == pytest.approx(band_db(plain, 200, 9_000), abs=0.3)


def test_sibilants_are_held_and_vowels_are_not() -> None:
    rng = np.random.default_rng(2)
    vowel = 0.2 * tone(300, 1.0)
    hiss = shaped(rng.standard_normal(RATE).astype(np.float32) * 0.3, 0.6)
    level = float(np.sqrt(np.mean(vowel**2)))
    held = deessed(np.concatenate([vowel, hiss]), level)
    assert held[:40_000] == pytest.approx(vowel[:40_000], abs=1e-3)
    assert band_db(held[50_000:], 6_000, 12_000) < band_db(hiss[2_000:], 6_000, 12_000) - 4


def test_a_louder_voice_is_a_brighter_one() -> None:
    noise = np.random.default_rng(3).standard_normal(RATE).astype(np.float32) * 0.1
    soft, loud = shaped(noise, 0.2), shaped(noise, 1.0)
    assert band_db(loud, 2_500, 3_500) > band_db(soft, 2_500, 3_500) + 2


def test_the_cache_forgets_the_oldest_in_memory_but_not_on_disk(tmp_path: Path) -> None:
    kept = PhraseCache(tmp_path, memory_bytes=5_000)
    for i in range(4):
        kept.put(f"{i:02d}key", 0.25 * i, np.full(500, i, np.float32))
    again = PhraseCache(tmp_path)
    for i in range(4):
        for cache in (kept, again):
            offset, samples = cache.get(f"{i:02d}key")
            assert offset == 0.25 * i
            assert np.array_equal(samples, np.full(500, i, np.float32))
            assert not samples.flags.writeable
    memory_only = PhraseCache(None, memory_bytes=5_000)
    for i in range(4):
        memory_only.put(str(i), 0.0, np.zeros(500, np.float32))
    assert memory_only.get("0") is None
    assert memory_only.get("3") is not None


def test_a_damaged_file_is_sung_again(tmp_path: Path) -> None:
    PhraseCache(tmp_path).put("abkey", 0.0, np.ones(10, np.float32))
    next(tmp_path.glob("*/*.npz")).write_bytes(b"PK\x03\x04 cut")
    assert PhraseCache(tmp_path).get("abkey") is None


def test_the_disk_is_bounded(tmp_path: Path) -> None:
    cache = PhraseCache(tmp_path, disk_bytes=9_000)
    for i in range(6):
        cache.put(f"{i:02d}key", 0.0, np.zeros(500, np.float32))
    assert sum(p.stat().st_size for p in tmp_path.glob("*/*.npz")) <= 9_000


def harmonics(hz: float, seconds: float = 1.0) -> np.ndarray:
    """A buzz of all harmonics below 10 kHz at 24 kHz, falling by 6 dB an octave."""
    return sum(tone(hz * k, seconds, 24_000) / k for k in range(1, int(10_000 / hz))).astype(np.float32) / 4


@pytest.mark.parametrize("pace", [0.86, 0.91, 1.15])
def test_another_pace_moves_every_frequency_and_the_time(pace: float) -> None:
    click = np.zeros(24_000, np.float32)
    click[12_000] = 1.0
    moved = at_pace(tone(440, 1.0, 24_000) * 0.5, pace)
    assert len(moved) == round(24_000 / pace)
    power = np.abs(np.fft.rfft(moved * np.hanning(len(moved))))
    assert np.argmax(power) / len(moved) * 24_000 == pytest.approx(440 * pace, abs=1.5)
    assert np.argmax(np.abs(at_pace(click, pace))) == pytest.approx(12_000 / pace, abs=1)
    assert at_pace(click, 1.0) is click


def test_breath_makes_noise_of_the_voice_and_keeps_its_spectrum() -> None:
    voice = harmonics(200.0, 2.0)
    soft = breathy(voice, 0.5, np.random.default_rng(1))
    assert breathy(voice, 0.0, np.random.default_rng(1)) is voice
    assert soft == pytest.approx(breathy(voice, 0.5, np.random.default_rng(1)), abs=0)
    spectra = [np.abs(np.fft.rfft(x * np.hanning(len(x)))) ** 2 for x in (voice, soft)]
    hz = np.fft.rfftfreq(len(voice), 1 / 24_000)
    for low in (400, 1_600, 6_400):
        band = (hz >= low) & (hz < 1.5 * low)
        before, after = (spectrum[band].sum() for spectrum in spectra)
        assert 10 * np.log10(after / before) == pytest.approx(0.0, abs=1.5)
    between = (hz > 1_000) & (np.abs(hz % 200 - 100) < 20)  # nothing but noise there
    assert spectra[0][between].sum() < 1e-4 * spectra[1][between].sum()
    assert np.sqrt(np.mean(soft[:2_000] ** 2)) == pytest.approx(np.sqrt(np.mean(soft[20_000:22_000] ** 2)), rel=0.3)


def test_a_head_voice_is_dark_and_airy_where_it_is_asked() -> None:
    voice = harmonics(200.0, 2.0)
    head = np.repeat([0.0, 1.0], 80).astype(np.float64)
    light = lightened(voice, head, np.random.default_rng(1))
    assert lightened(voice, np.zeros(160), np.random.default_rng(1)) is voice
    assert light[:23_000] == pytest.approx(voice[:23_000], abs=1e-5)
    pairs = [np.abs(np.fft.rfft(x[26_000:46_000] * np.hanning(20_000))) ** 2 for x in (voice, light)]
    hz = np.fft.rfftfreq(20_000, 1 / 24_000)
    change = {}
    for low, high in ((150, 450), (3_000, 6_000)):
        before, after = (spectrum[(hz >= low) & (hz < high)].sum() for spectrum in pairs)
        change[low] = 10 * np.log10(after / before)
    assert -3.0 < change[150] < -1.5
    assert -9.0 < change[3_000] - change[150] < -6.0
    between = (hz > 1_000) & (np.abs(hz % 200 - 100) < 20)
    assert pairs[0][between].sum() < 1e-3 * pairs[1][between].sum()
