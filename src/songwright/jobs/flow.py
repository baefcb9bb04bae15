"""The steps of a song: begin, plan each take, render each take, finish.

Each step starts by claiming the job under a fresh runner token and writes only while it holds it, so that a process
that was thought dead and wakes up again cannot write. What a step has done is visible in our own tables (a planned
clip, a published clip); a step that runs again after a crash finds it and goes on behind it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import shutil
import threading
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from songwright.delivery.guard import Guard
from songwright.domain.action import ToolAction, action_to_data
from songwright.domain.song import Asset, Clip
from songwright.errors import SongwrightError
from songwright.jobs.child import ChildDied, ChildFailed, Children, ChildStopped, ComputeChild
from songwright.jobs.closing import Closing
from songwright.jobs.errors import TOOK_TOO_LONG, UNKNOWN_FAILURE
from songwright.jobs.live import LiveReport, Lost, TookTooLong
from songwright.jobs.materials import Materials
from songwright.jobs.outcome import Outcome
from songwright.jobs.ports import BlobStore
from songwright.jobs.settings import JobSettings
from songwright.store import Store, clips, events, jobs, personas, pipe
from songwright.store.database import now, patiently
from songwright.store.records import ClipState, Job, JobError, JobStatus, StoredClip

log = logging.getLogger(__name__)


def clip_id_of(job_id: str, take: int) -> str:
    """The id of a take's clip: the same however often the take is made."""
    return str(uuid.uuid5(uuid.UUID(job_id), f"take {take}"))


def clip_ids_of(job: Job, take: int) -> list[str]:
    """The ids of a take's clips, in order."""
    per = job.action.clips_per_take
    return [clip_id_of(job.id, (take - 1) * per + number) for number in range(1, per + 1)]


def with_master(assets: tuple[Asset, ...]) -> tuple[Asset, ...]:
    """A clip that is a recording has it for its master: the file is kept once."""
    kinds = {asset.kind for asset in assets}
    if "flac" in kinds or "blob" not in kinds:
        return assets
    recording = next(asset for asset in assets if asset.kind == "blob")
    return (*assets, dataclasses.replace(recording, kind="flac"))


LIGHT_KINDS = frozenset(("upload", "mp4", "voices"))
"""Kinds of jobs that need no singer: they have a lane of their own, so that they need not wait behind songs."""


