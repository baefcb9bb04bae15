"""One lyric out of two: both recognisable, no line twice, any input."""

from __future__ import annotations

import itertools
import re

import pytest

from songwright.engines.native.lyrics.parse import parse_lyrics
from songwright.engines.native.words import blend
from songwright.errors import LyricsFailed

SEA = """[Verse]
I walk the shore at break of day
The gulls are laughing in the bay
My coat is old, my shoes are worn
I carry home the early morn

[Chorus]
Sail me home again
Through the wind and rain
Sail me home tonight
Harbour burning bright"""
CITY = """[Verse 1]
City lights are counting down
Neon rivers through the town
We were young and full of grace
Running all over the place

[Chorus]
Dance until the light
Dance all through the night

[Verse 2]
Taxi meter running slow
Tell me where you want to go"""
PLAIN = "Four little lines\nwithout any signs\nthey stand in a row\nwherever they go"
CHINESE = "[主歌]\n春天来了花开了\n河水流过小桥\n[副歌]\n你在远方等我\n风吹过山坡\n雨落在窗前"
ODD = (
    "hello",
    "",
    "   ",
    "🎸🎸",
    "a\\nb\\nc\\nd\\ne",
    "word " * 1000,
    "Песня о любви\nЯ иду",
    "สวัสดี ชาวโลก",
    "[Verse]\n[Chorus]",
    CHINESE,
    "hola mi amor\nte quiero más",
    "la\nla\nla\nla",
    PLAIN,
    "(ooh)\n(ahh)",
    "x" * 5000,
    "---",
    "[[[[",
    "]]]\n(((",
    "Chorus x2\nhey now",
    SEA,
)


def sung(text: str) -> list[str]:
    return [row for row in text.split("\n") if row and not row.startswith("[")]


def shares(text: str, *sources: str) -> list[float]:
    rows = sung(text)
    return [sum(row in source for row in rows) / len(rows) for source in sources]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("a", "b"), list(itertools.permutations([SEA, CITY, PLAIN, CHINESE], 2)))
def test_both_are_recognisable(a, b, seed):
    written = blend(a, b, seed=seed)
    assert min(shares(written.text, a, b)) >= 0.35
    assert len(sung(written.text)) >= 7
    assert max(shares(written.text, a + b)) == 1.0


def test_the_hook_is_a_and_the_verse_b():
    written = blend(SEA, CITY, seed=1)
    blocks = dict(re.findall(r"(\[[^\]]+\])\n((?:[^\[\n].*\n?)+)", written.text))
    assert sung(blocks["[Chorus]"]) == sung(SEA)[4:]
    assert all(row in CITY for row in sung(blocks["[Verse]"]))
    assert written.title == "Sail Me Home Again"


def test_the_engine_can_sing_it():
    lyrics = parse_lyrics(blend(SEA, CITY, seed=1).text)
    choruses = [s for s in lyrics.sections if s.kind.value == "chorus"]
    assert len(choruses) == 2
    assert choruses[0].lines == choruses[1].lines


def test_the_seed_decides():
    long = "\n\n".join(f"[Verse {i}]\n" + "\n".join(f"line {i} {j} goes on" for j in range(4)) for i in range(1, 6))
    assert blend(SEA, long, seed=4) == blend(SEA, long, seed=4)
    assert len({blend(SEA, long, seed=seed).text for seed in range(8)}) > 1


def test_a_lyric_with_itself_has_no_line_twice():
    rows = sung(blend(SEA, SEA, seed=1).text)
    assert sorted(rows) == sorted(set(rows))
    assert len(rows) >= 6


def test_literal_line_breaks_are_line_breaks():
    assert blend(SEA.replace("\n", "\\n"), CITY.replace("\n", "\\n"), seed=1) == blend(SEA, CITY, seed=1)


def has_words(text: str) -> bool:
    return bool(re.search(r"\w", re.sub(r"\[[^\]]*\]", "", text)))


@pytest.mark.parametrize("a", ODD)
def test_odd_inputs(a):
    for b in ODD:
        if not has_words(a) and not has_words(b):
            with pytest.raises(LyricsFailed):
                blend(a, b, seed=3)
            continue
        written = blend(a, b, seed=3)
        rows = [re.sub(r"\W+", " ", row.lower()).strip() for row in sung(written.text)]
        assert rows, (a, b)
        assert len(rows) == len(set(rows))
        assert 0 < len(written.title) <= 80
