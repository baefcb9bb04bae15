"""Effects against closed forms: responses, static curves, decay, delay, and block-size invariance."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import freqz, hilbert

from songwright.engines.native.mix.automation import carve
from songwright.engines.native.mix.dsp import biquad
from songwright.engines.native.mix.dsp.biquad import Cascade
from songwright.engines.native.mix.dsp.colour import Amp, Chorus, Image, Saturator
from songwright.engines.native.mix.dsp.dynamics import Compressor, Deesser
from songwright.engines.native.mix.dsp.limiter import Limiter
from songwright.engines.native.mix.dsp.loudness import hop_energies
from songwright.engines.native.mix.dsp.space import Echo, Reverb

SR = 48_000


def noise(n: int, *, seed: int = 0, level: float = 0.3) -> np.ndarray:
    return (level * np.random.default_rng(seed).normal(size=(n, 2))).astype(np.float32)


def impulse_response(process, n: int = 1 << 15) -> np.ndarray:
    x = np.zeros((n, 2), dtype=np.float32)
    x[0] = 1.0
    process(x)
    return x[:, 0].astype(float)


def sine(freq_hz: float, seconds: float, amplitude: float) -> np.ndarray:
    y = amplitude * np.sin(2 * np.pi * freq_hz * np.arange(round(seconds * SR)) / SR)
    return np.stack([y, y], axis=1).astype(np.float32)


@pytest.mark.parametrize(
    ("section", "freq_hz", "gain_db"),
    [
        (biquad.bell(1000, 5.0, 1.2), 1000, 5.0),
        (biquad.bell(300, -4.0, 0.7), 300, -4.0),
        (biquad.lowshelf(200, 3.0), 20, 3.0),
        (biquad.highshelf(4000, -6.0), 23000, -6.0),
        (biquad.highpass(100), 100, -3.0103),
        (biquad.lowpass(8000), 8000, -3.0103),
        (biquad.bandpass(2600, 0.6), 2600, 0.0),
    ],
)
def test_filter_designs_reach_their_gain(section, freq_hz, gain_db):
    _, h = freqz(section[:3], [1, *section[3:]], worN=[freq_hz], fs=SR)
    assert 20 * np.log10(abs(h[0])) == pytest.approx(gain_db, abs=0.02)


@pytest.mark.parametrize("n_sections", [1, 2, 3, 5])
def test_cascade_has_the_response_of_its_sections(n_sections):
    sections = [biquad.highpass(90), biquad.bell(400, -3), biquad.bell(3000, 4), biquad.highshelf(9000, 2)]
    sections = [*sections, biquad.lowpass(15000)][:n_sections]
    h = np.fft.rfft(impulse_response(Cascade(sections).process))
    freqs = np.fft.rfftfreq(1 << 15, 1 / SR)
    expected = np.prod([freqz(s[:3], [1, *s[3:]], worN=freqs, fs=SR)[1] for s in sections], axis=0)
    np.testing.assert_allclose(np.abs(h[2:]), np.abs(expected[2:]), atol=2e-4)


def test_a_filter_outside_the_band_is_refused():
    with pytest.raises(ValueError, match="no filter at 25000"):
        biquad.bell(25000, 3.0)


@pytest.mark.parametrize(("level_db", "expected_db"), [(-40, -40), (-20, -20), (-8, -17), (0, -15)])
def test_compressor_keeps_its_static_curve(level_db, expected_db):
    """Threshold -20, ratio 4, hard knee: over the threshold 4 dB in give 1 dB out."""
    x = np.full((SR, 2), 10 ** (level_db / 20), dtype=np.float32)
    Compressor(threshold_db=-20, ratio=4, attack_ms=5, release_ms=50, knee_db=0).process(x)
    assert 20 * np.log10(x[-1, 0]) == pytest.approx(expected_db, abs=0.02)


def test_compressor_attack_covers_63_percent_in_its_time():
    x = np.full((SR, 2), 1.0, dtype=np.float32)
    Compressor(threshold_db=-20, ratio=2, attack_ms=20, release_ms=200, knee_db=0).process(x)
    at = round(0.020 * SR)
    assert -20 * np.log10(x[at, 0]) == pytest.approx(10 * (1 - np.exp(-1)), abs=0.15)


def test_deesser_takes_sibilants_down_and_leaves_vowels():
    hiss, vowel = sine(8000, 0.5, 0.2), sine(500, 0.5, 0.2)
    before_hiss, before_vowel = hiss.copy(), vowel.copy()
    Deesser(freq_hz=7200).process(hiss)
    Deesser(freq_hz=7200).process(vowel)
    change = 20 * np.log10(np.std(hiss[SR // 4 :]) / np.std(before_hiss[SR // 4 :]))
    assert -7.0 < change < -4.0
    assert np.abs(vowel - before_vowel).max() < 1e-3


def test_saturation_is_gentle_for_small_and_bounded_for_large_signals():
    small = sine(1000, 0.1, 1e-3)
    before = small.copy()
    Saturator(drive=1.0).process(small)
    np.testing.assert_allclose(small, before, atol=1e-8)
    large = sine(1000, 0.1, 10.0)
    Saturator(drive=1.0).process(large)
    assert np.abs(large).max() < 1.0


def test_amp_aliases_less_than_the_plain_curve():
    f, n = 5031.0, SR
    bins = {round(f * k) for k in range(1, 5)}

    def alias_db(process) -> float:
        x = sine(f, 1.0, 0.9)
        process(x)
        power = np.abs(np.fft.rfft(x[:, 0].astype(float) * np.hanning(n))) ** 2
        harmonic = sum(power[b - 3 : b + 4].sum() for b in bins)
        return 10 * np.log10(
            (power[:18000].sum() - sum(power[b - 3 : b + 4].sum() for b in bins if b < 18000)) / harmonic
        )

    assert alias_db(Amp(drive=20, level=1).process) < alias_db(Saturator(drive=20).process) - 6


def test_image_folds_bass_to_mono_and_keeps_the_sum():
    x = noise(SR)
    before = x.copy()
    Image(width=1.0).process(x)
    np.testing.assert_allclose(x.sum(axis=1), before.sum(axis=1), atol=1e-5)
    side = np.fft.rfft((x[:, 0] - x[:, 1]).astype(float))
    was = np.fft.rfft((before[:, 0] - before[:, 1]).astype(float))
    assert np.abs(side[20:30]).mean() < 0.1 * np.abs(was[20:30]).mean()
    assert np.abs(side[1000:2000]).mean() == pytest.approx(np.abs(was[1000:2000]).mean(), rel=0.02)


def test_width_zero_is_mono():
    x = noise(1000)
    Image(width=0.0).process(x)
    np.testing.assert_array_equal(x[:, 0], x[:, 1])


@pytest.mark.parametrize(("kind", "rt60_s"), [("plate", 1.6), ("plate", 2.6), ("room", 0.5)])
def test_reverb_decays_60_db_in_its_time(kind, rt60_s):
    """Schroeder's backward integral of the low band, fitted from -5 to -35 dB."""
    n = round(1.5 * rt60_s * SR)
    send, out = np.zeros(n, dtype=np.float32), np.zeros((n, 2), dtype=np.float32)
    send[0] = 1.0
    Reverb(kind=kind, rt60_s=rt60_s).add(send, out)
    Cascade([biquad.lowpass(500), biquad.lowpass(500), biquad.highpass(100)]).process(out)
    decay = 10 * np.log10(np.cumsum((out.astype(float) ** 2).sum(axis=1)[::-1])[::-1])
    decay -= decay[0]
    a, b = np.argmax(decay < -5), np.argmax(decay < -35)
    assert 2 * (b - a) / SR == pytest.approx(rt60_s, rel=0.12)


