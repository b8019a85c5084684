"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells per database."""

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from storage.schema import StoreTable


def upsert(conn: Connection, table: type[StoreTable]) -> postgresql.Insert | sqlite.Insert:
    """Return the insert statement of this database that knows `on_conflict_do_update`."""
    return upsert_into(conn.dialect.name, table)


def upsert_into(dialect: str, table: type[StoreTable]) -> postgresql.Insert | sqlite.Insert:
    """Return the same by the name of the dialect, for statements that are made once and kept."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
