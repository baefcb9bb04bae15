"""The tables. Alembic's migrations make them; this is what queries are written against.

Identifiers are text (UUIDs), times double precision Unix seconds, JSON is text of our own (canonical), so that both
databases store the same thing.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)

Time = sa.Double

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("revoked_at", Time),
    sa.Column("expires_at", Time),
    sa.Column("last_submit_at", Time),  # touched first in every submit: its row lock puts submits of a token in order
)

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("trace_id", sa.String(64), nullable=False),
    sa.Column("tenant", sa.String(36), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("public_base", sa.Text, nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("runner", sa.String(36)),
    sa.Column("deaths", sa.Integer, nullable=False, server_default="0"),
    sa.Column("error_code", sa.Text),
    sa.Column("error_message", sa.Text),
    sa.Column("error_status", sa.Integer),
    sa.Column("result", sa.Text, nullable=False, server_default="{}"),
    sa.Column("callback_url", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("started_at", Time),
    sa.Column("finished_at", Time),
    sa.Column("idem_key", sa.String(200)),
    sa.Column("request_hash", sa.String(64), nullable=False),
    sa.UniqueConstraint("tenant", "idem_key"),
    sa.Index(None, "status", "created_at"),
    sa.Index(None, "tenant", "created_at"),
    sa.Index(None, "tenant", "request_hash"),
)

job_events = sa.Table(
    "job_events",
    metadata,
    sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("type", sa.String(40), nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("at", Time, nullable=False),
)

clips = sa.Table(
    "clips",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("tenant", sa.String(36), nullable=False),
    sa.Column("take", sa.Integer, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("style", sa.Text, nullable=False),
    sa.Column("lyrics", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("duration_s", sa.Double, nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("metadata", sa.Text, nullable=False),
    sa.Column("assets", sa.Text, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("published_at", Time),
    sa.Column("deleted_at", Time),
    sa.UniqueConstraint("job_id", "take"),
    sa.Index(None, "tenant", "created_at"),
)

personas = sa.Table(
    "personas",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("tenant", sa.String(36), nullable=False),
    sa.Column("job_id", sa.String(36), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("source_type", sa.String(12), nullable=False),
    sa.Column("voice", sa.Text, nullable=False),
    sa.Column("style", sa.Text, nullable=False),
    sa.Column("clip_id", sa.String(36), nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.UniqueConstraint("job_id"),
    sa.Index(None, "tenant", "created_at"),
)

pipe_chunks = sa.Table(
    "pipe_chunks",
    metadata,
    sa.Column("clip_id", sa.String(36), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("data", sa.LargeBinary, nullable=False),
    sa.Column("last", sa.Boolean, nullable=False),
)

webhook_deliveries = sa.Table(
    "webhook_deliveries",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("job_id", sa.String(36), sa.ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("created_at", Time, nullable=False),
    sa.Column("next_at", Time),
    sa.UniqueConstraint("job_id", "event"),
    sa.Index(None, "state", "next_at"),
)

webhook_attempts = sa.Table(
    "webhook_attempts",
    metadata,
    sa.Column(
        "delivery_id", sa.String(36), sa.ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", Time, nullable=False),
    sa.Column("duration_s", sa.Double, nullable=False),
    sa.Column("http_status", sa.Integer),
    sa.Column("error", sa.Text, nullable=False),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("executor_id", sa.String(120), primary_key=True),
    sa.Column("host", sa.Text, nullable=False),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("slots", sa.Integer, nullable=False),
    sa.Column("started_at", Time, nullable=False),
    sa.Column("last_seen", Time, nullable=False),
)
