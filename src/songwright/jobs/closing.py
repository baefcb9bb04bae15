"""The one way a job ends: final status, last event and webhook in one transaction."""

from __future__ import annotations

import logging
import uuid
from typing import Any, Protocol

from sqlalchemy.engine import Connection

from songwright.jobs.ports import PayloadRenderer
from songwright.store import clips, deliveries, events, jobs
from songwright.store.database import now
from songwright.store.records import Delivery, DeliveryState, Job, JobError, JobStatus

log = logging.getLogger(__name__)


class DeliveryQueue(Protocol):
    """Where webhooks wait."""

    def add_delivery(self, connection: Connection, delivery_id: str, number: int, *, delay_s: float) -> None:
        """Queue an attempt in the caller's transaction."""
        ...


class Closing:
    """Ends jobs. Used by workers (success, failure), by the API (cancellation) and by the reconciler."""

    def __init__(self, queue: DeliveryQueue, payload: PayloadRenderer) -> None:
        self._queue = queue
        self._payload = payload

    def close(
        self,
        connection: Connection,
        job_id: str,
        *,
        status: JobStatus,
        error: JobError | None = None,
        result: dict[str, Any] | None = None,
    ) -> Job | None:
        """End a job inside the caller's transaction; None when it had ended before (nothing is changed)."""
        if not jobs.finish(connection, job_id, status=status, at=now(), error=error, result=result):
            return None
        data: dict[str, Any] = {"code": error.code, "message": error.message, "status": error.status} if error else {}
        events.append(connection, job_id, f"job.{status.value}", data)
        job = jobs.get(connection, job_id)
        if job is not None and job.callback_url:
            self._announce(connection, job)
        return job

    def _announce(self, connection: Connection, job: Job) -> None:
        """Freeze the payload and queue the first attempt."""
        event = f"job.{job.status.value}"
        state, payload = DeliveryState.PENDING, b""
        try:
            payload = self._payload(job, clips.of_jobs(connection, [job.id])[job.id])
        except Exception:  # a job must end even if its body cannot be made
            log.exception("job %s: the body of its webhook cannot be made, so none is sent", job.id)
            state = DeliveryState.EXHAUSTED
        delivery = Delivery(
            id=str(uuid.uuid5(uuid.UUID(job.id), event)),
            job_id=job.id,
            event=event,
            url=job.callback_url,
            payload=payload,
            state=state,
            created_at=now(),
            attempts=0,
            next_at=now() if state is DeliveryState.PENDING else None,
        )
        if deliveries.create(connection, delivery) and state is DeliveryState.PENDING:
            self._queue.add_delivery(connection, delivery.id, 1, delay_s=0.0)
