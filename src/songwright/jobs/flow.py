"""The steps of a song: begin, plan each take, render each take, finish.

Each step starts by claiming the job under a fresh runner token and writes only while it holds it, so that a process
that was thought dead and wakes up again cannot write. What a step has done is visible in our own tables (a planned
clip, a published clip); a step that runs again after a crash finds it and goes on behind it.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import threading
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from songwright.domain.codec import to_data
from songwright.domain.song import Asset, Clip
from songwright.jobs.child import ChildDied, ChildFailed, Children, ChildStopped, ComputeChild
from songwright.jobs.closing import Closing
from songwright.jobs.errors import TOOK_TOO_LONG, UNKNOWN_FAILURE
from songwright.jobs.live import LiveReport, Lost, TookTooLong
from songwright.jobs.outcome import Outcome
from songwright.jobs.ports import BlobStore
from songwright.jobs.settings import JobSettings
from songwright.store import Store, clips, events, jobs, pipe
from songwright.store.database import now, patiently
from songwright.store.records import ClipState, Job, JobStatus, StoredClip

log = logging.getLogger(__name__)


def clip_id_of(job_id: str, take: int) -> str:
    """The id of a take's clip: the same however often the take is made."""
    return str(uuid.uuid5(uuid.UUID(job_id), f"take {take}"))


