"""The measures react to what they measure."""

from __future__ import annotations

import tomllib
from importlib import resources

import numpy as np
import pytest

from songwright.domain.action import GenerateAction
from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.style import Key
from songwright.evaluation import measures
from songwright.evaluation.transcript import sung_stretches, word_error, words_of

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


def test_loudness_and_peak():
    quiet, loud = measures.loudness(tone(997.0, 3.0, 0.1)), measures.loudness(tone(997.0, 3.0, 0.2))
    assert loud["lufs"] - quiet["lufs"] == pytest.approx(6.02, abs=0.05)
    assert loud["true_peak_dbtp"] == pytest.approx(-13.98, abs=0.05)


def test_keys_are_told_apart():
    scale = np.concatenate([tone(440.0 * 2 ** (n / 12), 0.5) for n in (3, 7, 10, 3, 8, 5, 10, 3)] * 2)
    assert measures.key(scale, Key.parse("C major"))["score"] == 1.0
    assert measures.key(scale, Key.parse("F# major"))["score"] == 0.0


def test_the_tempo_of_clicks_is_found():
    clicks, noise = np.zeros((20 * SECOND, 2)), np.random.default_rng(1).normal(size=4000)
    for beat in range(40):
        at = beat * SECOND // 2
        clicks[at : at + 4000] = (0.3 * noise * np.exp(-np.arange(4000) / 800))[:, None]
    assert measures.tempo(clicks, 120.0)["within_4_percent"]
    assert not measures.tempo(clicks, 97.0)["within_4_percent_or_double"]


def test_the_prompt_list_is_usable():
    text = resources.files("songwright.evaluation").joinpath("prompts.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)["prompt"]
    assert len(entries) >= 16
    assert len({entry["name"] for entry in entries}) == len(entries)
    for entry in entries:
        GenerateAction(**{k: v for k, v in entry.items() if k != "name"})
