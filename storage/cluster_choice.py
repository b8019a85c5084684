"""Which clusters a filter keeps, asked so that few rows are read whichever of its parts is the narrow one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select

from storage.schema import Article, Cluster, Credit, Version
from storage.schema.clusters import SHARED_STEPS
from storage.search import clusters_with
from storage.search_query import Query

FEW = 5_000
"""Rows of which a list is made and sorted: some 40 ms on SQLite. Of more, the newest clusters are gone through instead:
in a store of a million versions, so many rows fill a page after a few thousand clusters, which takes no longer."""


@dataclass(frozen=True, slots=True)
class ClusterFilters:
    """Which clusters: with a text first seen at or after `since` and none since `until`, from so many outlets.

    `sources` keeps those that hold an article of one of these outlets, `wires` those with a text that credits one of
    these agencies; empty for all. `query` keeps those of which an article holds what is searched for.
    """

    since: datetime | None = None
    until: datetime | None = None
    min_sources: int = 1
    sources: tuple[str, ...] = ()
    wires: tuple[str, ...] = ()
    query: Query | None = None


def chosen(conn: Connection, filters: ClusterFilters, outlets: int = 1) -> Select[int]:
    """Return the choice of living clusters of so many outlets, and at least as many as the filters say."""
    choice = select(Cluster.id).where(*_living(max(outlets, filters.min_sources)))
    if filters.since is not None:
        choice = choice.where(Cluster.last_seen_at >= filters.since)
    if filters.until is not None:
        choice = choice.where(Cluster.last_seen_at < filters.until)
    narrow = _narrow(conn, filters, choice)
    if filters.sources:
        choice = choice.where(_of_sources(filters, listed=narrow == "sources"))
    if filters.wires:
        choice = choice.where(_of_wires(filters, listed=narrow == "wires"))
    if filters.query is not None:
        choice = choice.where(Cluster.id.in_(clusters_with(conn, filters.query)))
    return choice


def _living(outlets: int) -> list[ColumnElement[bool]]:
    """Return what living clusters of so many outlets fulfil; numbers that an index names stand there as numbers."""
    step = next((step for step in SHARED_STEPS if step <= outlets), None)
    indexed = Cluster.articles > literal_column("0") if step is None else Cluster.sources >= literal_column(str(step))
    # The sum keeps SQLite from looking for the number in the index by size, where the time is of no use.
    more = [] if step is None or step == outlets else [Cluster.sources + literal_column("0") >= outlets]
    return [indexed, *more]


def _narrow(conn: Connection, filters: ClusterFilters, choice: Select[int]) -> Literal["sources", "wires"] | None:
    """Return which part of the filters has so few rows that a list is made of them; None to go through the clusters."""
    counts: dict[Literal["sources", "wires"], int] = {}
    if filters.sources:
        counts["sources"] = _up_to_few(conn, select(Article.id).where(Article.source_id.in_(filters.sources)))
    if filters.wires:
        counts["wires"] = _up_to_few(conn, select(Credit.version_id).where(Credit.agency.in_(filters.wires)))
    if not counts:
        return None
    part = min(counts, key=lambda one: counts[one])
    newest = choice.order_by(Cluster.last_seen_at.desc())  # the way in which they would be gone through
    return part if counts[part] < _up_to_few(conn, newest) else None


def _up_to_few(conn: Connection, choice: Select[int]) -> int:
    return conn.execute(select(func.count()).select_from(choice.limit(FEW).subquery())).scalar_one()


def _of_sources(filters: ClusterFilters, *, listed: bool) -> ColumnElement[bool]:
    carried = Article.source_id.in_(filters.sources)
    if listed:
        return Cluster.id.in_(select(Article.cluster_id).where(carried, Article.cluster_id.is_not(None)))
    return select(Article.id).where(Article.cluster_id == Cluster.id, carried).exists()


def _of_wires(filters: ClusterFilters, *, listed: bool) -> ColumnElement[bool]:
    credited = Credit.agency.in_(filters.wires) & (Credit.kind == "credit")
    if listed:
        texts = select(Version.cluster_id).join(Credit, Credit.version_id == Version.id)
        return Cluster.id.in_(texts.where(credited, Version.cluster_id.is_not(None)))
    # One inside the other, so that SQLite begins with the few texts of the cluster and not with those of the agency.
    credit = select(Credit.version_id).where(Credit.version_id == Version.id, credited).exists()
    return select(Version.id).where(Version.cluster_id == Cluster.id, credit).exists()
