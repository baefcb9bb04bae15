"""Durable workflows. The only module that imports ``dbos``, so that the engine can be replaced here alone.

:class:`Queue` is what every process needs: put work in, cancel it, ask about it. :class:`WorkerRuntime` runs it.
The engine's rows hold job ids and checkpoints, never requests or audio; the truth is in our own tables.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy.engine import Connection, Engine

from songwright.jobs.outcome import Outcome

APPLICATION = "songwright"
WORKFLOW_VERSION = "songwright-1"
"""Changes only when the order of steps in a workflow changes: jobs wait for workers of their own version."""

SONGS, TOOLS, HOOKS = "songs", "tools", "hooks"
RECOVERIES = 100
"""The engine's own limit, far above ours (``JobSettings.max_deaths``), which knows planned stops from deaths."""

ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


class Queue:
    """Work on its way to a worker, in the same database as our tables."""

    def __init__(self, engine: Engine) -> None:
        _quiet()
        self._client = DBOSClient(
            system_database_engine=engine,
            serializer=DBOSPortableJSONSerializer(),
            application_name=APPLICATION,
            lazy=True,
            retry_connection_errors=False,  # the caller answers "unavailable" instead of waiting
            use_listen_notify=False,
        )

    def upgrade(self) -> None:
        """Make or bring up to date the engine's own tables. Call before anything else, in one process."""
        self._client._sys_db.run_migrations()  # pyright: ignore[reportPrivateUsage]

    def add_song(
        self, connection: Connection, job_id: str, *, wall_s: float, tenant: str | None = None, workflow: str = "song"
    ) -> None:
        """Queue a job inside the caller's transaction: it exists when, and only when, that commits.

        ``workflow`` is "song", "tool" (in the songs' lane) or "light" (a tool in a lane of its own).
        With ``tenant`` the queue must be divided by tenant (``JobSettings.max_running_per_token``).
        """
        options: dict[str, Any] = {
            "queue_name": TOOLS if workflow == "light" else SONGS,
            "workflow_name": "song" if workflow == "song" else "tool",
            "workflow_id": job_id,
            "workflow_timeout": wall_s,
        }
        if tenant is not None and workflow != "light":
            options["queue_partition_key"] = tenant
        self._client.enqueue_in_transaction(connection, cast("Any", options), job_id)

    def add_delivery(
        self, connection: Connection, delivery_id: str, number: int, *, delay_s: float, again: str = ""
    ) -> None:
        """Queue attempt ``number`` of a webhook inside the caller's transaction.

        Twice is the same as once, unless ``again`` differs: for an attempt that got lost.
        """
        options: dict[str, Any] = {
            "queue_name": HOOKS,
            "workflow_name": "deliver",
            "workflow_id": f"hook-{delivery_id}-{number}{again}",
        }
        if delay_s > 0:
            options["delay_seconds"] = delay_s
        self._client.enqueue_in_transaction(connection, cast("Any", options), delivery_id, number)

    def cancel(self, job_id: str) -> None:
        """Take a job out of the queue, or let its workflow end before its next step."""
        self._client.cancel_workflow(job_id)

    def ended(self, job_ids: Sequence[str]) -> dict[str, str]:
        """Those of the jobs whose workflow will run no more code, with the engine's word for why."""
        found: dict[str, str] = {}
        for start in range(0, len(job_ids), 200):
            rows = self._client.list_workflows(
                workflow_ids=list(job_ids[start : start + 200]), load_input=False, load_output=False
            )
            known = {row.workflow_id: row.status for row in rows}
            for job_id in job_ids[start : start + 200]:
                if known.get(job_id, "MISSING") in (*ENDED, "MISSING"):
                    found[job_id] = known.get(job_id, "MISSING")
        return found

    def forget(self, *, before: float, limit: int = 500) -> int:
        """Delete the engine's record of workflows that ended before ``before`` (Unix seconds)."""
        rows = self._client.list_workflows(
            completed_before=datetime.fromtimestamp(before, UTC).isoformat(),
            status=list(ENDED),
            limit=limit,
            load_input=False,
            load_output=False,
        )
        if rows:
            self._client.delete_workflows([row.workflow_id for row in rows])
        return len(rows)

    def close(self) -> None:
        """Let go; the database engine stays open."""
        self._client.destroy()


