"""How the store is doing: the figures of `riwaya status`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, select

from storage.queue import count_unclustered
from storage.record import record
from storage.schema import Article, Cluster, Feed, Fetch, Source, Version

# A tick comes every second and a fetch has a deadline of well under a minute; a feed five minutes behind is no chance.
LATE_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class FailingFeed:
    """An active feed whose latest fetches failed. `since` is its last success, None when it never had one."""

    id: int
    source_id: str
    url: str
    outcome: str
    error: str | None
    failures: float
    since: datetime | None
    next_fetch_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of the whole store; feeds and sources count when the configuration names them.

    `late` feeds are the due ones that have waited longer than LATE_AFTER; `size_bytes` is the whole database.
    """

    sources: int
    feeds: int
    due: int
    late: int
    failing: tuple[FailingFeed, ...]
    articles: int
    versions: int
    clusters: int
    unclustered: int
    last_fetch: datetime | None
    size_bytes: int


def overview(conn: Connection, now: datetime) -> Overview:
    """Count everything, as of `now`."""
    active = and_(Feed.active, Source.active)
    feeds = select(func.count()).select_from(Feed).join(Source, Source.id == Feed.source_id).where(active)
    return Overview(
        sources=conn.execute(select(func.count()).select_from(Source).where(Source.active)).scalar_one(),
        feeds=conn.execute(feeds).scalar_one(),
        due=conn.execute(feeds.where(Feed.next_fetch_at <= now)).scalar_one(),
        late=conn.execute(feeds.where(Feed.next_fetch_at <= now - LATE_AFTER)).scalar_one(),
        failing=_failing(conn),
        articles=conn.execute(select(func.count()).select_from(Article)).scalar_one(),
        versions=conn.execute(select(func.count()).select_from(Version)).scalar_one(),
        clusters=conn.execute(
            select(func.count()).select_from(Cluster).where(Cluster.merged_into.is_(None), Cluster.articles > 0)
        ).scalar_one(),
        unclustered=count_unclustered(conn),
        last_fetch=conn.execute(select(func.max(Fetch.started_at))).scalar_one(),
        size_bytes=_size(conn),
    )


def _failing(conn: Connection) -> tuple[FailingFeed, ...]:
    rows = conn.execute(
        select(
            Feed.id,
            Feed.source_id,
            Feed.url,
            Feed.last_outcome.label("outcome"),
            Feed.last_error.label("error"),
            Feed.failures,
            Feed.last_ok_at.label("since"),
            Feed.next_fetch_at,
        )
        .join(Source, Source.id == Feed.source_id)
        .where(Feed.active, Source.active, Feed.failures > 0, Feed.last_outcome.is_not(None))
        .order_by(Feed.failures.desc(), Feed.id)
    )
    return tuple(record(FailingFeed, row) for row in rows)


def _size(conn: Connection) -> int:
    if conn.dialect.name == "postgresql":
        return int(conn.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
    pages = int(conn.exec_driver_sql("PRAGMA page_count").scalar_one())
    return pages * int(conn.exec_driver_sql("PRAGMA page_size").scalar_one())
