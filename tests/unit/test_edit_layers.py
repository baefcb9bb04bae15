"""Stems, layers over kept sound, sounds and speed: measured on what is rendered."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import stft

from songwright.domain.action import ActionKind, GenerateAction
from songwright.domain.audio import sum_stems
from songwright.domain.plan import Plan
from songwright.domain.score import StemName
from songwright.engines.native.stretching import stretch_all, stretched_frames
from tests.support.small_song import edit, render, small_song

pytestmark = [pytest.mark.audio, pytest.mark.slow]
VOICES = (StemName.VOCALS, StemName.BACKING_VOCALS)
BAND = tuple(name for name in StemName if name not in VOICES)


def test_stems_are_the_song_taken_apart() -> None:
    song = small_song()
    vocals, band = edit(ActionKind.STEMS, song.materials)
    assert [vocals.lyrics.title, band.lyrics.title] == ["Paper Boats - Vocals", "Paper Boats - Instrumental"]
    assert vocals.lyrics.text == song.plan.lyrics.text
    assert band.lyrics.text == ""
    voice = render(vocals, song.materials, stems=False).master
    rest = render(band, song.materials, stems=False).master
    assert np.array_equal(voice.astype(np.int64) + rest, song.sound.premaster)


def test_all_stems_are_twelve_twice_and_both_sets_are_complete() -> None:
    song = small_song()
    plans = edit(ActionKind.ALL_STEMS, song.materials)
    assert [plan.lyrics.title for plan in plans] == [f"Paper Boats ({name.value})" for name in StemName] * 2
    sounds = [render(plan, song.materials, stems=False).master for plan in plans]
    assert np.array_equal(sum_stems(sounds[:12]), song.sound.premaster)
    for name, mixed, dry in zip(StemName, sounds[:12], sounds[12:], strict=True):
        assert mixed.shape == dry.shape == song.sound.premaster.shape
        assert bool(mixed.any()) == bool(dry.any()), name
        if mixed.any():
            assert not np.array_equal(mixed, dry), name


def test_one_stem_and_the_rest_make_the_whole() -> None:
    song = small_song()
    plans = edit(ActionKind.EXTRACT_STEM, song.materials, stem=StemName.DRUMS)
    assert [plan.lyrics.title for plan in plans] == ["Paper Boats (Drums)", "Paper Boats (Without Drums)"] * 2
    drums, rest = (render(plan, song.materials, stems=False).master for plan in plans[:2])
    assert np.array_equal(drums, song.sound.stems[StemName.DRUMS])
    assert np.array_equal(drums.astype(np.int64) + rest, song.sound.premaster)


def test_a_band_is_laid_under_a_voice_that_stays_bit_for_bit() -> None:
    song = small_song()
    (plan,) = edit(
        ActionKind.ACCOMPANY, song.materials, wishes=GenerateAction(style="folk, acoustic guitar", seed=3), start_s=0.0
    )
    made = render(plan, song.materials)
    for name in VOICES:
        assert np.array_equal(made.stems[name], song.sound.stems[name]), name
    assert any(made.stems[name].any() for name in BAND)
    assert np.array_equal(sum_stems(made.stems.values()), made.premaster)
    assert -14.4 < made.loudness_lufs < -13.6
    assert plan.performance.words == song.plan.performance.words


def test_a_voice_is_laid_over_a_band_that_stays_bit_for_bit() -> None:
    song = small_song()
    wishes = GenerateAction(lyrics="[Verse]\nWinter light\nI am home tonight", style="pop, male vocals", seed=3)
    (plan,) = edit(ActionKind.SING_OVER, song.materials, wishes=wishes)
    made = render(plan, song.materials)
    for name in BAND:
        assert np.array_equal(made.stems[name], song.sound.stems[name]), name
    assert made.stems[StemName.VOCALS].any()
    assert not np.array_equal(made.stems[StemName.VOCALS], song.sound.stems[StemName.VOCALS])
    sung = [word.text.strip(".,").lower() for word in plan.performance.words]
    assert sung == ["winter", "light", "i", "am", "home", "tonight"]
    assert all(0 <= word.start_s < word.end_s <= plan.performance.duration_s for word in plan.performance.words)


@pytest.mark.parametrize("stem", [StemName.STRINGS, StemName.BRASS])
def test_one_more_part_leaves_the_others_alone(stem: StemName) -> None:
    song = small_song()
    (plan,) = edit(ActionKind.ADD_STEM, song.materials, stem=stem)
    made = render(plan, song.materials)
    assert made.stems[stem].any()
    others = sum_stems(pcm for name, pcm in made.stems.items() if name is not stem)
    assert np.array_equal(others, song.sound.premaster)


def test_a_loop_joins_its_own_end() -> None:
    wishes = GenerateAction(seed=3, bpm=120.0)
    (plan,) = edit(ActionKind.SOUND, small_song().materials, wishes=wishes, sound="funky bass groove", loop=True)
    loop = render(plan, small_song().materials).master
    beats = len(loop) / 48_000 * plan.brief.bpm / 60
    assert abs(beats - round(beats)) < 0.01
    steps = np.abs(np.diff(np.concatenate([loop[-960:], loop[:960]]).mean(axis=1)))
    usual = np.abs(np.diff(loop.mean(axis=1)))
    assert steps[955:965].max() <= np.quantile(usual, 0.999) * 1.5 + 2000


def test_a_one_shot_is_one_stroke_that_rings_out() -> None:
    (plan,) = edit(ActionKind.SOUND, small_song().materials, sound="deep kick drum", loop=False)
    shot = np.abs(render(plan, small_song().materials).master).max(axis=1)
    assert int(shot.argmax()) < 0.3 * 48_000
    assert shot[-4800:].max() < 0.02 * shot.max()


@pytest.mark.parametrize("factor", [0.8, 1.1, 1.5])
def test_speed_with_pitch_kept_changes_time_alone(factor: float) -> None:
    t = np.arange(3 * 48_000) / 48_000
    tone = np.rint(np.stack([np.sin(2 * np.pi * 440 * t)] * 2, axis=1) * 2**22).astype(np.int32)
    (made,) = stretch_all([tone], factor, keep_pitch=True, guide=tone)
    assert len(made) == stretched_frames(len(tone), factor)
    assert abs(_peak_hz(made) - 440.0) < 2.0
    (tape,) = stretch_all([tone], factor, keep_pitch=False, guide=tone)
    assert len(tape) == len(made)
    assert abs(_peak_hz(tape) - 440.0 * factor) < 2.0


def test_speed_keeps_the_order_of_events_and_the_sum_of_stems() -> None:
    song = small_song()
    (plan,) = edit(ActionKind.SPEED, song.materials, factor=1.25, keep_pitch=True)
    made = render(plan, song.materials)
    assert len(made.master) == round(len(song.sound.master) / 1.25)
    assert np.array_equal(sum_stems(made.stems.values()), made.premaster)
    slow, fast = _envelope(song.sound.master), _envelope(made.master)
    stretched = np.interp(np.linspace(0, len(slow) - 1, len(fast)), np.arange(len(slow)), slow)
    assert np.corrcoef(stretched, fast)[0, 1] > 0.9


def test_the_same_edit_gives_the_same_plan_and_another_take_another() -> None:
    song = small_song()
    wishes = GenerateAction(style="folk", seed=9)

    def key(take: int) -> str:
        (plan,) = edit(ActionKind.ACCOMPANY, song.materials, wishes=wishes, take=take)
        return plan.key

    assert key(1) == key(1)
    assert key(1) != key(2)
    (plan,) = edit(ActionKind.ACCOMPANY, song.materials, wishes=wishes)
    assert Plan.from_bytes(plan.to_bytes()) == plan


def _peak_hz(pcm: np.ndarray) -> float:
    middle = pcm[len(pcm) // 4 : 3 * len(pcm) // 4, 0].astype(float)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), n=1 << 18))
    return float(spectrum.argmax() * 48_000 / (1 << 18))


def _envelope(pcm: np.ndarray) -> np.ndarray:
    _, _, bins = stft(pcm.mean(axis=1), nperseg=2048, noverlap=1024)
    return np.abs(bins).sum(axis=0)
