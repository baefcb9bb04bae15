"""The requests of the reference guide, as documented: literal curl and the published SDK against ``songwright serve``.

The server, its database, jobs, delivery and files are real; the engine is a quick one found by its entry point. The
same Basic Usage request is made with the native engine in ``test_real_songs.py``.
"""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Iterator
from typing import Any

import curl
import pytest
import soundfile
from quick_engine import BLOCK_S, BLOCKS, installed
from real_server import RealServer, real_server, receiver

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(300)]

HEADERS = """curl -X POST 'https://api.acedata.cloud/suno/audios' \\
-H 'accept: application/json' \\
-H 'authorization: Bearer {token}' \\
-H 'content-type: application/json' \\
"""
BASIC = (
    HEADERS
    + """-d '{
  "prompt": "A song for Christmas"
}'"""
)
CUSTOM = (
    HEADERS
    + """-d '{
  "action": "generate",
  "prompt": "A song for Christmas",
  "model": "chirp-v4-5",
  "lyric": "[Verse]\\\\nLanterns on the frozen bay\\\\nSkates and steam\\\\n[Verse 2]\\\\nTen more bells to ring",
  "custom": true
}'"""
)
ADVANCED = (
    HEADERS
    + """-d '{
  "action": "generate",
  "model": "chirp-v4-5",
  "lyric": "Ahoy Ahoy Ahoy ",
  "custom": true,
  "weirdness": 0.4,
  "style_influence": 0.4,
  "audio_weight": 0.4
}'"""
)
CALLBACK = (
    HEADERS
    + """-d '{
  "prompt": "A song for Christmas",
  "callback_url": "{callback}"
}'"""
)
STREAM = BASIC.replace("accept: application/json", "accept: application/x-ndjson").replace("curl -X", "curl -N -X")
PROMPTED = {"id", "title", "image_url", "lyric", "audio_url", "video_url", "created_at", "model", "state", "prompt"}
PROMPTED |= {"style", "duration"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    with real_server(tmp_path_factory.mktemp("data"), installed(tmp_path_factory.mktemp("engine"))) as running:
        yield running


def _filled(server: RealServer) -> dict[str, str]:
    return {"url": server.url, "token": server.token}


def _assert_songs(data: list[dict[str, Any]], fields: set[str]) -> None:
    """Two finished songs with the documented fields, of the documented types."""
    assert len(data) == 2
    assert data[0]["id"] != data[1]["id"]
    for item in data:
        assert fields <= set(item)
        assert set(item) - fields <= {"image_large_url", "metadata"}
        assert str(uuid.UUID(item["id"])) == item["id"]
        assert item["state"] == "succeeded"
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", item["created_at"])
        assert item["audio_url"].endswith(f"{item['id']}.mp3")
        assert item["video_url"] == ""
        assert item["duration"] == pytest.approx(BLOCKS * BLOCK_S, abs=0.05)


def test_basic_usage(server: RealServer) -> None:
    answer = curl.run(BASIC, **_filled(server))
    assert answer["success"] is True
    assert set(answer) == {"success", "task_id", "trace_id", "data"}
    _assert_songs(answer["data"], PROMPTED)
    first, second = answer["data"]
    assert {item["prompt"] for item in answer["data"]} == {"A song for Christmas"}
    assert first["title"] == second["title"] != ""
    assert first["lyric"].startswith("[")
    sound, rate_hz = soundfile.read(io.BytesIO(curl.download(first["audio_url"])))
    assert len(sound) / rate_hz == pytest.approx(first["duration"], abs=0.01)
    assert curl.download(first["image_url"])[:3] == b"\xff\xd8\xff"


def test_custom_generation(server: RealServer) -> None:
    answer = curl.run(CUSTOM, **_filled(server))
    assert answer["success"] is True
    _assert_songs(answer["data"], PROMPTED - {"prompt"})
    for item in answer["data"]:
        assert item["lyric"].startswith("[Verse]\\nLanterns on the frozen bay\\n")
        assert [s["kind"] for s in item["metadata"]["sections"]].count("verse") == 2


def test_custom_advanced_parameters(server: RealServer) -> None:
    answer = curl.run(ADVANCED, **_filled(server))
    assert answer["success"] is True
    _assert_songs(answer["data"], PROMPTED - {"prompt"})
    assert {(item["title"], item["style"], item["lyric"]) for item in answer["data"]} == {("", "", "Ahoy Ahoy Ahoy ")}


@pytest.mark.parametrize("name", ["weirdness", "style_influence", "audio_weight"])
def test_advanced_parameters_out_of_range_are_refused(server: RealServer, name: str) -> None:
    answer = curl.run(ADVANCED.replace(f'"{name}": 0.4', f'"{name}": 1.4'), **_filled(server))
    assert (answer["success"], answer["error"]["code"]) == (False, "bad_request")
    assert name in answer["error"]["message"]


def test_asynchronous_callback(server: RealServer) -> None:
    with receiver() as hook:
        ack = curl.run(CALLBACK, **_filled(server), callback_url=hook.url)
        assert not hook.arrived.is_set()
        assert set(ack) == {"success", "task_id", "trace_id"}
        assert hook.arrived.wait(120)
        (body,) = hook.bodies
    assert (body["success"], body["task_id"]) == (True, ack["task_id"])
    _assert_songs(body["data"], PROMPTED)
    assert body == server.client.task(ack["task_id"])["response"]


def test_streaming_call(server: RealServer) -> None:
    with curl.printing(STREAM, **_filled(server)) as printed:
        assert printed.stdout is not None
        lines = [json.loads(printed.stdout.readline())]
        running = lines[0]["data"]
        assert {item["state"] for item in running} == {"running"}
        with curl.printing(f"curl --fail -N '{running[0]['audio_url']}'", **_filled(server)) as listening:
            assert listening.stdout is not None
            assert len(listening.stdout.read(2000)) == 2000
            before_the_end = server.client.task(lines[0]["task_id"])["status"]
            rest = listening.stdout.read()
        lines += [json.loads(line) for line in printed.stdout]
    assert before_the_end == "processing"
    sound, rate_hz = soundfile.read(io.BytesIO(rest[rest.index(b"\xff\xfb") :]))
    assert len(sound) / rate_hz > BLOCKS * BLOCK_S / 2
    assert all(line["success"] and line["task_id"] == lines[0]["task_id"] for line in lines)
    assert ["trace_id" in line for line in lines] == [False] * (len(lines) - 1) + [True]
    assert all("duration" not in item for item in running)
    assert [item["id"] for item in lines[-1]["data"]] == [item["id"] for item in running]
    _assert_songs(lines[-1]["data"], PROMPTED)


def test_the_published_sdk(server: RealServer) -> None:
    from acedatacloud import AceDataCloud

    with AceDataCloud(api_token=server.token, base_url=server.url) as client, receiver() as hook:
        handle = client.audio.generate(prompt="A song for Christmas", provider="suno", callback_url=hook.url)
        assert not isinstance(handle, dict)
        custom = client.suno.generate(
            action="generate",
            model="chirp-v4-5",
            lyric="Ahoy Ahoy Ahoy ",
            custom=True,
            weirdness=0.4,
            style_influence=0.4,
            audio_weight=0.4,
        )
        _assert_songs(custom.wait(poll_interval=0.2)["response"]["data"], PROMPTED - {"prompt"})
        record = client.tasks.wait(handle.id, service="suno", poll_interval=0.2, max_wait=120)
        _assert_songs(record["response"]["data"], PROMPTED)
        assert client.tasks.get(handle.id, service="suno") == record
        assert hook.arrived.wait(60)
        assert hook.bodies == [record["response"]]
