"""What every worker does beside its songs: heartbeats, takeover of dead workers' jobs, reconciliation, clean-up."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from songwright.jobs.closing import Closing
from songwright.jobs.engine import Queue
from songwright.jobs.errors import TOOK_TOO_LONG, UNKNOWN_FAILURE
from songwright.jobs.settings import JobSettings
from songwright.store import Store, deliveries, jobs, pipe, workers
from songwright.store.database import now
from songwright.store.records import JobStatus

log = logging.getLogger(__name__)

DEAD_AFTER = 3  # heartbeats
GRACE = 4  # heartbeats of our own before we call anybody dead: after an outage everybody looks dead
LATE_DELIVERY_S = 60.0
ENGINE_ROWS_S = 7 * 86400.0
CLEAN_EVERY_S = 600.0


class Takeover(Protocol):
    """What the workflow engine can do about dead workers."""

    def executors_with_work(self) -> set[str]:
        """Executor ids with unfinished workflows."""
        ...

    def take_over(self, executor_ids: Iterable[str]) -> None:
        """Put their workflows back into the queue."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who this worker is."""

    executor_id: str
    host: str
    version: str
    slots: int


class Sweep:
    """The periodic duties of a worker, in one thread."""

    def __init__(
        self, store: Store, queue: Queue, closing: Closing, takeover: Takeover, me: Identity, settings: JobSettings
    ) -> None:
        self._store = store
        self._queue = queue
        self._closing = closing
        self._takeover = takeover
        self._me = me
        self._settings = settings
        self._stop = threading.Event()
        self._beats = 0
        self._thread = threading.Thread(target=self._run, name="sweep", daemon=True)

    def start(self) -> None:
        """Give the first sign of life, then go on in the background."""
        self.beat()
        self._thread.start()

    def stop(self) -> None:
        """End the thread and say that this worker is gone, so that others need not wait to notice."""
        self._stop.set()
        self._thread.join(timeout=5.0)
        with self._store.begin() as connection:
            workers.remove(connection, self._me.executor_id)

    def beat(self) -> None:
        """Heartbeat; then take over what dead workers left."""
        with self._store.begin() as connection:
            at = workers.beat(
                connection,
                executor_id=self._me.executor_id,
                host=self._me.host,
                version=self._me.version,
                slots=self._me.slots,
            )
            live = workers.seen_since(connection, at - DEAD_AFTER * self._settings.heartbeat_s)
        self._beats += 1
        if self._beats < GRACE:
            return
        orphaned = self._takeover.executors_with_work() - {worker.executor_id for worker in live}
        if orphaned:
            log.warning("taking over the work of %s", ", ".join(sorted(orphaned)))
            self._takeover.take_over(orphaned)

    def reconcile(self) -> int:
        """End jobs whose workflow will run no more code, and queue webhooks that got lost; gives how many jobs."""
        with self._store.reading() as connection:
            open_jobs = jobs.unfinished(connection)
            late = deliveries.overdue(connection, before=now() - LATE_DELIVERY_S)
        ended = self._queue.ended([job.id for job in open_jobs])
        closed = 0
        for job in open_jobs:
            why = ended.get(job.id)
            if why is None:
                continue
            error = TOOK_TOO_LONG if why == "CANCELLED" else UNKNOWN_FAILURE
            log.error("job %s: its workflow ended (%s) without finishing it", job.id, why)
            with self._store.begin() as connection:
                closed += self._closing.close(connection, job.id, status=JobStatus.FAILED, error=error) is not None
        for delivery in late:
            with self._store.begin() as connection:
                again = f"-late-{int(now() // LATE_DELIVERY_S)}"
                self._queue.add_delivery(connection, delivery.id, delivery.attempts + 1, delay_s=0.0, again=again)
        return closed

    def clean(self) -> None:
        """Drop old previews, silent workers and the engine's records of what ended long ago."""
        with self._store.begin() as connection:
            pipe.drop_finished(connection, before=now() - self._settings.pipe_keep_s)
            workers.drop_silent(connection, before=now() - 86400.0)
        while self._queue.forget(before=now() - ENGINE_ROWS_S) and not self._stop.is_set():
            pass

    def _run(self) -> None:
        due = {self.reconcile: 0.0, self.clean: time.monotonic() + CLEAN_EVERY_S / 10}
        every = {self.reconcile: self._settings.reconcile_s, self.clean: CLEAN_EVERY_S}
        while not self._stop.wait(self._settings.heartbeat_s):
            self._do(self.beat)
            for duty in due:
                if time.monotonic() >= due[duty]:
                    due[duty] = time.monotonic() + every[duty]
                    self._do(duty)

    def _do(self, duty: Callable[[], object]) -> None:
        try:
            duty()
        except Exception:  # the database may be away for a while; the next round tries again
            self._beats = 0
            log.exception("%s failed, trying again", duty.__name__)
