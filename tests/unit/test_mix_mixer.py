"""The mix as a whole: exact sums, balance measured from outside, independence of stems, threads."""

from __future__ import annotations

import dataclasses

import numpy as np
import pyloudnorm
import pytest

from songwright.domain.audio import FULL_SCALE_24, from_pcm24, sum_stems
from songwright.domain.codec import canonical_json, from_data, to_data
from songwright.domain.plan import MixPlan
from songwright.domain.score import MixHint, StemName
from songwright.engines.native.mix.dsp.loudness import loudness_lufs
from songwright.engines.native.mix.mixer import Track, apply, decide, mix
from songwright.engines.native.mix.presets import start_strip
from songwright.engines.native.mix.settings import MixSettings
from tests.support import mix_material

pytestmark = pytest.mark.audio
SR = 48_000
PLAN = MixPlan(pump_db=5.0)


@pytest.fixture(scope="module")
def song():
    return mix_material.band()


@pytest.fixture(scope="module")
def mixed(song):
    tracks, sections, n = song
    return mix(tracks, PLAN, n_frames=n, sections=sections)


def lufs(samples) -> float:
    return pyloudnorm.Meter(SR).integrated_loudness(np.asarray(samples, dtype=float))


@pytest.mark.parametrize("kind", ["noise", "tone", "gaps"])
def test_loudness_agrees_with_pyloudnorm(kind):
    rng = np.random.default_rng(5)
    x = 0.1 * rng.normal(size=(4 * SR, 2))
    if kind == "tone":
        x = 0.3 * np.sin(2 * np.pi * 997 * np.arange(4 * SR) / SR)[:, None].repeat(2, axis=1)
    elif kind == "gaps":
        x[SR : 3 * SR] *= 1e-3
    assert loudness_lufs(x.astype(np.float32)) == pytest.approx(lufs(x), abs=0.1)


def test_stems_are_twelve_and_sum_exactly(mixed, song):
    assert list(mixed.stems) == list(StemName)
    assert all(s.shape == (song[2], 2) and s.dtype == np.int32 for s in mixed.stems.values())
    np.testing.assert_array_equal(sum_stems(mixed.stems.values()), mixed.premaster)
    assert not mixed.stems[StemName.BRASS].any()
    assert max(int(np.abs(s).max()) for s in [*mixed.stems.values(), mixed.premaster]) < FULL_SCALE_24


def test_premaster_is_near_its_level(mixed):
    assert lufs(from_pcm24(mixed.premaster)) == pytest.approx(-20.0, abs=0.3)


@pytest.mark.parametrize("over_band_lu", [1.0, 2.5, 5.0])
def test_voice_stands_over_the_band_as_planned(song, over_band_lu):
    tracks, sections, n = song
    out = mix(tracks, MixPlan(vocal_over_band_lu=over_band_lu), n_frames=n, sections=sections)
    voice = from_pcm24(out.stems[StemName.VOCALS])
    rest = from_pcm24(out.premaster) - voice
    assert lufs(voice) - lufs(rest) == pytest.approx(over_band_lu, abs=0.7)
    for section in sections:
        part = slice(round((section.start_s + 0.5) * SR), round((section.end_s - 0.5) * SR))
        assert lufs(voice[part]) - lufs(rest[part]) > over_band_lu - 1.5


def test_part_levels_follow_their_hints(song):
    tracks, sections, n = song

    def balance(level_db: float) -> float:
        changed = [
            dataclasses.replace(t, hint=dataclasses.replace(t.hint, level_db=level_db)) if t.name == "piano" else t
            for t in tracks
        ]
        stems = mix(changed, PLAN, n_frames=n, sections=sections).stems
        return lufs(from_pcm24(stems[StemName.KEYBOARD])) - lufs(from_pcm24(stems[StemName.BASS]))

    assert balance(-8.0) - balance(-14.0) == pytest.approx(6.0, abs=0.2)


def test_threads_change_nothing(song, mixed):
    tracks, sections, n = song
    again = mix(tracks, PLAN, n_frames=n, sections=sections, threads=1)
    assert again.settings == mixed.settings
    for name in StemName:
        np.testing.assert_array_equal(again.stems[name], mixed.stems[name])


def test_settings_say_it_all(song, mixed):
    tracks, sections, n = song
    settings = decide(tracks, PLAN, n_frames=n, sections=sections)
    assert settings == mixed.settings
    assert from_data(MixSettings, to_data(settings)) == settings
    assert len(canonical_json(settings)) < 20_000
    np.testing.assert_array_equal(apply(tracks, settings).premaster, mixed.premaster)


@pytest.mark.parametrize("muted", ["lead", "drums", "piano"])
def test_muting_a_track_leaves_the_other_stems_bit_equal(song, mixed, muted):
    kept = [t for t in song[0] if t.name != muted]
    stem = next(t.stem for t in song[0] if t.name == muted)
    out = apply(kept, mixed.settings)
    for name in StemName:
        if name is stem:
            assert not out.stems[name].any()
        else:
            np.testing.assert_array_equal(out.stems[name], mixed.stems[name])


def test_consuming_gives_the_same_mix(song, mixed):
    tracks, sections, n = song
    copies = [dataclasses.replace(t, samples=t.samples.copy()) for t in tracks]
    out = mix(copies, PLAN, n_frames=n, sections=sections, consume=True)
    np.testing.assert_array_equal(out.premaster, mixed.premaster)


