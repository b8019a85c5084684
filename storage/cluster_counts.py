"""The figures kept on each cluster, computed from its members."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, func, select, update

from storage.schema import Article, Cluster, Version


def recount(conn: Connection, cluster_ids: Collection[int]) -> None:
    """Set title, counts and times of these clusters from the articles and versions they hold now.

    A cluster left without articles (merged, or its only article moved) keeps its title and times, with counts of 0.
    """
    facts = _facts(conn, cluster_ids)
    for cluster_id, (versions, last_seen_at) in _texts(conn, cluster_ids).items():
        if cluster_id in facts:
            facts[cluster_id] |= {"versions": versions, "last_seen_at": last_seen_at}
    for cluster_id, title in _titles(conn, cluster_ids).items():
        facts[cluster_id]["title"] = title
    emptied = [{"cluster": cluster_id} for cluster_id in cluster_ids if cluster_id not in facts]
    one = update(Cluster).where(Cluster.id == bindparam("cluster"))
    if facts:
        conn.execute(one, list(facts.values()))
    if emptied:
        conn.execute(one.values(articles=0, sources=0, versions=0), emptied)


def _facts(conn: Connection, cluster_ids: Collection[int]) -> dict[int, dict[str, object]]:
    rows = conn.execute(
        select(
            Article.cluster_id.label("cluster"),
            func.count().label("articles"),
            func.count(Article.source_id.distinct()).label("sources"),
            func.min(Article.first_seen_at).label("first_seen_at"),
            func.min(Article.published_at).label("first_published_at"),
        )
        .where(Article.cluster_id.in_(cluster_ids))
        .group_by(Article.cluster_id)
    )
    return {row.cluster: dict(row._mapping) for row in rows}  # noqa: SLF001 (the documented name of a row's mapping)


def _texts(conn: Connection, cluster_ids: Collection[int]) -> dict[int, tuple[int, object]]:
    rows = conn.execute(
        select(Version.cluster_id, func.count().label("versions"), func.max(Version.seen_at).label("last_seen_at"))
        .where(Version.cluster_id.in_(cluster_ids))
        .group_by(Version.cluster_id)
    )
    return {row.cluster_id: (row.versions, row.last_seen_at) for row in rows}


def _titles(conn: Connection, cluster_ids: Collection[int]) -> dict[int, str]:
    """Return the first headline of the article that stands for the earliest time."""
    place = func.row_number().over(partition_by=Version.cluster_id, order_by=(Version.dated_at, Version.id))
    ranked = (
        select(Version.cluster_id, Version.title, place.label("place"))
        .where(Version.cluster_id.in_(cluster_ids), Version.number == 1)
        .subquery()
    )
    return dict(conn.execute(select(ranked.c.cluster_id, ranked.c.title).where(ranked.c.place == 1)).all())
