"""Personas, and clips that can be deleted.

Revision: 0002, after: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring in."""
    op.add_column("clips", sa.Column("deleted_at", sa.Double(), nullable=True))
    op.create_table(
        "personas",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("tenant", sa.String(length=36), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("source_type", sa.String(length=12), nullable=False),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("style", sa.Text(), nullable=False),
        sa.Column("clip_id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personas")),
        sa.UniqueConstraint("job_id", name=op.f("uq_personas_job_id")),
    )
    op.create_index(op.f("ix_personas_tenant_created_at"), "personas", ["tenant", "created_at"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index(op.f("ix_personas_tenant_created_at"), table_name="personas")
    op.drop_table("personas")
    op.drop_column("clips", "deleted_at")
