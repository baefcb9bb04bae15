"""Who is in the roster, and who is chosen."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.engines.native.voice import choose, roster, voice
from songwright.engines.native.voice.choosing import NATIVE_LANGUAGES, plain_words
from songwright.engines.native.voice.voices import style, style_names


def test_both_genders_have_a_choice_of_voices() -> None:
    english = [v for v in roster() if "en" in v.languages]
    for gender in ("female", "male"):
        assert sum(v.gender == gender for v in english) >= 6
    assert len(english) >= 14
    assert len({v.id for v in roster()}) == len(roster())


@pytest.mark.parametrize("who", roster(), ids=lambda v: v.id)
def test_voices_are_complete(who) -> None:
    assert who.lo_midi + 9 <= who.hi_midi <= who.belt_midi
    assert who.direct_lo_midi < who.direct_hi_midi
    assert who.words
    assert {name for name, _ in (*who.timbre, *who.prosody)} <= set(style_names())
    assert sum(weight for _, weight in who.timbre) == pytest.approx(1.0)


def test_an_unknown_voice_is_named() -> None:
    with pytest.raises(KeyError, match="nobody"):
        voice("nobody")


def test_the_asked_gender_is_sung() -> None:
    for seed in range(20):
        for gender in ("female", "male"):
            assert choose(gender=gender, words=(), genre="pop", energy=0.5, seed=seed).gender == gender


def test_words_and_names_decide() -> None:
    for who in roster():
        assert choose(gender=None, words=(who.name,), genre="", energy=0.5, seed=3) == who
        chosen = choose(gender=who.gender, words=who.words, genre=who.genres[0], energy=who.energy, seed=1)
        assert set(chosen.words) & set(who.words)


def test_seeds_bring_variety_and_repeat() -> None:
    picks = [choose(gender=None, words=(), genre="pop", energy=0.5, seed=s).id for s in range(40)]
    assert len(set(picks)) >= 2
    assert picks == [choose(gender=None, words=(), genre="pop", energy=0.5, seed=s).id for s in range(40)]


def test_styles_follow_the_length_of_the_text() -> None:
    who = voice("ember")
    at_10, at_15, at_20 = (style(who, n) for n in (10, 15, 20))
    assert at_10.shape == (1, 256)
    assert at_15 == pytest.approx((at_10 + at_20) / 2, abs=1e-5)
    assert np.array_equal(style(who, 3), at_10)
    assert np.isfinite(style(who, 9_999)).all()


@pytest.mark.parametrize("language", sorted(NATIVE_LANGUAGES))
def test_lyrics_are_sung_by_those_who_grew_up_with_the_language(language: str) -> None:
    for gender in {v.gender for v in roster() if language in v.languages}:
        who = choose(gender=gender, words=(), genre="pop", energy=0.5, seed=2, language=language)
        assert language in who.languages


@pytest.mark.parametrize("language", ["en", "de", "ko"])
def test_other_voices_do_not_sing_english(language: str) -> None:
    for seed in range(9):
        who = choose(gender=None, words=("soft", "warm"), genre="", energy=0.5, seed=seed, language=language)
        assert "en" in who.languages


@pytest.mark.parametrize("language", ["en", "es", "zh", "ko"])
def test_voices_of_hindi_sing_nothing_else(language: str) -> None:
    words = ("clear", "warm", "gentle", "emotional")
    for seed in range(20):
        who = choose(gender=None, words=words, genre="ballad", energy=0.5, seed=seed, language=language)
        assert "hi" not in who.languages


@pytest.mark.parametrize("gender", ["female", "male"])
@pytest.mark.parametrize(
    "word",
    ["raspy", "gritty vocals", "soft", "powerful vocals", "deep voice", "opera", "breathy", "whispered", "child voice",
     "husky", "young voice", "warm vocals", "rapping"],
)  # fmt: skip
def test_words_choose_or_shape_a_voice_of_the_asked_gender(gender: str, word: str) -> None:
    plain = [choose(gender=gender, words=(), genre="pop", energy=0.5, seed=s) for s in range(6)]
    asked = [choose(gender=gender, words=(word,), genre="pop", energy=0.5, seed=s) for s in range(6)]
    assert {v.gender for v in asked} == {gender}
    fitting = [v for v in roster() if v.gender == gender and plain_words([word]) & set(v.words) and "en" in v.languages]
    for who in asked:
        assert who in fitting or who.breath or who.formant != 1.0
    assert asked != plain


def test_a_child_sings_only_when_asked_for() -> None:
    words = ("young", "bright", "playful", "cheerful")
    for seed in range(9):
        assert choose(gender="female", words=words, genre="lullaby", energy=0.5, seed=seed).id != "pip"
    assert choose(gender="female", words=("child voice",), genre="rock", energy=0.9, seed=1).id == "pip"


def test_a_singer_is_not_chosen_twice() -> None:
    first = choose(gender="male", words=(), genre="pop", energy=0.5, seed=1)
    assert choose(gender="male", words=(), genre="pop", energy=0.5, seed=1, but=(first.id,)) != first
