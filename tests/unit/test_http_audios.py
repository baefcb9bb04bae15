"""The wire of ``POST /suno/audios`` over in-memory twins."""

from __future__ import annotations

import json

import pytest

from songwright.errors import BadRequest
from songwright.http.library import Library
from songwright.http.translate import read_action

from .http_twins import EXPIRED, REVOKED, StoreTwin, server

ID = "44472ab8-783b-4054-b861-5bf14e462f60"
CUSTOM = {"custom": True, "lyric": "One line to sing"}

LIBRARY = Library(store=StoreTwin(), tenant="tenant-1")  # type: ignore[arg-type]

ROWS = [
    ({}, "prompt is required when generate audio"),
    ({"prompt": ""}, "prompt is required when generate audio"),
    ({"prompt": None, "lyric": "x"}, "prompt is required when generate audio"),
    ({"prompt": "p" * 501}, "Topic too long."),
    ({"prompt": "p", "custom": "yes"}, "custom must be a boolean"),
    ({"prompt": "p", "custom": 1}, "custom must be a boolean"),
    ({"prompt": "p", "instrumental": "no"}, "instrumental must be a boolean"),
    ({"custom": True}, "lyric is required when generate custom audio"),
    ({"custom": True, "lyric": "  \n "}, "lyric is required when generate custom audio"),
    ({**CUSTOM, "lyric": "l" * 3001}, "Prompt too long."),
    ({**CUSTOM, "lyric": "l" * 5001, "model": "chirp-v4-5"}, "Prompt too long."),
    ({**CUSTOM, "style": "s" * 201}, "Tags too long."),
    ({**CUSTOM, "style": "s" * 1001, "model": "chirp-v5"}, "Tags too long."),
    ({**CUSTOM, "title": "t" * 81}, "Title too long."),
    ({**CUSTOM, "title": "t" * 101, "model": "chirp-v5"}, "Title too long."),
    ({"prompt": "p", "model": "chirp-v99"}, "model is invalid."),
    ({"prompt": "p", "model": 5}, "model is invalid."),
    ({"prompt": "p", "action": "sing"}, "action is invalid."),
    ({"prompt": "p", "action": 5}, "action is invalid."),
    ({"prompt": "p", "weirdness": 1.5}, "weirdness must be a number between 0 and 1"),
    ({"prompt": "p", "weirdness": True}, "weirdness must be a number between 0 and 1"),
    ({"prompt": "p", "style_influence": "0.5"}, "style_influence must be a number between 0 and 1"),
    ({"prompt": "p", "duration": 5}, "duration must be an integer between 10 and 360"),
    ({"prompt": "p", "duration": 30.5}, "duration must be an integer between 10 and 360"),
    ({"prompt": "p", "bpm": 500}, "bpm must be a number between 40 and 240"),
    ({"prompt": "p", "takes": 9}, "takes must be an integer between 1 and 4"),
    ({"prompt": "p", "vocal_gender": "x"}, "vocal_gender must be one of f, m, female, male"),
    ({"prompt": "p", "callback_url": "ftp://x"}, "callback_url must be an http or https address"),
    ({"prompt": "p", "meter": "7/8"}, "meter must be one of 4/4, 3/4, 6/8, 2/4"),
    ({"prompt": ["p"]}, "prompt must be a string"),
]


@pytest.mark.parametrize(("body", "message"), ROWS)
def test_each_bad_field_has_its_documented_message(body, message):
    with server() as (client, jobs):
        answer = client.post("/suno/audios", json=body)
        assert answer.status_code == 400
        assert answer.json()["error"] == {"code": "bad_request", "message": message}
        assert answer.json()["success"] is False
        assert answer.json()["trace_id"] == answer.headers["x-trace-id"]
        assert not jobs.store.rows


def test_bad_keys_say_what_a_key_is():
    with server() as (client, _):
        answer = client.post("/suno/audios", json={"prompt": "p", "key": "H dur"})
        assert answer.status_code == 400
        assert answer.json()["error"]["message"].startswith("key is invalid")


@pytest.mark.parametrize(
    ("header", "status", "code"),
    [
        (None, 400, "no_token"),
        ("", 400, "no_token"),
        ("Bearer ", 400, "no_token"),
        ("Bearer wrong", 401, "invalid_token"),
        (f"Bearer {REVOKED}", 401, "invalid_token"),
        (f"Bearer {EXPIRED}", 401, "token_expired"),
    ],
)
def test_tokens(header, status, code):
    with server() as (client, _):
        del client.headers["authorization"]
        headers = {} if header is None else {"authorization": header}
        answer = client.post("/suno/audios", json={"prompt": "p"}, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)


@pytest.mark.parametrize("path", ["/suno/nothing", "/", "/media/nothing.mp3", "/suno/projects"])
def test_unknown_paths(path):
    with server() as (client, _):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "no_api")


