"""Which feeds to fetch now, and who is fetching them.

A worker leases a feed before it asks for it. A lease that lapses frees the feed by itself, so a killed worker delays
its feeds and loses none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, Select, and_, func, or_, select, update
from sqlalchemy.sql import ColumnElement

from storage.hosts import take_turns
from storage.record import record
from storage.schema import Feed, Host, Source


@dataclass(frozen=True, slots=True)
class FeedState:
    """What a fetch needs to know of a feed.

    `timezone` (for dates that name none) and `full_text` are the source's, `quiet_until` is its host's. The rest are
    columns of `feed`.
    """

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
    rate: float | None = None
    window_size: int = 0
    update_every_s: float | None = None
    asked_url: str | None = None
    moved_to: str | None = None
    moved_since: datetime | None = None
    moved_times: int = 0
    checked_at: datetime | None = None
    lied_at: datetime | None = None
    lies: int = 0
    last_ok_at: datetime | None = None
    quiet_until: datetime | None = None
    identity_step: int = 0
    clock_offset_s: float | None = None
    shape: str | None = None
    full_text: Literal["true", "false", "auto"] = "false"

    def due(self, now: datetime) -> bool:
        """Tell whether it is time to fetch it, and its host has not asked for silence."""
        return self.next_fetch_at <= now and (self.quiet_until is None or self.quiet_until <= now)


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
    Source.full_text,
    Feed.rate,
    Feed.window_size,
    Feed.update_every_s,
    Feed.asked_url,
    Feed.moved_to,
    Feed.moved_since,
    Feed.moved_times,
    Feed.checked_at,
    Feed.lied_at,
    Feed.lies,
    Feed.last_ok_at,
    Host.quiet_until,
    Feed.identity_step,
    Feed.clock_offset_s,
)


def lease_due(
    conn: Connection,
    now: datetime,
    holder: str,
    lease_until: datetime,
    limit: int,
    per_host: int,
    host_gap_s: float = 0.0,
) -> list[FeedState]:
    """Lease up to `limit` due feeds of active sources, at most `per_host` of a host counting those leased already.

    With `host_gap_s` only one of each host at a time, and that much later than the one before, or later still where
    the host has earned a wider gap. Hosts that asked for silence are passed over.

    The choice is fair inside the query: first the longest-waiting feed of every host, then the second of each, and so
    on; a host with hundreds of due feeds cannot fill the batch. Feeds that another transaction is leasing at this
    moment are passed over (PostgreSQL; on SQLite the other one waits).
    """
    free = _free(now)
    paced = host_gap_s > 0
    open_host = or_(Host.quiet_until.is_(None), Host.quiet_until <= now)
    if paced:
        open_host = and_(open_host, or_(Host.next_at.is_(None), Host.next_at <= now))
    busy = select(Feed.host, func.count().label("leases")).where(Feed.lease_until > now).group_by(Feed.host).cte("busy")
    turn = func.row_number().over(partition_by=Feed.host, order_by=(Feed.next_fetch_at, Feed.id))
    due = (
        select(Feed.id, turn.label("turn"), (turn + func.coalesce(busy.c.leases, 0)).label("running"))
        .join(Source, Source.id == Feed.source_id)
        .outerjoin(busy, busy.c.host == Feed.host)
        .outerjoin(Host, Host.name == Feed.host)
        .where(Feed.active, Source.active, Feed.next_fetch_at <= now, free, open_host)
        .cte("due")
    )
    # Only the ids: what else a fetch must know is read of the few that are taken, not of all that are due.
    ids = conn.scalars(
        select(Feed.id)
        .join(due, due.c.id == Feed.id)
        # The last two are asked again of the row as it is once locked, not as it was when the query began.
        .where(due.c.running <= per_host, due.c.turn <= (1 if paced else per_host), Feed.next_fetch_at <= now, free)
        .order_by(due.c.running, Feed.next_fetch_at, Feed.id)
        .limit(limit)
        .with_for_update(of=Feed, skip_locked=True)
    ).all()
    by_id = {row.id: row for row in conn.execute(_states().where(Feed.id.in_(ids)))} if ids else {}
    chosen = [by_id[feed_id] for feed_id in ids]
    if paced:
        # Asked again of the host's row as it is once locked: another process may have been quicker.
        ours = take_turns(conn, {row.host for row in chosen}, now, host_gap_s)
        chosen = [row for row in chosen if row.host in ours]
    return _take(conn, chosen, holder, lease_until)


def select_feeds(conn: Connection, source_ids: Sequence[str] | None = None) -> list[FeedState]:
    """Return the active feeds of the active sources, or of those named, due or not."""
    chosen = _states().where(Feed.active, Source.active).order_by(Feed.next_fetch_at, Feed.id)
    if source_ids is not None:
        chosen = chosen.where(Feed.source_id.in_(source_ids))
    return [_state(row) for row in conn.execute(chosen)]


def lease_feeds(
    conn: Connection, feed_ids: Sequence[int], now: datetime, holder: str, lease_until: datetime
) -> list[FeedState]:
    """Lease these feeds, due or not; those that someone else holds are left out of the answer."""
    chosen = conn.execute(
        _states()
        .where(Feed.id.in_(feed_ids), _free(now))
        .order_by(Feed.next_fetch_at, Feed.id)
        .with_for_update(of=Feed, skip_locked=True)
    ).all()
    return _take(conn, chosen, holder, lease_until)


def release(conn: Connection, feed_ids: Sequence[int], holder: str | None = None) -> None:
    """Give leases back unused; with `holder`, only those it still has."""
    mine = update(Feed).where(Feed.id.in_(feed_ids)).values(lease_by=None, lease_until=None)
    conn.execute(mine if holder is None else mine.where(Feed.lease_by == holder))


def _states() -> Select[*tuple[Any, ...]]:
    return select(*_STATE).join(Source, Source.id == Feed.source_id).outerjoin(Host, Host.name == Feed.host)


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
