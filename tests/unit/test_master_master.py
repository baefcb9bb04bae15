"""The master: loudness, true peak, ceiling, tone; measured by other code than the master's own."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest
from scipy.signal import resample_poly

from songwright.domain.audio import from_pcm24, to_pcm24
from songwright.domain.plan import MixPlan
from songwright.engines.native.master.curves import BANDS_HZ, CURVES_DB
from songwright.engines.native.master.master import limited, master, true_peak_dbtp
from songwright.engines.native.master.tone import _response_db, band_levels_db, correction, deviation_db
from songwright.engines.native.mix.dsp.biquad import Cascade
from songwright.engines.native.mix.dsp.limiter import Limiter, limit_gains, peak_envelope
from songwright.engines.native.mix.mixer import mix
from tests.support import mix_material

pytestmark = pytest.mark.audio
SR = 48_000


def lufs(samples) -> float:
    return pyloudnorm.Meter(SR).integrated_loudness(np.asarray(samples, dtype=float))


def peak_8x_db(samples) -> float:
    up = resample_poly(np.asarray(samples, dtype=float), 8, 1, axis=0)
    return float(20 * np.log10(np.abs(up).max()))


def pink(seconds: float, *, seed: int = 0) -> np.ndarray:
    n = round(seconds * SR)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=(n, 2)), axis=0)
    spectrum /= np.sqrt(np.maximum(1, np.arange(len(spectrum))))[:, None]
    x = np.fft.irfft(spectrum, n, axis=0)
    return (0.1 * x / x.std()).astype(np.float32)


@pytest.fixture(scope="module")
def premaster():
    tracks, sections, n = mix_material.band()
    return mix(tracks, MixPlan(), n_frames=n, sections=sections).premaster


@pytest.mark.parametrize("freq_hz", [997.0, 6000.0, 12000.0, 17000.0])
def test_true_peak_of_a_sine_is_its_amplitude(freq_hz):
    t = np.arange(SR // 2) / SR
    x = (0.5 * np.sin(2 * np.pi * freq_hz * t + np.pi / 4) * np.hanning(len(t)))[:, None].repeat(2, axis=1)
    assert true_peak_dbtp(x.astype(np.float32)) == pytest.approx(20 * np.log10(0.5), abs=0.1)


def test_true_peak_of_noise_agrees_with_resampling():
    x = pink(1.0)
    assert true_peak_dbtp(x) == pytest.approx(peak_8x_db(x), abs=0.1)
    assert true_peak_dbtp(np.zeros((100, 2), np.float32)) == -150.0


@pytest.mark.parametrize("style", ["pop", "electronic", "acoustic"])
def test_master_meets_loudness_and_ceiling(premaster, style):
    out = master(premaster, MixPlan(curve=style))
    assert lufs(out.samples) == pytest.approx(-14.0, abs=0.2)
    assert out.loudness_lufs == pytest.approx(lufs(out.samples), abs=0.1)
    assert peak_8x_db(out.samples) <= -1.2
    assert out.true_peak_dbtp == pytest.approx(peak_8x_db(out.samples), abs=0.15)
    np.testing.assert_array_equal(from_pcm24(out.pcm24), out.samples)
    assert np.abs(out.samples.mean(axis=0)).max() < 1e-3


def test_master_is_deterministic(premaster):
    np.testing.assert_array_equal(master(premaster, MixPlan()).pcm24, master(premaster, MixPlan()).pcm24)


def test_sparse_clicks_are_brought_up_without_breaking_the_ceiling():
    """Quiet noise with rare full-scale clicks: 30 dB of crest, far more than a limiter should take alone."""
    x = 0.05 * pink(6.0)
    x[:: SR // 2] = 0.9
    out = master(to_pcm24(x), MixPlan())
    assert peak_8x_db(out.samples) <= -1.2
    assert -16.0 < lufs(out.samples) < -13.7


@pytest.mark.parametrize("n_frames", [0, 1, 10, 500, 5000, 30_000])
def test_short_input_is_mastered_without_fuss(n_frames):
    x = to_pcm24(0.3 * np.random.default_rng(1).normal(size=(n_frames, 2)).clip(-2, 2))
    out = master(x, MixPlan())
    assert out.samples.shape == (n_frames, 2)
    assert np.abs(out.samples).max(initial=0.0) <= 10 ** (-1.2 / 20)
    assert np.isfinite([out.loudness_lufs, out.true_peak_dbtp]).all()


def test_silence_stays_silent_and_has_floors_for_numbers():
    out = master(np.zeros((SR, 2), np.int32), MixPlan())
    assert not out.pcm24.any()
    assert (out.loudness_lufs, out.true_peak_dbtp) == (-70.0, -150.0)


def test_quiet_input_comes_up():
    assert lufs(master(to_pcm24(0.02 * pink(3.0)), MixPlan()).samples) == pytest.approx(-14.0, abs=0.25)


def test_ends_are_faded():
    out = master(to_pcm24(np.full((SR, 2), 0.1) * np.sin(np.arange(SR) * 0.05)[:, None]), MixPlan()).samples
    assert np.abs(out[:20]).max() < 0.1 * np.abs(out).max()
    assert np.abs(out[-20:]).max() < 0.1 * np.abs(out).max()


def test_bass_of_the_master_is_mono():
    t = np.arange(3 * SR) / SR
    sides = 0.2 * np.stack([np.sin(2 * np.pi * 60 * t), np.sin(2 * np.pi * 60 * t + 1.2)], axis=1)
    out = master(to_pcm24(sides + 0.02 * pink(3.0)), MixPlan()).samples.astype(float)
    low = np.fft.rfft(out * np.hanning(len(out))[:, None], axis=0)[(55 * 3) : (65 * 3)]
    left, right = low[:, 0], low[:, 1]
    assert np.real((left * right.conj()).sum()) / np.sqrt((abs(left) ** 2).sum() * (abs(right) ** 2).sum()) > 0.9


@pytest.mark.parametrize("curve", CURVES_DB)
def test_tone_correction_moves_a_wrong_spectrum_to_the_curve(curve):
    x = pink(4.0)
    before = deviation_db(band_levels_db(x), curve)
    y = x.copy()
    Cascade(correction(band_levels_db(x), curve, limit_db=6.0)).process(y)
    after = deviation_db(band_levels_db(y), curve)
    core = slice(BANDS_HZ.index(63), BANDS_HZ.index(12500) + 1)
    assert np.abs(after[core]).mean() < 0.7 * np.abs(before[core]).mean()


def test_a_right_spectrum_is_left_alone_and_no_filter_passes_its_limit():
    levels = np.array(CURVES_DB["pop"])
    response = 20 * np.log10(np.abs(np.fft.rfft(_impulse(correction(levels, "pop")))))
    assert np.abs(response).max() < 0.05
    wrong = levels + np.where(np.arange(len(levels)) < 12, 20.0, -20.0)
    response = 20 * np.log10(np.abs(np.fft.rfft(_impulse(correction(wrong, "pop", limit_db=3.0)))))
    assert np.abs(response).max() < 6.5


def _impulse(sections) -> np.ndarray:
    x = np.zeros((1 << 14, 2), dtype=np.float32)
    x[0] = 1.0
    Cascade(sections).process(x)
    return x[:, 0].astype(float)


@pytest.mark.parametrize("ceiling_dbtp", [-1.0, -6.0])
def test_streaming_limiter_never_passes_its_ceiling_at_8x(ceiling_dbtp):
    x = 3 * pink(2.0, seed=4)
    out = Limiter(ceiling_dbtp=ceiling_dbtp).process(x)
    assert peak_8x_db(out) <= ceiling_dbtp
    assert peak_8x_db(out) > ceiling_dbtp - 1.0


def test_limiter_leaves_quiet_signals_alone_but_late():
    x = 0.1 * pink(0.5)
    out = Limiter(ceiling_dbtp=-1.0).process(x)
    late = Limiter.latency_frames
    np.testing.assert_allclose(out[late:], x[:-late], atol=1e-7)


def test_limiter_gain_comes_before_the_peak_and_goes_after_it():
    x = np.zeros((SR, 2), np.float32)
    x[SR // 2] = 2.0
    gains = limit_gains(peak_envelope(x), 0.5)
    assert gains[SR // 2] == pytest.approx(0.25, abs=1e-3)
    assert gains[SR // 2 - 400] == 1.0
    assert gains[-1] > 0.95
    assert np.abs(np.diff(gains)).max() < 0.01


def test_peaks_can_be_lowered_with_the_loudness_kept(premaster):
    first = master(premaster, MixPlan())
    low = limited(first.pcm24, 0.9) / 2.0**23
    assert peak_8x_db(low) == pytest.approx(first.true_peak_dbtp - 0.9, abs=0.15)
    assert lufs(low) == pytest.approx(first.loudness_lufs, abs=0.1)


def test_tone_correction_reaches_single_bands_and_leaves_empty_ones():
    levels = np.array(CURVES_DB["pop"], dtype=float)
    band = {hz: BANDS_HZ.index(hz) for hz in (63, 250, 400, 5000)}
    uneven = levels.copy()
    uneven[[band[63], band[250], band[400], band[5000]]] += (-9.0, 6.0, -6.0, 6.0)
    response = [sum(_response_db(s)[k] for s in correction(uneven, "pop")) for k in range(len(levels))]
    core = slice(band[63], BANDS_HZ.index(10000) + 1)
    left = (uneven + response - levels)[core]
    assert np.abs(left - np.median(left)).max() <= 4.0  # the bar for a master; 9 dB before
    uneven[band[63] - 1 : band[63] + 1] = -60.0  # no sound is there
    quiet = [sum(_response_db(s)[k] for s in correction(uneven, "pop")) for k in range(len(levels))]
    assert quiet[band[63]] < 3.0


def test_a_thin_low_end_and_a_sharp_top_come_to_the_curve():
    """Lifts of the low bass and cuts go further than other lifts."""
    levels = np.array(CURVES_DB["electronic"], dtype=float)
    low, top = BANDS_HZ.index(80), BANDS_HZ.index(8000)
    thin = levels.copy()
    thin[: low + 1] -= 12.0
    thin[top:] += 9.0
    response = np.array([sum(_response_db(s)[k] for s in correction(thin, "electronic")) for k in range(len(levels))])
    left = (thin + response - levels)[BANDS_HZ.index(63) : BANDS_HZ.index(10000) + 1]
    assert np.abs(left - np.median(left)).max() <= 3.0


def test_glue_leaves_verse_and_chorus_apart():
    x = 0.05 * pink(40.0)
    x[20 * SR :] *= 2.0
    out = master(to_pcm24(x), MixPlan(glue_ratio=3.0, saturation=0.0)).samples
    assert lufs(out[24 * SR : 36 * SR]) - lufs(out[4 * SR : 16 * SR]) == pytest.approx(6.0, abs=0.5)
