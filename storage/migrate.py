"""Bringing a store to the schema of this release, at every start.

Alembic is imported only when there is something to do: it takes longer to load than most commands take to run.
"""

from sqlalchemy import Connection, Engine, inspect, text

from storage.engine import reading, serialise, store_name, writing
from storage.views import create_views, drop_views

# Oldest first; a test holds them against the revision files.
REVISIONS = ("0001",)


class SchemaTooNew(Exception):  # noqa: N818 (it names a state of the store, as its readers say it)
    """The store was written by a newer release, or by something that is not riwaya."""


class SchemaMissing(Exception):  # noqa: N818 (it names a state of the store, as its readers say it)
    """The store has no schema of this release yet, and this command may not write one."""


def head() -> str:
    """Return the revision this release works with."""
    return REVISIONS[-1]


def current(engine: Engine) -> str | None:
    """Return the store's revision; None for a new store."""
    with reading(engine) as connection:
        return _stored(connection)


def upgrade(engine: Engine) -> bool:
    """Bring the store to `head()`; True when it had to change. Any number of processes may call this at once.

    Everything happens in one transaction under a lock: a failed upgrade leaves the store as it was.

    Raises SchemaTooNew.
    """
    if not _behind(engine, current(engine)):
        return False
    with writing(engine) as connection:
        serialise(connection, "schema")
        # Another process may have done it while this one waited.
        if not _behind(engine, _stored(connection)):
            return False
        _run(connection)
    return True


def require_current(engine: Engine) -> None:
    """Make sure that a store which this command must not change has the schema it needs.

    Raises SchemaTooNew, SchemaMissing.
    """
    stored = current(engine)
    if _behind(engine, stored):
        state = "is empty" if stored is None else f"has the older schema {stored}"
        raise SchemaMissing(f"the store {store_name(engine.url)} {state}; `riwaya db upgrade` prepares it")


def _behind(engine: Engine, stored: str | None) -> bool:
    if stored is not None and stored not in REVISIONS:
        raise SchemaTooNew(
            f"the store {store_name(engine.url)} has schema {stored}, this release knows {head()} at most: "
            "use the release that wrote it, or a newer one"
        )
    return stored != head()


def _stored(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _run(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 (see the module's first lines)
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.attributes["connection"] = connection
    # Tables that views look at cannot be changed.
    drop_views(connection)
    command.upgrade(config, "head")
    create_views(connection)
