"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy spells per database."""

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from storage.schema import Base


def upsert(conn: Connection, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return the insert statement of this database that knows `on_conflict_do_update`."""
    return postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)
