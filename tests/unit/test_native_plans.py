"""Plans of ordinary and odd requests: a song or a clear error, never silence."""

from __future__ import annotations

from dataclasses import replace

import pytest

from songwright.domain.action import GenerateAction, VoiceGender
from songwright.domain.lyrics import Lyrics
from songwright.domain.plan import Plan
from songwright.domain.score import VocalRole
from songwright.engines.native.engine import NativeEngine
from songwright.engines.native.planning import plan_take
from songwright.engines.native.voice.voices import voice
from songwright.engines.protocols import EngineSettings
from songwright.errors import BadRequest, LyricsFailed

LONGEST = ("the river runs and never stops and goes along the road " * 100)[:5000]


def plan(take: int = 1, **fields) -> Plan:
    return plan_take(GenerateAction(**{"seed": 5, "max_duration_s": 480.0, **fields}), take=take, versions={})


def sung(**fields) -> Plan:
    return plan(custom=True, style="folk rock", **fields)


PROMPTS = ["🎄🎅✨🎶", "a song " * 71, "一首关于春天和咖啡的歌", "!!!", "x", "una canción sobre el verano", "42"]
LYRICS = {
    "no tags": "one fine morning by the sea\nsalt and sunlight, you and me\n\nla la la",
    "unknown tags": "[Wibble]\nhello there my friend\n[Zonk: loud]\nhello again",
    "one word": "Yes",
    "5,000 characters": LONGEST,
    "literal line breaks": "[Verse]\\nhello hello\\n[Chorus]\\nhello again",
    "windows line breaks": "[Verse]\r\nhello hello\r\n\r\n[Chorus]\r\nhello again",
    "only backing": "(ooh) (aah)",
    "two scripts": "[Verse]\nhello my love\n你好我的爱",
}


def assert_song(made: Plan) -> None:
    """It sounds from beginning to end, and its words are sung in order."""
    show = made.performance
    assert 55.0 <= show.duration_s <= 480.0
    if not made.brief.instrumental:
        assert show.words
        starts = [word.start_s for word in show.words]
        assert starts == sorted(starts)
        assert show.words[-1].end_s <= show.duration_s
    notes = sorted((n.start_s, n.start_s + n.duration_s) for part in show.parts for n in part.notes)
    assert notes[0][0] < 3.0
    reach = notes[0][1]
    for start, end in notes:
        assert start - reach < 4.0, f"nothing plays from {reach} to {start}"
        reach = max(reach, end)
    assert reach > show.duration_s - 8.0


@pytest.mark.parametrize("prompt", PROMPTS)
def test_any_prompt_gives_a_song(prompt):
    assert_song(plan(prompt=prompt[:500]))


@pytest.mark.parametrize("lyrics", LYRICS.values(), ids=LYRICS)
def test_any_lyrics_give_a_song(lyrics):
    made = sung(lyrics=lyrics)
    assert_song(made)
    assert made.lyrics.text == lyrics


@pytest.mark.parametrize(
    ("fields", "check"),
    [
        ({"bpm": 93.0}, lambda p: p.brief.bpm == 93.0),
        ({"key": "Eb minor"}, lambda p: str(p.score.key) == "Eb minor"),
        ({"meter": "3/4"}, lambda p: str(p.score.axis.meter) == "3/4"),
        ({"duration_s": 90.0}, lambda p: abs(p.performance.duration_s - 90.0) < 12.0),
        ({"duration_s": 180.0}, lambda p: abs(p.performance.duration_s - 180.0) < 12.0),
        ({"title": "Lantern"}, lambda p: p.lyrics.title == "Lantern"),
        ({"instrumental": True}, lambda p: not p.performance.vocals),
        ({"max_duration_s": 120.0}, lambda p: p.performance.duration_s <= 120.0),
    ],
)
def test_what_was_asked_is_done(fields, check):
    made = plan(prompt="pop song about lanterns", **fields)
    assert check(made)
    assert_song(made)


@pytest.mark.parametrize("gender", list(VoiceGender))
@pytest.mark.parametrize("prompt", ["rock song", "ballad about rain", "house track with vocals"])
def test_the_asked_gender_sings(gender, prompt):
    made = plan(prompt=prompt, voice_gender=gender)
    assert {voice(v.voice).gender for v in made.score.vocals if v.role is VocalRole.LEAD} == {gender.value}


def test_the_same_request_gives_the_same_bytes_and_takes_differ():
    first, again, other = (
        plan(prompt="pop about boats"),
        plan(prompt="pop about boats"),
        plan(2, prompt="pop about boats"),
    )
    assert first.to_bytes() == again.to_bytes()
    assert Plan.from_bytes(first.to_bytes()) == first
    assert first.lyrics == other.lyrics
    assert first.score.vocals[0].lines != other.score.vocals[0].lines
    assert first.performance.parts != other.performance.parts


def test_songs_of_unasked_length_stay_under_three_minutes():
    assert all(plan(prompt=f"{genre} song").performance.duration_s <= 180.0 for genre in ("metal", "pop", "synthwave"))


def test_refusals_come_before_the_work(tmp_path):
    engine = NativeEngine(EngineSettings(data_dir=tmp_path))
    good = GenerateAction(custom=True, lyrics="hello")
    engine.check(good)
    engine.check(replace(good, instrumental=True, lyrics="🎄"))
    for lyrics in ("🎄🎅", "مرحبا بالعالم يا صديقي"):
        with pytest.raises(BadRequest) as refusal:
            engine.check(replace(good, lyrics=lyrics))
        assert refusal.value.message


def test_a_writer_without_words_is_the_documented_failure(monkeypatch):
    monkeypatch.setattr("songwright.engines.native.planning.write_lyrics", lambda *_, **__: Lyrics(title="x"))
    with pytest.raises(LyricsFailed, match="Unable to generate lyrics from song description"):
        plan(prompt="pop about boats")
