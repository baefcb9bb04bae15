"""The whole contract against the real server and engine, driven by the published SDK: sources x actions, heard."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
from acedatacloud import AceDataCloud
from real_server import RealServer, real_server

from songwright.engines.native.voice.estimate import colour_of, distance_db, known_colours

pytestmark = [pytest.mark.acceptance, pytest.mark.slow]
WORDS = "[Verse]\\nPaper boats are drifting by\\nUnderneath a silver sky"
SHORT = {"seed": 5, "duration": 15, "takes": 1, "model": "chirp-v5"}
TIMES: dict[str, float] = {}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    with real_server(tmp_path_factory.mktemp("data")) as running:
        yield running


@pytest.fixture(scope="module")
def sdk(server: RealServer) -> Iterator[AceDataCloud]:
    with AceDataCloud(api_token=server.token, base_url=server.url) as client:
        yield client


@pytest.fixture(scope="module")
def call(server: RealServer):
    """POST a path and give the whole answer; it must be a success."""

    def post(path: str, **body: Any) -> dict[str, Any]:
        started = time.monotonic()
        headers = {"authorization": f"Bearer {server.token}"}
        answer = httpx.post(f"{server.url}/suno/{path}", json=body, headers=headers, timeout=300)
        TIMES[body.get("action", path)] = time.monotonic() - started
        assert answer.status_code == 200, answer.text
        assert answer.json()["success"] is True
        return answer.json()

    return post


@pytest.fixture(scope="module")
def song(sdk: AceDataCloud) -> dict[str, Any]:
    """A generated clip, made by the SDK's polling handle."""
    handle = sdk.suno.generate(
        action="generate", custom=True, lyric=WORDS, title="Paper Boats", style="pop, female vocals", **SHORT
    )
    return handle.wait()["response"]["data"][0]


@pytest.fixture(scope="module")
def uploaded(server: RealServer, call: Any, song: dict[str, Any]) -> dict[str, Any]:
    """The same song, but as a recording that nobody knows anything about."""
    return call("upload", audio_url=song["audio_url"])["data"]


def sound(item: dict[str, Any]) -> np.ndarray:
    """The 24-bit samples of a clip."""
    url = item["audio_url"].replace(".mp3", ".wav")
    data, rate = soundfile.read(io.BytesIO(httpx.get(url, timeout=60).content), dtype="int32", always_2d=True)
    assert rate == 48_000
    return data >> 8


def loud(samples: np.ndarray) -> bool:
    return bool(np.sqrt(np.mean((samples / 2**23) ** 2)) > 0.005)


def test_extend_and_concat_are_exact(call: Any, song: dict[str, Any]) -> None:
    segment = call(
        "audios",
        action="extend",
        audio_id=song["id"],
        continue_at=6.5,
        lyric="[Chorus]\nCarry me home over the sea",
        **SHORT,
    )["data"][0]
    assert segment["title"] == segment["style"] == ""
    whole = call("audios", action="concat", audio_id=segment["id"])["data"]
    assert len(whole) == 1
    assert whole[0]["concat_history"] == [
        {"continue_at": 6.5, "id": song["id"], "infill": False, "source": "web", "type": "gen"},
        {"id": segment["id"]},
    ]
    joined, first, second = sound(whole[0]), sound(song), sound(segment)
    at = round(6.5 * 48_000)
    assert len(joined) == at + len(second)
    assert np.array_equal(joined[:at], first[:at])
    assert np.array_equal(joined[at + 1440 :], second[1440:])
    assert all(kept["identical"] for kept in whole[0]["metadata"]["kept"])
    stems = call("audios", action="stems", audio_id=whole[0]["id"])["data"]
    assert [s["title"].rsplit(" - ", 1)[1] for s in stems] == ["Vocals", "Instrumental"]
    assert all(len(sound(s)) == len(joined) for s in stems)


