"""Edits and tools through the job layer, with a real compute child and the fake workshop."""

from __future__ import annotations

import os
import uuid
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from fake_workshop import FolderStore, payload
from job_server import jobs_of, settings_for

from songwright.delivery.fetch import fetch
from songwright.delivery.guard import Guard
from songwright.domain.action import ActionKind, EditAction, GenerateAction, ToolAction
from songwright.errors import BadRequest
from songwright.jobs.child import Children, ComputeChild
from songwright.jobs.closing import Closing
from songwright.jobs.facade import Jobs
from songwright.jobs.flow import SongFlow
from songwright.store.records import Job, JobStatus, StoredClip

SUPPORT = Path(__file__).parent.parent / "support"
TENANT = "tenant"


class Bench:
    def __init__(self, jobs: Jobs, flow: SongFlow, storage: FolderStore) -> None:
        self.jobs, self.flow, self.storage = jobs, flow, storage

    def run(self, action: Any, *, kind: str = "audios") -> Job:
        job = self.jobs.submit(action, {"n": str(uuid.uuid4())}, tenant=TENANT, kind=kind, public_base="http://own")
        outcome = self.flow.begin(job.id)
        if action.kind.is_tool:
            outcome = self.flow.work(job.id)
        for step in () if action.kind.is_tool else (self.flow.plan, self.flow.render):
            for take in range(1, action.takes + 1):
                outcome = outcome if outcome.ended else step(job.id, take)
        self.flow.finish(job.id, outcome)
        found = self.jobs.get(job.id)
        assert found is not None
        return found

    def clips(self, job: Job) -> list[StoredClip]:
        return self.jobs.clips(job.id)

    def song(self) -> str:
        return self.clips(self.run(GenerateAction(prompt="rain", takes=1)))[0].clip.id


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Generator[Bench]:
    settings = settings_for(tmp_path_factory.mktemp("tools"), max_wall_s=30.0)
    with pytest.MonkeyPatch.context() as patch, jobs_of(settings) as jobs:
        patch.setenv("PYTHONPATH", str(SUPPORT), prepend=os.pathsep)
        children = Children([ComputeChild(settings.workshop, stop_grace_s=0.3)])
        storage = FolderStore(settings.storage_url)
        flow = SongFlow(jobs.store, children, storage, Closing(jobs._queue, payload), settings)
        yield Bench(jobs, flow, storage)
        children.close()


def test_a_take_may_have_many_clips(bench: Bench) -> None:
    source = bench.song()
    action = EditAction(kind=ActionKind.ALL_STEMS, wishes=GenerateAction(takes=1), sources=(source,))
    done = bench.run(action)
    assert done.status is JobStatus.SUCCEEDED
    clips = bench.clips(done)
    assert [stored.clip.take for stored in clips] == list(range(1, 25))
    assert all(stored.published_at for stored in clips)
    assert done.action == action


def test_an_upload_becomes_a_clip_whose_recording_is_shared_and_kept_once(bench: Bench) -> None:
    bench.storage.put("incoming/x", b"file")
    done = bench.run(ToolAction(kind=ActionKind.UPLOAD, incoming="incoming/x", name="Field"), kind="upload")
    (stored,) = bench.clips(done)
    assets = {asset.kind: asset for asset in stored.clip.assets}
    assert (stored.clip.title, stored.clip.duration_s) == ("Field", 7.5)
    assert assets["flac"].key == assets["blob"].key == f"blobs/{assets['blob'].sha256}.flac"
    with pytest.raises(FileNotFoundError):
        bench.storage.get("incoming/x")


def test_a_refused_upload_says_why_and_leaves_nothing(bench: Bench) -> None:
    bench.storage.put("incoming/y", b"file")
    done = bench.run(ToolAction(kind=ActionKind.UPLOAD, incoming="incoming/y", name="refuse"), kind="upload")
    assert done.status is JobStatus.FAILED
    assert done.error is not None
    assert done.error.message == "Uploaded audio matches existing work of art."
    assert bench.clips(done) == []
    with pytest.raises(FileNotFoundError):
        bench.storage.get("incoming/y")


