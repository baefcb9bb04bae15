"""Tasks, media, operation over in-memory twins."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from openapi_spec_validator import validate

from songwright.assets.cover import cover_of
from songwright.assets.pcm import decode_pcm, encode_flac
from songwright.domain.song import Asset
from songwright.http.ranges import Unsatisfiable, byte_range

from .http_twins import AUDIO, OTHER_TOKEN, server
from .test_domain_values import small_plan


def _made(client, **fields):
    return client.post("/suno/audios", json={"prompt": "boats", **fields}).json()


def test_a_finished_task_carries_the_whole_answer():
    with server() as (client, _):
        made = _made(client)
        record = client.post("/suno/tasks", json={"id": made["task_id"], "action": "retrieve"}).json()
        assert record["response"] == made
        assert record["request"] == {"prompt": "boats"}
        assert record["id"] == made["task_id"]
        assert len(record["_id"]) == 24
        assert (record["type"], record["state"], record["status"]) == ("audios", "complete", "completed")
        assert record["finished_at"] > record["created_at"]
        assert not {"success", "error", "data"} & set(record)


def test_a_running_task_shows_nothing_half_finished():
    with server() as (client, _):
        ack = _made(client, **{"async": True})
        record = client.post("/suno/tasks", json={"id": ack["task_id"]}).json()
        assert record["response"] == {}
        assert "finished_at" not in record
        assert (record["state"], record["status"]) == ("pending", "processing")


def test_a_failed_task_answers_200_with_the_error_inside():
    with server() as (client, jobs):
        jobs.fate = "failed"
        task_id = client.post("/suno/audios", json={"prompt": "p"}).json()["task_id"]
        answer = client.post("/suno/tasks", json={"id": task_id, "action": "retrieve"})
        assert answer.status_code == 200
        assert answer.json()["response"]["success"] is False
        assert answer.json()["status"] == "failed"


@pytest.mark.parametrize("task_id", ["00000000-0000-0000-0000-000000000000", "nonsense", "44472ab8"])
def test_unknown_tasks_are_empty_objects(task_id):
    with server() as (client, _):
        answer = client.post("/suno/tasks", json={"id": task_id, "action": "retrieve"})
        assert (answer.status_code, answer.json()) == (200, {})


def test_batches_and_other_peoples_tasks():
    with server() as (client, _):
        first, second = _made(client), _made(client)
        ids = [first["task_id"], "nonsense", second["task_id"]]
        batch = client.post("/suno/tasks", json={"ids": ids, "action": "retrieve_batch"}).json()
        assert [item["id"] for item in batch["items"]] == [ids[0], ids[2]]
        assert batch["count"] == 2
        assert client.post("/suno/tasks", json={"ids": [], "action": "retrieve_batch"}).json() == {
            "items": [],
            "count": 0,
        }
        assert client.post("/suno/tasks", json={"action": "retrieve_batch", "type": "audios"}).json()["count"] == 2
        client.headers["authorization"] = f"Bearer {OTHER_TOKEN}"
        assert client.post("/suno/tasks", json={"id": ids[0]}).json() == {}
        assert client.post("/suno/tasks", json={"ids": ids, "action": "retrieve_batch"}).json()["count"] == 0


@pytest.mark.parametrize(
    "body", [{}, {"action": "burn", "id": "x"}, {"action": "retrieve_batch", "ids": "x"}, {"id": 5}]
)
def test_bad_task_requests(body):
    with server() as (client, _):
        answer = client.post("/suno/tasks", json=body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_request")


def test_cancelling_reaches_the_jobs_and_only_ones_own():
    with server() as (client, jobs):
        task_id = _made(client, **{"async": True})["task_id"]
        client.headers["authorization"] = f"Bearer {OTHER_TOKEN}"
        assert client.post("/suno/tasks", json={"id": task_id, "action": "cancel"}).json() == {}
        assert jobs.cancelled == []
        client.headers["authorization"] = "Bearer right"
        assert client.post("/suno/tasks", json={"id": task_id, "action": "cancel"}).json()["id"] == task_id
        assert jobs.cancelled == [task_id]


def test_media_with_range_and_etag():
    with server() as (client, _):
        url = _made(client)["data"][0]["audio_url"]
        whole = client.get(url)
        assert whole.content == AUDIO
        assert whole.headers["content-type"] == "audio/mpeg"
        part = client.get(url, headers={"range": "bytes=100-199"})
        assert (part.status_code, part.content) == (206, AUDIO[100:200])
        assert part.headers["content-range"] == f"bytes 100-199/{len(AUDIO)}"
        assert client.get(url, headers={"range": f"bytes={len(AUDIO)}-"}).status_code == 416
        assert client.get(url, headers={"if-none-match": whole.headers["etag"]}).status_code == 304
        head = client.head(url)
        assert (head.headers["content-length"], head.content) == (str(len(AUDIO)), b"")
        assert client.get(url.replace(".mp3", ".exe")).status_code == 404
        assert client.get(url.replace(".mp3", ".mid")).status_code == 404


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-0", (0, 1)),
        ("bytes=5-", (5, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("bytes=2-99", (2, 10)),
        ("bytes=4-2", None),
        ("bytes=0-1,3-4", None),
        ("items=0-1", None),
    ],
)
def test_ranges(header, expected):
    assert byte_range(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=-0"])
def test_ranges_behind_the_end(header):
    with pytest.raises(Unsatisfiable):
        byte_range(header, 10)


def test_the_live_pipe_plays_and_later_leads_to_the_file():
    with server() as (client, jobs):
        ack = _made(client, **{"async": True})
        clip_id = next(iter(jobs.store.songs))
        live = client.get("/audiopipe", params={"item_id": clip_id})
        assert (live.content, live.headers["content-type"]) == (b"live mp3", "audio/mpeg")
        jobs.finish(ack["task_id"])
        assert client.get("/audiopipe", params={"item_id": clip_id}).content == AUDIO
        assert client.get("/audiopipe", params={"item_id": "none"}).status_code == 404


def test_operation():
    with server() as (client, jobs):
        assert client.get("/health/live").json() == {"status": "ok"}
        assert client.get("/health/ready").status_code == 200
        assert 'songwright_jobs{state="queued"} 3.0' in client.get("/metrics").text
        jobs.alive = False
        assert client.get("/health/ready").status_code == 503
        validate(client.get("/openapi.json").json())
        assert client.get("/docs").status_code == 200


def test_links_use_the_public_address():
    with server(public_url="https://songs.example/") as (client, _):
        item = _made(client)["data"][0]
        assert item["audio_url"].startswith("https://songs.example/media/")


def test_an_object_with_no_link_before_the_end():
    """Clients take any link inside a task's answer for completion, so running items carry none in metadata."""
    with server() as (client, jobs):
        _made(client, **{"async": True})
        stored = next(iter(jobs.store.songs.values()))
        assert all("url" not in name for name in stored.clip.metadata)