class SongFlow:
    """The work behind the workflow. One per worker process, used by one thread per slot."""

    def __init__(
        self,
        store: Store,
        children: Children,
        storage: BlobStore,
        closing: Closing,
        settings: JobSettings,
        *,
        tool_children: Children | None = None,
    ) -> None:
        self._store = store
        self._children = children
        self._tool_children = tool_children or children
        self._materials = Materials(store, storage, Guard(allow=settings.allow_private_addresses))
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
        """Everything about a take but its sound; announces its clips."""

        def done() -> bool:
            ids = self._clip_ids(job_id, take)
            return bool(ids) and all(self._store.clip(clip_id) is not None for clip_id in ids)

        return self._make(job_id, take, self._children, done=done, work=self._plan)

    def render(self, job_id: str, take: int) -> Outcome:
        """The sound of a planned take; publishes its clips."""

        def done() -> bool:
            stored = [self._store.clip(clip_id) for clip_id in self._clip_ids(job_id, take)]
            return bool(stored) and all(clip is not None and clip.state is ClipState.PUBLISHED for clip in stored)

        return self._make(job_id, take, self._children, done=done, work=self._render)

    def work(self, job_id: str) -> Outcome:
        """What is not a song: its result is kept for :meth:`finish`."""
        job = self._store.job(job_id)
        children = self._tool_children if job and job.kind in LIGHT_KINDS else self._children

        def done() -> bool:
            with self._store.reading() as connection:
                return bool(events.of_type(connection, job_id, "tool.done"))

        return self._make(job_id, 1, children, done=done, work=self._tool)

    def _clip_ids(self, job_id: str, take: int) -> list[str]:
        job = self._store.job(job_id)
        return clip_ids_of(job, take) if job else []

    def finish(self, job_id: str, outcome: Outcome) -> Outcome:
        """Give the job its final status; the last step."""

        def write() -> str:
            with self._store.begin() as connection:
                if outcome.ended == "failed":
                    self._closing.close(connection, job_id, status=JobStatus.FAILED, error=outcome.error)
                elif not outcome.ended:
                    made = [stored.clip.id for stored in clips.of_jobs(connection, [job_id])[job_id]]
                    told = events.of_type(connection, job_id, "tool.done")
                    result = {"clips": made, **(told[-1].data if told else {})}
                    self._closing.close(connection, job_id, status=JobStatus.SUCCEEDED, result=result)
                job = jobs.get(connection, job_id)
                return job.status.value if job else "gone"

        ended = patiently(write)
        self._drop_incoming(job_id)
        return Outcome(ended=ended)

    def _drop_incoming(self, job_id: str) -> None:
        """Remove the file that came with the request: by now it is a clip's, or refused."""
        job = self._store.job(job_id)
        if job is not None and isinstance(job.action, ToolAction) and job.action.incoming:
            self._storage.delete(job.action.incoming)

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

    def _make(self, job_id: str, take: int, children: Children, *, done: Any, work: Any) -> Outcome:
        """A step that needs a compute child: again after the child's death, until it died too often."""
        with children.borrow() as child:
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
                    except SongwrightError as refused:
                        return Outcome.failed(
                            JobError(code=refused.code, message=refused.message, status=refused.status)
                        )
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

    def _report(self, job: Job, clip_id: str, take: int, runner: str) -> LiveReport:
        return LiveReport(self._store, job, clip_id=clip_id, take=take, runner=runner, settings=self._settings)

    def _plan(self, child: ComputeChild, job: Job, take: int, runner: str, folder: Path) -> None:
        ids = clip_ids_of(job, take)
        report = self._report(job, ids[0], take, runner)
        sources = {asset.sha256: asset for asset in self._source_blobs(job)}
        left = child.ask(
            {
                "do": "plan",
                "action": action_to_data(job.action),
                "take": take,
                "clip_ids": ids,
                "materials": self._materials.gather(job, folder / "in").to_json(),
                "folder": str(folder / "out"),
            },
            tick=report.tick,
        )
        made = [
            self._clip(job, clip_id, (take - 1) * len(ids) + number, raw, runner, sources)
            for number, (clip_id, raw) in enumerate(zip(ids, left["clips"], strict=True), start=1)
        ]

        def write() -> bool:
            with self._store.begin() as connection:
                if not jobs.hold(connection, job.id, runner=runner):
                    return False
                for clip in made:
                    if clips.announce(connection, clip, tenant=job.tenant):
                        events.append(connection, job.id, "clip.planned", {"clip_id": clip.id, "take": clip.take})
                return jobs.release(connection, job.id, runner=runner, step_done=True)

        self._commit_or_drop(write, tuple(asset for clip in made for asset in clip.assets if asset.kind != "blob"))

    def _clip(
        self, job: Job, clip_id: str, number: int, raw: dict[str, Any], runner: str, sources: dict[str, Asset]
    ) -> Clip:
        """A planned clip with its files stored; the recordings it needs are those of its sources."""
        return Clip(
            id=clip_id,
            job_id=job.id,
            take=number,
            title=raw["title"],
            style=raw["style"],
            lyrics=raw["lyrics"],
            model=job.action.model,
            duration_s=0.0,
            created_at_s=now(),
            assets=(*with_master(self._keep(raw["files"], clip_id, runner)), *(sources[sha] for sha in raw["blobs"])),
            metadata=raw["metadata"],
        )

    def _source_blobs(self, job: Job) -> list[Asset]:
        return [
            asset for source in self._materials.sources_of(job) for asset in source.clip.assets if asset.kind == "blob"
        ]

    def _render(self, child: ComputeChild, job: Job, take: int, runner: str, folder: Path) -> None:
        ids = clip_ids_of(job, take)
        stored = [clip for clip in map(self._store.clip, ids) if clip is not None]
        if len(stored) != len(ids):
            raise Lost
        blobs = [asset for clip in stored for asset in clip.clip.assets if asset.kind == "blob"]
        materials = self._materials.gather(job, folder / "in", more_blobs=blobs, outside=False)
        plans = [self._fetch_plan(clip, folder) for clip in stored]
        report = self._report(job, ids[0], take, runner)
        left = child.ask(
            {
                "do": "render",
                "plans": plans,
                "clip_ids": ids,
                "materials": materials.to_json(),
                "folder": str(folder / "out"),
            },
            on_progress=report.progress,
            on_audio=report.audio,
            tick=report.tick,
        )
        report.flush()
        made = [self._keep(raw["files"], clip.clip.id, runner) for clip, raw in zip(stored, left["clips"], strict=True)]
        self._commit_or_drop(
            lambda: self._publish(job, stored, made, left["clips"], runner), tuple(a for assets in made for a in assets)
        )

    def _fetch_plan(self, stored: StoredClip, folder: Path) -> str:
        plan = next(asset for asset in stored.clip.assets if asset.kind == "plan")
        path = folder / f"{stored.clip.id}.plan"
        path.write_bytes(self._storage.get(plan.key))
        return str(path)

    def _publish(
        self,
        job: Job,
        stored: list[StoredClip],
        made: list[tuple[Asset, ...]],
        left: list[dict[str, Any]],
        runner: str,
    ) -> bool:
        """Clips, events and end of the preview in one transaction; False when the job is no longer ours."""
        with self._store.begin() as connection:
            if not jobs.hold(connection, job.id, runner=runner):
                return False
            for clip, assets, raw in zip([s.clip for s in stored], made, left, strict=True):
                kinds = {asset.kind for asset in assets}
                clips.publish(
                    connection,
                    clip.id,
                    duration_s=raw["duration_s"],
                    metadata={**clip.metadata, **raw["metadata"]},
                    assets=(*assets, *(asset for asset in clip.assets if asset.kind not in kinds)),
                    at=now(),
                )
                pipe.end(connection, clip.id)
                events.append(connection, job.id, "clip.published", {"clip_id": clip.id, "take": clip.take})
            return jobs.release(connection, job.id, runner=runner, step_done=True)

    def _tool(self, child: ComputeChild, job: Job, take: int, runner: str, folder: Path) -> None:
        clip_id = clip_id_of(job.id, take)
        report = self._report(job, clip_id, take, runner)
        left = child.ask(
            {
                "do": "work",
                "action": action_to_data(job.action),
                "clip_id": clip_id,
                "materials": self._materials.gather(job, folder / "in").to_json(),
                "folder": str(folder / "out"),
            },
            on_progress=report.progress,
            tick=report.tick,
        )
        clip, assets = None, ()
        if left["clip"]:
            clip = self._clip(job, clip_id, take, {**left["clip"], "blobs": []}, runner, {})
            assets = clip.assets
        added = self._keep(left["files"], job.action.sources[0], runner) if left["files"] else ()
        self._commit_or_drop(
            lambda: self._publish_tool(job, clip, added, left, runner),
            tuple(asset for asset in (*assets, *added) if asset.kind != "blob"),
        )

    def _publish_tool(
        self, job: Job, clip: Clip | None, added: tuple[Asset, ...], left: dict[str, Any], runner: str
    ) -> bool:
        """What a tool made, in one transaction; False when the job is no longer ours."""
        with self._store.begin() as connection:
            if not jobs.hold(connection, job.id, runner=runner):
                return False
            result = dict(left["result"])
            if clip is not None and clips.announce(connection, clip, tenant=job.tenant):
                clips.publish(
                    connection,
                    clip.id,
                    duration_s=left["clip"]["duration_s"],
                    metadata=clip.metadata,
                    assets=clip.assets,
                    at=now(),
                )
            if added:
                clips.add_assets(connection, job.action.sources[0], added)
            if left["persona"]:
                made = personas.create(connection, tenant=job.tenant, job_id=job.id, **left["persona"])
                result["persona_id"] = made.id
            events.append(connection, job.id, "tool.done", result)
            return jobs.release(connection, job.id, runner=runner, step_done=True)

    def _keep(self, files: list[dict[str, str]], clip_id: str, runner: str) -> tuple[Asset, ...]:
        """Store files under the runner token: nobody knows their keys before the clip's row names them."""
        kept: list[Asset] = []
        for file in files:
            data = Path(file["path"]).read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            key = f"clips/{clip_id}/{runner}/{file['kind']}.{file['extension']}"
            if file["kind"] == "blob":  # shared by every clip that is made from it
                key = f"blobs/{digest}.{file['extension']}"
            self._storage.put(key, data, mime_type=file["mime_type"])
            kept.append(
                Asset(
                    kind=file["kind"],
                    key=key,
                    mime_type=file["mime_type"],
                    size_bytes=len(data),
                    sha256=digest,
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
