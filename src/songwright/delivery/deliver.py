"""Attempts as rows: make one, store what came of it, queue the next in the same transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy.engine import Connection

from songwright.store import Store, deliveries
from songwright.store.database import now, patiently
from songwright.store.records import Attempt, Delivery, DeliveryState

from .guard import Guard
from .schedule import delay_s
from .send import Answer, send
from .sign import headers

log = logging.getLogger(__name__)


class AttemptQueue(Protocol):
    """Where attempts wait for their time."""

    def add_delivery(self, connection: Connection, delivery_id: str, number: int, *, delay_s: float) -> None:
        """Queue an attempt in the caller's transaction; twice is the same as once."""
        ...


class Deliverer:
    """Makes attempts. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        queue: AttemptQueue,
        guard: Guard,
        *,
        secret: str,
        timeout_s: float,
        delays_s: Sequence[float],
    ) -> None:
        self._store = store
        self._queue = queue
        self._guard = guard
        self._secret = secret
        self._timeout_s = timeout_s
        self._delays_s = tuple(delays_s)

    def deliver(self, delivery_id: str, number: int) -> None:
        """Attempt ``number`` (from 1) of a webhook, unless it was made or is no longer wanted.

        A process that dies between the call and its row calls again: receivers see the same ``webhook-id``.
        """
        delivery = patiently(lambda: self._find(delivery_id))
        if delivery is None or delivery.state is not DeliveryState.PENDING or delivery.attempts >= number:
            return
        at = now()
        signed = headers(webhook_id=delivery.id, at_s=int(at), payload=delivery.payload, secret=self._secret)
        answer = send(self._guard, delivery.url, delivery.payload, signed, timeout_s=self._timeout_s)
        if not answer.delivered:
            log.warning("webhook %s of job %s, attempt %d: %s", delivery.id, delivery.job_id, number, answer.error)
        patiently(lambda: self._record(delivery, number, at, answer))

    def _find(self, delivery_id: str) -> Delivery | None:
        with self._store.reading() as connection:
            return deliveries.get(connection, delivery_id)

    def _record(self, delivery: Delivery, number: int, at: float, answer: Answer) -> None:
        attempt = Attempt(
            delivery_id=delivery.id,
            number=number,
            at=at,
            duration_s=round(answer.duration_s, 4),
            http_status=answer.http_status,
            error=answer.error,
        )
        wait_s = delay_s(self._delays_s, number, seed=delivery.id)
        if answer.delivered:
            state, wait_s = DeliveryState.DELIVERED, None
        elif answer.gone:
            state, wait_s = DeliveryState.DISABLED, None
        else:
            state = DeliveryState.EXHAUSTED if wait_s is None else DeliveryState.PENDING
        next_at = None if wait_s is None else now() + wait_s
        with self._store.begin() as connection:
            stored = deliveries.record(connection, attempt, state=state, next_at=next_at)
            if stored and wait_s is not None:
                self._queue.add_delivery(connection, delivery.id, number + 1, delay_s=wait_s)
