"""The documented table of refusals: every row of it, met over the wire."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from songwright.errors import Forbidden, LyricsFailed
from songwright.policy import Policy
from songwright.store.records import JobError

from .http_twins import server

Row = tuple[int, str, str]

TABLE: list[Row] = [
    (400, "bad_request", "The song id does not exist or has been taken offline."),
    (400, "bad_request", "Prompt too long."),
    (400, "bad_request", "Tags too long."),
    (400, "bad_request", "Uploaded audio matches existing work of art."),
    (400, "bad_request", "instrumental must be a boolean"),
    (400, "bad_request", "Title too long."),
    (400, "bad_request", "Topic too long."),
    (400, "bad_request", "style must be less than or equal 120"),
    (400, "bad_request", "custom must be a boolean"),
    (400, "bad_request", "audio_id is required when extend audio"),
    (400, "bad_request", "continue_at is required when extend audio"),
    (400, "bad_request", "continue_at must be a number greater than 0"),
    (400, "bad_request", "lyric is required when extend audio and instrumental is false"),
    (400, "bad_request", "prompt is required when generate audio"),
    (400, "bad_request", "lyric is required when generate custom audio"),
    (403, "forbidden", "Prompt likely malformed"),
    (403, "forbidden", "Prompt likely copyrighted"),
    (403, "forbidden", "Prompt contained inappropriate material"),
    (403, "forbidden", "Song Description flagged for moderation"),
    (403, "forbidden", "Song Description contained artist name"),
    (403, "forbidden", "Tags contained artist name"),
    (403, "forbidden", "Lyrics contained copyrighted material"),
    (403, "forbidden", "Song Description contained producer tag"),
    (403, "forbidden", "Generic openAI error"),
    (403, "forbidden", "Prompt flagged for moderation"),
    (500, "api_error", "Unable to generate lyrics from song description"),
    (500, "api_error", "job failed with unknown error"),
    (500, "api_error", "no available worker in system"),
    (500, "api_error", "service under maintenance, generation paused"),
    (504, "timeout", "timeout while waiting for audio generation"),
]
"""In the reference's order."""

NEVER_SENT = {"style must be less than or equal 120"}
"""An older limit: styles may have 200 or 1000 characters today, and longer ones are ``Tags too long.``"""

ARTIST, PRODUCER, WORD, FLAGGED = "Nova Quill", "Zed on the boards", "gribble", "snark"
KNOWN = "the lantern is burning low tonight\nthe river is running past my door\nand nobody comes here any more"
LISTS = {
    "artist_names.txt": ARTIST,
    "producer_tags.txt": PRODUCER,
    "blocked_words.txt": WORD,
    "flagged_words.txt": FLAGGED,
    "copyrighted_lyrics/one.txt": KNOWN,
}
EXTEND = {"action": "extend", "audio_id": "*"}
CUSTOM = {"custom": True, "lyric": "One line to sing"}

BODIES: dict[str, dict[str, Any]] = {
    "The song id does not exist or has been taken offline.": {"action": "stems", "audio_id": "gone"},
    "Prompt too long.": {**CUSTOM, "lyric": "l" * 3001},
    "Tags too long.": {**CUSTOM, "style": "s" * 201},
    "instrumental must be a boolean": {"prompt": "p", "instrumental": 0},
    "Title too long.": {**CUSTOM, "title": "t" * 81},
    "Topic too long.": {"prompt": "p" * 501},
    "custom must be a boolean": {"prompt": "p", "custom": "true"},
    "audio_id is required when extend audio": {"action": "upload_extend", "continue_at": 2},
    "continue_at is required when extend audio": {**EXTEND, "lyric": "x"},
    "continue_at must be a number greater than 0": {**EXTEND, "lyric": "x", "continue_at": 0.0},
    "lyric is required when extend audio and instrumental is false": {**EXTEND, "continue_at": 2},
    "prompt is required when generate audio": {"action": None, "custom": False},
    "lyric is required when generate custom audio": {"custom": True, "style": "pop"},
    "Prompt likely malformed": {"prompt": "buy " * 100},
    "Prompt likely copyrighted": {"prompt": KNOWN},
    "Prompt contained inappropriate material": {"prompt": f"a {WORD}"},
    "Song Description flagged for moderation": {"prompt": f"a {FLAGGED}"},
    "Song Description contained artist name": {"prompt": f"like {ARTIST}"},
    "Tags contained artist name": {**CUSTOM, "style": ARTIST},
    "Lyrics contained copyrighted material": {**CUSTOM, "lyric": KNOWN},
    "Song Description contained producer tag": {"prompt": PRODUCER},
    "Prompt flagged for moderation": {**CUSTOM, "lyric": f"a {FLAGGED}"},
}
"""Rows that a body alone brings about."""


