"""The store on a SQLite file: settings, constraints, fencing, events, previews, webhooks, tokens."""

from __future__ import annotations

import sqlite3
import sys
import uuid
from collections.abc import Generator
from pathlib import Path

import pytest
import sqlalchemy as sa

from songwright.domain.action import GenerateAction
from songwright.domain.song import Asset, Clip
from songwright.store import (
    DatabaseSetupError,
    Store,
    clips,
    database,
    deliveries,
    events,
    jobs,
    migrate,
    pipe,
    workers,
)
from songwright.store.records import (
    Attempt,
    ClipState,
    Delivery,
    DeliveryState,
    Job,
    JobError,
    JobStatus,
    PipeChunk,
)
from songwright.store.tables import metadata


@pytest.fixture
def store(tmp_path: Path) -> Generator[Store]:
    store = Store.open(f"sqlite:///{tmp_path}/test.db")
    store.upgrade()
    yield store
    store.close()


def a_job(**changes: object) -> Job:
    values = {
        "id": str(uuid.uuid4()),
        "trace_id": "trace",
        "tenant": "t",
        "kind": "audios",
        "action": GenerateAction(prompt="rain", takes=3, bpm=90.0),
        "request": {"prompt": "rain", "x": [1, None]},
        "public_base": "http://h",
        "status": JobStatus.QUEUED,
        "created_at": 100.0,
        "request_hash": "h",
    }
    return Job(**{**values, **changes})  # type: ignore[arg-type]


def a_clip(job: Job, take: int = 1) -> Clip:
    plan = Asset(kind="plan", key="k", mime_type="m", size_bytes=1, sha256="0")
    return Clip(
        id=str(uuid.uuid4()),
        job_id=job.id,
        take=take,
        title="T",
        style="s",
        lyrics="l",
        model="m",
        duration_s=0.0,
        created_at_s=1.0,
        assets=(plan,),
        metadata={"bpm": 90},
    )


def put(store: Store, job: Job) -> Job:
    with store.begin() as connection:
        assert jobs.insert(connection, job)
    return job


def test_sqlite_is_durable_and_shared(store: Store) -> None:
    with store.reading() as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 30000, "foreign_keys": 1}


def test_the_migrations_make_exactly_the_tables_that_queries_use(store: Store) -> None:
    found = sa.MetaData()
    found.reflect(store.engine)
    assert set(found.tables) - {migrate.VERSION_TABLE} == set(metadata.tables)
    for name, table in metadata.tables.items():
        assert {c.name for c in found.tables[name].columns} == {c.name for c in table.columns}
        assert {c.name for c in found.tables[name].primary_key} == {c.name for c in table.primary_key}
    assert migrate.current_revision(store.engine) == migrate.newest_revision() == store.upgrade()


@pytest.mark.parametrize("url", ["mysql://h/d", "sqlite://", "sqlite:///:memory:", "nonsense"])
def test_other_databases_are_refused_with_words(url: str) -> None:
    with pytest.raises(DatabaseSetupError, match=r"database|SQLite"):
        database.make_engine(url)


def test_an_old_sqlite_on_a_new_python_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 40, 1))
    monkeypatch.setitem(sys.modules, "pysqlite3", None)
    assert database.sqlite_module((3, 11)) is sqlite3
    with pytest.raises(DatabaseSetupError, match=r"pysqlite3-binary.*PostgreSQL"):
        database.sqlite_module((3, 13))


def test_a_job_comes_back_as_it_was_stored(store: Store) -> None:
    job = put(store, a_job(idem_key="key", callback_url="http://x"))
    assert store.job(job.id) == job
    assert store.jobs(["none", job.id]) == [job]
    assert store.job("none") is None


def test_an_idempotency_key_is_unique_within_a_tenant(store: Store) -> None:
    put(store, a_job(idem_key="key"))
    put(store, a_job(idem_key="key", tenant="other"))
    with store.begin() as connection:
        assert not jobs.insert(connection, a_job(idem_key="key"))


