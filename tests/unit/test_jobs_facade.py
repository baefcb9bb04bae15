"""Accepting, limiting, repeating, cancelling and following jobs, without any worker."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Generator
from pathlib import Path

import pytest
from job_server import event_types, jobs_of, settings_for, submit

from songwright.domain.action import GenerateAction
from songwright.domain.song import Clip
from songwright.errors import BadRequest
from songwright.jobs.compute import failure_of
from songwright.jobs.errors import IdempotencyConflict, QueueFull, TooManyJobs
from songwright.jobs.facade import Jobs, hash_of_request
from songwright.jobs.flow import clip_id_of
from songwright.jobs.imports import load_object
from songwright.jobs.settings import ENVIRONMENT_NAME, JobSettings
from songwright.jobs.supervisor import with_bytecode
from songwright.store import clips, events, pipe
from songwright.store import jobs as job_rows
from songwright.store.records import JobStatus, PipeChunk


@pytest.fixture
def jobs(tmp_path: Path) -> Generator[Jobs]:
    with jobs_of(settings_for(tmp_path, max_active_per_token=3, max_queued=4)) as jobs:
        yield jobs


def a_clip(clip_id: str, job_id: str) -> Clip:
    words = dict.fromkeys(("title", "style", "lyrics", "model"), "")
    return Clip(id=clip_id, job_id=job_id, take=1, duration_s=0.0, created_at_s=1.0, assets=(), **words)


def ask(jobs: Jobs, number: int, *, tenant: str = "a", **more: object) -> str:
    return jobs.submit(GenerateAction(), {"number": number}, tenant=tenant, **more).id  # type: ignore[arg-type]


def test_an_accepted_job_is_stored_with_its_place_in_the_queue(jobs: Jobs) -> None:
    job = submit(jobs, "rain", trace_id="trace", public_base="http://h")
    assert jobs.get(job.id) == job
    assert event_types(jobs, job) == ["job.queued"]
    assert jobs._queue.ended([job.id]) == {}  # the engine knows it
    assert jobs._queue.ended(["unknown"]) == {"unknown": "MISSING"}
    assert jobs.get(job.id, tenant="someone else") is None
    assert jobs.list(tenant="tenant") == ([job], 1)


def test_a_retried_request_joins_its_unfinished_twin(jobs: Jobs) -> None:
    first = ask(jobs, 1)
    assert ask(jobs, 1) == first
    assert ask(jobs, 1, attach=False) != first
    assert ask(jobs, 1, tenant="b") != first
    assert hash_of_request("k", {"a": 1, "b": 2}) == hash_of_request("k", {"b": 2, "a": 1})
    with jobs.store.begin() as connection:
        job_rows.finish(connection, first, status=JobStatus.SUCCEEDED, at=1.0)
    again = ask(jobs, 2)
    jobs.cancel(again)
    assert ask(jobs, 2) != again  # nothing is joined that has ended


def test_an_idempotency_key_gives_the_same_job_for_ever(jobs: Jobs) -> None:
    first = ask(jobs, 1, idem_key="key")
    jobs.cancel(first)
    assert ask(jobs, 1, idem_key="key") == first
    assert ask(jobs, 1, idem_key="key", tenant="b") != first
    with pytest.raises(IdempotencyConflict) as caught:
        ask(jobs, 2, idem_key="key")
    assert caught.value.status == 409


def test_limits_answer_429_and_leave_nothing_behind(jobs: Jobs) -> None:
    for number in range(3):
        ask(jobs, number)
    with pytest.raises(TooManyJobs) as caught:
        ask(jobs, 3)
    assert (caught.value.status, caught.value.code) == (429, "too_many_requests")
    assert caught.value.retry_after_s > 0
    ask(jobs, 4, tenant="b")
    with pytest.raises(QueueFull):
        ask(jobs, 5, tenant="c")
    assert jobs.stats().jobs["queued"] == 4
    jobs.cancel(ask(jobs, 0))  # attaches, so it is found although the token is at its limit
    ask(jobs, 6)


def test_a_callback_into_the_private_network_is_refused_before_anything_is_stored(jobs: Jobs) -> None:
    with pytest.raises(BadRequest, match="callback_url is not allowed: it leads into a private network"):
        ask(jobs, 1, callback_url="http://10.0.0.1/hook")
    assert jobs.list() == ([], 0)
    ask(jobs, 1, callback_url="http://127.0.0.1:1/hook")  # listed in the settings


def test_cancelling_ends_a_job_once_and_freezes_its_webhook(jobs: Jobs) -> None:
    job = submit(jobs, "rain", callback_url="http://127.0.0.1:1/hook")
    cancelled = jobs.cancel(job.id)
    assert cancelled is not None
    assert cancelled.status is JobStatus.CANCELLED
    assert jobs.cancel(job.id) == cancelled
    assert jobs.cancel("unknown") is None
    assert event_types(jobs, job) == ["job.queued", "job.cancelled"]
    (delivery,) = jobs.store.deliveries_of(job.id)
    assert b'"status": "cancelled"' in delivery.payload
    assert jobs._queue.ended([job.id]) == {job.id: "CANCELLED"}


def test_no_worker_is_said(jobs: Jobs) -> None:
    health = jobs.health()
    assert (health.database, health.ready, health.message) == (True, False, "no worker is alive")


def test_waiters_hear_of_every_event_once_and_in_order(jobs: Jobs) -> None:
    one, two = submit(jobs, "one"), submit(jobs, "two")

    async def scenario() -> tuple[list[str], list[str], JobStatus | None]:
        async def all_of(after: int) -> list[str]:
            return [event.type async for event in jobs.follow(one.id, after=after)]

        waiting = [asyncio.create_task(all_of(0)), asyncio.create_task(all_of(1))]
        ending = asyncio.create_task(jobs.wait(two.id, timeout_s=20.0))
        await asyncio.sleep(0)

        def finish() -> None:
            for job in (one, two):
                with jobs.store.begin() as connection:
                    events.append(connection, job.id, "job.started")
                    job_rows.finish(connection, job.id, status=JobStatus.SUCCEEDED, at=2.0)
                    events.append(connection, job.id, "job.succeeded")

        await asyncio.to_thread(finish)
        whole, rest = await asyncio.gather(*waiting)
        done = await ending
        late = [event.type async for event in jobs.follow(one.id, after=2)]
        assert late == ["job.succeeded"]
        assert [event async for event in jobs.follow("unknown")] == []
        assert await jobs.wait("unknown", timeout_s=1.0) is None
        return whole, rest, done.status if done else None

    whole, rest, status = asyncio.run(scenario())
    assert whole == ["job.queued", "job.started", "job.succeeded"]
    assert rest == whole[1:]
    assert status is JobStatus.SUCCEEDED


def test_a_wait_that_is_over_says_how_the_job_stands(jobs: Jobs) -> None:
    job = submit(jobs, "rain")
    found = asyncio.run(jobs.wait(job.id, timeout_s=0.05))
    assert found is not None
    assert found.status is JobStatus.QUEUED


def test_a_listener_hears_the_preview_while_it_is_made(jobs: Jobs) -> None:
    job = submit(jobs, "rain")
    clip_id = clip_id_of(job.id, 1)

    def write(*seqs: int, end: bool = False) -> None:
        with jobs.store.begin() as connection:
            pipe.write(connection, [PipeChunk(clip_id=clip_id, seq=n, data=b"%d" % n) for n in seqs])
            if end:
                pipe.end(connection, clip_id)

    async def scenario() -> list[bytes]:
        heard: list[bytes] = []
        await asyncio.to_thread(write, 0, 1)
        async for piece in jobs.listen(clip_id):
            heard.append(piece)
            if piece == b"1":
                await asyncio.to_thread(write, 2, end=True)
        assert [piece async for piece in jobs.listen("unknown")] == []
        return heard

    with jobs.store.begin() as connection:
        clips.announce(connection, a_clip(clip_id, job.id), tenant="tenant")
    assert asyncio.run(scenario()) == [b"0", b"1", b"2"]


def test_settings_survive_the_way_to_a_child(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    assert JobSettings.from_environment({ENVIRONMENT_NAME: settings.to_json()}) == settings
    with pytest.raises(RuntimeError, match="songwright serve"):
        JobSettings.from_environment({})


def test_children_keep_bytecode_beside_the_sources_or_in_our_own_folder(tmp_path: Path, monkeypatch) -> None:
    assert with_bytecode({"A": "1"}, tmp_path) == {"A": "1"}
    assert with_bytecode({"PYTHONDONTWRITEBYTECODE": "1"}, tmp_path, sources=tmp_path) == {}
    monkeypatch.setattr(os, "access", lambda path, _mode: path != tmp_path)  # root may write anywhere
    found = with_bytecode({"PYTHONDONTWRITEBYTECODE": "1"}, tmp_path, sources=tmp_path)
    assert found == {"PYTHONPYCACHEPREFIX": str(tmp_path / "bytecode")}


def test_an_exception_becomes_an_error_with_its_own_code_or_none() -> None:
    refused = load_object("fake_workshop:RefusedError")("no names")
    assert {k: failure_of(refused)[k] for k in ("code", "message", "status")} == {
        "code": "forbidden",
        "message": "no names",
        "status": 403,
    }
    assert failure_of(KeyError("secret"))["message"] == "job failed with unknown error"
    assert failure_of(OSError(5, "disk"))["code"] == "api_error"


@pytest.mark.parametrize("text", ["nothing", "math:", "math:nothing", ":x"])
def test_a_wrong_import_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text.split(":")[0] or "name"):
        load_object(text)
