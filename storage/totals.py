"""How much a store holds."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, literal_column, select

from storage.schema import Article, Cluster, StoreTable, Version


@dataclass(frozen=True, slots=True)
class Totals:
    """What the store holds; clusters that articles are in. Counting takes some tens of milliseconds a million rows."""

    articles: int
    versions: int
    clusters: int


def totals(conn: Connection) -> Totals:
    """Count what the store holds."""
    return Totals(
        articles=_count(conn, Article),
        versions=_count(conn, Version),
        clusters=_count(conn, Cluster) - _count(conn, Cluster, Cluster.articles == literal_column("0")),
    )


def _count(conn: Connection, table: type[StoreTable], *conditions: ColumnElement[bool]) -> int:
    return conn.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()
