"""The list of living clusters: chosen, in an order, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, func, literal, literal_column, select, tuple_

from storage.cluster_choice import ClusterFilters, chosen
from storage.clusters import ClusterSummary, cluster_summaries
from storage.schema import Article, Cluster
from storage.schema.clusters import SHARED_STEPS

__all__ = ["ClusterFilters", "ClusterList", "Order", "Place", "list_clusters"]

Order = Literal["recent", "size", "growth"]

GROWTH_WINDOW = timedelta(days=1)
"""Without a `since`, growth is what came in during the store's last day."""


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
    filters, by = filters or ClusterFilters(), None if after is None else after.by
    since = None
    if order == "growth":
        since = filters.since if after is None else after.since
        if since is None and (since := _last_day(conn)) is None:
            return ClusterList()
        rows = _growing(conn, filters, since, by, limit + 1)
    elif order == "size":
        rows = _largest(conn, filters, by, limit + 1)
    else:
        rows = _page(conn, chosen(conn, filters), _RECENT, by, limit + 1)
    shown = rows[:limit]
    summaries = cluster_summaries(conn, [row[0] for row in shown])
    end = Place(tuple(shown[-1][1:]), since) if len(rows) > limit else None
    return ClusterList(tuple(summaries[row[0]] for row in shown), end)


_Keys = tuple[ColumnElement[Any], ...]
_Rows = Sequence[Row[*tuple[Any, ...]]]
"""Ids of clusters, each with what it is ordered by."""

_RECENT: _Keys = (Cluster.last_seen_at.expression, Cluster.id.expression)


def _largest(conn: Connection, filters: ClusterFilters, by: Sequence[Any] | None, limit: int) -> _Rows:
    """Look at the stories of many outlets first: where they fill the page, nobody need sort the others."""
    keys: _Keys = (Cluster.sources.expression, Cluster.articles.expression, *_RECENT)
    rows: _Rows = ()
    # A search finds no more than can be sorted at once.
    for outlets in (1,) if filters.query is not None else (*SHARED_STEPS, 1):
        if len(rows) < limit and (by is None or by[0] >= outlets):
            rows = _page(conn, chosen(conn, filters, outlets), keys, by, limit)
    return rows


def _growing(conn: Connection, filters: ClusterFilters, since: datetime, by: Sequence[Any] | None, limit: int) -> _Rows:
    """Read those that grew, and behind them, the newest first, those that did not."""
    # The sum keeps SQLite from counting along the index by cluster, through every article there ever was.
    cluster_id = (Article.cluster_id + literal_column("0")).label("cluster_id")
    counted = select(cluster_id, func.count().label("articles")).where(Article.first_seen_at >= since)
    grown = counted.group_by(cluster_id).subquery("grown")
    rows: _Rows = ()
    if by is None or by[0]:
        joined = chosen(conn, filters).join(grown, grown.c.cluster_id == Cluster.id)
        rows = _page(conn, joined, (grown.c.articles, *_RECENT), by, limit)
        by = None
    if len(rows) == limit:
        return rows
    grew = select(Article.id).where(Article.cluster_id == Cluster.id, Article.first_seen_at >= since).exists()
    still = chosen(conn, filters).where(~grew).add_columns(literal(0))
    return [*rows, *_page(conn, still, _RECENT, None if by is None else by[1:], limit - len(rows))]


def _page(
    conn: Connection, choice: Select[*tuple[Any, ...]], keys: _Keys, by: Sequence[Any] | None, limit: int
) -> _Rows:
    if by is not None:
        # Compared as a row: last things decide only where first ones are equal.
        values = (literal(value, key.type) for key, value in zip(keys, by, strict=True))
        choice = choice.where(tuple_(*keys) < tuple_(*values))
    return conn.execute(choice.add_columns(*keys).order_by(*(key.desc() for key in keys)).limit(limit)).all()


def _last_day(conn: Connection) -> datetime | None:
    newest = chosen(conn, ClusterFilters()).with_only_columns(Cluster.last_seen_at).order_by(_RECENT[0].desc()).limit(1)
    found = conn.execute(newest).scalar_one_or_none()
    return None if found is None else found - GROWTH_WINDOW
