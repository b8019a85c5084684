"""Many clusters at once, told shortly: their articles with links, what changed in them, and when they last changed."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from storage.record import record
from storage.schema import Article, Event, Match, Source, Version, aliased

TOLD = ("figure_change", "vanished")
"""Kinds of events that say something of one article that its text does not."""


@dataclass(frozen=True, slots=True)
class OutletArticle:
    """An article of a cluster under its newest headline; `dated` is the time that its first text stands for.

    `changes` are figures or names that it changed, as was and now, in order;
    `vanished` tells that a feed took it back.
    """

    cluster_id: int
    article_id: int
    source_id: str
    source_name: str
    url: str | None
    title: str
    dated: datetime
    versions: int
    changes: tuple[tuple[str, str], ...]
    vanished: bool


def story_outlets(conn: Connection, cluster_ids: Collection[int]) -> dict[int, tuple[OutletArticle, ...]]:
    """Return the articles of each of these clusters, the earliest first."""
    first, latest = aliased(Version), aliased(Version)
    dated = func.coalesce(first.dated_at, first.seen_at).label("dated")
    rows = conn.execute(
        select(
            Article.cluster_id,
            Article.id.label("article_id"),
            Article.source_id,
            Source.name.label("source_name"),
            Article.url,
            latest.title,
            dated,
            Article.versions,
        )
        .join(first, and_(first.article_id == Article.id, first.number == 1))
        .join(latest, latest.id == Article.latest_version_id)
        .join(Source, Source.id == Article.source_id)
        .where(Article.cluster_id.in_(cluster_ids))
        .order_by(dated, first.id)
    ).all()
    changes, vanished = _told(conn, cluster_ids)
    found: defaultdict[int, list[OutletArticle]] = defaultdict(list)
    for row in rows:
        told = {"changes": tuple(changes[row.article_id]), "vanished": row.article_id in vanished}
        found[row.cluster_id].append(record(OutletArticle, row, **told))
    return {cluster_id: tuple(articles) for cluster_id, articles in found.items()}


def changed_at(conn: Connection, cluster_ids: Collection[int]) -> dict[int, datetime]:
    """Return when each of these clusters was last written to: an article came, went or changed its text."""
    events = conn.execute(
        select(Event.cluster_id, func.max(Event.at)).where(Event.cluster_id.in_(cluster_ids)).group_by(Event.cluster_id)
    )
    # A changed text without a changed figure is no event; its match with the former text has the time.
    matches = conn.execute(
        select(Version.cluster_id, func.max(Match.created_at))
        .join(Match, Match.version_id == Version.id)
        .where(Version.cluster_id.in_(cluster_ids))
        .group_by(Version.cluster_id)
    )
    found: dict[int, datetime] = {}
    for cluster_id, moment in (*events, *matches):
        if cluster_id is not None:
            found[cluster_id] = max(moment, found.get(cluster_id, moment))
    return found


def version_ids(conn: Connection, cluster_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """Return the ids of the versions in each of these clusters, in their order."""
    rows = conn.execute(
        select(Version.cluster_id, Version.id).where(Version.cluster_id.in_(cluster_ids)).order_by(Version.id)
    )
    found: defaultdict[int, list[int]] = defaultdict(list)
    for cluster_id, version_id in rows:
        if cluster_id is not None:
            found[cluster_id].append(version_id)
    return {cluster_id: tuple(versions) for cluster_id, versions in found.items()}


def _told(conn: Connection, cluster_ids: Collection[int]) -> tuple[defaultdict[int, list[tuple[str, str]]], set[int]]:
    """Return what changed in which article, and which articles vanished."""
    changes: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    vanished: set[int] = set()
    rows = conn.execute(
        select(Event.article_id, Event.kind, Event.cause)
        .join(Article, Article.id == Event.article_id)
        .where(Article.cluster_id.in_(cluster_ids), Event.kind.in_(TOLD))
        .order_by(Event.id)
    )
    for article_id, kind, cause in rows:
        if article_id is None:
            continue
        if kind == "vanished":
            vanished.add(article_id)
        else:
            told: Any = cause["changes"]
            pairs = ((str(one["was"]), str(one["now"])) for one in told)
            # Title and lead may both have it.
            changes[article_id] += [pair for pair in dict.fromkeys(pairs) if pair not in changes[article_id]]
    return changes, vanished
