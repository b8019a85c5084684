"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells per database.

Of the two dialects only the one in use is loaded: each comes with every driver that SQLAlchemy knows for it.
"""

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from storage.schema import StoreTable

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite


def upsert(conn: Connection, table: type[StoreTable]) -> "postgresql.Insert | sqlite.Insert":
    """Return the insert statement of this database that knows `on_conflict_do_update`."""
    return upsert_into(conn.dialect.name, table)


def upsert_into(dialect: str, table: type[StoreTable]) -> "postgresql.Insert | sqlite.Insert":
    """Return the same by the name of the dialect, for statements that are made once and kept."""
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - see above

        return postgresql.insert(table)
    from sqlalchemy.dialects import sqlite  # noqa: PLC0415 - see above

    return sqlite.insert(table)
