"""A real server of jobs in processes of its own, for tests that kill them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from songwright.domain.action import GenerateAction
from songwright.jobs.facade import Jobs, upgrade_database
from songwright.jobs.settings import ENVIRONMENT_NAME, JobSettings
from songwright.jobs.supervisor import with_bytecode
from songwright.store.records import Job, JobStatus

SUPPORT = Path(__file__).parent
SUPERVISE = """
import logging, sys
from songwright.jobs.settings import JobSettings
from songwright.jobs.supervisor import Supervisor
logging.basicConfig(level=logging.INFO)
raise SystemExit(Supervisor(settings=JobSettings.from_environment(), api_command=sys.argv[1:]).run())
"""


def settings_for(folder: Path, database_url: str = "", **changes: Any) -> JobSettings:
    """Quick settings with everything under ``folder``."""
    found = JobSettings(
        database_url=database_url or f"sqlite:///{folder}/test.db",
        data_dir=str(folder),
        storage_url=str(folder / "blobs"),
        workshop="fake_workshop:FakeWorkshop",
        storage="fake_workshop:FolderStore",
        payload="fake_workshop:payload",
        heartbeat_s=0.4,
        reconcile_s=0.5,
        queue_poll_s=0.1,
        hub_poll_s=0.05,
        stop_grace_s=0.5,
        drain_s=10.0,
        allow_private_addresses=("127.0.0.0/8",),
        webhook_secret="whsec_c2VjcmV0",
        webhook_delays_s=(0.5, 1.0),
    )
    return replace(found, **changes)


def spawn(settings: JobSettings, *command: str) -> subprocess.Popen[bytes]:
    """Start a Python process that finds the fake workshop and the settings."""
    return subprocess.Popen([sys.executable, *command], env=environment_for(settings), stdin=subprocess.DEVNULL)


def environment_for(settings: JobSettings) -> dict[str, str]:
    """Variables for a process of the server; all servers of a machine's tests share their bytecode."""
    found = with_bytecode(os.environ, Path(tempfile.gettempdir()) / "songwright-tests")
    paths = os.pathsep.join(filter(None, [str(SUPPORT), os.environ.get("PYTHONPATH", "")]))
    return {**found, ENVIRONMENT_NAME: settings.to_json(), "PYTHONPATH": paths}


@contextlib.contextmanager
def serving(settings: JobSettings, *api_command: str) -> Generator[subprocess.Popen[bytes]]:
    """A supervisor with its workers; stopped at the end, if it still lives."""
    process = spawn(settings, "-c", SUPERVISE, *api_command)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=60)


@contextlib.contextmanager
def jobs_of(settings: JobSettings) -> Generator[Jobs]:
    """The facade, on a database that is up to date."""
    upgrade_database(settings)
    jobs = Jobs.open(settings)
    try:
        yield jobs
    finally:
        asyncio.run(jobs.close())


def submit(jobs: Jobs, prompt: str, *, tenant: str = "tenant", **more: Any) -> Job:
    """A job with this prompt."""
    return jobs.submit(GenerateAction(prompt=prompt, takes=2), {"prompt": prompt}, tenant=tenant, **more)


def until(look: Callable[[], Any], *, timeout_s: float = 40.0, what: str = "") -> Any:
    """Wait until ``look`` gives something true."""
    deadline = time.monotonic() + timeout_s
    while True:
        found = look()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {timeout_s} s: {what or look}"
        time.sleep(0.03)


def ended(jobs: Jobs, job: Job, *, timeout_s: float = 40.0) -> Job:
    """The job when it has ended."""

    def look() -> Job | None:
        found = jobs.get(job.id)
        return found if found and found.status.final else None

    return until(look, timeout_s=timeout_s, what=f"job {job.id} has ended")


def event_types(jobs: Jobs, job: Job) -> list[str]:
    """What happened, without progress."""
    found = jobs.store.events_after({job.id: 0})
    assert [event.seq for event in found] == list(range(1, len(found) + 1))
    return [event.type for event in found if event.type != "clip.progress"]


WHOLE_LIFE = [
    "job.queued",
    "job.started",
    "clip.planned",
    "clip.planned",
    "clip.rendering",
    "clip.published",
    "clip.rendering",
    "clip.published",
    "job.succeeded",
]


def assert_completed_once(jobs: Jobs, job: Job) -> None:
    """The job succeeded, every event of its life happened once, and every file can be read."""
    done = ended(jobs, job)
    assert done.status is JobStatus.SUCCEEDED, done.error
    assert event_types(jobs, job) == WHOLE_LIFE
    clips = jobs.clips(job.id)
    assert [stored.clip.take for stored in clips] == [1, 2]
    for stored in clips:
        files = {asset.kind: asset for asset in stored.clip.assets}
        assert set(files) == {"mp3", "flac", "cover", "plan"}
        for asset in files.values():
            assert (Path(jobs.settings.storage_url) / asset.key).stat().st_size == asset.size_bytes
        chunks = jobs.store.pipe(stored.clip.id)
        expected = [f"{stored.clip.id} {n};".encode() for n in range(10)] + [b""]
        assert [chunk.data for chunk in chunks] == expected
        assert [chunk.last for chunk in chunks] == [False] * 10 + [True]


def child_pids(pid: int) -> list[int]:
    """Processes whose parent is ``pid``."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    return [int(line) for line in found.split()]


def alive(pid: int) -> bool:
    """Whether a process exists and is not a zombie."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def kill(pid: int) -> None:
    """End a process without any warning."""
    os.kill(pid, signal.SIGKILL)


@dataclass
class Receiver:
    """A receiver of webhooks: answers what it is told, in turn, and keeps what it got."""

    answers: list[int]
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@contextlib.contextmanager
def receiver(*answers: int) -> Generator[Receiver]:
    """Answers in turn; the last one for ever."""
    state = Receiver(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            state.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            status = state.answers.pop(0) if len(state.answers) > 1 else state.answers[0]
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("location", "http://127.0.0.1:1/")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def body_of(got: tuple[dict[str, str], bytes]) -> dict[str, Any]:
    """The JSON of a received webhook."""
    return json.loads(got[1])
