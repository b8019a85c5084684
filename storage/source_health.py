"""Every outlet with the state of its feeds and how much it publishes."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.overview import LATE_AFTER, MISSED_LATELY
from storage.record import record
from storage.schema import Article, Feed, Source

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A feed and how it answers; see `storage.schema.Feed` for the fields."""

    id: int
    url: str
    category: str | None
    active: bool
    interval_s: float
    window_size: int
    next_fetch_at: datetime
    last_fetch_at: datetime | None
    last_ok_at: datetime | None
    last_outcome: str | None
    last_status: int | None
    last_error: str | None
    failing_since: datetime | None
    tries: int
    missed_from: datetime | None
    missed_until: datetime | None
    moved_to: str | None
    asked_url: str | None

    def late(self, now: datetime) -> bool:
        """Tell whether it has been due for longer than it should."""
        return self.active and self.next_fetch_at <= now - LATE_AFTER

    def missed_lately(self, now: datetime) -> bool:
        """Tell whether items may have come and gone unseen within the last days."""
        return self.missed_until is not None and self.missed_until >= now - MISSED_LATELY


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """An outlet. `day` and `week` count the articles first seen in the last day and week; `newest` is the last one's."""

    id: str
    name: str
    homepage: str
    country: str
    language: str
    active: bool
    feeds: tuple[FeedHealth, ...]
    day: int
    week: int
    newest: datetime | None


def source_health(conn: Connection, now: datetime, source_id: str | None = None) -> list[SourceHealth]:
    """Return every outlet, or the one asked for, by name; those that the configuration dropped come last."""
    chosen = select(Source.id, Source.name, Source.homepage, Source.country, Source.language, Source.active)
    feeds_of, seen = select(*_FEED).order_by(Feed.id), _seen(now)
    if source_id is not None:
        chosen = chosen.where(Source.id == source_id)
        feeds_of = feeds_of.where(Feed.source_id == source_id)
        seen = seen.where(Article.source_id == source_id)
    feeds: defaultdict[str, list[FeedHealth]] = defaultdict(list)
    for source, *facts in conn.execute(feeds_of):
        feeds[source].append(FeedHealth(*facts))
    volumes = {source: (day, week, newest) for source, day, week, newest in conn.execute(seen)}
    found = []
    for row in conn.execute(chosen.order_by(Source.active.desc(), Source.name, Source.id)):
        day, week, newest = volumes.get(row.id, (0, 0, None))
        found.append(record(SourceHealth, row, feeds=tuple(feeds[row.id]), day=day, week=week, newest=newest))
    return found


_FEED = (
    Feed.source_id,
    Feed.id,
    Feed.url,
    Feed.category,
    Feed.active,
    Feed.interval_s,
    Feed.window_size,
    Feed.next_fetch_at,
    Feed.last_fetch_at,
    Feed.last_ok_at,
    Feed.last_outcome,
    Feed.last_status,
    Feed.last_error,
    Feed.failing_since,
    Feed.tries,
    Feed.missed_from,
    Feed.missed_until,
    Feed.moved_to,
    Feed.asked_url,
)


def _seen(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Article.source_id,
            func.count().filter(Article.first_seen_at >= now - DAY),
            func.count(),
            func.max(Article.first_seen_at),
        )
        .where(Article.first_seen_at >= now - WEEK)
        .group_by(Article.source_id)
    )
