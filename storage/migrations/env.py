"""How Alembic reaches the store: through the connection that `storage.migrate` opened and locked."""

from alembic import context

from storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # The caller's transaction covers the whole upgrade; SQLite can roll back table changes since we issue BEGIN.
    transactional_ddl=True,
)
context.run_migrations()
