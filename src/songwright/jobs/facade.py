"""Jobs: what the HTTP layer uses.

Plain methods block for a few milliseconds (they are one transaction each): call them in a thread from async code.
``wait``, ``follow`` and ``listen`` are async and cost nothing while they wait.
"""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from songwright.delivery.guard import AddressRefused, Guard
from songwright.domain.action import Action, ActionKind, ToolAction
from songwright.errors import BadRequest, Unavailable
from songwright.jobs.closing import Closing
from songwright.jobs.engine import Queue
from songwright.jobs.errors import IdempotencyConflict, QueueFull, TooManyJobs
from songwright.jobs.flow import LIGHT_KINDS
from songwright.jobs.hub import Hub
from songwright.jobs.imports import load_object
from songwright.jobs.settings import JobSettings
from songwright.store import Store, clips, deliveries, events, jobs, tokens, workers
from songwright.store.database import database_now, is_outage, now
from songwright.store.records import Job, JobEvent, JobStatus, StoredClip, Worker

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """Whether work can be accepted and done."""

    database: bool
    workers: tuple[Worker, ...] = ()  # alive
    message: str = ""  # what is wrong, "" when nothing is

    @property
    def ready(self) -> bool:
        """The database answers and at least one worker lives."""
        return self.database and bool(self.workers)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stats:
    """Figures for ``/metrics``."""

    jobs: dict[str, int] = field(default_factory=dict)  # by status; "queued" is the queue length
    deliveries: dict[str, int] = field(default_factory=dict)  # by state
    clips_published: int = 0
    workers_alive: int = 0
    slots_alive: int = 0


