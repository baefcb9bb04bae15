"""Lyrics about a prompt: shape, difference, language, and prompts of any kind."""

from __future__ import annotations

import re

import pytest

from songwright.domain.action import GenerateAction
from songwright.engines.native.engine import NativeEngine
from songwright.engines.native.words import blend, enrich_style, write
from songwright.engines.protocols import EngineSettings, Materials
from songwright.errors import LyricsFailed

PROMPTS = (
    "a song about the sea", "upbeat synthwave about a night drive", "sad ballad about a goodbye", "my old dog",
    "christmas with grandma", "country song about a truck", "rock about a storm", "una canción sobre mi madre",
    "写一首关于春天的歌", "hip-hop about working hard", "lullaby for my daughter Mia", "first coffee in the morning",
    "jazz about a cat", "reggae on the beach", "losing a friend", "balada triste sobre el mar", "关于故乡的民谣",
    "dancing until the sun comes up", "a robot who learns to love", "moving to a new city",
)  # fmt: skip
ODD = (
    "x", "🎸🔥😭", "Песня о любви", "สวัสดี", "हिन्दी गाना", "日本の歌", "12345", "!!!", "[Verse]", "\x00\n\t", "\\n\\n",
    "word " * 400, "a" * 3000, "no no no", "instrumental", "rock, jazz\n\npop", "“quoted” <b>tag</b>", "شعر عن البحر",
    "中文 and English y español", "\u200b\u202e",
)  # fmt: skip


def sung(text: str) -> list[str]:
    return [row for row in text.split("\n") if row and not row.startswith("[")]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_two_candidates_differ_in_title_and_words(prompt):
    first, second = write(prompt, seed=11)
    assert first.title.lower() != second.title.lower()
    ours, theirs = set(sung(first.text)), set(sung(second.text))
    assert len(ours & theirs) <= 0.34 * min(len(ours), len(theirs))
    for written in (first, second):
        assert re.match(r"\[Verse\]\n\S", written.text)
        assert "[Chorus]" in written.text
        assert len(sung(written.text)) >= 12
        assert 3 <= len(written.tags.replace(",", " ").split()) <= 6


def test_the_language_is_the_prompts():
    assert all(re.search(r"[\u4e00-\u9fff]{4}", w.text) for w in write("写一首关于春天的歌", seed=2))
    assert all(re.search(r"\b(?:la|el|que|mi)\b", w.text) for w in write("una canción sobre mi madre", seed=2))
    assert all(re.search(r"\b(?:the|and)\b", w.text) for w in write("instrumental lo-fi", seed=2))


def test_the_seed_decides():
    assert write("a song about the sea", seed=5) == write("a song about the sea", seed=5)
    assert write("a song about the sea", seed=5) != write("a song about the sea", seed=6)


def test_the_tags_fit_the_prompt():
    (written,) = write("happy reggae about a lazy sunday", seed=1, n=1)
    assert {"reggae", "happy"} <= set(written.tags.split(", "))


@pytest.mark.parametrize("prompt", ODD)
def test_odd_prompts_give_words(prompt):
    try:
        candidates = write(prompt, seed=3)
    except LyricsFailed:
        assert not prompt.strip()
        return
    assert len(candidates) == 2
    assert all(w.title.strip() and len(sung(w.text)) >= 8 for w in candidates)


@pytest.mark.parametrize("prompt", ["", "  \n "])
def test_nothing_to_write_about(prompt):
    with pytest.raises(LyricsFailed):
        write(prompt, seed=1)


def test_more_than_two_candidates():
    titles = [w.title for w in write("a song about the sea", seed=8, n=4)]
    assert len(set(titles)) == 4


@pytest.mark.parametrize("prompt", ["Песня о любви", "写一首关于春天的歌", "una canción sobre mi madre"])
def test_four_candidates_of_a_small_lexicon(prompt):
    found = write(prompt, seed=8, n=4)
    assert len({w.title for w in found}) == 4
    assert len({w.text for w in found}) == 4


@pytest.mark.parametrize("prompt", ["Песня о любви", "สวัสดี", "हिन्दी गाना"])
def test_a_song_about_something_in_another_script_is_planned(prompt, tmp_path):
    plan = NativeEngine(EngineSettings(data_dir=tmp_path)).plan(
        GenerateAction(prompt=prompt, seed=1), take=1, materials=Materials()
    )[0]
    assert any(True for _ in plan.lyrics.lines())


def test_the_engine_offers_the_words(tmp_path):
    engine = NativeEngine(EngineSettings(data_dir=tmp_path))
    first, second = engine.write_words("a song about the sea", seed=1)
    assert (first, second) == write("a song about the sea", seed=1)
    assert engine.blend_words(first.text, second.text, seed=1) == blend(first.text, second.text, seed=1)
    assert engine.enrich_style("sad folk", seed=1) == enrich_style("sad folk", seed=1)
