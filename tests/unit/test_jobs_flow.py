"""The steps of a song with a real compute child and a fake workshop, driven by hand."""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fake_workshop import FolderStore, payload
from job_server import WHOLE_LIFE, assert_completed_once, event_types, jobs_of, settings_for, submit

from songwright.jobs.child import ChildFailed, Children, ComputeChild
from songwright.jobs.closing import Closing
from songwright.jobs.facade import Jobs
from songwright.jobs.flow import SongFlow
from songwright.jobs.outcome import Outcome
from songwright.jobs.sweep import Identity, Sweep
from songwright.store.records import Job, JobError, JobStatus

SUPPORT = Path(__file__).parent.parent / "support"


@dataclass
class Bench:
    """A worker's parts without its process."""

    jobs: Jobs
    flow: SongFlow
    children: Children

    def run(self, job: Job) -> Job:
        """What the workflow does."""
        outcome = self.flow.begin(job.id)
        takes = range(1, outcome.takes + 1)
        for step in (self.flow.plan, self.flow.render):
            for take in takes:
                outcome = outcome if outcome.ended else step(job.id, take)
        self.flow.finish(job.id, outcome)
        found = self.jobs.get(job.id)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Generator[Bench]:
    settings = settings_for(tmp_path_factory.mktemp("bench"), max_wall_s=30.0)
    with pytest.MonkeyPatch.context() as patch, jobs_of(settings) as jobs:
        patch.setenv("PYTHONPATH", str(SUPPORT), prepend=os.pathsep)
        children = Children([ComputeChild(settings.workshop, stop_grace_s=0.3)])
        flow = SongFlow(
            jobs.store, children, FolderStore(settings.storage_url), Closing(jobs._queue, payload), settings
        )
        yield Bench(jobs, flow, children)
        children.close()


def test_a_song_goes_through_its_steps(bench: Bench) -> None:
    job = submit(bench.jobs, "rain")
    done = bench.run(job)
    assert done.result == {"clips": [stored.clip.id for stored in bench.jobs.clips(job.id)]}
    assert_completed_once(bench.jobs, job)
    (first, _) = bench.jobs.clips(job.id)
    assert first.clip.metadata == {"bpm": 120, "loudness_lufs": -14.0}
    assert first.clip.duration_s == 12.5
    assert not any(bench.jobs.settings.scratch_dir.iterdir())


def test_steps_that_run_again_do_nothing(bench: Bench, tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    job = submit(bench.jobs, f"runs={runs}")
    assert bench.flow.begin(job.id) == bench.flow.begin(job.id) == Outcome(takes=2)
    for _ in range(2):
        for take in (1, 2):
            assert bench.flow.plan(job.id, take) == Outcome()
    for _ in range(2):
        for take in (1, 2):
            assert bench.flow.render(job.id, take) == Outcome()
    for _ in range(2):
        assert bench.flow.finish(job.id, Outcome()).ended == "succeeded"
    assert event_types(bench.jobs, job) == WHOLE_LIFE
    assert len(runs.read_text().split()) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("prompt", "error"),
    [
        ("refuse", JobError(code="forbidden", message="Prompt likely malformed", status=403)),
        ("break", JobError(code="api_error", message="job failed with unknown error", status=500)),
        ("die", JobError(code="api_error", message="job failed with unknown error", status=500)),
    ],
)
def test_what_the_engine_raises_is_the_jobs_error(bench: Bench, prompt: str, error: JobError) -> None:
    done = bench.run(submit(bench.jobs, prompt))
    assert (done.status, done.error) == (JobStatus.FAILED, error)
    assert_completed_once(bench.jobs, submit_and_run(bench, "the next one works"))


def submit_and_run(bench: Bench, prompt: str) -> Job:
    job = submit(bench.jobs, prompt)
    bench.run(job)
    return job


@pytest.mark.slow
def test_a_job_that_takes_too_long_fails(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.flow, "_settings", replace(bench.flow._settings, max_wall_s=0.4))
    done = bench.run(submit(bench.jobs, "slow=20"))
    assert done.error is not None
    assert (done.status, done.error.code) == (JobStatus.FAILED, "timeout")


def test_a_workshop_that_cannot_load_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(SUPPORT), prepend=os.pathsep)
    child = ComputeChild("fake_workshop:Nothing", stop_grace_s=0.1)
    try:
        with pytest.raises(ChildFailed, match="Nothing"):
            child.wait_ready(60.0)
    finally:
        child.close()


class NoTakeover:
    """Notes whose work was taken over."""

    def __init__(self, holders: set[str]) -> None:
        self.holders = holders
        self.taken: list[set[str]] = []

    def executors_with_work(self) -> set[str]:
        return self.holders

    def take_over(self, executor_ids: object) -> None:
        self.taken.append(set(executor_ids))  # type: ignore[call-overload]


def test_only_the_dead_are_taken_over_and_not_before_some_heartbeats(bench: Bench) -> None:
    takeover = NoTakeover({"me", "dead"})
    me = Identity(executor_id="me", host="h", version="1", slots=1)
    closing = Closing(bench.jobs._queue, payload)
    sweep = Sweep(bench.jobs.store, bench.jobs._queue, closing, takeover, me, bench.jobs.settings)
    for _ in range(3):
        sweep.beat()
    assert takeover.taken == []
    sweep.beat()
    assert takeover.taken == [{"dead"}]


def test_a_job_whose_workflow_ended_is_reported_failed(bench: Bench) -> None:
    job = submit(bench.jobs, "rain", callback_url="http://127.0.0.1:1/")
    closing = Closing(bench.jobs._queue, payload)
    me = Identity(executor_id="me", host="h", version="1", slots=1)
    sweep = Sweep(bench.jobs.store, bench.jobs._queue, closing, NoTakeover(set()), me, bench.jobs.settings)
    assert sweep.reconcile() == 0
    bench.jobs._queue.cancel(job.id)  # as the engine does with a workflow that ran out of time
    assert sweep.reconcile() == 1
    found = bench.jobs.get(job.id)
    assert found is not None
    assert found.error is not None
    assert (found.status, found.error.code) == (JobStatus.FAILED, "timeout")
    assert len(bench.jobs.store.deliveries_of(job.id)) == 1
    assert sweep.reconcile() == 0
    sweep.clean()
