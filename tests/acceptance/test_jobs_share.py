"""One token may not take all workers: SONGWRIGHT_MAX_RUNNING_PER_TOKEN, with real processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from job_server import ended, event_types, jobs_of, serving, settings_for, submit, until

from songwright.app import job_settings
from songwright.jobs.facade import Jobs
from songwright.settings import Settings
from songwright.store.records import Job, JobStatus

pytestmark = pytest.mark.acceptance


def _rendering(jobs: Jobs, job: Job) -> bool:
    return "clip.rendering" in event_types(jobs, job)


def _status(jobs: Jobs, job: Job) -> JobStatus:
    found = jobs.get(job.id)
    assert found is not None
    return found.status


@pytest.mark.parametrize("capacity", [{"workers": 2, "slots": 1}, {"workers": 1, "slots": 2}])
def test_two_jobs_of_one_token_never_run_at_once_while_another_tokens_job_does(
    tmp_path: Path, capacity: dict[str, int]
) -> None:
    settings = settings_for(tmp_path, max_running_per_token=1, **capacity)

    def held(jobs: Jobs, name: str, tenant: str) -> Job:
        return submit(jobs, f"hold={tmp_path / name}", tenant=tenant)

    def release(*names: str) -> None:
        for name in names:
            (tmp_path / name).touch()

    with jobs_of(settings) as jobs, serving(settings):
        until(lambda: len(jobs.health().workers) == capacity["workers"], what="all workers are ready")
        first = held(jobs, "a1", "greedy")
        until(lambda: _rendering(jobs, first), what="the first job runs")
        second = held(jobs, "a2", "greedy")
        for name in ("b1", "b2"):  # the free worker takes what came later, twice, and leaves the older job
            other = held(jobs, name, "modest")
            until(lambda other=other: _rendering(jobs, other), what=f"{name} runs beside the first")
            assert _status(jobs, first) is JobStatus.RUNNING
            assert _status(jobs, second) is JobStatus.QUEUED
            release(name)
            assert ended(jobs, other).status is JobStatus.SUCCEEDED
        release("a1", "a2")
        one, two = ended(jobs, first), ended(jobs, second)
        assert (one.status, two.status) == (JobStatus.SUCCEEDED, JobStatus.SUCCEEDED)
        assert one.finished_at is not None
        assert two.started_at is not None
        assert one.finished_at <= two.started_at


def test_without_the_limit_one_token_may_use_all_workers(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, workers=2)
    with jobs_of(settings) as jobs, serving(settings):
        both = [submit(jobs, f"hold={tmp_path / 'gate'} number={n}") for n in range(2)]
        until(lambda: all(_rendering(jobs, job) for job in both), what="both run")
        (tmp_path / "gate").touch()
        assert [ended(jobs, job).status for job in both] == [JobStatus.SUCCEEDED] * 2


def test_the_variable_reaches_the_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SONGWRIGHT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("SONGWRIGHT_MAX_RUNNING_PER_TOKEN", "1")
    assert job_settings(Settings()).max_running_per_token == 1
