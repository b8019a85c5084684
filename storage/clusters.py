"""Clusters in short, and where an id leads."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, select

from storage.schema import Article, Cluster


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


# Made once: putting a statement together takes longer than reading fifty clusters with it.
_IDS: BindParameter[Collection[int]] = bindparam("ids", expanding=True)
_CARRIED = (
    select(Article.cluster_id, Article.source_id)
    .where(Article.cluster_id.in_(_IDS))
    .distinct()
    .order_by(Article.source_id)
)
_SUMMARIES = select(
    Cluster.id,
    Cluster.title,
    Cluster.articles,
    Cluster.versions,
    Cluster.first_seen_at,
    Cluster.last_seen_at,
    Cluster.first_published_at,
).where(Cluster.id.in_(_IDS))


def cluster_summaries(conn: Connection, cluster_ids: Collection[int]) -> dict[int, ClusterSummary]:
    """Return the clusters with these ids."""
    sources = defaultdict(list)
    wanted = {"ids": list(cluster_ids)}
    for cluster_id, source_id in conn.execute(_CARRIED, wanted):
        sources[cluster_id].append(source_id)
    rows = conn.execute(_SUMMARIES, wanted)
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
