"""The whole product: real server, real engine, real songs, killed processes, the published SDK."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import time

import curl
import httpx
import numpy as np
import pytest
import soundfile
from real_server import real_server, receiver

pytestmark = [pytest.mark.acceptance, pytest.mark.slow, pytest.mark.audio, pytest.mark.timeout(1500)]
SHORT = {"prompt": "happy pop song about paper boats, 60 seconds", "takes": 1, "duration": 60, "model": "chirp-v5"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with real_server(tmp_path_factory.mktemp("data")) as running:
        yield running


def _decode(data: bytes) -> np.ndarray:
    samples, rate = soundfile.read(io.BytesIO(data), always_2d=True)
    assert rate == 48_000
    return samples


def test_stream_plays_before_the_end_and_the_file_is_right(server):
    heard: dict[str, float] = {}

    def listen(url: str) -> None:
        with httpx.stream("GET", url, timeout=300.0) as answer:
            data = b""
            for piece in answer.iter_bytes():
                data += piece
                heard.setdefault("first", time.monotonic())
        heard["bytes"] = len(data)
        heard["seconds"] = len(_decode(data)) / 48_000

    lines = []
    listener = None
    for line in server.client.stream(**SHORT, seed=7):
        lines.append(line)
        item = line["data"][0]
        if listener is None:
            assert item["state"] == "running"
            listener = threading.Thread(target=listen, args=(item["audio_url"],))
            listener.start()
    ended = time.monotonic()
    listener.join(60)
    item = lines[-1]["data"][0]
    assert item["state"] == "succeeded"
    assert "trace_id" in lines[-1]
    assert heard["first"] < ended
    assert heard["seconds"] == pytest.approx(item["duration"], abs=0.1)
    samples = _decode(httpx.get(item["audio_url"]).content)
    assert len(samples) / 48_000 == pytest.approx(item["duration"], abs=0.01)
    assert np.abs(samples).max() > 0.3
    assert item["lyric"].strip()
    assert httpx.get(item["image_large_url"]).content[:3] == b"\xff\xd8\xff"
    wav = httpx.get(item["metadata"]["wav_url"]).content
    assert hashlib.sha256(wav).hexdigest() == item["metadata"]["pcm_sha256"]


BASIC_USAGE = """curl -N -X POST 'https://api.acedata.cloud/suno/audios' \\
-H 'accept: application/x-ndjson' \\
-H 'authorization: Bearer {token}' \\
-H 'content-type: application/json' \\
-d '{
  "prompt": "A song for Christmas"
}'"""


def test_basic_usage_of_the_reference_guide_streams_two_songs_to_curl(server):
    with curl.printing(BASIC_USAGE, url=server.url, token=server.token) as printed:
        first = json.loads(printed.stdout.readline())
        assert {item["state"] for item in first["data"]} == {"running"}
        listen = f"curl --fail -N '{first['data'][0]['audio_url']}'"
        with curl.printing(listen, url=server.url, token=server.token) as listening:
            heard = listening.stdout.read(16_000)
            assert server.client.task(first["task_id"])["status"] == "processing"
        lines = [first, *map(json.loads, printed.stdout)]
    assert heard[:2] in (b"\xff\xfb", b"\xff\xf3")  # an MPEG layer III frame
    assert len(_decode(heard)) > 48_000 / 2
    last = lines[-1]["data"]
    assert [item["state"] for item in last] == ["succeeded", "succeeded"]
    assert last[0]["title"] == last[1]["title"] != ""
    assert last[0]["metadata"]["pcm_sha256"] != last[1]["metadata"]["pcm_sha256"]
    for item in last:
        assert len(_decode(curl.download(item["audio_url"]))) / 48_000 == pytest.approx(item["duration"], abs=0.01)


def test_same_request_and_seed_give_the_same_bytes_after_kills(server):
    """Kill -9 of worker and API in the middle of the song; it completes once, bytes equal to an undisturbed run."""
    fields = {**SHORT, "instrumental": True, "seed": 11}
    calm = server.client.generate(**fields)["data"][0]
    task_id = server.client.generate(**fields, **{"async": True})["task_id"]
    _until(lambda: any(t.get("progress", 0) > 0.05 for t in server.client.progress(task_id)["takes"]))
    assert server.kill("songwright.jobs.worker") >= 1
    assert server.kill("songwright api") >= 1
    server.await_ready()
    _until(lambda: server.client.progress(task_id)["status"] not in ("queued", "running"), 900.0)
    done = server.client.task(task_id)
    assert done["status"] == "completed", done
    (item,) = done["response"]["data"]
    assert item["metadata"]["pcm_sha256"] == calm["metadata"]["pcm_sha256"]
    assert item["lyric"] == ""


def test_callback_carries_the_answer(server):
    with receiver() as hook:
        ack = server.client.generate(**SHORT, instrumental=True, seed=12, callback_url=hook.url)
        assert set(ack) == {"success", "task_id", "trace_id"}
        assert hook.arrived.wait(600.0)
        assert hook.bodies[0]["task_id"] == ack["task_id"]
        assert hook.bodies[0] == server.client.task(ack["task_id"])["response"]
        assert {"webhook-id", "webhook-timestamp", "webhook-signature"} <= set(hook.headers[0])


def test_the_published_sdk_generates_and_polls(server):
    from acedatacloud import AceDataCloud

    with AceDataCloud(api_token=server.token, base_url=server.url) as client:
        handle = client.suno.generate(
            lyric="[Verse]\nPaper boats are sailing down\n[Chorus]\nSail away, sail away",
            custom=True,
            style="soft folk, acoustic guitar",
            title="Sail",
            model="chirp-v5",
            takes=1,
            seed=13,
            max_wait=900.0,
        )
        record = handle.wait(poll_interval=1.0, max_wait=900.0)
        (item,) = record["response"]["data"]
        assert (item["title"], item["style"]) == ("Sail", "soft folk, acoustic guitar")
        assert item["lyric"].startswith("[Verse]\nPaper boats")
        assert any(url.endswith(".mp3") for url in handle.urls())


def test_bad_callback_addresses_are_refused_at_once(server):
    answer = httpx.post(
        f"{server.url}/suno/audios",
        headers={"authorization": f"Bearer {server.token}"},
        json={"prompt": "p", "callback_url": "http://169.254.169.254/latest"},
    )
    assert answer.status_code == 400
    assert json.loads(answer.content)["error"]["code"] == "bad_request"


def _until(condition, timeout_s: float = 300.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.2)