def test_covers_of_unfinished_clips_and_wavs_are_made_when_asked_for():
    plan = small_plan()
    with server() as (client, jobs):
        _made(client, **{"async": True})
        stored = next(iter(jobs.store.songs.values()))
        pcm = np.arange(-3000, 3000, dtype=np.int32).reshape(-1, 2)
        held = {"plan": plan.to_bytes(), "flac": encode_flac(pcm)}
        for kind, data in held.items():
            jobs.storage.put(f"clips/x/{kind}.bin", data)
        assets = tuple(
            Asset(kind=k, key=f"clips/x/{k}.bin", mime_type="x/y", size_bytes=len(d), sha256="cd" * 32)
            for k, d in held.items()
        )
        clip = replace(stored.clip, assets=assets)
        jobs.store.songs[clip.id] = replace(stored, clip=clip)
        picture = cover_of(plan)
        assert client.get(f"/media/{clip.id}.jpeg").content == picture.small_jpeg
        assert client.get(f"/media/{clip.id}_large.jpeg").content == picture.large_jpeg
        wav = client.get(f"/media/{clip.id}.wav")
        assert (wav.headers["content-type"], decode_pcm(wav.content)[0].tolist()) == ("audio/wav", pcm.tolist())
        assert client.get(f"/media/{clip.id}.mp3").status_code == 404
