"""The measures react to what they measure."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.engines.native.master.curves import curve_db
from songwright.engines.native.planning import brief_of
from songwright.evaluation.catalogue import ALL, BY_NAME, evaluate
from songwright.evaluation.control import nearest
from songwright.evaluation.defects import clicks_of
from songwright.evaluation.figure import Figure
from songwright.evaluation.heard import Heard
from songwright.evaluation.levels import gated_lufs, k_energies, loudness_range, true_peak_dbtp
from songwright.evaluation.listed import action_of, chosen, prompts, verdicts
from songwright.evaluation.targets import FAMILIES, target_db
from songwright.evaluation.trackers import beats_of, energy_of, key_of, key_score, onsets_of, rise_near, triads_of
from songwright.evaluation.transcript import letter_error, sung_stretches, word_error, words_of

SECOND = SAMPLE_RATE_HZ


def tone(hz: float, seconds: float, level: float = 0.2) -> np.ndarray:
    wave = level * np.sin(2 * np.pi * hz * np.arange(int(seconds * SECOND)) / SECOND)
    return np.stack([wave, wave], axis=1)


@pytest.mark.parametrize(
    ("truth", "heard", "expected"),
    [
        ("snow is falling", "Snow is falling!", 0.0),
        ("snow is falling", "", 1.0),
        ("snow is falling", "snow was falling down", 2 / 3),
        ("it's cold", "its cold", 0.0),
        ("one two", "two one", 1.0),
    ],
)
def test_word_error(truth, heard, expected):
    assert word_error(truth, heard) == pytest.approx(expected)


def test_words_are_compared_without_dress():
    assert words_of("Gonna – “dance”, tonight…") == ["going", "to", "dance", "tonight"]


def test_stretches_are_where_sound_is():
    quiet = np.zeros(3 * SECOND)
    voice = tone(300.0, 2.0)[:, 0]
    found = sung_stretches(np.concatenate([quiet, voice, quiet, quiet, voice, quiet]), SECOND)
    assert [(round(a / SECOND), round(b / SECOND)) for a, b in found] == [(3, 5), (11, 13)]
    assert sung_stretches(np.zeros(SECOND), SECOND) == []


def test_loudness_and_peak_agree_with_another_meter():
    import pyloudnorm

    rng = np.random.default_rng(7)
    noise = rng.normal(size=(12 * SECOND, 2)) * np.repeat([0.02, 0.1, 0.05], 4 * SECOND)[:, None]
    ours = gated_lufs(k_energies(noise))
    assert ours == pytest.approx(pyloudnorm.Meter(SECOND).integrated_loudness(noise), abs=0.1)
    assert gated_lufs(k_energies(2 * noise)) - ours == pytest.approx(6.02, abs=0.02)
    assert true_peak_dbtp(tone(997.0, 1.0, 0.2)) == pytest.approx(-13.98, abs=0.05)
    between = np.sin(2 * np.pi * np.arange(SECOND) / 4 + np.pi / 4)[:, None]  # samples never meet the peaks
    assert true_peak_dbtp(between) == pytest.approx(0.0, abs=0.15)
    slow = tone(30.2, 5.0, 0.8)  # long: its pieces are cut where it is loud
    assert true_peak_dbtp(slow) == pytest.approx(20 * np.log10(0.8), abs=0.01)


def test_loudness_range_of_two_levels():
    quiet, loud = tone(997.0, 20.0, 0.05), tone(997.0, 20.0, 0.1)
    assert loudness_range(k_energies(np.concatenate([quiet, loud]))) == pytest.approx(6.02, abs=0.2)
    assert loudness_range(k_energies(loud)) == pytest.approx(0.0, abs=0.01)


def test_keys_are_told_apart():
    scale = np.concatenate([tone(440.0 * 2 ** (n / 12), 0.5) for n in (3, 7, 10, 3, 8, 5, 10, 3)] * 2)
    found = key_of(Heard(master=scale.astype(np.float32)).chroma)
    assert found == (0, "major")
    assert key_score(found, (0, "major")) == 1.0
    assert key_score(found, (5, "major")) == 0.5
    assert key_score(found, (9, "minor")) == 0.3
    assert key_score(found, (0, "minor")) == 0.2
    assert key_score(found, (6, "major")) == 0.0


def clicks_at(times_s, seconds: float) -> np.ndarray:
    """Noise bursts."""
    sound, noise = np.zeros((int(seconds * SECOND), 2), np.float32), np.random.default_rng(1).normal(size=4000)
    for second in times_s:
        at = round(second * SECOND)
        sound[at : at + 4000] = (0.3 * noise * np.exp(-np.arange(4000) / 800))[:, None]
    return sound


def test_the_tempo_of_clicks_is_found():
    beats = Heard(master=clicks_at(np.arange(39) / 2, 20.0)).beats
    assert beats.bpm == pytest.approx(120.0, rel=0.01)
    assert beats_of(np.zeros(22_050, np.float32)).bpm == 0.0


def test_onsets_are_found_where_they_are():
    times = np.array([0.5, 0.93, 1.41, 2.0, 2.66])
    found = onsets_of(clicks_at(times, 4.0).mean(axis=1))
    assert found == pytest.approx(times, abs=0.006)
    assert nearest(np.array([0.51, 1.9, 9.0]), times) == pytest.approx([0.01, -0.1, 6.34])


def test_triads_of_sines():
    def chord(*pitches: int) -> np.ndarray:
        return sum(tone(440 * 2 ** ((p - 69) / 12), 1.0)[:, 0] for p in pitches)

    import soxr

    sound = np.concatenate([chord(60, 64, 67), chord(57, 60, 64), chord(65, 69, 72), chord(55, 59, 62)])
    mono = soxr.resample(sound, SECOND, 22_050).astype(np.float32)
    assert triads_of(mono, np.arange(5.0)) == [(0, ""), (9, "m"), (5, ""), (7, "")]


def test_a_lone_jump_is_a_click_and_a_drum_is_none():
    rng = np.random.default_rng(5)
    drum = clicks_at([0.5], 1.0)[:, 0]
    assert clicks_of(drum) == []
    jump = 0.1 * np.sin(2 * np.pi * 220 * np.arange(SECOND) / SECOND) + 1e-4 * rng.normal(size=SECOND)
    assert clicks_of(jump) == []
    jump[20_000] += 0.2
    assert clicks_of(jump) == [pytest.approx(20_000 / SECOND, abs=1e-3)]


@pytest.mark.parametrize(
    ("truth", "heard", "language", "expected"),
    [
        ("Où est l'été ?", "ou est lete", "fr", 0.0),
        ("月亮", "越量", "zh", 0.0),  # the same sounds, other signs
        ("perto", "porto", "pt", 0.2),
    ],
)
def test_letter_error(truth, heard, language, expected):
    assert letter_error(truth, heard, language=language) == pytest.approx(expected)


def test_target_curves_are_those_of_the_master():
    for family in FAMILIES:
        assert np.array_equal(target_db(family), curve_db(family))
    with pytest.raises(KeyError, match="no target curve 'polka'"):
        target_db("polka")


def test_every_measure_explains_itself():
    assert len(BY_NAME) == len(ALL) > 90
    for one in ALL:
        assert one.what.endswith("."), one.name
        assert one.tool, one.name
        assert one.low is None or one.passes(one.low - 0.01) is False
        assert one.high is None or one.passes(one.high + 0.01) is False


def test_a_sound_alone_can_be_measured():
    found = {f.name: f for f in evaluate(Heard(master=tone(440.0, 4.0).astype(np.float32)), transcribe=False)}
    assert found["loudness_master"].ok is not None
    assert {f.group for f in found.values()} == {"sound"}


def test_the_prompt_list_is_what_quality_asks_for():
    entries = prompts()
    actions = [action_of(entry) for entry in entries]
    assert len(entries) >= 24
    assert len({entry["name"] for entry in entries}) == len({a.seed for a in actions}) == len(entries)
    briefs = [brief_of(action) for action in actions]
    assert len({brief.genre for brief in briefs}) >= 16
    assert len({brief.language for brief in briefs if not brief.instrumental}) >= 6
    assert {a.voice_gender.value for a in actions if a.voice_gender} == {"female", "male"}
    assert sum(brief.instrumental for brief in briefs) >= 4
    lengths = [a.duration_s for a in actions if a.duration_s]
    assert min(lengths) == 30.0
    assert max(lengths) > 230.0
    for field in ("bpm", "key", "meter", "negative_style"):
        assert any(getattr(action, field) for action in actions), field
    for action, brief in zip(actions, briefs, strict=True):
        assert not action.negative_style or brief.avoid, f"{action.negative_style} is not understood"
    assert len(chosen(entries, only=[], quick=True)) == 3
    assert [e["name"] for e in chosen(entries, only=["storm", "coffee"], quick=False)] == ["coffee", "storm"]
    with pytest.raises(ValueError, match="no prompt is called 'polka'"):
        chosen(entries, only=["polka"], quick=False)


def test_a_list_is_judged_by_its_mean_or_by_its_share():
    key, peak = BY_NAME["key"], BY_NAME["peak_master"]

    def figures(score: float, dbtp: float) -> list[Figure]:
        pairs = ((key, score), (peak, dbtp))
        return [Figure(name=m.name, group=m.group, value=v, unit=m.unit, bar=m.bar, ok=m.passes(v)) for m, v in pairs]

    board = {v.name: v for v in verdicts([figures(1.0, -1.5), figures(0.8, -0.9)], ALL)}
    assert (board["key"].ok, board["key"].value, board["key"].worst, board["key"].passed) == (True, 0.9, 0.8, 1)
    assert (board["peak_master"].ok, board["peak_master"].worst, board["peak_master"].songs) == (False, -0.9, 2)
    assert len(board) == 2


@pytest.mark.parametrize("burst_db", [-60.0, -30.0, -22.0])
def test_a_vowel_begins_where_it_rises_and_not_at_the_breath_before_it(burst_db: float) -> None:
    n, begin, rng = SAMPLE_RATE_HZ, 24_000, np.random.default_rng(3)
    at = np.arange(n) / SAMPLE_RATE_HZ
    sound = sum(np.sin(2 * np.pi * 220 * k * at) / k for k in range(1, 12)) * (np.arange(n) >= begin)
    sound[begin : begin + 480] *= np.linspace(0, 1, 480)  # 10 ms
    sound[begin - 3_600 : begin - 1_200] += 10 ** (burst_db / 20) * rng.standard_normal(2_400)  # 75 to 25 ms before
    at_s, rise_db = rise_near(energy_of(sound.astype(np.float32)), begin / SAMPLE_RATE_HZ + 0.03)
    assert at_s == pytest.approx(begin / SAMPLE_RATE_HZ, abs=0.008)
    assert rise_db > 10
    assert rise_near(energy_of(0.01 * sound.astype(np.float32)), 0.9)[1] < 3.0
    assert rise_near(np.zeros(3), 0.0) == (0.0, 0.0)
