"""Webhooks to send: the payload once, every attempt as a row."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .database import insert_or_ignore
from .records import Attempt, Delivery, DeliveryState
from .tables import webhook_attempts, webhook_deliveries


def create(connection: Connection, delivery: Delivery) -> bool:
    """Store a webhook; False when the job already has one for this event."""
    values = {
        "id": delivery.id,
        "job_id": delivery.job_id,
        "event": delivery.event,
        "url": delivery.url,
        "payload": delivery.payload,
        "state": delivery.state.value,
        "created_at": delivery.created_at,
        "next_at": delivery.next_at,
    }
    return insert_or_ignore(connection, webhook_deliveries, values)


def get(connection: Connection, delivery_id: str) -> Delivery | None:
    """One webhook."""
    return next(iter(_select(connection, webhook_deliveries.c.id == delivery_id)), None)


def of_job(connection: Connection, job_id: str) -> list[Delivery]:
    """The webhooks of a job."""
    return _select(connection, webhook_deliveries.c.job_id == job_id)


def overdue(connection: Connection, *, before: float, limit: int = 100) -> list[Delivery]:
    """Pending webhooks whose next attempt was due before ``before``."""
    table = webhook_deliveries
    wanted = (table.c.state == DeliveryState.PENDING.value, table.c.next_at < before)
    return _select(connection, *wanted, limit=limit)


def record(connection: Connection, attempt: Attempt, *, state: DeliveryState, next_at: float | None) -> bool:
    """Store an attempt and what follows from it; False when this attempt is stored already."""
    values = {
        "delivery_id": attempt.delivery_id,
        "number": attempt.number,
        "at": attempt.at,
        "duration_s": attempt.duration_s,
        "http_status": attempt.http_status,
        "error": attempt.error,
    }
    if not insert_or_ignore(connection, webhook_attempts, values):
        return False
    change = sa.update(webhook_deliveries).where(webhook_deliveries.c.id == attempt.delivery_id)
    connection.execute(change.values(state=state.value, next_at=next_at))
    return True


def attempts(connection: Connection, delivery_id: str) -> list[Attempt]:
    """All attempts, first to last."""
    query = (
        sa.select(webhook_attempts)
        .where(webhook_attempts.c.delivery_id == delivery_id)
        .order_by(webhook_attempts.c.number)
    )
    return [Attempt(**row) for row in connection.execute(query).mappings()]


def count_by_state(connection: Connection) -> dict[str, int]:
    """How many webhooks are in each state; every state is present."""
    table = webhook_deliveries
    rows = connection.execute(sa.select(table.c.state, sa.func.count()).group_by(table.c.state))
    return {state.value: 0 for state in DeliveryState} | {state: n for state, n in rows}


def _select(connection: Connection, *wanted: sa.ColumnElement[bool], limit: int = 1000) -> list[Delivery]:
    made = (
        sa.select(sa.func.count())
        .select_from(webhook_attempts)
        .where(webhook_attempts.c.delivery_id == webhook_deliveries.c.id)
        .scalar_subquery()
        .label("attempts")
    )
    query = sa.select(webhook_deliveries, made).where(*wanted).order_by(webhook_deliveries.c.created_at).limit(limit)
    return [_read(row) for row in connection.execute(query).mappings()]


def _read(row: Any) -> Delivery:
    return Delivery(
        id=row["id"],
        job_id=row["job_id"],
        event=row["event"],
        url=row["url"],
        payload=bytes(row["payload"]),
        state=DeliveryState(row["state"]),
        created_at=row["created_at"],
        attempts=row["attempts"],
        next_at=row["next_at"],
    )
