"""How the store is doing: the figures of `riwaya status`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, or_, select

from storage.alerts import TargetFigures, target_figures
from storage.events import last_event_at
from storage.page_figures import PageFigures, page_figures
from storage.queue import queue
from storage.record import record
from storage.room import size_bytes
from storage.schema import Feed, Fetch, Source
from storage.totals import totals

# A tick comes every second and a fetch has a deadline of well under a minute; a feed five minutes behind is no chance.
LATE_AFTER = timedelta(minutes=5)
# A service that stands still makes every feed late: names of a screen are enough then.
MOST_LATE = 20
# What was missed longer ago is history, and stands in the fetches.
MISSED_LATELY = timedelta(days=7)
# Feeds do come back from a weekend; after a month of failures somebody should look for another address.
DEAD_AFTER = timedelta(days=30)
_GONE = 410


@dataclass(frozen=True, slots=True)
class FailingFeed:
    """An active feed whose latest fetches failed.

    `since` is its last success, None when it never had one; `failing_since` the first of the `tries` that failed since.
    `status` is the HTTP status of the latest, None when no answer came.
    """

    id: int
    source_id: str
    url: str
    outcome: str
    status: int | None
    error: str | None
    failures: float
    tries: int
    since: datetime | None
    failing_since: datetime | None
    next_fetch_at: datetime

    def gone(self) -> bool:
        """Tell whether its server says that the feed is gone for good."""
        return self.status == _GONE

    def dead(self, now: datetime) -> bool:
        """Tell whether it has failed for so long that its address is likely out of use."""
        return self.failing_since is not None and now - self.failing_since >= DEAD_AFTER


@dataclass(frozen=True, slots=True)
class FeedWithGaps:
    """An active feed that may have shown items, lately, that were gone before the next look.

    Between `missed_from` and `missed_until` its document had changed from end to end. `times` counts such spans among
    the fetches that are kept.
    """

    id: int
    source_id: str
    url: str
    window_size: int
    interval_s: float
    times: int
    missed_from: datetime
    missed_until: datetime


@dataclass(frozen=True, slots=True)
class MovedFeed:
    """An active feed that redirects for good; `adopted` tells whether the new address is asked directly by now."""

    id: int
    source_id: str
    url: str
    to: str
    adopted: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class LateFeed:
    """An active feed that should have been asked at `due_at`, more than LATE_AFTER ago."""

    id: int
    source_id: str
    url: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of the whole store; feeds and sources count when the configuration names them.

    `late` feeds are the due ones that have waited longer than LATE_AFTER; `late_feeds` names the MOST_LATE that have
    waited longest. `unclustered_since` is when the first text that waits to be grouped was seen, `last_cluster` when a
    story last changed. `size_bytes` is the whole database.
    """

    sources: int
    feeds: int
    due: int
    late: int
    late_feeds: tuple[LateFeed, ...]
    failing: tuple[FailingFeed, ...]
    gaps: tuple[FeedWithGaps, ...]
    moved: tuple[MovedFeed, ...]
    pages: PageFigures
    articles: int
    versions: int
    clusters: int
    unclustered: int
    unclustered_since: datetime | None
    alerts: tuple[TargetFigures, ...]
    last_fetch: datetime | None
    last_cluster: datetime | None
    size_bytes: int


def overview(conn: Connection, now: datetime) -> Overview:
    """Count everything, as of `now`."""
    active = and_(Feed.active, Source.active)
    feeds = select(func.count()).select_from(Feed).join(Source, Source.id == Feed.source_id).where(active)
    waiting, held = queue(conn), totals(conn)
    return Overview(
        sources=conn.execute(select(func.count()).select_from(Source).where(Source.active)).scalar_one(),
        feeds=conn.execute(feeds).scalar_one(),
        due=conn.execute(feeds.where(Feed.next_fetch_at <= now)).scalar_one(),
        late=conn.execute(feeds.where(Feed.next_fetch_at <= now - LATE_AFTER)).scalar_one(),
        late_feeds=_late(conn, now),
        failing=_failing(conn),
        gaps=_gaps(conn, now),
        moved=_moved(conn),
        pages=page_figures(conn, now),
        articles=held.articles,
        versions=held.versions,
        clusters=held.clusters,
        unclustered=waiting.versions,
        unclustered_since=waiting.since,
        alerts=target_figures(conn),
        last_fetch=conn.execute(select(func.max(Fetch.started_at))).scalar_one(),
        last_cluster=last_event_at(conn),
        size_bytes=size_bytes(conn),
    )


def _late(conn: Connection, now: datetime) -> tuple[LateFeed, ...]:
    rows = conn.execute(
        select(Feed.id, Feed.source_id, Feed.url, Feed.next_fetch_at.label("due_at"))
        .join(Source, Source.id == Feed.source_id)
        .where(Feed.active, Source.active, Feed.next_fetch_at <= now - LATE_AFTER)
        .order_by(Feed.next_fetch_at, Feed.id)
        .limit(MOST_LATE)
    )
    return tuple(record(LateFeed, row) for row in rows)


def _failing(conn: Connection) -> tuple[FailingFeed, ...]:
    rows = conn.execute(
        select(
            Feed.id,
            Feed.source_id,
            Feed.url,
            Feed.last_outcome.label("outcome"),
            Feed.last_status.label("status"),
            Feed.last_error.label("error"),
            Feed.failures,
            Feed.tries,
            Feed.last_ok_at.label("since"),
            Feed.failing_since,
            Feed.next_fetch_at,
        )
        .join(Source, Source.id == Feed.source_id)
        .where(Feed.active, Source.active, Feed.tries > 0, Feed.last_outcome.is_not(None))
        .order_by(Feed.failures.desc(), Feed.tries.desc(), Feed.id)
    )
    return tuple(record(FailingFeed, row) for row in rows)


def _gaps(conn: Connection, now: datetime) -> tuple[FeedWithGaps, ...]:
    times = (
        select(func.count())
        .select_from(Fetch)
        .where(Fetch.feed_id == Feed.id, Fetch.missed_from.is_not(None))
        .correlate(Feed)
        .scalar_subquery()
    )
    rows = conn.execute(
        select(
            Feed.id,
            Feed.source_id,
            Feed.url,
            Feed.window_size,
            Feed.interval_s,
            times.label("times"),
            Feed.missed_from,
            Feed.missed_until,
        )
        .join(Source, Source.id == Feed.source_id)
        .where(Feed.active, Source.active, Feed.missed_until >= now - MISSED_LATELY)
        .order_by(Feed.missed_until.desc(), Feed.id)
    )
    return tuple(record(FeedWithGaps, row) for row in rows)


def _moved(conn: Connection) -> tuple[MovedFeed, ...]:
    rows = conn.execute(
        select(
            Feed.id,
            Feed.source_id,
            Feed.url,
            func.coalesce(Feed.asked_url, Feed.moved_to).label("to"),
            Feed.asked_url.is_not(None).label("adopted"),
            Feed.moved_since.label("since"),
        )
        .join(Source, Source.id == Feed.source_id)
        .where(Feed.active, Source.active, or_(Feed.asked_url.is_not(None), Feed.moved_to.is_not(None)))
        .order_by(Feed.id)
    )
    return tuple(record(MovedFeed, row) for row in rows)