@pytest.mark.parametrize("mode", ["candidates", "full_song"])
def test_a_replaced_section_leaves_the_rest_alone(call: Any, song: dict[str, Any], mode: str) -> None:
    made = call(
        "audios",
        action="replace_section",
        audio_id=song["id"],
        replace_section_start=4,
        replace_section_end=8,
        replace_section_result_mode=mode,
        prompt="Winter stars are falling now",
        **SHORT,
    )["data"][0]
    if mode == "candidates":
        assert abs(made["duration"] - 8.0) < 0.01
        made = call("audios", action="concat", audio_id=made["id"])["data"][0]
        assert made["concat_history"][0]["infill"] is True
    before, after = sound(song), sound(made)
    assert len(after) == len(before)
    a, b = 4 * 48_000, 8 * 48_000
    assert np.array_equal(after[:a], before[:a])
    assert np.array_equal(after[b:], before[b:])
    assert not np.array_equal(after[a:b], before[a:b])


def test_stems_add_up(call: Any, song: dict[str, Any]) -> None:
    items = call("audios", action="all_stems", audio_id=song["id"])["data"]
    assert len(items) == 24
    assert all(item["model"] == "chirp-ahi-stem-12-t1" and "style" not in item for item in items)
    names = [item["title"].rsplit(" (", 1)[1].rstrip(")") for item in items]
    assert names[:12] == names[12:]
    two = call("audios", action="stems", audio_id=song["id"])["data"]
    whole = sound(two[0]).astype(np.int64) + sound(two[1])
    assert np.array_equal(sum(sound(item).astype(np.int64) for item in items[:12]), whole)


ACTIONS: list[tuple[str, dict[str, Any]]] = [
    ("cover", {"style": "folk, acoustic guitar"}),
    ("remaster", {"variation_category": "normal"}),
    ("underpainting", {"style": "folk", "underpainting_end": 10}),
    ("overpainting", {"lyric": "[Verse]\nWinter light", "custom": True, "overpainting_end": 15, "style": "pop"}),
    ("extend", {"continue_at": 5, "lyric": "[Verse]\nFollow me down"}),
    ("replace_section", {"replace_section_start": 4, "replace_section_end": 7, "lyric": "Winter stars are here"}),
    ("samples", {"samples_start": 2, "samples_end": 6, "lyric": "[Verse]\nA slice of time", "custom": True}),
    ("add_stem", {"stem_type": "strings"}),
    ("extract_stem", {"stem_type": "drums"}),
    ("adjust_speed", {"speed_multiplier": 1.1, "title": "Faster"}),
    ("stems", {}),
]


@pytest.mark.parametrize("kind", ["generated", "uploaded", "edited"])
@pytest.mark.parametrize(("action", "fields"), ACTIONS, ids=[name for name, _ in ACTIONS])
def test_every_action_on_every_kind_of_source(
    call: Any, request: pytest.FixtureRequest, action: str, fields: dict[str, Any], kind: str
) -> None:
    source = request.getfixturevalue({"generated": "song", "uploaded": "uploaded", "edited": "edited"}[kind])
    items = call(
        "audios",
        **{**SHORT, **fields, "action": action, "audio_id": source["audio_id" if kind == "uploaded" else "id"]},
    )["data"]
    counts = {"stems": 2, "extract_stem": 4}
    assert len(items) == counts.get(action, 1)
    assert all(item["state"] == "succeeded" for item in items)
    assert any(loud(sound(item)) for item in items)
    assert all(abs(len(sound(item)) / 48_000 - item["duration"]) < 0.01 for item in items)


@pytest.fixture(scope="module")
def edited(call: Any, song: dict[str, Any]) -> dict[str, Any]:
    """The result of another action."""
    return call("audios", action="cover", audio_id=song["id"], style="synthwave", **SHORT)["data"][0]


def test_mashup_and_inspiration(call: Any, song: dict[str, Any], edited: dict[str, Any]) -> None:
    both = call("audios", action="mashup", mashup_audio_ids=[song["id"], edited["id"]], **SHORT)["data"]
    assert loud(sound(both[0]))
    like = call("audios", action="inspo", audio_urls=[song["audio_url"]], prompt="a walk in the rain", **SHORT)["data"]
    assert loud(sound(like[0]))
    assert like[0]["prompt"] == "a walk in the rain"


JOINED = {"continue_at": 6.5, "lyric": "[Chorus]\nCarry me home over the sea"}


