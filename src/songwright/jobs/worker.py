"""The worker process: runs queued songs in its compute children and delivers webhooks.

Started by the supervisor as ``python -m songwright.jobs.worker EXECUTOR_ID``, or by ``songwright worker``.
SIGTERM: takes no more work, lets running songs finish for ``drain_s``, leaves the rest to the others. Without its
parent it stops at once.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import uuid

from songwright.delivery.deliver import Deliverer
from songwright.delivery.guard import Guard
from songwright.jobs.child import Children, ComputeChild
from songwright.jobs.closing import Closing
from songwright.jobs.engine import Queue, Steps, WorkerRuntime
from songwright.jobs.flow import SongFlow
from songwright.jobs.imports import load_object
from songwright.jobs.lifeline import follow_parent
from songwright.jobs.settings import JobSettings
from songwright.jobs.sweep import Identity, Sweep
from songwright.store import Store

log = logging.getLogger(__name__)


class WorkerProcess:
    """Everything a worker holds, opened and closed in order. One per process."""

    def __init__(self, settings: JobSettings, *, executor_id: str) -> None:
        self._settings = settings
        self._store = Store.open(settings.database_url)
        self._queue = Queue(self._store.engine)
        closing = Closing(self._queue, load_object(settings.payload))
        self._children = Children(
            [ComputeChild(settings.workshop, stop_grace_s=settings.stop_grace_s) for _ in range(settings.slots)]
        )
        storage = load_object(settings.storage)(settings.storage_url)
        light = settings.toolshop or settings.workshop
        self._tool_children = Children([ComputeChild(light, stop_grace_s=settings.stop_grace_s)])
        self._flow = SongFlow(
            self._store, self._children, storage, closing, settings, tool_children=self._tool_children
        )
        deliverer = Deliverer(
            self._store,
            self._queue,
            Guard(allow=settings.allow_private_addresses),
            secret=settings.webhook_secret,
            timeout_s=settings.webhook_timeout_s,
            delays_s=settings.webhook_delays_s,
        )
        self._runtime = WorkerRuntime(
            self._store.engine,
            Steps(
                begin=self._flow.begin,
                plan=self._flow.plan,
                render=self._flow.render,
                work=self._flow.work,
                finish=self._flow.finish,
                deliver=deliverer.deliver,
            ),
            executor_id=executor_id,
            slots=settings.slots,
            queue_poll_s=settings.queue_poll_s,
            max_running_per_token=settings.max_running_per_token,
        )
        me = Identity(
            executor_id=executor_id, host=socket.gethostname(), version=settings.app_version, slots=settings.slots
        )
        self._sweep = Sweep(self._store, self._queue, closing, self._runtime, me, settings)

    def start(self) -> None:
        """Load the engine, then take work. Raises what the engine raises while it loads."""
        self._children.start()
        self._runtime.start()
        self._sweep.start()

    def stop(self, *, wait_s: float) -> None:
        """Let running songs finish for a while, hand back the rest."""
        self._runtime.stop(wait_s=wait_s)
        self._flow.let_go()
        self._sweep.stop()  # last: from now on others take over what is left
        self._children.close()
        self._tool_children.close()


def run_worker(settings: JobSettings, *, executor_id: str = "") -> None:
    """Run a worker until SIGTERM or SIGINT; ends the process."""
    ready, ended, orphaned = threading.Event(), threading.Event(), threading.Event()

    def end(*_: object) -> None:
        if not ready.is_set():
            os._exit(0)  # nothing was begun; compute children end with their stdin
        ended.set()

    def end_alone() -> None:
        orphaned.set()
        end()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    follow_parent(end_alone)
    worker = WorkerProcess(settings, executor_id=executor_id or f"{socket.gethostname()}-{uuid.uuid4().hex[:8]}")
    worker.start()
    ready.set()
    log.info("worker ready")
    ended.wait()
    worker.stop(wait_s=0.0 if orphaned.is_set() else settings.drain_s)
    logging.shutdown()
    os._exit(0)  # threads that still run a song would keep the process alive; their steps run again elsewhere


def main(arguments: list[str]) -> None:
    """Entry of the process."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s worker %(levelname)s %(name)s: %(message)s")
    run_worker(JobSettings.from_environment(), executor_id=arguments[0] if arguments else "")


if __name__ == "__main__":
    main(sys.argv[1:])