class SongFlow:
    """The work behind the workflow. One per worker process, used by one thread per slot."""

    def __init__(
        self, store: Store, children: Children, storage: BlobStore, closing: Closing, settings: JobSettings
    ) -> None:
        self._store = store
        self._children = children
        self._storage = storage
        self._closing = closing
        self._settings = settings
        self._held: dict[str, str] = {}  # runner token -> job id, of steps in progress
        self._turn = threading.Lock()

    def begin(self, job_id: str) -> Outcome:
        """Show the job as running and say how many takes it has."""
        with self._claimed(job_id) as (job, runner):
            if job is None:
                return Outcome(ended="gone")
            if job.deaths >= self._settings.max_deaths:
                return Outcome.failed(UNKNOWN_FAILURE)

            def write() -> bool:
                with self._store.begin() as connection:
                    if not jobs.hold(connection, job_id, runner=runner):
                        return False
                    if not events.after(connection, {job_id: 1}, limit=1):
                        events.append(connection, job_id, "job.started")
                    return jobs.release(connection, job_id, runner=runner, step_done=True)

            return Outcome(takes=job.action.takes) if patiently(write) else Outcome(ended="gone")

    def plan(self, job_id: str, take: int) -> Outcome:
        """Everything about a take but its sound; announces the clip."""
        clip_id = clip_id_of(job_id, take)
        return self._make(job_id, take, done=lambda: self._store.clip(clip_id) is not None, work=self._plan)

    def render(self, job_id: str, take: int) -> Outcome:
        """The sound of a planned take; publishes the clip."""

        def done() -> bool:
            stored = self._store.clip(clip_id_of(job_id, take))
            return stored is not None and stored.state is ClipState.PUBLISHED

        return self._make(job_id, take, done=done, work=self._render)

    def finish(self, job_id: str, outcome: Outcome) -> Outcome:
        """Give the job its final status; the last step."""

        def write() -> str:
            with self._store.begin() as connection:
                if outcome.ended == "failed":
                    self._closing.close(connection, job_id, status=JobStatus.FAILED, error=outcome.error)
                elif not outcome.ended:
                    made = [stored.clip.id for stored in clips.of_jobs(connection, [job_id])[job_id]]
                    self._closing.close(connection, job_id, status=JobStatus.SUCCEEDED, result={"clips": made})
                job = jobs.get(connection, job_id)
                return job.status.value if job else "gone"

        return Outcome(ended=patiently(write))

    def let_go(self) -> None:
        """Give up the jobs in progress without counting it as a death: the process is about to end in order."""
        with self._turn:
            held = dict(self._held)
        for runner, job_id in held.items():
            with self._store.begin() as connection:
                jobs.release(connection, job_id, runner=runner, step_done=False)

    @contextmanager
    def _claimed(self, job_id: str) -> Generator[tuple[Job | None, str]]:
        """The job under a fresh runner token; None when it has ended."""
        runner = str(uuid.uuid4())

        def claim() -> Job | None:
            with self._store.begin() as connection:
                return jobs.claim(connection, job_id, runner=runner, at=now())

        job = patiently(claim)
        with self._turn:
            self._held[runner] = job_id
        try:
            yield job, runner
        finally:
            with self._turn:
                self._held.pop(runner, None)

    def _make(self, job_id: str, take: int, *, done: Any, work: Any) -> Outcome:
        """A step that needs a compute child: again after the child's death, until it died too often."""
        with self._children.borrow() as child:
            if patiently(done):
                return Outcome()
            while True:
                with self._claimed(job_id) as (job, runner):
                    if job is None:
                        return Outcome(ended="gone")
                    if job.deaths >= self._settings.max_deaths:
                        return Outcome.failed(UNKNOWN_FAILURE)
                    folder = self._settings.scratch_dir / runner
                    try:
                        work(child, job, take, runner, folder)
                        return Outcome()
                    except (Lost, ChildStopped):
                        return Outcome(ended="gone")
                    except TookTooLong:
                        return Outcome.failed(TOOK_TOO_LONG)
                    except ChildFailed as failure:
                        log.warning("job %s take %d: %s\n%s", job_id, take, failure, failure.trace)
                        return Outcome.failed(failure.error)
                    except ChildDied as death:
                        # the runner is left in place: the next claim counts the death
                        log.warning("job %s take %d: %s", job_id, take, death)
                    finally:
                        shutil.rmtree(folder, ignore_errors=True)

    def _plan(self, child: ComputeChild, job: Job, take: int, runner: str, folder: Path) -> None:
        clip_id = clip_id_of(job.id, take)
        report = LiveReport(self._store, job, clip_id=clip_id, take=take, runner=runner, settings=self._settings)
        left = child.ask(
            {
                "do": "plan",
                "action": to_data(job.action),
                "take": take,
                "clip_id": clip_id,
                "folder": str(folder),
            },
            tick=report.tick,
        )
        clip = Clip(
            id=clip_id,
            job_id=job.id,
            take=take,
            title=left["title"],
            style=left["style"],
            lyrics=left["lyrics"],
            model=job.action.model,
            duration_s=0.0,
            created_at_s=now(),
            assets=self._keep(left["files"], clip_id, runner),
            metadata=left["metadata"],
        )

        def write() -> bool:
            with self._store.begin() as connection:
                if not jobs.hold(connection, job.id, runner=runner):
                    return False
                if clips.announce(connection, clip, tenant=job.tenant):
                    events.append(connection, job.id, "clip.planned", {"clip_id": clip_id, "take": take})
                return jobs.release(connection, job.id, runner=runner, step_done=True)

        self._commit_or_drop(write, clip.assets)

    def _render(self, child: ComputeChild, job: Job, take: int, runner: str, folder: Path) -> None:
        stored = self._store.clip(clip_id_of(job.id, take))
        if stored is None:
            raise Lost
        plan = next(asset for asset in stored.clip.assets if asset.kind == "plan")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "plan").write_bytes(self._storage.get(plan.key))
        report = LiveReport(self._store, job, clip_id=stored.clip.id, take=take, runner=runner, settings=self._settings)
        left = child.ask(
            {"do": "render", "plan": str(folder / "plan"), "clip_id": stored.clip.id, "folder": str(folder / "out")},
            on_progress=report.progress,
            on_audio=report.audio,
            tick=report.tick,
        )
        report.flush()
        made = self._keep(left["files"], stored.clip.id, runner)
        self._commit_or_drop(lambda: self._publish(job, stored, made, left, runner), made)

    def _publish(
        self, job: Job, stored: StoredClip, made: tuple[Asset, ...], left: dict[str, Any], runner: str
    ) -> bool:
        """Clip, event and end of the preview in one transaction; False when the job is no longer ours."""
        kinds = {asset.kind for asset in made}
        clip = stored.clip
        with self._store.begin() as connection:
            if not jobs.hold(connection, job.id, runner=runner):
                return False
            clips.publish(
                connection,
                clip.id,
                duration_s=left["duration_s"],
                metadata={**clip.metadata, **left["metadata"]},
                assets=(*made, *(asset for asset in clip.assets if asset.kind not in kinds)),
                at=now(),
            )
            pipe.end(connection, clip.id)
            events.append(connection, job.id, "clip.published", {"clip_id": clip.id, "take": clip.take})
            return jobs.release(connection, job.id, runner=runner, step_done=True)

    def _keep(self, files: list[dict[str, str]], clip_id: str, runner: str) -> tuple[Asset, ...]:
        """Store files under the runner token: nobody knows their keys before the clip's row names them."""
        kept: list[Asset] = []
        for file in files:
            data = Path(file["path"]).read_bytes()
            key = f"clips/{clip_id}/{runner}/{file['kind']}.{file['extension']}"
            self._storage.put(key, data, mime_type=file["mime_type"])
            kept.append(
                Asset(
                    kind=file["kind"],
                    key=key,
                    mime_type=file["mime_type"],
                    size_bytes=len(data),
                    sha256=hashlib.sha256(data).hexdigest(),
                )
            )
        return tuple(kept)

    def _commit_or_drop(self, write: Any, assets: tuple[Asset, ...]) -> None:
        """Run the transaction that shows files; when the job is lost, remove them again. Raises Lost."""
        if patiently(write):
            return
        for asset in assets:
            self._storage.delete(asset.key)
        raise Lost