def test_a_chain_of_actions_from_an_upload_to_stems(call: Any, song: dict[str, Any], uploaded: dict[str, Any]) -> None:
    """Upload, cover, extension, concat, mashup with a song, remaster, stems: each heard, the joins to the sample."""
    cover = call("audios", action="upload_cover", audio_id=uploaded["audio_id"], style="folk, acoustic guitar", **SHORT)
    first = cover["data"][0]
    segment = call("audios", action="extend", audio_id=first["id"], **JOINED, **SHORT)["data"][0]
    whole = call("audios", action="concat", audio_id=segment["id"])["data"][0]
    at, joined = round(6.5 * 48_000), sound(whole)
    assert np.array_equal(joined[:at], sound(first)[:at])
    assert np.array_equal(joined[at + 1440 :], sound(segment)[1440:])
    assert loud(joined[at:])
    both = call("audios", action="mashup", mashup_audio_ids=[whole["id"], song["id"]], **SHORT)["data"][0]
    again = call("audios", action="remaster", audio_id=both["id"], variation_category="subtle", **SHORT)["data"][0]
    assert again["title"].endswith("  (Remastered)")
    before, after = sound(both), sound(again)
    assert len(after) == len(before)
    assert not np.array_equal(after, before)
    assert abs(again["metadata"]["loudness_lufs"] - both["metadata"]["loudness_lufs"]) < 0.5
    assert likeness(after, before) > 0.9
    parts = [sound(s) for s in call("audios", action="stems", audio_id=again["id"])["data"]]
    assert all(loud(part) for part in parts)
    total = parts[0].astype(np.int64) + parts[1]
    assert likeness(total, after) > 0.9


def likeness(a: np.ndarray, b: np.ndarray) -> float:
    """Correlation of two sounds' levels in steps of 50 ms."""
    n = min(len(a), len(b)) // 2400 * 2400
    levels = [np.sqrt(np.square(x[:n] / 2**23).reshape(-1, 2400 * 2).mean(axis=1)) for x in (a, b)]
    return float(np.corrcoef(*levels)[0, 1])


def test_what_follows_an_upload_is_joined_to_the_sample(call: Any, uploaded: dict[str, Any]) -> None:
    clip = uploaded["audio_id"]
    segment = call("audios", action="extend", audio_id=clip, **JOINED, **SHORT)["data"][0]
    whole = call("audios", action="concat", audio_id=segment["id"])["data"][0]
    joined, first, second = sound(whole), sound(uploaded), sound(segment)
    at = round(6.5 * 48_000)
    assert len(joined) == at + len(second)
    assert np.array_equal(joined[:at], first[:at])
    assert np.array_equal(joined[at + 1440 :], second[1440:])
    assert whole["concat_history"][0]["id"] == clip
    stems = [sound(s) for s in call("audios", action="stems", audio_id=whole["id"])["data"]]
    assert all(len(stem) == len(joined) for stem in stems)
    assert likeness(stems[0].astype(np.int64) + stems[1], joined) > 0.9


def test_mashups_with_an_upload(call: Any, song: dict[str, Any], uploaded: dict[str, Any]) -> None:
    for ids in ([song["id"], uploaded["audio_id"]], [uploaded["audio_id"], song["id"]]):
        made = call("audios", action="mashup", mashup_audio_ids=ids, **SHORT)["data"][0]
        assert loud(sound(made))
        assert made["metadata"]["edit"]["sources"] == ids


def test_a_sound_can_be_remastered_and_slowed(call: Any) -> None:
    loop = call("audios", action="sounds", sound="funky drum loop", sound_type="loop", bpm=100, takes=1)["data"][0]
    for variation in ("subtle", "high"):
        fields = {"action": "remaster", "audio_id": loop["id"], "variation_category": variation}
        made = call("audios", **fields, **SHORT)["data"][0]
        assert len(sound(made)) == len(sound(loop))
        assert not np.array_equal(sound(made), sound(loop))
        assert likeness(sound(made), sound(loop)) > 0.8
    slow = call("audios", action="adjust_speed", audio_id=loop["id"], speed_multiplier=0.5)["data"][0]
    assert abs(slow["duration"] - 2 * loop["duration"]) < 0.001


