"""The outlets with their figures: how much they publish and how their feeds are."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from storage.feed_health import FeedHealth, feed_healths
from storage.schema import Article, Source

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """An outlet. `articles` counts all that were ever seen, `day` and `week` those first seen since then."""

    id: str
    name: str
    homepage: str
    country: str
    language: str
    active: bool
    added: datetime
    articles: int
    day: int
    week: int
    last_seen: datetime | None
    feeds: tuple[FeedHealth, ...]


def source_figures(conn: Connection, now: datetime, source_id: str | None = None) -> list[SourceFigures]:
    """Return the outlets that the configuration names or articles are of, by id; or the one of an id."""
    chosen = () if source_id is None else (Source.id == source_id,)
    of_articles = () if source_id is None else (Article.source_id == source_id,)
    counts = {
        source: (articles, newest)
        for source, articles, newest in conn.execute(
            select(Article.source_id, func.count(), func.max(Article.id))
            .where(*of_articles)
            .group_by(Article.source_id)
        )
    }
    newest = [article for _, article in counts.values()]
    seen = dict(conn.execute(select(Article.source_id, Article.first_seen_at).where(Article.id.in_(newest))).all())
    week: Counter[str] = Counter()
    day: Counter[str] = Counter()
    recent = select(Article.source_id, func.count()).where(*of_articles).group_by(Article.source_id)
    for counted, since in ((week, now - WEEK), (day, now - DAY)):
        counted.update(dict(conn.execute(recent.where(Article.first_seen_at >= since)).all()))
    feeds: defaultdict[str, list[FeedHealth]] = defaultdict(list)
    for feed in feed_healths(conn, source_id):
        feeds[feed.source_id].append(feed)
    rows = conn.execute(
        select(Source.id, Source.name, Source.homepage, Source.country, Source.language, Source.active, Source.added_at)
        .where(*chosen)
        .order_by(Source.id)
    )
    return [
        SourceFigures(
            *row,
            articles=counts.get(row.id, (0, 0))[0],
            day=day[row.id],
            week=week[row.id],
            last_seen=seen.get(row.id),
            feeds=tuple(feeds[row.id]),
        )
        for row in rows
        if row.active or row.id in counts
    ]