def test_inputs_are_left_alone(song):
    tracks, sections, n = song
    before = [t.samples.copy() for t in tracks]
    mix(tracks, PLAN, n_frames=n, sections=sections)
    for t, was in zip(tracks, before, strict=True):
        np.testing.assert_array_equal(t.samples, was)


def test_bass_is_mono_and_the_mix_folds_down(mixed):
    x = from_pcm24(mixed.premaster).astype(float)
    spectrum = np.fft.rfft(x, axis=0)
    low = slice(round(30 * len(x) / SR), round(110 * len(x) / SR))
    left, right = spectrum[low, 0], spectrum[low, 1]
    coherence = np.real((left * right.conj()).sum()) / np.sqrt((abs(left) ** 2).sum() * (abs(right) ** 2).sum())
    assert coherence > 0.95
    assert lufs(x) - lufs(x.mean(axis=1, keepdims=True).repeat(2, axis=1)) < 1.5


def test_band_yields_its_middle_where_the_voice_sings(song):
    tracks, sections, n = song
    still = [t for t in tracks if t.name in ("lead", "pad")]
    noise = (0.1 * np.random.default_rng(1).normal(size=(n, 2))).astype(np.float32)
    lead = still[0].samples.copy()
    lead[n // 2 :] = 0
    pair = [
        dataclasses.replace(still[0], samples=lead),
        Track(name="keys", stem=StemName.KEYBOARD, role="comp", samples=noise, hint=MixHint(reverb_db=-120.0)),
    ]
    flat = [dataclasses.replace(s, energy=0.5, kind="solo") for s in sections]

    def middle_over_low_db(plan: MixPlan, part: slice) -> float:
        x = from_pcm24(mix(pair, plan, n_frames=n, sections=flat).stems[StemName.KEYBOARD])[part, 0]
        power = np.abs(np.fft.rfft(x * np.hanning(len(x)))) ** 2
        freqs = np.fft.rfftfreq(len(x), 1 / SR)
        band = power[(freqs > 2300) & (freqs < 2900)].mean(), power[(freqs > 100) & (freqs < 200)].mean()
        return float(10 * np.log10(band[0] / band[1]))

    sung, rest = slice(SR, n // 2 - SR), slice(n // 2 + SR, n - SR)
    carved, plain = MixPlan(duck_band_db=4.0), MixPlan(duck_band_db=0.0)
    dip_sung = middle_over_low_db(plain, sung) - middle_over_low_db(carved, sung)
    assert 2.5 < dip_sung < 4.3
    assert abs(middle_over_low_db(plain, rest) - middle_over_low_db(carved, rest)) < 0.3


def test_kick_pumps_what_asks_for_it(song):
    n = song[2]
    steady = np.full((n, 2), 0.1, dtype=np.float32) * np.sin(2 * np.pi * 500 * np.arange(n) / SR)[:, None]
    kicks = np.arange(0, n, SR // 2)
    pad = Track(
        name="p", stem=StemName.SYNTH, role="pad", samples=steady.astype(np.float32),
        hint=MixHint(duck=1.0, reverb_db=-120.0), pulses=kicks,
    )  # fmt: skip
    x = np.abs(from_pcm24(mix([pad], MixPlan(pump_db=8.0), n_frames=n, sections=[]).stems[StemName.SYNTH])[:, 0])
    at, later = x[SR * 2 + 200 : SR * 2 + 900].max(), x[SR * 2 + 16000 : SR * 2 + 20000].max()
    assert 20 * np.log10(later / at) == pytest.approx(8.0, abs=0.7)


def test_instrumental_lead_takes_the_voices_place(song):
    tracks, sections, n = song
    played = [t for t in tracks if t.name in ("drums", "bass", "pad")]
    sax = dataclasses.replace(tracks[0], name="sax", stem=StemName.WOODWINDS, role="lead_inst")
    out = mix([*played, sax], PLAN, n_frames=n, sections=sections)
    lead = from_pcm24(out.stems[StemName.WOODWINDS])
    rest = from_pcm24(out.premaster) - lead
    assert -4.5 < lufs(lead) - lufs(rest) < 1.0


@pytest.mark.parametrize("n_frames", [0, 1, 100, 4800, 30_000])
def test_nothing_and_little_are_mixed_without_fuss(n_frames):
    empty = mix([], PLAN, n_frames=n_frames, sections=[])
    assert not empty.premaster.any()
    assert empty.premaster.shape == (n_frames, 2)
    silent = Track(name="a", stem=StemName.VOCALS, role="lead", samples=np.zeros(n_frames, np.float32), hint=MixHint())
    assert not mix([silent], PLAN, n_frames=n_frames, sections=[]).premaster.any()
    loud = dataclasses.replace(silent, samples=np.full(n_frames, 0.5, np.float32))
    assert np.abs(mix([loud], PLAN, n_frames=n_frames, sections=[]).premaster).max(initial=0) < FULL_SCALE_24


@pytest.mark.parametrize(("own_hz", "left_hz"), [(0.0, [150.0]), (70.0, [70.0]), (250.0, [150.0, 250.0])])
def test_a_players_own_high_pass_stands_for_its_stems_where_it_is_lower(own_hz, left_hz):
    strip = start_strip("cello", StemName.STRINGS, "lead_inst", MixHint(highpass_hz=own_hz), PLAN)
    assert [band.freq_hz for band in strip.bands if band.kind == "highpass"] == left_hz


def test_two_tracks_of_one_name_are_refused(song):
    with pytest.raises(ValueError, match="one name"):
        mix([song[0][0], song[0][0]], PLAN, n_frames=song[2], sections=[])
