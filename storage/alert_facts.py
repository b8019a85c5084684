"""What the alert rules ask of stories, articles and events."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, or_, select

from storage.bodies import SUMMARY, TEXT, with_bodies
from storage.record import record
from storage.schema import Article, Cluster, Credit, Event, Source, Version, aliased
from storage.standing import living_clusters


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """A grouped article with its newest grouped text.

    `dated_at` is the time that its first text stands for, `newest_at` that of the newest. `wires` are the agencies that
    the newest credits, `published_at` falls back to the first sight.
    """

    id: int
    cluster_id: int
    source_id: str
    source_name: str
    url: str | None
    title: str
    published_at: datetime
    dated_at: datetime
    newest_at: datetime
    version_id: int
    wires: frozenset[str]


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """A living story; `sources` counts its outlets."""

    id: int
    title: str
    first_seen_at: datetime
    sources: int
    articles: tuple[ArticleFacts, ...]


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event; `dated_at` is the time that the text which caused it stands for, None where no text did."""

    id: int
    kind: str
    cluster_id: int
    article_id: int | None
    version_id: int | None
    other_cluster_id: int | None
    at: datetime
    cause: Mapping[str, object]
    dated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of some changes: events by id, stories by any id that leads there, articles by id."""

    events: Mapping[int, EventFacts]
    stories: Mapping[int, StoryFacts]
    articles: Mapping[int, ArticleFacts]


def facts_of(conn: Connection, cluster_ids: Collection[int], event_ids: Collection[int]) -> Facts:
    """Read the living stories that these ids lead to, and these events with the articles they are about.

    A story without articles, and what is no longer there, is left out.
    """
    events = _events(conn, event_ids)
    living = living_clusters(conn, cluster_ids)
    about = {event.article_id for event in events.values() if event.article_id is not None}
    articles = _articles(conn, or_(Article.cluster_id.in_(set(living.values())), Article.id.in_(about)))
    members: defaultdict[int, list[ArticleFacts]] = defaultdict(list)
    for one in articles:
        members[one.cluster_id].append(one)
    rows = conn.execute(
        select(Cluster.id, Cluster.title, Cluster.first_seen_at, Cluster.sources).where(
            Cluster.id.in_(set(living.values()))
        )
    )
    stories = {row.id: record(StoryFacts, row, articles=tuple(members[row.id])) for row in rows if row.id in members}
    return Facts(
        events,
        {cluster: stories[home] for cluster, home in living.items() if home in stories},
        {one.id: one for one in articles},
    )


def texts_of(conn: Connection, version_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return title and body of these versions, as they are indexed for search."""
    chosen = with_bodies(select(Version.id, Version.title, SUMMARY, TEXT)).where(Version.id.in_(version_ids))
    return {row.id: (row.title, row.text or row.summary) for row in conn.execute(chosen)}


def _events(conn: Connection, event_ids: Collection[int]) -> dict[int, EventFacts]:
    rows = conn.execute(
        select(
            Event.id,
            Event.kind,
            Event.cluster_id,
            Event.article_id,
            Event.version_id,
            Event.other_cluster_id,
            Event.at,
            Event.cause,
            Version.dated_at,
        )
        .outerjoin(Version, Version.id == Event.version_id)
        .where(Event.id.in_(event_ids))
    )
    return {row.id: record(EventFacts, row) for row in rows}


def _articles(conn: Connection, chosen: ColumnElement[bool]) -> list[ArticleFacts]:
    first, newest = aliased(Version), aliased(Version)
    latest = (
        select(func.max(Version.number))
        .where(Version.article_id == Article.id, Version.cluster_id.is_not(None))
        .correlate(Article)
        .scalar_subquery()
    )
    rows = conn.execute(
        select(
            Article.id,
            Article.cluster_id,
            Article.source_id,
            Source.name.label("source_name"),
            Article.url,
            newest.title,
            func.coalesce(Article.published_at, Article.first_seen_at).label("published_at"),
            first.dated_at,
            newest.dated_at.label("newest_at"),
            newest.id.label("version_id"),
        )
        .join(Source, Source.id == Article.source_id)
        .join(first, (first.article_id == Article.id) & (first.number == 1))
        .join(newest, (newest.article_id == Article.id) & (newest.number == latest))
        .where(chosen, first.dated_at.is_not(None))
        .order_by(first.dated_at, Article.id)
    ).all()
    wires = _wires(conn, [row.version_id for row in rows])
    return [record(ArticleFacts, row, wires=frozenset(wires[row.version_id])) for row in rows]


def _wires(conn: Connection, version_ids: Collection[int]) -> Mapping[int, set[str]]:
    wires: defaultdict[int, set[str]] = defaultdict(set)
    rows = conn.execute(
        select(Credit.version_id, Credit.agency).where(Credit.version_id.in_(version_ids), Credit.kind == "credit")
    )
    for version, agency in rows:
        wires[version].add(agency)
    return wires
