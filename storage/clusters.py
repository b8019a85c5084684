"""The list of clusters, and where an id leads."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, Select, func, select

from storage.schema import Article, Cluster, Credit, Version

Order = Literal["recent", "size", "growth"]

# Without a `since`, growth is what came in during the store's last day.
GROWTH_WINDOW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClusterSummary:
    """A living cluster. `sources` are source ids in alphabetical order; see `storage.schema.Cluster` for the rest."""

    id: int
    title: str
    articles: int
    sources: tuple[str, ...]
    versions: int
    first_seen: datetime
    last_seen: datetime
    published: datetime | None


def list_clusters(
    conn: Connection,
    since: datetime | None = None,
    min_sources: int = 1,
    source: str | None = None,
    *,
    wire: str | None = None,
    order: Order = "recent",
    limit: int = 50,
) -> list[ClusterSummary]:
    """Return living clusters that got a text at or after `since`, from at least `min_sources` outlets.

    `source` keeps those that hold an article of that outlet, `wire` those with a text that credits this agency. Orders:
    `recent` by the newest text, `size` by outlets and then articles, `growth` by the articles first seen since `since`
    (or in the last day of the store).
    """
    chosen = select(Cluster.id).where(
        Cluster.merged_into.is_(None), Cluster.articles > 0, Cluster.sources >= min_sources
    )
    if since is not None:
        chosen = chosen.where(Cluster.last_seen_at >= since)
    if source is not None:
        chosen = chosen.where(
            select(Article.id).where(Article.cluster_id == Cluster.id, Article.source_id == source).exists()
        )
    if wire is not None:
        chosen = chosen.where(
            select(Credit.version_id)
            .join(Version, Version.id == Credit.version_id)
            .where(Version.cluster_id == Cluster.id, Credit.agency == wire, Credit.kind == "credit")
            .exists()
        )
    ids = list(conn.execute(_ordered(conn, chosen, since, order).limit(limit)).scalars())
    summaries = cluster_summaries(conn, ids)
    return [summaries[cluster_id] for cluster_id in ids]


def cluster_summaries(conn: Connection, cluster_ids: Collection[int]) -> dict[int, ClusterSummary]:
    """Return the clusters with these ids."""
    sources = defaultdict(list)
    carried = (
        select(Article.cluster_id, Article.source_id)
        .where(Article.cluster_id.in_(cluster_ids))
        .distinct()
        .order_by(Article.source_id)
    )
    for cluster_id, source_id in conn.execute(carried):
        sources[cluster_id].append(source_id)
    rows = conn.execute(
        select(
            Cluster.id,
            Cluster.title,
            Cluster.articles,
            Cluster.versions,
            Cluster.first_seen_at,
            Cluster.last_seen_at,
            Cluster.first_published_at,
        ).where(Cluster.id.in_(cluster_ids))
    )
    return {
        cluster_id: ClusterSummary(
            id=cluster_id,
            title=title,
            articles=articles,
            sources=tuple(sources[cluster_id]),
            versions=versions,
            first_seen=first_seen,
            last_seen=last_seen,
            published=published,
        )
        for cluster_id, title, articles, versions, first_seen, last_seen, published in rows
    }


def resolve(conn: Connection, cluster_id: int) -> int | None:
    """Return the living cluster behind an id, which is the id itself unless it was merged; None for an unknown id."""
    row = conn.execute(select(Cluster.id, Cluster.merged_into).where(Cluster.id == cluster_id)).first()
    if row is None:
        return None
    found, merged_into = row
    return found if merged_into is None else merged_into


def _ordered(conn: Connection, chosen: Select[int], since: datetime | None, order: Order) -> Select[int]:
    recent = (Cluster.last_seen_at.desc(), Cluster.id.desc())
    match order:
        case "recent":
            return chosen.order_by(*recent)
        case "size":
            return chosen.order_by(Cluster.sources.desc(), Cluster.articles.desc(), *recent)
        case "growth":
            if since is None:
                newest = conn.execute(select(func.max(Cluster.last_seen_at))).scalar_one_or_none()
                if newest is None:
                    return chosen
                since = newest - GROWTH_WINDOW
            grown = (
                select(Article.cluster_id, func.count().label("articles"))
                .where(Article.first_seen_at >= since)
                .group_by(Article.cluster_id)
                .subquery()
            )
            return chosen.outerjoin(grown, grown.c.cluster_id == Cluster.id).order_by(
                func.coalesce(grown.c.articles, 0).desc(), *recent
            )
