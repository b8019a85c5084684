"""The store in a few figures, cheap enough to be asked for every few seconds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.events import last_event_at
from storage.overview import LATE_AFTER
from storage.queue import queue
from storage.room import size_bytes
from storage.schema import Feed, Fetch, Page, Source


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """Sources and feeds count when the configuration names them.

    `late` feeds have been due for longer than LATE_AFTER, `failing` ones failed when last asked. `waiting` versions are
    not grouped yet, the first of them since `waiting_since`. `last_fetch` is when a fetch last began and `last_cluster`
    when a story last changed; None while there was none.
    """

    sources: int
    feeds: int
    due: int
    late: int
    failing: int
    waiting: int
    waiting_since: datetime | None
    pages_waiting: int
    last_fetch: datetime | None
    last_cluster: datetime | None
    size_bytes: int


def store_figures(conn: Connection, now: datetime) -> StoreFigures:
    """Count, as of `now`."""
    active = select(
        func.count(),
        func.count().filter(Feed.next_fetch_at <= now),
        func.count().filter(Feed.next_fetch_at <= now - LATE_AFTER),
        func.count().filter(Feed.tries > 0, Feed.last_outcome.is_not(None)),
    )
    feeds, due, late, failing = conn.execute(
        active.select_from(Feed).join(Source, Source.id == Feed.source_id).where(Feed.active, Source.active)
    ).one()
    waiting = queue(conn)
    return StoreFigures(
        sources=conn.execute(select(func.count()).select_from(Source).where(Source.active)).scalar_one(),
        feeds=feeds,
        due=due,
        late=late,
        failing=failing,
        waiting=waiting.versions,
        waiting_since=waiting.since,
        pages_waiting=conn.execute(select(func.count()).select_from(Page).where(Page.due_at.is_not(None))).scalar_one(),
        last_fetch=conn.execute(select(func.max(Fetch.started_at))).scalar_one(),
        last_cluster=last_event_at(conn),
        size_bytes=size_bytes(conn),
    )
