"""How clusters spread: which outlet carried them when."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from storage.schema import Article, Cluster, Source, Version


@dataclass(frozen=True, slots=True)
class Carried:
    """An article of a cluster; `dated` is the time that its first text stands for in timelines."""

    article_id: int
    source_id: str
    source_name: str
    dated: datetime


def spreads(conn: Connection, cluster_ids: Collection[int]) -> dict[int, tuple[Carried, ...]]:
    """Return the articles of each of these clusters, the earliest first."""
    # A first text that waits for the clusterer, while a later one was grouped, stands where it was seen.
    dated = func.coalesce(Version.dated_at, Version.seen_at).label("dated")
    rows = conn.execute(
        select(Cluster.id, Article.id.label("article_id"), Article.source_id, Source.name.label("source_name"), dated)
        .join(Article, Article.cluster_id == Cluster.id)
        .join(Version, and_(Version.article_id == Article.id, Version.number == 1))
        .join(Source, Source.id == Article.source_id)
        .where(Cluster.id.in_(cluster_ids))
        .order_by(dated, Version.id)
    )
    found: defaultdict[int, list[Carried]] = defaultdict(list)
    for row in rows:
        found[row.id].append(Carried(row.article_id, row.source_id, row.source_name, row.dated))
    return {cluster_id: tuple(carried) for cluster_id, carried in found.items()}
