"""Real processes that die at the worst moment: every accepted job ends once, completed or reported failed."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from job_server import (
    alive,
    assert_completed_once,
    body_of,
    child_pids,
    ended,
    environment_for,
    event_types,
    jobs_of,
    kill,
    receiver,
    serving,
    settings_for,
    spawn,
    submit,
    until,
)

from songwright.jobs.facade import Jobs
from songwright.store.records import JobStatus

pytestmark = pytest.mark.acceptance

SUBMIT_FOR_EVER = """
from songwright.domain.action import GenerateAction
from songwright.jobs.facade import Jobs
from songwright.jobs.settings import JobSettings
jobs = Jobs.open(JobSettings.from_environment())
for number in range(10_000):
    job = jobs.submit(GenerateAction(takes=1), {"number": number}, tenant="other")
    print(job.id, flush=True)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[Jobs]:
    settings = settings_for(tmp_path_factory.mktemp("served"), max_active_per_token=100_000, max_queued=100_000)
    with jobs_of(settings) as jobs, serving(settings):
        until(lambda: jobs.health().ready, what="a worker is ready")
        yield jobs


def test_a_worker_killed_in_the_middle_of_a_render_completes_its_job_once(served: Jobs, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    job = submit(served, f"slow=0.5 fall={tmp_path / 'fallen'} runs={runs}")
    assert_completed_once(served, job)
    first, second = (stored.clip.id for stored in served.clips(job.id))
    assert runs.read_text().split() == [first, first, second]


def test_a_job_that_kills_every_worker_is_reported_failed_after_three_deaths(served: Jobs, tmp_path: Path) -> None:
    fallen = tmp_path / "fallen"
    with receiver(200) as hook:
        job = submit(served, f"fall={fallen} falls=99", callback_url=hook.url)
        done = ended(served, job)
        assert done.status is JobStatus.FAILED
        assert done.error is not None
        assert (done.error.code, done.error.status) == ("api_error", 500)
        assert done.error.message == "job failed with unknown error"
        assert len(fallen.read_text()) == 3
        until(lambda: hook.got)
        assert body_of(hook.got[0])["error"] == "job failed with unknown error"
    assert_completed_once(served, submit(served, "the worker goes on"))


def test_a_job_that_kills_its_compute_process_fails_and_the_worker_lives_on(served: Jobs) -> None:
    worker = until(lambda: served.health().workers)[0]
    done = ended(served, submit(served, "die"))
    assert done.status is JobStatus.FAILED
    assert done.error is not None
    assert done.error.message == "job failed with unknown error"
    assert_completed_once(served, submit(served, "after the compute process died"))
    assert [w.started_at for w in served.health().workers] == [worker.started_at]


@pytest.mark.parametrize("manner", ["listens", "deaf"])
def test_a_cancelled_job_stops_at_once_and_frees_its_worker(served: Jobs, manner: str) -> None:
    job = submit(served, f"slow=60 {manner}")
    until(lambda: "clip.rendering" in event_types(served, job))
    served.cancel(job.id)
    assert ended(served, job).status is JobStatus.CANCELLED
    assert_completed_once(served, submit(served, f"after {manner}"))
    assert event_types(served, job)[-2:] == ["clip.rendering", "job.cancelled"]
    assert served.clips(job.id)[0].published_at is None


def test_jobs_accepted_by_an_api_process_that_is_killed_are_not_lost(served: Jobs) -> None:
    environment = environment_for(served.settings)
    with subprocess.Popen([sys.executable, "-c", SUBMIT_FOR_EVER], env=environment, stdout=subprocess.PIPE) as api:
        assert api.stdout is not None
        accepted = [api.stdout.readline().decode().strip() for _ in range(5)]
        api.kill()
        accepted += api.stdout.read().decode().split()
    whole = [served.get(job_id) for job_id in accepted]
    assert all(whole)
    for job in whole:
        assert job is not None
        assert ended(served, job).status is JobStatus.SUCCEEDED
    assert served.stats().jobs["queued"] == served.stats().jobs["running"] == 0


def test_a_frozen_worker_is_replaced_and_cannot_write_when_it_wakes(tmp_path: Path) -> None:
    """The take waits for a gate, so it is in the middle however slow the machine; heartbeats bear a full one."""
    settings = settings_for(tmp_path, drain_s=1.0, heartbeat_s=1.0)
    runs, gate = tmp_path / "runs", tmp_path / "gate"
    with jobs_of(settings) as jobs:
        frozen = spawn(settings, "-m", "songwright.jobs.worker", "worker-a")
        heir: subprocess.Popen[bytes] | None = None
        try:
            until(lambda: jobs.health().ready)
            job = submit(jobs, f"hold={gate} runs={runs}")
            until(lambda: "clip.rendering" in event_types(jobs, job))
            frozen.send_signal(signal.SIGSTOP)
            heir = spawn(settings, "-m", "songwright.jobs.worker", "worker-b")
            until(lambda: len(runs.read_text().split()) >= 2, what="the take is made again")
            first, second = (stored.clip.id for stored in jobs.clips(job.id))
            assert runs.read_text().split() == [first, first]
            frozen.send_signal(signal.SIGCONT)
            gate.touch()  # now both have the take's sound to publish
            assert_completed_once(jobs, job)
            assert alive(frozen.pid)
            assert set(runs.read_text().split()[2:]) >= {second}
        finally:
            for worker in filter(None, (frozen, heir)):
                worker.send_signal(signal.SIGCONT)
                worker.terminate()
                worker.wait(timeout=60)


def test_sigterm_lets_a_song_finish_and_hands_back_the_others(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, drain_s=6.0)
    with jobs_of(settings) as jobs:
        with serving(settings) as server:
            until(lambda: jobs.health().ready)
            short = submit(jobs, "slow=0.7")
            until(lambda: "clip.rendering" in event_types(jobs, short))
            waiting = submit(jobs, "slow=0.3")
            server.terminate()
            assert server.wait(timeout=30) == 0
        assert_completed_once(jobs, short)
        left = jobs.get(waiting.id)
        assert left is not None
        assert left.status is JobStatus.QUEUED
        assert jobs.health().workers == ()
        with serving(settings):
            assert_completed_once(jobs, waiting)


def test_children_end_with_a_killed_parent_and_the_next_one_completes_the_work(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with jobs_of(settings) as jobs, receiver(500, 200) as hook:
        with serving(settings, sys.executable, "-c", "import sys; sys.stdin.read()") as server:
            until(lambda: jobs.health().ready)
            called = submit(jobs, "short", callback_url=hook.url)
            ended(jobs, called)
            until(lambda: hook.got)
            job = submit(jobs, f"slow=8 runs={tmp_path / 'runs'}", attach=False)
            until(lambda: "clip.rendering" in event_types(jobs, job))
            children = child_pids(server.pid)
            family = children + [pid for child in children for pid in child_pids(child)]
            assert len(family) == 3  # api, worker, compute
            kill(server.pid)
            until(lambda: not any(map(alive, family)), timeout_s=8.0, what="no child is left")
        jobs.cancel(job.id)
        with serving(settings):
            assert_completed_once(jobs, submit(jobs, "the next parent works"))
            until(lambda: len(hook.got) == 2, what="the webhook is tried again after the restart")
        assert hook.got[0][1] == hook.got[1][1]
        assert hook.got[0][0]["webhook-id"] == hook.got[1][0]["webhook-id"]
        assert body_of(hook.got[1])["status"] == "succeeded"
