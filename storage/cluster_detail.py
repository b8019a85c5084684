"""One cluster with all its versions, or one article with all of its."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from storage.bodies import SUMMARY, TEXT, with_bodies
from storage.clusters import ClusterSummary, cluster_summaries, resolve
from storage.placement_row import ACCEPTED_KINDS
from storage.record import record
from storage.schema import Article, Feed, Match, Sighting, Source, Version
from storage.wire import CreditRow, credits_of


@dataclass(frozen=True, slots=True)
class MatchDetail:
    """A comparison that was accepted when the version was placed."""

    other_version_id: int
    kind: str
    score: float
    figures: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class VersionDetail:
    """A version with its outlet and the evidence for its place.

    `published` is what the outlet claimed with this text; `first_seen` and `last_seen` are when fetches brought it;
    `dated` is the time it stands for in timelines, None until it is grouped; `credits` are found then too.
    `from_page` tells that the text was read in the article's page.
    """

    version_id: int
    article_id: int
    number: int
    source_id: str
    source_name: str
    url: str | None
    title: str
    summary: str
    text: str
    from_page: bool
    published: datetime | None
    updated: datetime | None
    dated: datetime | None
    first_seen: datetime
    last_seen: datetime
    matches: tuple[MatchDetail, ...]
    credits: tuple[CreditRow, ...]


@dataclass(frozen=True, slots=True)
class ClusterDetail:
    """A living cluster and its versions, ordered by the time they stand for."""

    cluster: ClusterSummary
    versions: tuple[VersionDetail, ...]


@dataclass(frozen=True, slots=True)
class ArticleDetail:
    """An article and its versions, in the order they appeared; `cluster_id` is None until it is grouped."""

    id: int
    source_id: str
    source_name: str
    key: str
    url: str | None
    published: datetime | None
    published_raw: str | None
    published_marks: list[str]
    updated: datetime | None
    first_seen: datetime
    cluster_id: int | None
    versions: tuple[VersionDetail, ...]


def cluster_detail(conn: Connection, cluster_id: int) -> ClusterDetail | None:
    """Return the living cluster behind an id with its versions; None for an unknown id."""
    living = resolve(conn, cluster_id)
    if living is None:
        return None
    versions = sorted(_versions(conn, Version.cluster_id == living), key=_timeline)
    return ClusterDetail(cluster=cluster_summaries(conn, [living])[living], versions=tuple(versions))


def article(conn: Connection, article_id: int) -> ArticleDetail | None:
    """Return the article with its versions; None for an unknown id."""
    row = conn.execute(
        select(
            Article.id,
            Article.source_id,
            Source.name.label("source_name"),
            Article.key,
            Article.url,
            Article.published_at.label("published"),
            Article.published_raw,
            Article.published_marks,
            Article.updated_at.label("updated"),
            Article.first_seen_at.label("first_seen"),
            Article.cluster_id,
        )
        .join(Source, Source.id == Article.source_id)
        .where(Article.id == article_id)
    ).first()
    if row is None:
        return None
    versions = sorted(_versions(conn, Version.article_id == article_id), key=lambda version: version.number)
    return record(ArticleDetail, row, versions=tuple(versions))


def _timeline(version: VersionDetail) -> tuple[datetime, int]:
    return version.dated or version.first_seen, version.version_id


def _versions(conn: Connection, chosen: ColumnElement[bool]) -> list[VersionDetail]:
    last_seen = (
        select(func.max(func.coalesce(Sighting.last_seen_at, Feed.shown_at)))
        .join(Feed, Feed.id == Sighting.feed_id)
        .where(Sighting.version_id == Version.id)
        .scalar_subquery()
    )
    rows = conn.execute(
        with_bodies(
            select(
                Version.id.label("version_id"),
                Version.article_id,
                Version.number,
                Article.source_id,
                Source.name.label("source_name"),
                Article.url,
                Version.title,
                SUMMARY,
                TEXT,
                Version.from_page,
                Version.published_at.label("published"),
                Version.updated_at.label("updated"),
                Version.dated_at.label("dated"),
                Version.seen_at.label("first_seen"),
                func.coalesce(last_seen, Version.seen_at).label("last_seen"),
            )
            .join(Article, Article.id == Version.article_id)
            .join(Source, Source.id == Article.source_id)
            .where(chosen)
        )
    ).all()
    matches = _matches(conn, chosen)
    wire = credits_of(conn, [row.version_id for row in rows])
    return [
        record(VersionDetail, row, matches=tuple(matches[row.version_id]), credits=wire.get(row.version_id, ()))
        for row in rows
    ]


def _matches(conn: Connection, chosen: ColumnElement[bool]) -> Mapping[int, Collection[MatchDetail]]:
    matches: defaultdict[int, list[MatchDetail]] = defaultdict(list)
    rows = conn.execute(
        select(Match.version_id, Match.other_version_id, Match.kind, Match.score, Match.figures)
        .join(Version, Version.id == Match.version_id)
        .where(chosen, Match.kind.in_(ACCEPTED_KINDS))
        .order_by(Match.id)
    )
    for version_id, other_version_id, kind, score, figures in rows:
        matches[version_id].append(MatchDetail(other_version_id, kind, score, figures))
    return matches
