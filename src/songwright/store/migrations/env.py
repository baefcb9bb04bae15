"""Alembic's entry: runs migrations on the connection that ``store.migrate`` hands over."""

from __future__ import annotations

from alembic import context

from songwright.store.migrate import VERSION_TABLE
from songwright.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
    transactional_ddl=False,  # the caller began, and commits
)
context.run_migrations()
