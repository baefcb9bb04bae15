"""A fuller style: length, the words that are kept, and the meaning when it is read again."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from songwright.domain.action import GenerateAction
from songwright.engines.native.interpret import interpret
from songwright.engines.native.interpret.lexicon import scan
from songwright.engines.native.words import enrich_style
from songwright.engines.native.words.enriching import PRODUCTION, SINGING, SOUNDS

_LISTED = tomllib.loads((resources.files("songwright.evaluation") / "prompts.toml").read_text(encoding="utf-8"))
PROMPTS = (
    *(entry["prompt"] for entry in _LISTED["prompt"] if "prompt" in entry),
    "jazz, no piano, 3/4, A minor, 90 bpm, male singer",
    "dark trap with choir, no guitar",
    "悲伤的钢琴曲",
    "不要鼓的民谣 女声",
    "una balada triste, voz femenina",
    "acoustic folk, no drums, no bass",
    "epic orchestral trailer music with strings and brass",
    "dreamy bedroom pop with soft female vocals and ukulele",
    "angry punk rock, male vocals, very fast",
    "solo piano nocturne",
    "kids song about dinosaurs",
    "smooth bossa nova with nylon guitar in Portuguese",
)


def sign(valence: float) -> int:
    return 0 if abs(valence) < 0.15 else 1 if valence > 0 else -1


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_meaning_survives(prompt, seed):
    asked = interpret(GenerateAction(prompt=prompt, seed=seed))
    text = enrich_style(prompt, seed=seed)
    again = interpret(GenerateAction(style=text, seed=seed))
    assert 150 <= len(text) <= 400
    assert again.genre == asked.genre
    assert sign(again.valence) == sign(asked.valence)
    assert again.voice_gender == asked.voice_gender
    assert again.instrumental == asked.instrumental
    assert set(asked.instruments) <= set(again.instruments)
    assert not set(again.instruments) & set(asked.avoid)
    assert all(word in text.lower() for word in asked.used_words), (asked.used_words, text)


def test_what_is_refused_is_only_named_as_refused():
    text = enrich_style("acoustic folk, no drums, no bass, no violin", seed=4).lower()
    body, *refusals = text.split("no drums")
    assert refusals
    assert not any(word in body for word in ("drum", "bass", "violin"))


def test_the_wording_varies_and_the_seed_decides():
    texts = [enrich_style("upbeat synthwave about a night drive", seed=seed) for seed in range(10)]
    assert len(set(texts)) >= 9
    assert texts[3] == enrich_style("upbeat synthwave about a night drive", seed=3)


@pytest.mark.parametrize("sentence", [*SINGING, *SOUNDS, *PRODUCTION])
def test_our_own_words_wish_for_nothing(sentence):
    assert not scan(sentence)


@pytest.mark.parametrize(
    "prompt",
    ["", "x", "🎸🔥", "Песня", "sad angry happy rock " * 200, "word " * 500, "\x00", "no no no", "[Verse]", ";;;,,"],
)
def test_odd_prompts_give_a_style(prompt):
    assert 150 <= len(enrich_style(prompt, seed=2)) <= 400


def test_more_musical_words_than_fit():
    words = [
        p for name in ("piano", "violin", "harp", "banjo", "flute", "cello", "organ") for p in (f"{name} solo", name)
    ]
    moods = "happy cheerful joyful merry glad sunny jolly lively bouncy peppy bright catchy bubbly calm peaceful gentle"
    text = enrich_style(
        f"{moods} romantic tender mellow quiet dreamy epic heroic playful retro, {', '.join(words)}", seed=1
    )
    assert 150 <= len(text) <= 400