@pytest.mark.parametrize("data", [b"{", b"[1]", b'"x"', b"\xff\xfe", b'{"prompt": NaN}', b"[" * 100_000])
def test_bodies_that_are_not_objects(data):
    with server() as (client, _):
        answer = client.post("/suno/audios", content=data, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


def test_a_sentence_gives_two_songs():
    with server() as (client, _):
        answer = client.post("/suno/audios", json={"prompt": "A song about paper boats"})
        body = answer.json()
        assert answer.status_code == 200
        assert set(body) == {"success", "task_id", "trace_id", "data"}
        first, second = body["data"]
        assert first["id"] != second["id"]
        assert first["prompt"] == "A song about paper boats"
        assert first["state"] == "succeeded"
        assert first["duration"] == 61.5
        assert first["model"] == "chirp-v4"
        assert first["created_at"] == "2025-06-15T15:06:40.250Z"
        assert first["audio_url"] == f"http://testserver/media/{first['id']}.mp3"
        assert first["video_url"] == ""
        assert first["title"] == second["title"] == "Paper Boats"


def test_custom_mode_echoes_what_was_sent_and_nothing_else():
    with server() as (client, _):
        lyric = "Hello\\nHello again "
        item = client.post(
            "/suno/audios", json={"custom": True, "lyric": lyric, "prompt": "ignored", "model": "chirp-v4-5"}
        ).json()["data"][0]
        assert item["lyric"] == lyric
        assert (item["title"], item["style"], item["model"]) == ("", "", "chirp-v4-5")
        assert "prompt" not in item


def test_lyric_prompt_gives_written_words():
    with server() as (client, _):
        item = client.post("/suno/audios", json={"custom": True, "lyric_prompt": {"prompt": "boats"}}).json()["data"][0]
        assert item["lyric"].startswith("[Verse]")


@pytest.mark.parametrize("extra", [{"async": True}, {"callback_url": "https://example.com/hook"}])
def test_asynchronous_callers_get_an_acknowledgement_without_data_or_links(extra):
    with server() as (client, _):
        body = client.post("/suno/audios", json={"prompt": "boats", **extra}).json()
        assert set(body) == {"success", "task_id", "trace_id"}


def test_stream_has_running_lines_then_everything():
    with server() as (client, _):
        answer = client.post("/suno/audios", json={"prompt": "boats"}, headers={"accept": "application/x-ndjson"})
        assert answer.headers["content-type"].startswith("application/x-ndjson")
        lines = [json.loads(text) for text in answer.text.splitlines()]
        assert [[item["state"] for item in one["data"]] for one in lines] == [
            ["running", "running"],
            ["succeeded", "running"],
            ["succeeded", "succeeded"],
        ]
        assert "audiopipe?item_id=" in lines[0]["data"][0]["audio_url"]
        assert "duration" not in lines[0]["data"][0]
        assert ["trace_id" in one for one in lines] == [False, False, True]
        assert len({one["task_id"] for one in lines}) == 1


def test_waiting_too_long_is_a_timeout_with_the_task_to_ask_for():
    with server() as (client, jobs):
        jobs.fate = "never"
        answer = client.post("/suno/audios", json={"prompt": "boats"})
        assert answer.status_code == 504
        assert answer.json()["error"] == {
            "code": "timeout",
            "message": "timeout while waiting for audio generation",
        }
        assert answer.json()["task_id"] in jobs.store.rows


def test_failed_jobs_answer_with_their_error():
    with server() as (client, jobs):
        jobs.fate = "failed"
        answer = client.post("/suno/audios", json={"prompt": "boats"})
        assert answer.status_code == 500
        assert answer.json()["error"] == {"code": "api_error", "message": "job failed with unknown error"}


def test_no_worker_and_maintenance_and_limits():
    with server() as (client, jobs):
        jobs.alive = False
        assert client.post("/suno/audios", json={"prompt": "p"}).json()["error"]["message"] == (
            "no available worker in system"
        )
        jobs.alive, jobs.fate = True, "busy"
        busy = client.post("/suno/audios", json={"prompt": "p"})
        assert (busy.status_code, busy.headers["retry-after"]) == (429, "7")
        assert busy.json()["error"]["code"] == "too_many_requests"
    with server(maintenance=True) as (client, _):
        answer = client.post("/suno/audios", json={"prompt": "p"})
        assert answer.status_code == 500
        assert answer.json()["error"]["message"] == "service under maintenance, generation paused"


def test_browsers_may_call():
    with server() as (client, _):
        answer = client.options(
            "/suno/audios",
            headers={
                "origin": "https://app.example",
                "access-control-request-method": "POST",
                "access-control-request-headers": "authorization,content-type,accept,x-record-exempt",
            },
        )
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "*"


def test_reading_an_action_keeps_what_the_caller_said():
    action = read_action(
        {
            "custom": True,
            "lyric": "La",
            "style_negative": "drums",
            "negative_tags": "brass",
            "vocal_gender": "f",
            "model": "chirp-v5",
            "weirdness": 0,
            "key": "bb minor",
            "meter": "3/4",
            "duration": 60,
            "seed": 5,
            "unknown": {"x": 1},
            "callback_url": None,
        },
        job_id=ID,
        library=LIBRARY,
    )
    assert action.negative_style == "brass"
    assert action.voice_gender is not None
    assert action.weirdness == 0
    assert (action.key, action.meter, action.duration_s, action.seed) == ("Bb minor", "3/4", 60.0, 5)
    assert action.max_duration_s == 480


def test_seeds_come_from_the_job_when_none_is_given():
    assert read_action({"prompt": "p"}, job_id=ID, library=LIBRARY) == read_action(
        {"prompt": "p"}, job_id=ID, library=LIBRARY
    )
    with pytest.raises(BadRequest):
        read_action({"prompt": "p", "seed": -1}, job_id=ID, library=LIBRARY)
