"""Every action and path: what is accepted, what it becomes, and what the answer looks like. Every row of the table."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from openapi_spec_validator import validate

from songwright.domain.action import ActionKind
from songwright.http.edits import EDITS

from .http_twins import OTHER_TOKEN, server

GONE = "The song id does not exist or has been taken offline."
LYRIC = "[Verse]\\nPaper boats are drifting by"


def made(client: Any, **body: Any) -> dict[str, Any]:
    answer = client.post("/suno/audios", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def song(client: Any) -> str:
    return made(client, prompt="a song about boats")["data"][0]["id"]


def action_of(jobs: Any, answer: dict[str, Any]) -> Any:
    return jobs.store.rows[answer["task_id"]].action


# action, fields, kind, number of items
CASES: list[tuple[str, dict[str, Any], ActionKind, int]] = [
    ("extend", {"continue_at": 2, "lyric": LYRIC, "custom": True, "instrumental": False}, ActionKind.EXTEND, 2),
    ("upload_extend", {"continue_at": 21.5, "instrumental": True}, ActionKind.EXTEND, 2),
    ("cover", {"prompt": "softer", "audio_weight": 0.7}, ActionKind.COVER, 2),
    ("upload_cover", {"style": "folk"}, ActionKind.COVER, 2),
    ("replace_section", {"replace_section_start": 3.5, "replace_section_end": 9, "prompt": "x"}, ActionKind.REPLACE, 2),
    ("stems", {}, ActionKind.STEMS, 2),
    ("all_stems", {}, ActionKind.ALL_STEMS, 24),
    ("underpainting", {"style": "pop rap", "underpainting_end": 20}, ActionKind.ACCOMPANY, 2),
    ("overpainting", {"custom": True, "lyric": LYRIC, "overpainting_end": 20}, ActionKind.SING_OVER, 2),
    ("overpainting", {}, ActionKind.SING_OVER, 2),
    ("remaster", {"variation_category": "high"}, ActionKind.REMASTER, 2),
    ("samples", {"samples_end": 12}, ActionKind.SAMPLE, 2),
    ("add_stem", {"stem_type": "backing_vocals"}, ActionKind.ADD_STEM, 2),
    ("extract_stem", {"stem_type": "bass"}, ActionKind.EXTRACT_STEM, 4),
    ("adjust_speed", {"speed_multiplier": 1.1, "title": "t"}, ActionKind.SPEED, 1),
    ("adjust_speed", {"speed": 2, "keep_pitch": True}, ActionKind.SPEED, 1),
]


@pytest.mark.parametrize(("action", "fields", "kind", "count"), CASES)
def test_an_edit_is_accepted_and_answered(action: str, fields: dict[str, Any], kind: ActionKind, count: int) -> None:
    with server() as (client, jobs):
        source = song(client)
        answer = made(client, action=action, audio_id=source, model="chirp-v5", **fields)
        asked = action_of(jobs, answer)
        assert (asked.kind, asked.sources) == (kind, (source,))
        assert asked.takes * asked.clips_per_take == count == len(answer["data"])
        for item in answer["data"]:
            assert {"id", "title", "image_url", "audio_url", "video_url", "created_at", "model", "state"} <= set(item)
            assert item["state"] == "succeeded"
            assert isinstance(item["duration"], float)
            assert "prompt" not in item or action == "replace_section"


def test_every_documented_action_has_a_case() -> None:
    special = {"concat", "mashup", "inspo", "sounds", "artist_consistency", "artist_consistency_vox"}
    assert {name for name, *_ in CASES} | special == set(EDITS)


def test_edits_echo_the_words_of_the_request_and_nothing_else() -> None:
    with server() as (client, _):
        source = song(client)
        for action, fields in (("extend", {"continue_at": 2}), ("cover", {}), ("overpainting", {})):
            bare = made(client, action=action, audio_id=source, lyric=LYRIC, **fields)["data"][0]
            assert (bare["title"], bare["style"], bare["lyric"]) == ("", "", LYRIC)
            told = made(client, action=action, audio_id=source, lyric=LYRIC, title="T", style="S", **fields)["data"][0]
            assert (told["title"], told["style"], told["lyric"]) == ("T", "S", LYRIC)
        under = made(client, action="underpainting", audio_id=source, style="pop")["data"][0]
        assert (under["lyric"], under["style"]) == ("", "pop")


def test_stems_have_the_documented_keys() -> None:
    with server() as (client, _):
        source = song(client)
        two = made(client, action="stems", audio_id=source)["data"]
        assert all(item["model"] == "" and item["video_url"].endswith(".mp4") for item in two)
        many = made(client, action="all_stems", audio_id=source)["data"]
        assert all(item["model"] == "chirp-ahi-stem-12-t1" and "style" not in item for item in many)
        answer = made(client, action="extract_stem", audio_id=source, stem_type="fx")
        assert [item["stem_set"] for item in answer["data"]] == [1, 1, 2, 2]
        assert [entry["stem_type"] for entry in answer["stem_sets"]] == ["fx", "fx"]
        assert answer["stem_sets"][1]["remainder"]["id"] == answer["data"][3]["id"]


def test_concat_of_a_chain_tells_its_history() -> None:
    with server() as (client, jobs):
        source = song(client)
        first = made(client, action="extend", audio_id=source, continue_at=2, lyric=LYRIC)["data"][0]["id"]
        second = made(client, action="extend", audio_id=first, continue_at=7.5, lyric=LYRIC)["data"][1]["id"]
        answer = made(client, action="concat", audio_id=second)
        assert action_of(jobs, answer).sources == (source, first, second)
        (item,) = answer["data"]
        assert item["concat_history"] == [
            {"continue_at": 2, "id": source, "infill": False, "source": "web", "type": "gen"},
            {"continue_at": 7.5, "id": first, "infill": False, "source": "web", "type": "gen"},
            {"id": second},
        ]
        assert second in item["image_url"]


def test_concat_of_a_replaced_section_tells_the_span() -> None:
    with server() as (client, _):
        source = song(client)
        body = {"replace_section_start": 28.5, "replace_section_end": 40, "prompt": "new words"}
        segment = made(client, action="replace_section", audio_id=source, **body)["data"][0]
        assert segment["prompt"] == "new words"
        (item,) = made(client, action="concat", audio_id=segment["id"])["data"]
        entry, last = item["concat_history"]
        assert (entry["infill_start_s"], entry["infill_end_s"], entry["infill_dur_s"]) == (28.5, 40, 11.5)
        assert (entry["infill_context_start_s"], entry["infill_context_end_s"]) == (0, 70)
        assert (entry["include_future_s"], entry["include_history_s"], entry["infill"]) == (2, 2, True)
        assert (entry["infill_lyrics"], last) == ("new words", {"id": segment["id"]})


def test_mashup_inspo_and_sounds() -> None:
    with server() as (client, jobs):
        a, b = song(client), song(client)
        answer = made(client, action="mashup", mashup_audio_ids=[a, b], lyric=LYRIC, custom=True)
        assert action_of(jobs, answer).sources == (a, b)
        assert answer["data"][0]["lyric"] == LYRIC
        answer = made(client, action="inspo", audio_urls=["https://a.example/x.mp3"], prompt="like it")
        assert (action_of(jobs, answer).urls, answer["data"][0]["prompt"]) == (("https://a.example/x.mp3",), "like it")
        answer = made(client, action="sounds", sound="a door", sound_type="loop", bpm=300)
        assert (action_of(jobs, answer).loop, action_of(jobs, answer).sound) == (True, "a door")


def test_personas_are_kept_listed_used_and_forgotten() -> None:
    with server() as (client, jobs):
        source = song(client)
        kept = client.post("/suno/persona", json={"audio_id": source, "name": "Nell"}).json()
        persona = kept["data"]["persona_id"]
        listed = client.get("/suno/persona", params={"user_id": "me"}).json()
        assert listed["count"] == 1
        assert listed["items"][0]["persona_id"] == persona
        assert all(isinstance(listed["items"][0][name], str) for name in ("name", "description", "source_type"))
        for action in ("artist_consistency", "artist_consistency_vox"):
            answer = made(client, action=action, persona_id=persona, audio_id=source, prompt="rain")
            assert action_of(jobs, answer).wishes.voice == "lyra"
            assert "prompt" not in answer["data"][0]
        assert action_of(jobs, made(client, prompt="rain", persona_id=persona)).voice == "lyra"
        client.headers["authorization"] = f"Bearer {OTHER_TOKEN}"
        assert client.get("/suno/persona").json() == {"count": 0, "items": []}
        assert client.delete("/suno/persona", params={"persona_id": persona}).status_code == 400
        client.headers["authorization"] = "Bearer right"
        assert client.delete("/suno/persona", params={"persona_id": persona}).json() == {"success": True}
        assert client.get("/suno/persona").json()["count"] == 0


@pytest.mark.parametrize(
    ("path", "body", "keys"),
    [
        ("lyrics", {"prompt": "boats", "model": "default"}, None),
        ("lyrics", {"prompt": "boats"}, {"text", "title", "status", "tags"}),
        ("mashup-lyrics", {"lyrics_a": "a b", "lyrics_b": "c d"}, {"text", "title", "tags", "status"}),
        ("style", {"prompt": "sad"}, {"upsampled_tags", "text"}),
        ("wav", {"audio_id": "*"}, None),
        ("mp3", {"audio_id": "*"}, None),
        ("midi", {"audio_id": "*"}, None),
        ("timing", {"audio_id": "*"}, {"aligned_words", "waveform_data", "hoot_cer", "is_streamed"}),
        ("mp4", {"audio_id": "*"}, {"video_url"}),
        ("availability", {"audio_id": "*"}, {"id", "available"}),
        ("upload", {"audio_url": "https://a.example/x.mp3"}, {"audio_id", "lyric", "style", "title", "duration"}),
        ("vox", {"audio_id": "*", "vocal_start": 2, "vocal_end": 9}, {"id", "source_clip_id", "vocal_audio_url"}),
        ("voices", {"audio_url": "https://a.example/x.wav", "name": "Nell"}, {"persona_id", "name", "is_public"}),
    ],
)
def test_every_path_answers_in_its_shape_and_its_task_can_be_asked_for(
    path: str, body: dict[str, Any], keys: set[str] | None
) -> None:
    with server() as (client, _):
        source = song(client)
        body = {name: source if value == "*" else value for name, value in body.items()}
        answer = client.post(f"/suno/{path}", json={**body, "callback_url": None})
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["success"] is True
        if keys is None:
            assert isinstance(told["data"], list)
            assert told["data"]
        else:
            assert keys <= set(told["data"])
        record = client.post("/suno/tasks", json={"id": told["task_id"]}).json()
        assert (record["type"], record["finished_at"] > 0) == (path, True)
        assert record["response"]["data"] == told["data"]
        assert len(record["api_id"]) == 36 or path == "availability"
        ack = client.post(f"/suno/{path}", json={**body, "async": True}).json()
        if path not in ("upload", "vox", "voices", "mp4"):
            assert set(ack) == {"success", "task_id", "trace_id"}


def test_the_words_of_a_clip_come_with_their_times_and_notes() -> None:
    with server() as (client, _):
        source = song(client)
        words = client.post("/suno/timing", json={"audio_id": source}).json()["data"]["aligned_words"]
        assert words[0]["word"].startswith("[Verse]\nPaper")
        assert all(word["success"] and word["start_s"] < word["end_s"] for word in words)
        (midi,) = client.post("/suno/midi", json={"audio_id": source}).json()["data"]
        assert midi["state"] == "complete"
        assert midi["file_url"].endswith(".mid")
        assert all(0 <= n["velocity"] <= 1 for part in midi["instruments"] for n in part["notes"])


ROWS_400 = [
    ({"action": "extend"}, "audio_id is required when extend audio"),
    ({"action": "extend", "audio_id": "*"}, "continue_at is required when extend audio"),
    ({"action": "extend", "audio_id": "*", "continue_at": 0}, "continue_at must be a number greater than 0"),
    ({"action": "extend", "audio_id": "*", "continue_at": "2"}, "continue_at must be a number greater than 0"),
    ({"action": "extend", "audio_id": "*", "continue_at": True}, "continue_at must be a number greater than 0"),
    (
        {"action": "extend", "audio_id": "*", "continue_at": 2},
        "lyric is required when extend audio and instrumental is false",
    ),
    (
        {"action": "extend", "audio_id": "*", "continue_at": 61.5, "lyric": "x"},
        "continue_at must be less than the duration of the song (61.5 s)",
    ),
    ({"action": "cover", "audio_id": str(uuid.UUID(int=7))}, GONE),
    ({"action": "cover", "audio_id": "0a1e1b10-c36a-41c9-9b26-d9d25db98"}, GONE),
    ({"action": "cover", "audio_id": 7}, GONE),
    ({"action": "cover"}, "audio_id is required when cover audio"),
    (
        {"action": "concat", "audio_id": "*"},
        "audio_id must be the result of extend or replace_section when concat audio",
    ),
    ({"action": "mashup", "mashup_audio_ids": ["*"]}, "mashup_audio_ids must be a list of exactly 2 song ids"),
    ({"action": "mashup"}, "mashup_audio_ids is required when mashup audio"),
    ({"action": "mashup", "mashup_audio_ids": ["*", "nope"]}, GONE),
    ({"action": "artist_consistency"}, "persona_id is required when artist_consistency audio"),
    ({"action": "replace_section", "audio_id": "*"}, "replace_section_start is required when replace_section audio"),
    (
        {"action": "replace_section", "audio_id": "*", "replace_section_start": 5, "replace_section_end": 5},
        "replace_section_end must be greater than replace_section_start",
    ),
    ({"action": "samples", "audio_id": "*"}, "samples_end is required when samples audio"),
    ({"action": "add_stem", "audio_id": "*"}, "stem_type is required when add_stem audio"),
    ({"action": "adjust_speed", "audio_id": "*"}, "speed_multiplier is required when adjust_speed audio"),
    ({"action": "sounds", "sound": "x"}, "sound_type is required when sounds audio"),
    ({"action": "inspo", "audio_urls": ["ftp://x"]}, "audio_urls must be a list of 1 to 4 http or https addresses"),
    ({"action": "remaster", "audio_id": "*", "variation_category": "huge"}, "variation_category must be one of"),
    ({"action": "cover", "audio_id": "*", "style": "x" * 1001, "model": "chirp-v5"}, "Tags too long."),
    ({"action": "cover", "audio_id": "*", "max_mode": True}, "max_mode is only supported by generate and add_stem"),
    ({"action": "dance"}, "action is invalid."),
]


@pytest.mark.parametrize(("body", "message"), ROWS_400)
def test_what_cannot_be_done_is_refused_by_name(body: dict[str, Any], message: str) -> None:
    with server() as (client, _):
        source = song(client)

        def filled(value: Any) -> Any:
            return [filled(v) for v in value] if isinstance(value, list) else source if value == "*" else value

        answer = client.post("/suno/audios", json={name: filled(value) for name, value in body.items()})
        assert answer.status_code == 400
        assert answer.json()["error"]["code"] == "bad_request"
        assert answer.json()["error"]["message"].startswith(message)


@pytest.mark.parametrize(
    "path", ["upload", "voices", "persona", "vox", "wav", "midi", "timing", "mp4", "lyrics", "style"]
)
def test_paths_name_what_is_missing(path: str) -> None:
    with server() as (client, _):
        answer = client.post(f"/suno/{path}", json={})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
        assert answer.json()["error"]["message"].endswith("is required.")


def test_unknown_availability_is_503() -> None:
    with server() as (client, _):
        answer = client.post("/suno/availability", json={"audio_id": str(uuid.uuid4())})
        assert (answer.status_code, answer.json()["error"]["code"]) == (503, "availability_unknown")


@pytest.mark.parametrize("path", ["/suno/custom-models", "/suno/projects", "/suno/quota"])
def test_paths_that_are_not_there_are_no_api(path: str) -> None:
    with server() as (client, _):
        answer = client.post(path, json={})
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_api")


KNOWN = "the lantern is burning low tonight\nthe river is running past my door\nand nobody comes here any more"

REFUSALS = [
    (
        "artist_names.txt",
        "Nova Quill",
        {"prompt": "like Nova Quill"},
        "Song Description contained artist name: Nova Quill",
    ),
    (
        "artist_names.txt",
        "Nova Quill",
        {"custom": True, "lyric": "la", "style": "nova quill"},
        "Tags contained artist name: Nova Quill",
    ),
    (
        "producer_tags.txt",
        "Zed on the boards",
        {"prompt": "zed on the boards"},
        "Song Description contained producer tag: Zed on the boards",
    ),
    ("blocked_words.txt", "gribble", {"prompt": "a gribble"}, "Prompt contained inappropriate material"),
    ("flagged_words.txt", "snark", {"prompt": "a snark"}, "Song Description flagged for moderation"),
    ("flagged_words.txt", "snark", {"custom": True, "lyric": "a snark"}, "Prompt flagged for moderation"),
    (
        "copyrighted_lyrics/one.txt",
        KNOWN,
        {
            "custom": True,
            "lyric": KNOWN.title(),
        },
        "Lyrics contained copyrighted material",
    ),
    (
        "copyrighted_lyrics/one.txt",
        KNOWN,
        {"prompt": KNOWN},
        "Prompt likely copyrighted",
    ),
    ("", "", {"prompt": "buy " * 100}, "Prompt likely malformed"),
]


@pytest.mark.parametrize(("name", "text", "body", "message"), REFUSALS)
def test_the_operators_policy_refuses_with_the_documented_words(
    tmp_path: Any, name: str, text: str, body: dict[str, Any], message: str
) -> None:
    from songwright.policy import Policy

    if name:
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text(text + "\n")
    with server() as (client, _):
        services = client.app.state.services
        object.__setattr__(services, "policy", Policy.load(tmp_path))
        answer = client.post("/suno/audios", json={"model": "chirp-v5", **body})
        assert (answer.status_code, answer.json()["error"]) == (403, {"code": "forbidden", "message": message})


ODD = ["x", "", None, -1, 0, 1e9, True, [], {}, ["x"], {"prompt": 3}, 2**70, "\u0000", "😀"]
FIELDS = [
    *("prompt", "lyric", "lyric_prompt", "style", "title", "negative_tags", "model", "vocal_gender", "persona_id"),
    *("audio_id", "continue_at", "mashup_audio_ids", "audio_urls", "stem_type", "sound", "sound_type", "bpm", "key"),
    *("weirdness", "style_influence", "audio_weight", "duration", "variation_category", "speed_multiplier", "seed"),
    *("replace_section_start", "replace_section_end", "samples_end", "underpainting_end", "keep_pitch", "max_mode"),
    *("custom", "instrumental", "async", "callback_url", "takes", "meter", "action", "variety", "audio_format"),
]


@pytest.mark.parametrize("field", FIELDS)
def test_odd_values_never_break_the_server(field: str) -> None:
    with server() as (client, _):
        source = song(client)
        base = {
            "audio_id": source,
            "continue_at": 2,
            "lyric": "x",
            "replace_section_start": 1,
            "replace_section_end": 3,
        }
        more = {"samples_end": 5, "stem_type": "bass", "sound": "x", "sound_type": "loop", "speed_multiplier": 2}
        for action in ("generate", *sorted(EDITS)):
            for value in ODD:
                body = {"prompt": "p", **base, **more, "action": action, "takes": 1, field: value}
                answer = client.post("/suno/audios", json=body)
                assert answer.status_code < 500, (action, field, value, answer.text)


def test_a_clients_whole_state_is_tolerated() -> None:
    with server() as (client, _):
        source = song(client)
        state = {"lyrics_mode": "auto", "sounds": {}, "speed": 1, "mashup_audio_ids": [], "continue_at": None, "x": [1]}
        assert (
            len(made(client, action="stems", audio_id=source, prompt="A song", audio_urls=["u"], **state)["data"]) == 2
        )


def test_tokens_cannot_use_each_others_clips() -> None:
    with server() as (client, _):
        source = song(client)
        client.headers["authorization"] = f"Bearer {OTHER_TOKEN}"
        for path, body in (("audios", {"action": "stems"}), ("wav", {}), ("persona", {"name": "x"}), ("vox", {})):
            answer = client.post(f"/suno/{path}", json={**body, "audio_id": source})
            assert (answer.status_code, answer.json()["error"]["message"]) == (400, GONE)
        assert client.get(f"/songwright/clips/{source}").status_code == 404
        assert client.delete(f"/songwright/clips/{source}").status_code == 404
        assert client.get("/songwright/clips").json()["count"] == 0


def test_clips_are_listed_and_deleted() -> None:
    with server() as (client, _):
        source = song(client)
        listed = client.get("/songwright/clips", params={"limit": "1"}).json()
        assert listed["count"] == 2
        assert len(listed["items"]) == 1
        assert client.get("/songwright/clips", params={"limit": "0"}).status_code == 400
        assert client.delete(f"/songwright/clips/{source}").json() == {"success": True}
        assert client.get(f"/songwright/clips/{source}").status_code == 404
        assert client.post("/suno/audios", json={"action": "stems", "audio_id": source}).status_code == 400


def test_files_are_taken_with_the_request() -> None:
    with server() as (client, jobs):
        answer = client.post("/songwright/uploads", files={"file": ("My tune.wav", b"RIFF")})
        assert answer.status_code == 200
        action = action_of(jobs, answer.json())
        assert (action.kind, action.name) == (ActionKind.UPLOAD, "My tune")
        assert jobs.storage.get(action.incoming) == b"RIFF"
        empty = client.post("/songwright/uploads", files={"file": ("x.wav", b"")})
        assert empty.status_code == 400


def test_links_are_https_when_the_server_is_known_as_https() -> None:
    with server(public_url="https://songs.example") as (client, _):
        item = made(client, prompt="boats")["data"][0]
        assert item["audio_url"].startswith("https://songs.example/media/")


def test_the_openapi_document_is_valid_and_knows_every_path() -> None:
    with server() as (client, _):
        document = client.get("/openapi.json").json()
        validate(document)
        paths = {path for path in document["paths"] if path.startswith("/suno/")}
        assert len(paths) == 15


def test_every_field_of_every_request_is_described() -> None:
    with server() as (client, _):
        document = client.get("/openapi.json").json()
        for path, methods in document["paths"].items():
            for operation in methods.values():
                for content in operation.get("requestBody", {}).get("content", {}).values():
                    for name, field in content["schema"].get("properties", {}).items():
                        assert field.get("description"), (path, name)
        known = document["paths"]["/suno/audios"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert set(FIELDS) <= set(known["properties"])
