"""The clusters as they stand: what each holds, where ids lead, where articles are."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, func, select

from storage.schema import Article, Cluster, Version

# Ids in one IN list; SQLite takes 32,766.
BATCH = 1000


def living_clusters(conn: Connection, cluster_ids: Collection[int]) -> dict[int, int]:
    """Return where each of these ids leads, itself while it lives; unknown ids are left out."""
    found: dict[int, int] = {}
    for some in _batches(cluster_ids):
        rows = conn.execute(select(Cluster.id, Cluster.merged_into).where(Cluster.id.in_(some)))
        found |= {cluster: cluster if into is None else into for cluster, into in rows}
    return found


def homes_of(conn: Connection, article_ids: Collection[int]) -> dict[int, int | None]:
    """Return the cluster of each of these articles, None before it is grouped; unknown ids are left out."""
    found: dict[int, int | None] = {}
    for some in _batches(article_ids):
        found |= dict(conn.execute(select(Article.id, Article.cluster_id).where(Article.id.in_(some))).all())
    return found


def members_of(conn: Connection, cluster_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the articles of these clusters, by the earliest time that a version of each stands for."""
    members: defaultdict[int, list[int]] = defaultdict(list)
    for some in _batches(cluster_ids):
        earliest = func.min(Version.dated_at)
        rows = conn.execute(
            select(Article.cluster_id, Article.id)
            .join(Version, Version.article_id == Article.id)
            .where(Article.cluster_id.in_(some), Version.cluster_id.is_not(None))
            .group_by(Article.cluster_id, Article.id)
            .order_by(earliest, Article.id)
        )
        for cluster, article in rows:
            if cluster is not None:  # which the condition has seen to
                members[cluster].append(article)
    return dict(members)


def ids_leading_to(conn: Connection, cluster_ids: Collection[int]) -> dict[int, list[int]]:
    """Return the merged ids that lead to each of these clusters."""
    leading: defaultdict[int, list[int]] = defaultdict(list)
    for some in _batches(cluster_ids):
        rows = conn.execute(
            select(Cluster.merged_into, Cluster.id).where(Cluster.merged_into.in_(some)).order_by(Cluster.id)
        )
        for into, cluster in rows:
            if into is not None:  # as above
                leading[into].append(cluster)
    return dict(leading)


def _batches(ids: Collection[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