def test_reverb_response_has_unit_energy_and_predelay():
    n = 3 * SR
    send, out = np.zeros(n, dtype=np.float32), np.zeros((n, 2), dtype=np.float32)
    send[0] = 1.0
    Reverb(kind="plate", rt60_s=1.2, predelay_s=0.05).add(send, out)
    assert (out.astype(float) ** 2).sum() / 2 == pytest.approx(1.0, rel=0.02)
    first = np.argmax(np.abs(out).max(axis=1) > 0)
    assert first >= round(0.05 * SR)
    left, right = out[:, 0].astype(float), out[:, 1].astype(float)
    assert abs((left * right).sum()) / np.sqrt((left**2).sum() * (right**2).sum()) < 0.35


def test_echo_repeats_at_its_time_left_then_right_and_falls_by_feedback():
    n, delay_s = SR, 0.2
    send, out = np.zeros(n, dtype=np.float32), np.zeros((n, 2), dtype=np.float32)
    burst = np.sin(2 * np.pi * 1200 * np.arange(2400) / SR) * np.hanning(2400)
    send[:2400] = burst
    Echo(delay_s=delay_s, feedback=0.5).add(send, out)
    envelope = np.abs(hilbert(out.astype(float), axis=0))
    step = round(delay_s * SR)
    peaks = [envelope[k * step : (k + 1) * step].max(axis=0) for k in range(5)]
    assert peaks[0].max() < 1e-5
    assert peaks[1][0] > 0.8
    assert peaks[1][1] < 1e-3
    assert peaks[2][1] == pytest.approx(0.5 * peaks[1][0], rel=0.1)
    assert peaks[3][0] == pytest.approx(0.5 * peaks[2][1], rel=0.1)
    where = step + 1200
    assert abs(int(np.argmax(envelope[step : 2 * step, 0])) + step - where) < 60


