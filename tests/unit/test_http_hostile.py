"""What nobody can mean: refused by name, never a failure of the server."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from songwright.delivery.guard import AddressRefused, Guard
from songwright.http.schemas import (
    AudiosRequest,
    ClipRequest,
    LyricsRequest,
    MashupLyricsRequest,
    PersonaRequest,
    StyleRequest,
    TasksRequest,
    UploadRequest,
    VoicesRequest,
    VoxRequest,
)

from .http_twins import server

JSON = {"content-type": "application/json"}
MANY = "9" * 400

PATHS: dict[str, Any] = {
    "audios": AudiosRequest,
    "tasks": TasksRequest,
    "persona": PersonaRequest,
    "lyrics": LyricsRequest,
    "mashup-lyrics": MashupLyricsRequest,
    "style": StyleRequest,
    "upload": UploadRequest,
    "voices": VoicesRequest,
    "vox": VoxRequest,
    **dict.fromkeys(("mp4", "wav", "mp3", "midi", "timing", "availability"), ClipRequest),
}
USUAL = {
    "prompt": "p",
    "lyric": "x",
    "lyrics_a": "a",
    "lyrics_b": "b",
    "name": "n",
    "audio_url": "https://a.example/x.mp3",
}
ODD = [None, "", "x", -1, 0, 1e9, -0.0, 2**70, True, [], {}, ["x"], [[]], {"prompt": 3}, {"text": "t"}, "\0", "\u202e"]
ODD += ["http://[", "https://a:b@c:99999/", "x" * 6000, "00000000-0000-0000-0000-000000000000"]


def fields_of(model: Any) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def song(client: Any) -> str:
    return client.post("/suno/audios", json={"prompt": "boats"}).json()["data"][0]["id"]


def is_fine(path: str, answer: Any) -> bool:
    """An answer, or a refusal in the documented form; 503 is what is documented for clips nobody knows."""
    if answer.status_code == 503:
        return path == "availability" and answer.json()["error"]["code"] == "availability_unknown"
    return answer.status_code < 500 and ("error" in answer.json()) == (answer.status_code != 200)


@pytest.mark.parametrize("path", sorted(PATHS))
def test_odd_values_in_every_field_of_every_path(path: str) -> None:
    with server() as (client, _):
        usual = {**USUAL, "audio_id": song(client)}
        for field in fields_of(PATHS[path]):
            for value in ODD:
                answer = client.post(f"/suno/{path}", json={**usual, "takes": 1, field: value})
                assert is_fine(path, answer), (field, value, answer.text)


@pytest.mark.parametrize(
    "body",
    [
        f'{{"prompt": "x", "seed": {MANY}}}',
        f'{{"action": "extend", "audio_id": "*", "lyric": "x", "continue_at": {MANY}}}',
        '{"prompt": "x", "unknown": 1e999}',
        '{"prompt": "x", "unknown": -1e999}',
        '{"prompt": "x", "unknown": "\\ud800"}',
        '{"prompt": "x", "\\udfff": 1}',
        '{"prompt": "x", "unknown": ' + "[" * 64 + "]" * 64 + "}",
        '{"prompt": "x", "unknown": ' + '{"a":' * 900 + "1" + "}" * 901,
    ],
)
def test_bodies_that_could_not_be_written_down_again_are_refused(body: str) -> None:
    with server() as (client, jobs):
        body = body.replace("*", song(client))
        before = len(jobs.store.rows)
        answer = client.post("/suno/audios", content=body.encode(), headers=JSON)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")
        assert len(jobs.store.rows) == before


def test_what_is_taken_can_be_read_back_from_its_task() -> None:
    state = {"deep": [[[[{"a": [1, 2.5, None, True, "😀 \u0000"]}]]]], "big": 2**200, "tiny": 1e-300}
    with server() as (client, _):
        task = client.post("/suno/audios", json={"prompt": "boats", **state}).json()["task_id"]
        assert client.post("/suno/tasks", json={"id": task}).json()["request"] == {"prompt": "boats", **state}


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/audiopipe", 400, "item_id is required."),
        ("GET", "/audiopipe?item_id=%00", 404, "API does not exist"),
        ("POST", "/songwright/uploads", 400, "file is required."),
        ("GET", f"/songwright/clips?limit={'9' * 5000}", 400, "limit must be an integer"),
        ("GET", f"/suno/persona?offset={'9' * 5000}", 400, "offset must be an integer"),
        ("GET", "/suno/persona?limit=%C2%B2", 400, "limit must be an integer"),
        ("DELETE", "/suno/persona?persona_id=%00", 400, "The persona id does not exist"),
        ("DELETE", "/suno/persona", 400, "persona_id is required."),
        ("GET", "/songwright/jobs/%00", 404, "API does not exist"),
        ("GET", "/songwright/clips/%00", 404, "API does not exist"),
        ("DELETE", "/songwright/clips/x", 404, "API does not exist"),
    ],
)
def test_odd_addresses(method: str, path: str, status: int, message: str) -> None:
    with server() as (client, _):
        answer = client.request(method, path)
        assert answer.status_code == status
        assert answer.json()["error"]["message"].startswith(message)


@pytest.mark.parametrize(
    "header", ["bytes=" + "9" * 5000 + "-", "bytes=0-" + "9" * 5000, "bytes=\xb2-", "bytes=-", "x"]
)
def test_a_range_that_is_none_gives_the_whole_file(header: str) -> None:
    with server() as (client, _):
        url = f"/media/{song(client)}.mp3"
        answer = client.get(url, headers={"range": header.encode("latin-1")})
        assert (answer.status_code, answer.content) == (200, client.get(url).content)


def test_a_files_name_with_control_characters_gives_a_clean_title() -> None:
    with server() as (client, jobs):
        answer = client.post("/songwright/uploads", files={"file": ("x.wav", b"RIFF")}, data={"name": "a\x00b\r\nc"})
        assert answer.status_code == 200
        assert jobs.store.rows[answer.json()["task_id"]].action.name == "abc"


ATOMS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(ODD)
VALUES = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner), max_leaves=5
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_documented_fields_with_anything_in_them(data: st.DataObject) -> None:
    """About 300 requests in one server's life: what one leaves is there for the next."""
    client, source = SHARED["client"], SHARED["source"]
    path = data.draw(st.sampled_from(sorted(PATHS)))
    names = data.draw(st.lists(st.sampled_from(fields_of(PATHS[path])), max_size=5, unique=True))
    body = {**USUAL, "audio_id": source, "takes": 1, **{name: data.draw(VALUES) for name in names}}
    raw = json.dumps(body).encode("utf-8", "surrogatepass")
    assert is_fine(path, client.post(f"/suno/{path}", content=raw, headers=JSON))


SHARED: dict[str, Any] = {}


@pytest.fixture(autouse=True, scope="module")
def shared_server() -> Any:
    with server() as (client, _):
        SHARED.update(client=client, source=song(client))
        yield


@given(st.text(max_size=60) | st.from_regex(r"https?://[^ ]{0,40}"))
def test_the_guard_refuses_and_never_breaks(url: str) -> None:
    guard = Guard(resolve=lambda host, port: ["93.184.216.34"])
    with suppress(AddressRefused):
        assert guard.check(url).address
