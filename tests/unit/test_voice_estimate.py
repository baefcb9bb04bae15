"""Voice recipes and their estimate from singing."""

from __future__ import annotations

import numpy as np
import pytest

from songwright.engines.native.voice.colours import sample_phrase, sing_stereo
from songwright.engines.native.voice.estimate import colour_of, distance_db, estimate, known_colours
from songwright.engines.native.voice.voices import roster, voice
from songwright.errors import BadRequest
from tests.support.small_song import engine

NEIGHBOURS = 5  # voices whose known colour is nearest: the only ones that could be nearer
OTHER_STEPS = (0, 4, 2, 0, -1, 0, 3, 5, 3, 2, 0, -2)
OTHER_WORDS = ("mA", "ti", "nO", "lu", "sæ", "bɑ", "kɛ", "ɹI", "dO", "vi", "wʌ", "læ")


def test_every_voice_of_the_roster_was_measured() -> None:
    assert set(known_colours()) == {who.id for who in roster()}


def test_a_recipe_changes_what_it_says_and_nothing_else() -> None:
    base, changed = voice("lyra"), voice("recipe:lyra,formant=1.05,breath=0.2,shift=-2")
    assert changed.formant == pytest.approx(base.formant * 1.05)
    assert changed.breath == pytest.approx(base.breath + 0.2)
    assert (changed.lo_midi, changed.hi_midi) == (base.lo_midi - 2, base.hi_midi - 2)
    assert changed.timbre == base.timbre


@pytest.mark.parametrize(
    "text", ["recipe:lyra,formant=3", "recipe:lyra,loud=1", "recipe:lyra,breath=x", "recipe:,", "recipe:lyra,shift=40"]
)
def test_a_senseless_recipe_says_why(text: str) -> None:
    with pytest.raises(ValueError, match=r"recipe|outside|voice"):
        voice(text)


def test_an_unknown_base_names_the_voices_there_are() -> None:
    with pytest.raises(KeyError, match="lyra"):
        voice("recipe:nobody,breath=0.1")


def test_silence_and_noise_hold_no_voice() -> None:
    rng = np.random.default_rng(1)
    for sound in (np.zeros((96_000, 2)), rng.normal(0, 0.1, (96_000, 2)), np.zeros((100, 2))):
        with pytest.raises(BadRequest, match="no voice"):
            estimate(sound.astype(np.float32))


@pytest.mark.audio
@pytest.mark.slow
@pytest.mark.parametrize("name", ["sol", "recipe:ember,formant=1.06", "bruno", "recipe:rowan,formant=0.94"])
def test_the_estimate_sounds_nearer_to_its_source_than_any_other_voice(name: str) -> None:
    singer = engine()._singer

    def colour(voice_id: str):
        return colour_of(sing_stereo(singer, sample_phrase(voice_id, steps=OTHER_STEPS, sung=OTHER_WORDS)))

    source = sing_stereo(singer, sample_phrase(name, steps=OTHER_STEPS, sung=OTHER_WORDS))
    found = estimate(source)
    assert voice(found.recipe.id).gender == voice(name).gender
    heard = colour_of(source)
    mine = distance_db(heard, colour(found.recipe.id))
    known = known_colours()
    near = sorted((n for n in known if n != found.recipe.base), key=lambda n: distance_db(heard, known[n]))[:NEIGHBOURS]
    assert mine < min(distance_db(heard, colour(n)) for n in near)
