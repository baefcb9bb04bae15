"""The singer's measures react to what they measure."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from songwright.domain.audio import SAMPLE_RATE_HZ
from songwright.domain.performance import Expression, PerformedSyllable, SungNote, SungPhrase
from songwright.engines.native.voice import voice
from songwright.evaluation.singer import Tally, chosen, summary, text_error
from songwright.evaluation.sung import Heard, hear
from songwright.evaluation.tunes import KINDS, lines_of, set_to_music

LANGUAGES = ("en", "es", "it", "pt", "fr", "zh", "ja")


def tune(*pitches: float, note_s: float = 0.5) -> SungPhrase:
    """Equal syllables "ta"."""
    syllables = []
    for i, pitch in enumerate(pitches):
        note = SungNote(start_s=i * note_s, duration_s=note_s, pitch_midi=pitch)
        syllables.append(
            PerformedSyllable(phonemes="ta", stress=2, start_s=i * note_s, end_s=(i + 1) * note_s, notes=(note,))
        )
    return SungPhrase(voice="lyra", syllables=tuple(syllables), expression=Expression(breath=False))


def played(phrase: SungPhrase, *, late_s: float = 0.0, cents: float = 0.0, gap_s: float = 0.08) -> np.ndarray:
    """The phrase on a buzz with a pause before each note; sample 0 lies at -0.2 s."""
    out = np.zeros(int((phrase.end_s + 0.4) * SAMPLE_RATE_HZ))
    for note in (n for s in phrase.syllables for n in s.notes):
        hz = 440 * 2 ** ((note.pitch_midi - 69 + cents / 100) / 12)
        times = np.arange(int((note.duration_s - gap_s) * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
        wave = sum(np.sin(2 * np.pi * k * hz * times) / k for k in range(1, 12))
        first = round((note.start_s + late_s + 0.2) * SAMPLE_RATE_HZ)
        out[first : first + len(times)] = 0.1 * wave
    return out


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_lines_enough_and_all_can_be_set(language: str) -> None:
    lines = lines_of(language)
    assert len(lines) >= (24 if language == "en" else 12)
    assert len({line.text for line in lines}) == len(lines)
    if language == "en":
        assert {line.kind for line in lines[: len(KINDS)]} == set(KINDS)
    for line in lines:
        phrase = set_to_music(line, voice("lyra"), 1)
        assert all(a.end_s == pytest.approx(b.start_s) for a, b in itertools.pairwise(phrase.syllables))
        pitches = [n.pitch_midi for s in phrase.syllables for n in s.notes]
        assert voice("lyra").lo_midi - 1 <= min(pitches) <= max(pitches) <= voice("lyra").hi_midi + 1


def test_seeds_draw_other_tunes_and_repeat() -> None:
    line, who = lines_of("en")[0], voice("miles")
    assert set_to_music(line, who, 1) == set_to_music(line, who, 1)
    assert set_to_music(line, who, 1) != set_to_music(line, who, 2)


@pytest.mark.parametrize("late_ms", [0, 30, -20])
def test_onsets_are_heard_where_they_are(late_ms: int) -> None:
    phrase = tune(57, 60, 62)
    heard = hear(played(phrase, late_s=late_ms / 1000), -0.2, phrase)
    assert len(heard.onsets_ms) == 3
    assert np.median(heard.onsets_ms) == pytest.approx(late_ms, abs=5)


@pytest.mark.parametrize("cents", [0, 40, -70])
def test_wrong_notes_are_heard(cents: float) -> None:
    phrase = tune(57, 60, 62)
    heard = hear(played(phrase, cents=cents), -0.2, phrase)
    assert heard.cents == pytest.approx([cents] * 3, abs=8)
    assert min(heard.voiced) > 0.9


def test_a_vowel_that_fades_is_not_voiced() -> None:
    phrase = tune(57, 60, 62)
    rng = np.random.default_rng(1)
    sound = played(phrase, gap_s=0.35) + 0.001 * rng.standard_normal(int((phrase.end_s + 0.4) * SAMPLE_RATE_HZ))
    assert np.mean(hear(sound, -0.2, phrase).voiced) < 0.7


@pytest.mark.parametrize(
    ("language", "truth", "said", "error"),
    [
        ("en", "We were young", "we were you", 1 / 3),
        ("es", "la noche", "La noche.", 0.0),
        ("es", "la noche", "la noces", 2 / 7),
        ("zh", "我在这里", "我在这哩", 0.0),
        ("ja", "夜の海", "よるのうみ", 0.0),
        ("hi", "तेरी", "तेरा", 1 / 4),
        ("ja", "夜の海", "よるのうに", 1 / 5),
    ],
)
def test_text_error(language: str, truth: str, said: str, error: float) -> None:
    assert text_error(truth, said, language) == pytest.approx(error)


def test_a_summary_counts_what_is_off() -> None:
    tally = Tally(errors=[0.0, 0.5], heard=Heard(cents=[3.0, -60.0], voiced=[1.0, 0.5], onsets_ms=[-20.0, -10.0]))
    row = summary("lyra", "en", tally)
    assert (row["word_error"], row["off_50"], row["voiced"], row["onset_bias_ms"]) == (0.25, 1, 0.75, -15.0)


def test_only_known_voices_are_measured() -> None:
    with pytest.raises(KeyError, match="lyra"):
        chosen(["nobody"], "en")