def test_only_the_last_runner_may_write(store: Store) -> None:
    job = put(store, a_job())
    with store.begin() as connection:
        first = jobs.claim(connection, job.id, runner="one", at=200.0)
        assert first is not None
        assert (first.status, first.started_at, first.deaths) == (JobStatus.RUNNING, 200.0, 0)
        second = jobs.claim(connection, job.id, runner="two", at=300.0)
        assert second is not None
        assert (second.started_at, second.deaths) == (200.0, 1)  # the first died in the middle
        assert not jobs.hold(connection, job.id, runner="one")
        assert not jobs.release(connection, job.id, runner="one", step_done=True)
        assert jobs.count_death(connection, job.id, runner="one") is None
        assert jobs.hold(connection, job.id, runner="two")
        assert jobs.count_death(connection, job.id, runner="two") == 2
        assert jobs.release(connection, job.id, runner="two", step_done=True)
        third = jobs.claim(connection, job.id, runner="three", at=400.0)
        assert third is not None
        assert third.deaths == 0  # a finished step forgets


def test_the_first_end_of_a_job_stays(store: Store) -> None:
    job = put(store, a_job())
    error = JobError(code="forbidden", message="no", status=403)
    with store.begin() as connection:
        jobs.claim(connection, job.id, runner="r", at=1.0)
        assert jobs.finish(connection, job.id, status=JobStatus.FAILED, at=5.0, error=error)
        assert not jobs.finish(connection, job.id, status=JobStatus.SUCCEEDED, at=6.0)
        assert not jobs.hold(connection, job.id, runner="r")
        assert jobs.claim(connection, job.id, runner="r", at=7.0) is None
    found = store.job(job.id)
    assert found is not None
    assert (found.status, found.error, found.finished_at, found.runner) == (JobStatus.FAILED, error, 5.0, None)


def test_pages_and_counts(store: Store) -> None:
    made = [put(store, a_job(created_at=float(n), tenant="ab"[n % 2])) for n in range(6)]
    with store.reading() as connection:
        page, total = jobs.page(connection, tenant="a", limit=2, offset=1)
        assert ([job.id for job in page], total) == ([made[2].id, made[0].id], 3)
        page, total = jobs.page(connection, created_min=2.0, created_max=4.0)
        assert ([job.id for job in page], total) == ([made[3].id, made[2].id], 2)
        assert jobs.page(connection, kind="other") == ([], 0)
        assert jobs.count_by_status(connection)["queued"] == jobs.count_queued(connection) == 6
        assert jobs.count_active(connection, tenant="a") == 3
        twin = jobs.unfinished_twin(connection, tenant="b", request_hash="h", since=4.0)
        assert twin is not None
        assert twin.id == made[5].id
        assert jobs.unfinished_twin(connection, tenant="b", request_hash="h", since=5.5) is None


def test_events_are_numbered_without_gaps_and_read_from_where_a_client_was(store: Store) -> None:
    one, two = put(store, a_job()), put(store, a_job())
    with store.begin() as connection:
        for n in range(3):
            events.append(connection, one.id, "clip.progress", {"n": n})
        events.append(connection, two.id, "job.succeeded")
    found = store.events_after({one.id: 1, two.id: 0})
    assert {(e.job_id, e.seq, e.data.get("n"), e.final) for e in found} == {
        (one.id, 2, 1, False),
        (one.id, 3, 2, False),
        (two.id, 1, None, True),
    }


def test_a_clip_is_announced_heard_and_published_once(store: Store) -> None:
    job = put(store, a_job())
    clip = a_clip(job)
    mp3 = Asset(kind="mp3", key="k2", mime_type="audio/mpeg", size_bytes=9, sha256="1")
    with store.begin() as connection:
        assert clips.announce(connection, clip, tenant="t")
        assert not clips.announce(connection, a_clip(job), tenant="t")  # one clip per take
        assert clips.start_rendering(connection, clip.id)
        assert not clips.start_rendering(connection, clip.id)
        done = {"duration_s": 9.5, "metadata": {"a": 1}, "assets": (mp3,), "at": 50.0}
        assert clips.publish(connection, clip.id, **done)
        assert not clips.publish(connection, clip.id, **done)
    stored = store.clips_of([job.id, "none"])
    assert stored["none"] == []
    (found,) = stored[job.id]
    assert (found.state, found.published_at, found.clip.duration_s) == (ClipState.PUBLISHED, 50.0, 9.5)
    assert found.clip.assets == (mp3,)