@dataclass(frozen=True, kw_only=True, slots=True)
class Steps:
    """The code behind the workflows. Each call is a checkpointed step: it runs again if its process dies in it."""

    begin: Callable[[str], Outcome]  # job id; Outcome.takes says how many
    plan: Callable[[str, int], Outcome]  # job id, take
    render: Callable[[str, int], Outcome]
    work: Callable[[str], Outcome]  # job id, of a tool
    finish: Callable[[str, Outcome], Outcome]
    deliver: Callable[[str, int], None]  # delivery id, number of the attempt


class WorkerRuntime:
    """Runs queued work in this process. At most one per process."""

    def __init__(
        self,
        engine: Engine,
        steps: Steps,
        *,
        executor_id: str,
        slots: int,
        queue_poll_s: float,
        max_running_per_token: int = 0,
    ) -> None:
        _quiet()
        config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_engine": engine,
            "serializer": DBOSPortableJSONSerializer(),
            "executor_id": executor_id,
            "application_version": WORKFLOW_VERSION,
            "use_listen_notify": False,
            "run_migrations": False,
            "log_level": "WARNING",
        }
        DBOS(config=config)
        _register(steps)
        self._slots = slots
        self._queue_poll_s = queue_poll_s
        self._max_running_per_token = max_running_per_token

    def start(self) -> None:
        """Take up what a process with this executor id left, then serve the queues."""
        DBOS.launch()
        per_tenant = {"partition_concurrency": self._max_running_per_token} if self._max_running_per_token else {}
        DBOS.register_queue(
            SONGS,
            worker_concurrency=self._slots,
            polling_interval_sec=self._queue_poll_s,
            on_conflict="always_update",
            **cast("Any", per_tenant),
        )
        DBOS.register_queue(
            TOOLS, worker_concurrency=1, polling_interval_sec=self._queue_poll_s, on_conflict="always_update"
        )
        DBOS.register_queue(
            HOOKS, worker_concurrency=8, polling_interval_sec=self._queue_poll_s, on_conflict="always_update"
        )

    def executors_with_work(self) -> set[str]:
        """Executor ids that hold unfinished workflows, dead or alive."""
        rows = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {row.executor_id for row in rows if row.executor_id}

    def take_over(self, executor_ids: Iterable[str]) -> None:
        """Put the unfinished workflows of dead executors back into the queue.

        Conditional on the dead executor's id, so that several workers may do it at once. A worker that was only
        frozen finds its next result refused.
        """
        DBOS._recover_pending_workflows(sorted(executor_ids))  # pyright: ignore[reportPrivateUsage]

    def stop(self, *, wait_s: float) -> None:
        """Stop taking work, wait for what runs. What still runs then belongs to this executor id until taken over."""
        DBOS.destroy(workflow_completion_timeout_sec=int(wait_s))


def _register(steps: Steps) -> None:
    """Bind the workflows to their code. Step results are plain JSON."""

    @DBOS.step(name="begin")
    def begin(job_id: str) -> dict[str, Any]:
        return steps.begin(job_id).to_json()

    @DBOS.step(name="plan")
    def plan(job_id: str, take: int) -> dict[str, Any]:
        return steps.plan(job_id, take).to_json()

    @DBOS.step(name="render")
    def render(job_id: str, take: int) -> dict[str, Any]:
        return steps.render(job_id, take).to_json()

    @DBOS.step(name="work")
    def work(job_id: str) -> dict[str, Any]:
        return steps.work(job_id).to_json()

    @DBOS.step(name="finish")
    def finish(job_id: str, outcome: dict[str, Any]) -> dict[str, Any]:
        return steps.finish(job_id, Outcome.from_json(outcome)).to_json()

    @DBOS.step(name="attempt")
    def attempt(delivery_id: str, number: int) -> None:
        steps.deliver(delivery_id, number)

    @DBOS.workflow(name="song", max_recovery_attempts=RECOVERIES)
    def song(job_id: str) -> str:
        outcome = begin(job_id)
        takes = range(1, outcome.get("takes", 0) + 1)
        for step in (plan, render):
            for take in takes:
                if "ended" not in outcome:
                    outcome = step(job_id, take)
        return str(finish(job_id, outcome).get("ended", ""))

    @DBOS.workflow(name="tool", max_recovery_attempts=RECOVERIES)
    def tool(job_id: str) -> str:
        outcome = begin(job_id)
        if "ended" not in outcome:
            outcome = work(job_id)
        return str(finish(job_id, outcome).get("ended", ""))

    @DBOS.workflow(name="deliver", max_recovery_attempts=RECOVERIES)
    def deliver(delivery_id: str, number: int) -> None:
        attempt(delivery_id, number)


def _quiet() -> None:
    logging.getLogger("dbos").setLevel(logging.WARNING)
