"""The store in three figures, cheap enough to be asked for every few seconds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.events import last_event_at
from storage.overview import LATE_AFTER
from storage.schema import Feed, Source


@dataclass(frozen=True, slots=True)
class Brief:
    """How many feeds are watched and how many of them are late; when a story last changed, None while there is none."""

    feeds: int
    late: int
    last_cluster: datetime | None


def brief(conn: Connection, now: datetime) -> Brief:
    """Count, as of `now`."""
    late = func.count().filter(Feed.next_fetch_at <= now - LATE_AFTER)
    active = select(func.count(), late).join(Source, Source.id == Feed.source_id).where(Feed.active, Source.active)
    feeds, behind = conn.execute(active).one()
    return Brief(feeds, behind, last_event_at(conn))
