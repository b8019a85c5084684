"""The list of living clusters: chosen, in an order, page by page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select, tuple_

from storage.clusters import ClusterSummary, cluster_summaries
from storage.schema import Article, Cluster, Credit, Version
from storage.search import clusters_with
from storage.search_query import Query

Order = Literal["recent", "size", "growth"]

GROWTH_WINDOW = timedelta(days=1)
"""Without a `since`, growth is what came in during the store's last day."""


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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the list ended: what its last cluster is ordered by, first things first, ending with its id.

    `since` is from when growth is counted, so that the next page counts the same.
    """

    by: tuple[int | datetime, ...]
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClusterList:
    """A page of clusters; `end` is where the next one begins, None when this is the last."""

    clusters: tuple[ClusterSummary, ...] = ()
    end: Place | None = None


def list_clusters(
    conn: Connection,
    filters: ClusterFilters | None = None,
    order: Order = "recent",
    limit: int = 50,
    after: Place | None = None,
) -> ClusterList:
    """Return living clusters: `limit` of them, beginning `after` the end of another page in the same order.

    Orders: `recent` by the newest text, `size` by outlets and then articles, `growth` by the articles first seen since
    `filters.since` (or in the last day of the store). A cluster that changed its place between two pages may stand on
    both or on none; every other one stands on exactly one.
    """
    filters = filters or ClusterFilters()
    since = after.since if after is not None else filters.since
    if order == "growth" and since is None and (since := _last_day(conn)) is None:
        return ClusterList()
    chosen, keys = _ordered(_chosen(conn, filters), order, since)
    if after is not None:
        # Compared as a row: last things decide only where first ones are equal.
        values = (literal(value, key.type) for key, value in zip(keys, after.by, strict=True))
        chosen = chosen.where(tuple_(*keys) < tuple_(*values))
    rows = conn.execute(chosen.add_columns(*keys).order_by(*(key.desc() for key in keys)).limit(limit + 1)).all()
    shown = rows[:limit]
    summaries = cluster_summaries(conn, [row[0] for row in shown])
    end = Place(tuple(shown[-1][1:]), since if order == "growth" else None) if len(rows) > limit else None
    return ClusterList(tuple(summaries[row[0]] for row in shown), end)


def _chosen(conn: Connection, filters: ClusterFilters) -> Select[int]:
    chosen = select(Cluster.id).where(
        Cluster.merged_into.is_(None), Cluster.articles > 0, Cluster.sources >= filters.min_sources
    )
    if filters.since is not None:
        chosen = chosen.where(Cluster.last_seen_at >= filters.since)
    if filters.until is not None:
        chosen = chosen.where(Cluster.last_seen_at < filters.until)
    if filters.sources:
        chosen = chosen.where(
            select(Article.id).where(Article.cluster_id == Cluster.id, Article.source_id.in_(filters.sources)).exists()
        )
    if filters.wires:
        chosen = chosen.where(
            select(Credit.version_id)
            .join(Version, Version.id == Credit.version_id)
            .where(Version.cluster_id == Cluster.id, Credit.agency.in_(filters.wires), Credit.kind == "credit")
            .exists()
        )
    if filters.query is not None:
        chosen = chosen.where(Cluster.id.in_(clusters_with(conn, filters.query)))
    return chosen


def _last_day(conn: Connection) -> datetime | None:
    newest = conn.execute(select(func.max(Cluster.last_seen_at))).scalar_one_or_none()
    return None if newest is None else newest - GROWTH_WINDOW


def _ordered(
    chosen: Select[int], order: Order, since: datetime | None
) -> tuple[Select[int], tuple[ColumnElement[Any], ...]]:
    """Return the choice and what it is to be ordered by, each from the greatest down."""
    recent: tuple[ColumnElement[Any], ...] = (Cluster.last_seen_at.expression, Cluster.id.expression)
    if order == "recent":
        return chosen, recent
    if order == "size":
        return chosen, (Cluster.sources.expression, Cluster.articles.expression, *recent)
    grown = (
        select(Article.cluster_id, func.count().label("articles"))
        .where(Article.first_seen_at >= since)
        .group_by(Article.cluster_id)
        .subquery()
    )
    joined = chosen.outerjoin(grown, grown.c.cluster_id == Cluster.id)
    return joined, (func.coalesce(grown.c.articles, 0), *recent)
