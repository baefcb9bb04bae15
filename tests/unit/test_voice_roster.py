"""Who is in the roster, and who is chosen."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.engines.native.voice import choose, roster, voice
from songwright.engines.native.voice.voices import style, style_names


def test_both_genders_have_a_choice_of_voices() -> None:
    for gender in ("female", "male"):
        assert sum(v.gender == gender for v in roster()) >= 2
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
