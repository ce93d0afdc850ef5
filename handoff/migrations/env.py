"""Alembic's entry: the store gives it an open connection."""

from alembic import context

from handoff.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