def test_a_video_is_added_to_its_clip(bench: Bench) -> None:
    source = bench.song()
    before = {asset.kind for asset in bench.jobs.store.clip(source).clip.assets}  # type: ignore[union-attr]
    bench.run(ToolAction(kind=ActionKind.VIDEO, sources=(source,)), kind="mp4")
    after = {asset.kind for asset in bench.jobs.store.clip(source).clip.assets}  # type: ignore[union-attr]
    assert after == before | {"video"}


def test_a_voice_becomes_a_persona_once(bench: Bench) -> None:
    done = bench.run(ToolAction(kind=ActionKind.VOICE, sources=(bench.song(),), name="Nell"), kind="persona")
    kept = bench.jobs.store.persona(done.result["persona_id"])
    assert kept is not None
    assert (kept.name, kept.voice, kept.tenant) == ("Nell", "recipe:x", TENANT)
    bench.flow.work(done.id)
    assert bench.jobs.store.persona_page(tenant=TENANT, limit=9, offset=0)[1] == 1


@pytest.mark.parametrize("what", ["unknown", "another's", "deleted"])
def test_a_source_that_is_not_there_fails_the_job_with_the_documented_words(bench: Bench, what: str) -> None:
    source = str(uuid.uuid4())
    if what == "deleted":
        source = bench.song()
        assert bench.jobs.store.delete_clip(source, tenant=TENANT) is not None
        assert bench.jobs.store.delete_clip(source, tenant=TENANT) is None
    if what == "another's":
        other = bench.jobs.submit(GenerateAction(prompt="x", takes=1), {"o": 1}, tenant="other")
        bench.flow.begin(other.id)
        bench.flow.plan(other.id, 1)
        bench.flow.render(other.id, 1)
        source = bench.jobs.clips(other.id)[0].clip.id
    done = bench.run(EditAction(kind=ActionKind.STEMS, wishes=GenerateAction(takes=1), sources=(source,)))
    assert done.error is not None
    assert (done.error.status, done.error.message) == (400, "The song id does not exist or has been taken offline.")


def test_an_answer_given_at_once_is_a_finished_job(bench: Bench) -> None:
    kept = bench.jobs.note("lyrics", {"prompt": "x"}, [{"text": "la"}], tenant=TENANT, trace_id="t", started_at=1.0)
    found = bench.jobs.get(kept.id)
    assert found is not None
    assert (found.status, found.result, found.kind) == (JobStatus.SUCCEEDED, {"data": [{"text": "la"}]}, "lyrics")


class _Files(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/go/"):
            self.send_response(302)
            self.send_header("location", self.path.removeprefix("/go"))
            self.end_headers()
            return
        if self.path == "/inside":
            self.send_response(302)
            self.send_header("location", "http://10.0.0.1/x")
            self.end_headers()
            return
        found = self.path != "/missing"
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(b"x" * 1000 if found else b"")

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def files() -> Generator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _Files)
    Thread(target=httpd.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{httpd.server_address[1]}"
    httpd.shutdown()
    httpd.server_close()


def test_files_are_fetched_through_few_redirects(files: str, tmp_path: Path) -> None:
    guard = Guard(allow=("127.0.0.0/8",))
    assert fetch(guard, f"{files}/go/go/a.wav", tmp_path / "a", max_bytes=1000, timeout_s=5.0) == 1000
    assert (tmp_path / "a").read_bytes() == b"x" * 1000


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/missing", "answered 404"),
        ("/go/go/go/go/a", "redirects"),
        ("/inside", "private network"),
        ("/large", "more than"),
    ],
)
def test_what_cannot_be_fetched_says_why(files: str, tmp_path: Path, path: str, words: str) -> None:
    limit = 10 if path == "/large" else 1000
    with pytest.raises(BadRequest, match=words):
        fetch(Guard(allow=("127.0.0.0/8",)), files + path, tmp_path / "a", max_bytes=limit, timeout_s=5.0)


def test_private_addresses_are_not_fetched_unless_allowed(files: str, tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="private network"):
        fetch(Guard(), f"{files}/a", tmp_path / "a", max_bytes=1000, timeout_s=5.0)