def test_sounds(call: Any) -> None:
    made = call("audios", action="sounds", sound="deep kick drum", sound_type="one-shot", takes=1)["data"][0]
    assert made["title"] == "deep kick drum"
    assert loud(sound(made)[:24_000])


def test_personas_of_clips_and_recordings(sdk: AceDataCloud, call: Any, song: dict[str, Any]) -> None:
    kept = sdk.suno.persona(audio_id=song["id"], name="Nell")["data"]["persona_id"]
    again = call("audios", action="artist_consistency", persona_id=kept, prompt="a song about rain", **SHORT)["data"][0]
    assert again["metadata"]["voice"] == song["metadata"]["voice"]
    cut = call("vox", audio_id=song["id"], vocal_start=2, vocal_end=9)["data"]
    assert cut["source_clip_id"] == song["id"]
    assert httpx.get(cut["vocal_audio_url"]).status_code == 200
    second = call("persona", audio_id=song["id"], vox_audio_id=cut["id"], name="Nell's voice")["data"]["persona_id"]
    sung = call(
        "audios", action="artist_consistency_vox", persona_id=second, audio_id=song["id"], prompt="snow", **SHORT
    )["data"][0]
    assert sung["metadata"]["voice"] == song["metadata"]["voice"]


def dry_voice(call: Any, clip: str) -> dict[str, Any]:
    """The voice of a clip of ours as it was sung, before the mix."""
    return call("audios", action="extract_stem", audio_id=clip, stem_type="vocals")["data"][2]


@pytest.mark.parametrize("way", ["persona", "voices"])
def test_a_recorded_singer_sings_on(call: Any, song: dict[str, Any], way: str) -> None:
    """A persona of an upload, and a voice of a recording, both of one clean voice: the new song's singer is nearer to
    the recorded one than any other voice of the roster is.
    """
    recorded = dry_voice(call, song["id"])
    if way == "persona":
        clip = call("upload", audio_url=recorded["audio_url"])["data"]["audio_id"]
        kept = call("persona", audio_id=clip, name="Somebody")["data"]["persona_id"]
    else:
        kept = call("voices", audio_url=recorded["audio_url"], name="Somebody alone")["data"]["persona_id"]
    made = call("audios", action="artist_consistency", persona_id=kept, lyric=WORDS, style="pop", **SHORT)["data"][0]
    voice = made["metadata"]["voice"]
    base = voice.removeprefix("recipe:").split(",")[0]
    heard, sung = (
        colour_of((sound(item) / 2**23).astype(np.float32)) for item in (recorded, dry_voice(call, made["id"]))
    )
    apart = {name: distance_db(heard, colour) for name, colour in known_colours().items() if name != base}
    assert distance_db(heard, sung) < min(apart.values()), (voice, song["metadata"]["voice"], sorted(apart.values()))


def test_words_and_other_forms_of_a_clip(sdk: AceDataCloud, call: Any, song: dict[str, Any]) -> None:
    words = sdk.suno.lyrics(prompt="a lighthouse", model="default")["data"]
    assert len(words) == 2
    assert all(text["text"].startswith("[") and text["status"] == "complete" for text in words)
    assert sdk.suno.style(prompt="sad folk")["data"]["upsampled_tags"]
    blend = sdk.suno.mashup_lyrics(lyrics_a=words[0]["text"], lyrics_b=words[1]["text"])["data"]
    assert blend["text"]
    timing = sdk.suno.timing(audio_id=song["id"])["data"]
    assert "".join(word["word"] for word in timing["aligned_words"]).lower().count("boats") == 1
    midi = call("midi", audio_id=song["id"])["data"][0]
    assert midi["state"] == "complete"
    assert all(note["end"] > note["start"] for part in midi["instruments"] for note in part["notes"])
    for path in ("wav", "mp3", "midi"):
        url = call(path, audio_id=song["id"])["data"][0]["file_url"]
        assert httpx.get(url).status_code == 200
    movie = call("mp4", audio_id=song["id"])["data"]["video_url"]
    assert httpx.get(movie).content[4:8] == b"ftyp"
    assert call("availability", audio_id=song["id"])["data"] == {"id": song["id"], "available": True}


def test_times_are_told() -> None:
    print({name: round(seconds, 1) for name, seconds in sorted(TIMES.items())})
    assert TIMES