def test_zero_wet_is_identity():
    x = noise(5000)
    before = x.copy()
    for effect in (Chorus(amount=0.0), Saturator(drive=0.0), Cascade([])):
        effect.process(x)
    np.testing.assert_array_equal(x, before)


def in_place(effect):
    def run(block: np.ndarray) -> np.ndarray:
        effect.process(block)
        return block

    return run


def sent(effect):
    def run(block: np.ndarray) -> np.ndarray:
        out = np.zeros_like(block)
        effect.add(np.ascontiguousarray(block[:, 0]), out)
        return out

    return run


EFFECTS = {
    "cascade": lambda: in_place(Cascade([biquad.bell(1000, 4.0), biquad.highpass(80), biquad.highshelf(8000, 3.0)])),
    "peak": lambda: in_place(Compressor(threshold_db=-30, ratio=4, attack_ms=2, release_ms=50)),
    "rms": lambda: in_place(Compressor(threshold_db=-30, ratio=3, attack_ms=9, release_ms=90, rms_ms=8)),
    "deesser": lambda: in_place(Deesser(freq_hz=6000)),
    "saturator": lambda: in_place(Saturator(drive=0.7, bias=0.1)),
    "amp": lambda: in_place(Amp(drive=6, level=0.4)),
    "chorus": lambda: in_place(Chorus(amount=0.6)),
    "image": lambda: in_place(Image(width=0.6)),
    "plate": lambda: sent(Reverb(kind="plate", rt60_s=1.0, predelay_s=0.01)),
    "echo": lambda: sent(Echo(delay_s=0.02, feedback=0.4)),
    "limiter": lambda: Limiter(ceiling_dbtp=-12.0).process,
}


@pytest.mark.parametrize("name", EFFECTS)
@pytest.mark.parametrize("size", [1, 13, 512, 4096])
def test_block_size_changes_nothing(name, size):
    x = noise(4800, seed=3)
    whole = EFFECTS[name]()(x.copy())
    run = EFFECTS[name]()
    parts = [run(x[i : i + size].copy()) for i in range(0, len(x), size)]
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert np.abs(whole).max() > 0.01


def test_filters_come_to_rest_in_silence():
    """What is left of a sound becomes exactly nothing, instead of numbers too small to be computed quickly."""
    x = noise(3 * SR)
    x[SR:] = 0.0
    assert not hop_energies(x)[16:].any()
    state = np.zeros((2, 2))
    carve(x, np.full(len(x) // 64 + 2, 0.5, np.float32), 0, biquad.bandpass(2600, 0.6), state)
    assert x[: SR + 100].any(axis=1).all()
    assert not state.any()
    assert not x[SR + 1000 :].any()