def no_worker(client: Any, jobs: Any) -> Any:
    jobs.alive = False
    return client.post("/suno/audios", json={"prompt": "p"})


def late(client: Any, jobs: Any) -> Any:
    jobs.fate = "never"
    return client.post("/suno/audios", json={"prompt": "p"})


def failed(client: Any, jobs: Any) -> Any:
    jobs.fate = "failed"
    return client.post("/suno/audios", json={"prompt": "p"})


def paused(client: Any, jobs: Any) -> Any:
    services = client.app.state.services
    object.__setattr__(services, "settings", services.settings.model_copy(update={"maintenance": True}))
    return client.post("/suno/audios", json={"prompt": "p"})


def speechless(client: Any, jobs: Any) -> Any:
    """The writer has no words, for lyrics alone as for a song."""

    def nothing(*_: Any, **__: Any) -> Any:
        raise LyricsFailed

    client.app.state.services.words.write_words = nothing
    return client.post("/suno/lyrics", json={"prompt": "p"})


def recognised(client: Any, jobs: Any) -> Any:
    finish = jobs.finish

    def refused(job_id: str) -> Any:
        error = JobError(code="bad_request", message="Uploaded audio matches existing work of art.", status=400)
        jobs.fate = "failed"
        return dataclasses.replace(finish(job_id), error=error)

    jobs.finish = refused
    return client.post("/suno/upload", json={"audio_url": "https://a.example/x.mp3"})


def unanswered(client: Any, jobs: Any) -> Any:
    class Silent:
        def check_text(self, **_: str) -> None:
            raise Forbidden("Generic openAI error")

    object.__setattr__(client.app.state.services, "policy", Silent())
    return client.post("/suno/audios", json={"prompt": "p"})


STATES: dict[str, Callable[[Any, Any], Any]] = {
    "Uploaded audio matches existing work of art.": recognised,
    "Generic openAI error": unanswered,
    "Unable to generate lyrics from song description": speechless,
    "job failed with unknown error": failed,
    "no available worker in system": no_worker,
    "service under maintenance, generation paused": paused,
    "timeout while waiting for audio generation": late,
}
"""Rows that need a state of the server."""


def test_the_table_is_whole_and_no_row_is_without_a_test() -> None:
    assert len(TABLE) == 30
    assert [sum(status == row[0] for row in TABLE) for status in (400, 403, 500, 504)] == [15, 10, 4, 1]
    tested = [*BODIES, *STATES, *NEVER_SENT]
    assert sorted(tested) == sorted(message for _, _, message in TABLE)


@pytest.mark.parametrize(("status", "code", "message"), [row for row in TABLE if row[2] not in NEVER_SENT])
def test_a_row_of_the_table(tmp_path: Path, status: int, code: str, message: str) -> None:
    for name, text in LISTS.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text + "\n")
    with server() as (client, jobs):
        source = client.post("/suno/audios", json={"prompt": "boats"}).json()["data"][0]["id"]
        object.__setattr__(client.app.state.services, "policy", Policy.load(tmp_path))
        if message in STATES:
            answer = STATES[message](client, jobs)
        else:
            body = {name: source if value == "*" else value for name, value in BODIES[message].items()}
            answer = client.post("/suno/audios", json=body)
        told = answer.json()
        assert (answer.status_code, told["success"], told["error"]["code"]) == (status, False, code)
        assert told["error"]["message"].partition(":")[0] == message
        assert told["trace_id"]
        assert "data" not in told


def test_a_style_of_121_characters_is_fine() -> None:
    with server() as (client, _):
        assert client.post("/suno/audios", json={"prompt": "p", "style": "s" * 121}).status_code == 200


@pytest.mark.parametrize(
    ("message", "body"), [(name, body) for name, body in BODIES.items() if "extend" in name or "required" in name]
)
def test_asynchronous_and_streaming_callers_are_refused_at_once(message: str, body: dict[str, Any]) -> None:
    with server() as (client, _):
        source = client.post("/suno/audios", json={"prompt": "boats"}).json()["data"][0]["id"]
        body = {name: source if value == "*" else value for name, value in body.items()}
        polled = client.post("/suno/audios", json={**body, "async": True})
        streamed = client.post("/suno/audios", json=body, headers={"accept": "application/x-ndjson"})
        for answer in (polled, streamed):
            assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)


def test_a_failed_jobs_record_is_no_failure_of_the_question() -> None:
    with server() as (client, jobs):
        jobs.fate = "failed"
        task = client.post("/suno/audios", json={"prompt": "p"}).json()["task_id"]
        answer = client.post("/suno/tasks", json={"id": task})
        record = answer.json()
        assert answer.status_code == 200
        assert not {"error", "success", "data"} & set(record)
        assert record["response"]["success"] is False
        assert record["response"]["error"]["code"] == "api_error"
        assert "data" not in record["response"]
        assert record["finished_at"] > record["started_at"]