def test_a_preview_that_is_made_again_has_no_double_and_no_gap(store: Store) -> None:
    job = put(store, a_job())
    clip = a_clip(job)

    def chunk(seq: int, data: bytes) -> PipeChunk:
        return PipeChunk(clip_id=clip.id, seq=seq, data=data)

    with store.begin() as connection:
        clips.announce(connection, clip, tenant="t")
        pipe.write(connection, [chunk(0, b"a"), chunk(1, b"b"), chunk(3, b"d")])
        pipe.write(connection, [chunk(0, b"A"), chunk(1, b"B")])
        assert [c.data for c in pipe.read(connection, clip.id)] == [b"a", b"b"]  # chunk 2 is still to come
        pipe.write(connection, [chunk(2, b"c")])
        pipe.end(connection, clip.id)
        pipe.end(connection, clip.id)
        assert [(c.data, c.last) for c in pipe.read(connection, clip.id, after=1)] == [
            (b"c", False),
            (b"d", False),
            (b"", True),
        ]
        assert not pipe.is_over(connection, clip.id)
        jobs.finish(connection, job.id, status=JobStatus.FAILED, at=10.0)
        assert pipe.is_over(connection, clip.id)
        assert pipe.drop_finished(connection, before=9.0) == 0
        assert pipe.drop_finished(connection, before=11.0) == 5


def test_attempts_are_rows_and_the_payload_is_frozen(store: Store) -> None:
    job = put(store, a_job())
    delivery = Delivery(
        id="d",
        job_id=job.id,
        event="job.succeeded",
        url="http://x",
        payload=b"{}",
        state=DeliveryState.PENDING,
        created_at=1.0,
        attempts=0,
        next_at=1.0,
    )
    first = Attempt(delivery_id="d", number=1, at=2.0, duration_s=0.1, http_status=500, error="no")
    with store.begin() as connection:
        assert deliveries.create(connection, delivery)
        assert not deliveries.create(connection, delivery)
        assert deliveries.record(connection, first, state=DeliveryState.PENDING, next_at=9.0)
        assert not deliveries.record(connection, first, state=DeliveryState.DELIVERED, next_at=None)
        assert [d.id for d in deliveries.overdue(connection, before=9.5)] == ["d"]
        assert deliveries.overdue(connection, before=8.5) == []
        assert deliveries.count_by_state(connection)["pending"] == 1
    (found,) = store.deliveries_of(job.id)
    assert (found.payload, found.attempts, found.next_at) == (b"{}", 1, 9.0)
    assert store.attempts_of("d") == [first]


def test_workers_live_by_the_databases_clock(store: Store) -> None:
    with store.begin() as connection:
        at = workers.beat(connection, executor_id="a", host="h", version="1", slots=2)
        assert abs(at - database.now()) < 5.0
        later = workers.beat(connection, executor_id="a", host="h", version="1", slots=2)
        (found,) = workers.seen_since(connection, later)
        assert (found.started_at, found.last_seen, found.slots) == (at, later, 2)
        assert workers.seen_since(connection, later + 1.0) == []
        workers.remove(connection, "a")
        assert workers.seen_since(connection, 0.0) == []


def test_a_token_is_never_stored(store: Store, tmp_path: Path) -> None:
    token, secret = store.create_token("laptop")
    assert store.find_token(secret) == token
    assert store.find_token(secret + "x") is None
    assert store.create_token("again", secret=secret) == (token, secret)
    assert [t.name for t in store.tokens()] == ["laptop"]
    assert store.revoke_token(token.id)
    assert not store.revoke_token(token.id)
    revoked = store.find_token(secret)
    assert revoked is not None
    assert revoked.revoked_at is not None
    store.close()
    assert not any(secret.encode() in path.read_bytes() for path in tmp_path.iterdir())
