"""Which feeds to fetch now, and who is fetching them.

A worker leases a feed before it asks for it. A lease that lapses frees the feed by itself, so a killed worker delays
its feeds and loses none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, and_, func, or_, select, update
from sqlalchemy.sql import ColumnElement

from storage.record import record
from storage.schema import Feed, Source


@dataclass(frozen=True, slots=True)
class FeedState:
    """What a fetch needs to know of a feed. `timezone` is the source's, for dates that name none."""

    id: int
    source_id: str
    url: str
    host: str
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    interval_s: float
    failures: float
    next_fetch_at: datetime
    timezone: str | None
    identity_step: int = 0
    clock_offset_s: float | None = None
    shape: str | None = None


_STATE = (
    Feed.id,
    Feed.source_id,
    Feed.url,
    Feed.host,
    Feed.etag,
    Feed.last_modified,
    Feed.body_hash,
    Feed.shape,
    Feed.interval_s,
    Feed.failures,
    Feed.next_fetch_at,
    Source.timezone,
    Feed.identity_step,
    Feed.clock_offset_s,
)


def lease_due(
    conn: Connection, now: datetime, holder: str, lease_until: datetime, limit: int, per_host: int
) -> list[FeedState]:
    """Lease up to `limit` due feeds of active sources, at most `per_host` of a host counting those leased already.

    The choice is fair inside the query: first the longest-waiting feed of every host, then the second of each, and so
    on; a host with hundreds of due feeds cannot fill the batch. Feeds that another transaction is leasing at this
    moment are passed over (PostgreSQL; on SQLite the other one waits).
    """
    free = _free(now)
    busy = select(Feed.host, func.count().label("leases")).where(Feed.lease_until > now).group_by(Feed.host).cte("busy")
    turn = func.row_number().over(partition_by=Feed.host, order_by=(Feed.next_fetch_at, Feed.id))
    due = (
        select(Feed.id, (turn + func.coalesce(busy.c.leases, 0)).label("turn"))
        .join(Source, Source.id == Feed.source_id)
        .outerjoin(busy, busy.c.host == Feed.host)
        .where(Feed.active, Source.active, Feed.next_fetch_at <= now, free)
        .cte("due")
    )
    chosen = conn.execute(
        select(*_STATE)
        .join(due, due.c.id == Feed.id)
        .join(Source, Source.id == Feed.source_id)
        # The last two are asked again of the row as it is once locked, not as it was when the query began.
        .where(due.c.turn <= per_host, Feed.next_fetch_at <= now, free)
        .order_by(due.c.turn, Feed.next_fetch_at, Feed.id)
        .limit(limit)
        .with_for_update(of=Feed, skip_locked=True)
    ).all()
    return _take(conn, chosen, holder, lease_until)


def select_feeds(conn: Connection, source_ids: Sequence[str] | None = None) -> list[FeedState]:
    """Return the active feeds of the active sources, or of those named, due or not."""
    chosen = (
        select(*_STATE)
        .join(Source, Source.id == Feed.source_id)
        .where(Feed.active, Source.active)
        .order_by(Feed.next_fetch_at, Feed.id)
    )
    if source_ids is not None:
        chosen = chosen.where(Feed.source_id.in_(source_ids))
    return [_state(row) for row in conn.execute(chosen)]


def lease_feeds(
    conn: Connection, feed_ids: Sequence[int], now: datetime, holder: str, lease_until: datetime
) -> list[FeedState]:
    """Lease these feeds, due or not; those that someone else holds are left out of the answer."""
    chosen = conn.execute(
        select(*_STATE)
        .join(Source, Source.id == Feed.source_id)
        .where(Feed.id.in_(feed_ids), _free(now))
        .order_by(Feed.next_fetch_at, Feed.id)
        .with_for_update(of=Feed, skip_locked=True)
    ).all()
    return _take(conn, chosen, holder, lease_until)


def release(conn: Connection, feed_ids: Sequence[int], holder: str | None = None) -> None:
    """Give leases back unused; with `holder`, only those it still has."""
    mine = update(Feed).where(Feed.id.in_(feed_ids)).values(lease_by=None, lease_until=None)
    conn.execute(mine if holder is None else mine.where(Feed.lease_by == holder))


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(Feed.lease_until.is_(None), and_(Feed.lease_until.is_not(None), Feed.lease_until <= now))


def _take(
    conn: Connection, rows: Sequence[Row[*tuple[object, ...]]], holder: str, lease_until: datetime
) -> list[FeedState]:
    states = [_state(row) for row in rows]
    if states:
        conn.execute(
            update(Feed)
            .where(Feed.id.in_([state.id for state in states]))
            .values(lease_by=holder, lease_until=lease_until)
        )
    return states


def _state(row: Row[*tuple[object, ...]]) -> FeedState:
    return record(FeedState, row)
