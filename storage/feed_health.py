"""How the feeds are: which come in time, which are late or fail and since when, which may have missed items."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, func, select

from storage.overview import DEAD_AFTER, LATE_AFTER, MISSED_LATELY
from storage.record import record
from storage.schema import Feed, Source

FeedState = Literal["new", "ok", "late", "failing", "gone", "dead"]
"""Not fetched yet; well; due for more than LATE_AFTER; its latest fetches failed; its server says that it is gone for
good; it has failed for more than DEAD_AFTER."""

_GONE = 410


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A feed that the configuration names.

    `last_ok` is its last success, `failing_since` the first of the `tries` that failed since. Between `missed_from`
    and `missed_until` items may have come and gone unseen. `moved_to` is where its permanent redirects lead, `adopted`
    tells whether it is asked there by now.
    """

    id: int
    source_id: str
    source_name: str
    url: str
    category: str | None
    interval_s: float
    next_fetch: datetime
    last_fetch: datetime | None
    last_ok: datetime | None
    failures: float
    failing_since: datetime | None
    tries: int
    outcome: str | None
    status: int | None
    error: str | None
    window_size: int
    missed_from: datetime | None
    missed_until: datetime | None
    moved_to: str | None
    adopted: bool

    def state(self, now: datetime) -> FeedState:
        """Return how it is, in a word."""
        if self.tries > 0 and self.outcome is not None:
            if self.status == _GONE:
                return "gone"
            return "dead" if self.failing_since is not None and now - self.failing_since >= DEAD_AFTER else "failing"
        if now - self.next_fetch >= LATE_AFTER:
            return "late"
        return "new" if self.last_fetch is None else "ok"

    def has_gap(self, now: datetime) -> bool:
        """Tell whether it may have missed items lately."""
        return self.missed_until is not None and now - self.missed_until <= MISSED_LATELY


def feed_healths(conn: Connection, source_id: str | None = None) -> list[FeedHealth]:
    """Return the feeds that the configuration names, of one outlet or of all, by outlet and address."""
    chosen = () if source_id is None else (Feed.source_id == source_id,)
    rows = conn.execute(
        select(
            Feed.id,
            Feed.source_id,
            Source.name.label("source_name"),
            Feed.url,
            Feed.category,
            Feed.interval_s,
            Feed.next_fetch_at.label("next_fetch"),
            Feed.last_fetch_at.label("last_fetch"),
            Feed.last_ok_at.label("last_ok"),
            Feed.failures,
            Feed.failing_since,
            Feed.tries,
            Feed.last_outcome.label("outcome"),
            Feed.last_status.label("status"),
            Feed.last_error.label("error"),
            Feed.window_size,
            Feed.missed_from,
            Feed.missed_until,
            func.coalesce(Feed.asked_url, Feed.moved_to).label("moved_to"),
            Feed.asked_url.is_not(None).label("adopted"),
        )
        .join(Source, Source.id == Feed.source_id)
        .where(Feed.active, Source.active, *chosen)
        .order_by(Feed.source_id, Feed.url)
    )
    return [record(FeedHealth, row) for row in rows]
