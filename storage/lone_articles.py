"""Articles that no other outlet carried, deleted when they are old: most of a store, and the least asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, or_, select, update

from storage.bodies import SUMMARY, TEXT, with_bodies
from storage.schema import (
    Alert,
    Article,
    Body,
    Cluster,
    CorrectionArticle,
    CorrectionCluster,
    Credit,
    Event,
    Feed,
    Match,
    Page,
    Sighting,
    StreamCounts,
    Unindexed,
    Unweighed,
    Version,
    aliased,
)
from storage.search_index import SearchText, forget_words

SPAN = 5_000
"""Ids of stories that one step looks at: a few milliseconds, also where all of them stay."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step came to: how many articles went, and the id to go on behind; None at the end."""

    deleted: int
    after: int | None


def delete_lone_articles(
    conn: Connection, before: datetime, limit: int, prepared: Callable[[str, str], SearchText], after: int = 0
) -> Step:
    """Delete up to `limit` articles alone in stories that were last seen before a time, behind a story's id.

    Their stories go with them, unless a person decided about them, another id leads there, or a feed still showed them
    when it was last read. `prepared` makes a title and a body the words that were indexed.
    """
    highest = conn.execute(select(func.coalesce(func.max(Cluster.id), 0))).scalar_one()
    # The highest id must stay known, for it is never given again.
    end = min(after + SPAN, highest - 1)
    lone = _lone(conn, before, limit, after, end)
    if lone:
        _delete(conn, lone, prepared)
    if len(lone) == limit:
        return Step(limit, lone[-1][1])
    return Step(len(lone), end if end < highest - 1 else None)


def _delete(conn: Connection, lone: Sequence[tuple[int, int]], prepared: Callable[[str, str], SearchText]) -> None:
    articles, clusters = [article for article, _ in lone], [cluster for _, cluster in lone]
    versions = list(conn.execute(select(Version.id).where(Version.article_id.in_(articles))).scalars())
    _forget(conn, versions, prepared)
    conn.execute(delete(Unindexed).where(Unindexed.version_id.in_(versions)))
    bodies = _bodies(conn, versions)
    conn.execute(delete(Match).where(or_(Match.version_id.in_(versions), Match.other_version_id.in_(versions))))
    conn.execute(delete(Credit).where(Credit.version_id.in_(versions)))
    conn.execute(delete(Sighting).where(Sighting.article_id.in_(articles)))
    conn.execute(delete(Page).where(Page.article_id.in_(articles)))
    about = (Event.article_id.in_(articles), Event.cluster_id.in_(clusters), Event.other_cluster_id.in_(clusters))
    events = list(conn.execute(select(Event.id).where(or_(*about))).scalars())
    # An alert about a story that goes has long been settled: the bound of a week is beyond every attempt.
    for told in (Alert, Unweighed):
        conn.execute(delete(told).where(or_(told.cluster_id.in_(clusters), told.event_id.in_(events))))
    conn.execute(delete(Event).where(Event.id.in_(events)))
    conn.execute(update(Article).where(Article.id.in_(articles)).values(latest_version_id=None))
    conn.execute(delete(Version).where(Version.id.in_(versions)))
    conn.execute(delete(Article).where(Article.id.in_(articles)))
    conn.execute(delete(Cluster).where(Cluster.id.in_(clusters)))
    conn.execute(
        delete(Body).where(
            Body.id.in_(bodies),
            ~exists().where(Version.summary_id == Body.id),
            ~exists().where(Version.body_id == Body.id),
        )
    )


def _lone(conn: Connection, before: datetime, limit: int, after: int, end: int) -> list[tuple[int, int]]:
    redirect = aliased(Cluster)
    chosen = (
        select(Article.id, Cluster.id)
        .join(Cluster, Cluster.id == Article.cluster_id)
        .where(
            Cluster.articles == 1,
            Cluster.merged_into.is_(None),
            Cluster.last_seen_at < before,
            Cluster.id > after,
            Cluster.id <= end,
            ~exists().where(redirect.merged_into == Cluster.id),
            ~exists().where(CorrectionArticle.article_id == Article.id),
            ~exists().where(CorrectionCluster.cluster_id == Cluster.id),
            ~exists().where(Version.article_id == Article.id, Version.id == StreamCounts.version_id),
            # A quiet feed shows its items for weeks: what goes while it does would come back as news.
            ~exists().where(
                Sighting.article_id == Article.id,
                Sighting.feed_id == Feed.id,
                Feed.active,
                Sighting.last_seen_at.is_(None),
            ),
            # A text that waits to be grouped may find it company.
            ~exists().where(Version.article_id == Article.id, Version.cluster_id.is_(None)),
        )
        .order_by(Cluster.id)
        .limit(limit)
    )
    return [(article, cluster) for article, cluster in conn.execute(chosen)]


def _forget(conn: Connection, versions: Sequence[int], prepared: Callable[[str, str], SearchText]) -> None:
    rows = conn.execute(
        with_bodies(select(Version.id, Version.title, SUMMARY, TEXT)).where(
            Version.id.in_(versions),
            Version.cluster_id.is_not(None),
            ~exists().where(Unindexed.version_id == Version.id),
        )
    )
    forget_words(conn, [(row.id, prepared(row.title, row.text or row.summary)) for row in rows])


def _bodies(conn: Connection, versions: Sequence[int]) -> set[int]:
    rows = conn.execute(select(Version.summary_id, Version.body_id).where(Version.id.in_(versions)))
    return {body for row in rows for body in row if body is not None}