class Jobs:
    """Accepts, finds, cancels and follows jobs. One per process; safe to share between threads."""

    def __init__(self, store: Store, settings: JobSettings) -> None:
        self.store = store
        self.settings = settings
        self._queue = Queue(store.engine)
        self._closing = Closing(self._queue, load_object(settings.payload))
        self._hub = Hub(store, poll_s=settings.hub_poll_s)
        self._guard = Guard(allow=settings.allow_private_addresses)

    @classmethod
    def open(cls, settings: JobSettings) -> Jobs:
        """Connect; the database must have been brought up to date by :func:`upgrade_database`."""
        return cls(Store.open(settings.database_url), settings)

    async def close(self) -> None:
        """Let go of the database."""
        await self._hub.close()
        self._queue.close()
        self.store.close()

    def submit(
        self,
        action: Action,
        request: dict[str, Any],
        *,
        tenant: str,
        kind: str = "audios",
        trace_id: str = "",
        callback_url: str = "",
        public_base: str = "",
        idem_key: str | None = None,
        attach: bool = True,
        job_id: str = "",
    ) -> Job:
        """Accept a job in one transaction, or give back the one that this request repeats.

        ``request`` is the body as sent, ``tenant`` the token's id. The same ``idem_key`` always gives the same job.
        With ``attach``, an equal request of the token joins its unfinished twin of the last
        ``settings.attach_window_s`` seconds: a client that retries after a timeout does not pay twice.

        Raises BadRequest (callback address), IdempotencyConflict, TooManyJobs, QueueFull, Unavailable.
        """
        self.check_callback(callback_url)
        job = Job(
            id=job_id or str(uuid.uuid4()),
            trace_id=trace_id or str(uuid.uuid4()),
            tenant=tenant,
            kind=kind,
            action=action,
            request=request,
            public_base=public_base,
            status=JobStatus.QUEUED,
            created_at=now(),
            callback_url=callback_url,
            idem_key=idem_key,
            request_hash=hash_of_request(kind, request),
        )
        try:
            with self.store.begin() as connection:
                return self._submit(connection, job, attach=attach)
        except DBAPIError as error:
            raise _unavailable(error) from error

    def note(
        self,
        kind: str,
        request: dict[str, Any],
        data: Any,
        *,
        tenant: str,
        trace_id: str,
        started_at: float,
        public_base: str = "",
        callback_url: str = "",
    ) -> Job:
        """Keep a request that was answered at once, so that its task can be asked for like any other."""
        self.check_callback(callback_url)
        job = Job(
            id=str(uuid.uuid4()),
            trace_id=trace_id,
            tenant=tenant,
            kind=kind,
            action=ToolAction(kind=ActionKind.NOTE),
            request=request,
            public_base=public_base,
            status=JobStatus.RUNNING,
            created_at=started_at,
            started_at=started_at,
            callback_url=callback_url,
            request_hash=hash_of_request(kind, request),
        )
        try:
            with self.store.begin() as connection:
                jobs.insert(connection, job)
                events.append(connection, job.id, "job.queued")
                done = self._closing.close(connection, job.id, status=JobStatus.SUCCEEDED, result={"data": data})
        except DBAPIError as error:
            raise _unavailable(error) from error
        return done or job

    def check_callback(self, callback_url: str) -> None:
        """Raises BadRequest when this address may not be called; an empty one is fine. Asks the name service."""
        if not callback_url:
            return
        try:
            self._guard.check(callback_url)
        except AddressRefused as refused:
            raise BadRequest(f"callback_url is not allowed: {refused}") from refused

    def get(self, job_id: str, *, tenant: str | None = None) -> Job | None:
        """A job; with ``tenant`` only its own."""
        found = self.store.job(job_id)
        return found if found and tenant in (None, found.tenant) else None

    def get_many(self, job_ids: Sequence[str], *, tenant: str | None = None) -> list[Job]:
        """Those that exist, in the order of the ids."""
        return [job for job in self.store.jobs(job_ids) if tenant in (None, job.tenant)]

    def list(
        self,
        *,
        tenant: str | None = None,
        kind: str | None = None,
        created_min: float | None = None,
        created_max: float | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[Job], int]:
        """A page, newest first, and the number of all. ``created_max`` is exclusive."""
        with self.store.reading() as connection:
            return jobs.page(
                connection,
                tenant=tenant,
                kind=kind,
                created_min=created_min,
                created_max=created_max,
                limit=limit,
                offset=offset,
            )

    def clips(self, job_id: str) -> list[StoredClip]:
        """The clips of a job that have been announced so far, by take."""
        return self.store.clips_of([job_id])[job_id]

    def clips_of(self, job_ids: Sequence[str]) -> dict[str, list[StoredClip]]:
        """The clips of several jobs, by take."""
        return self.store.clips_of(job_ids)

    def cancel(self, job_id: str) -> Job | None:
        """End a job now; one that has ended stays as it is. Its compute process stops within seconds."""
        with self.store.begin() as connection:
            cancelled = self._closing.close(connection, job_id, status=JobStatus.CANCELLED)
        if cancelled is None:
            return self.store.job(job_id)
        try:
            self._queue.cancel(job_id)
        except Exception:  # the job is cancelled already; its workflow finds that out by itself
            log.exception("job %s: the workflow could not be cancelled at once", job_id)
        return cancelled

    async def wait(self, job_id: str, timeout_s: float | None = None) -> Job | None:
        """The job once it has ended, or as it is after ``timeout_s``; None when there is no such job."""
        return await self._hub.wait(job_id, timeout_s=timeout_s)

    def follow(self, job_id: str, after: int = 0) -> AsyncIterator[JobEvent]:
        """Events above ``after`` as they come, up to the job's last one."""
        return self._hub.follow(job_id, after=after)

    def listen(self, clip_id: str, after: int = -1) -> AsyncIterator[bytes]:
        """The live MP3 preview of a clip from its start; ends with it, at once if there is no such clip."""
        return self._hub.listen(clip_id, after=after)

    def health(self) -> Health:
        """Whether the database answers and workers live; never raises."""
        try:
            with self.store.reading() as connection:
                alive = workers.seen_since(connection, database_now(connection) - 3 * self.settings.heartbeat_s)
        except DBAPIError as error:
            return Health(database=False, message=f"the database does not answer: {error.orig}")
        return Health(database=True, workers=tuple(alive), message="" if alive else "no worker is alive")

    def stats(self) -> Stats:
        """Figures for ``/metrics``."""
        with self.store.reading() as connection:
            alive = workers.seen_since(connection, database_now(connection) - 3 * self.settings.heartbeat_s)
            return Stats(
                jobs=jobs.count_by_status(connection),
                deliveries=deliveries.count_by_state(connection),
                clips_published=clips.count_published(connection),
                workers_alive=len(alive),
                slots_alive=sum(worker.slots for worker in alive),
            )

    def _submit(self, connection: Connection, job: Job, *, attach: bool) -> Job:
        tokens.lock(connection, job.tenant)
        if job.idem_key is not None:
            before = jobs.by_idem_key(connection, tenant=job.tenant, idem_key=job.idem_key)
            if before is not None:
                if before.request_hash != job.request_hash:
                    raise IdempotencyConflict
                return before
        elif attach:
            since = job.created_at - self.settings.attach_window_s
            twin = jobs.unfinished_twin(connection, tenant=job.tenant, request_hash=job.request_hash, since=since)
            if twin is not None:
                return twin
        self._check_limits(connection, job.tenant)
        if not jobs.insert(connection, job):
            raise BadRequest(f"there is a job {job.id} already")
        events.append(connection, job.id, "job.queued")
        self._queue.add_song(
            connection,
            job.id,
            wall_s=self.settings.max_wall_s + 60.0,
            tenant=job.tenant if self.settings.max_running_per_token else None,
            workflow="song" if not job.action.kind.is_tool else "light" if job.kind in LIGHT_KINDS else "tool",
        )
        return job

    def _check_limits(self, connection: Connection, tenant: str) -> None:
        limit = self.settings.max_active_per_token
        if jobs.count_active(connection, tenant=tenant) >= limit:
            raise TooManyJobs(limit=limit, retry_after_s=15)
        limit = self.settings.max_queued
        if jobs.count_queued(connection) >= limit:
            raise QueueFull(limit=limit, retry_after_s=30)


def upgrade_database(settings: JobSettings) -> str:
    """Bring all tables up to date, ours and the workflow engine's; gives our revision. Raises DatabaseSetupError."""
    store = Store.open(settings.database_url)
    try:
        revision = store.upgrade()
        queue = Queue(store.engine)
        queue.upgrade()
        queue.close()
        return revision
    finally:
        store.close()


def hash_of_request(kind: str, request: dict[str, Any]) -> str:
    """Equal requests, equal hashes, whatever the order of their fields."""
    text = json.dumps([kind, request], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _unavailable(error: DBAPIError) -> Exception:
    return Unavailable() if is_outage(error) else error
