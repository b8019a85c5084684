"""Which articles a feed's documents had in common: the proof that nothing between two of them was missed."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from storage.schema import Sighting


def standing(conn: Connection, feed_id: int, at: datetime | None = None) -> frozenset[int]:
    """Return the ids of the articles in the feed's document that was stored at a time, by default the latest one."""
    chosen = _LATEST if at is None else _AT
    return frozenset(conn.execute(chosen, {"feed": feed_id, "at": at}).scalars())


_OF_FEED = select(Sighting.article_id).where(Sighting.feed_id == bindparam("feed"))
_AT = _OF_FEED.where(Sighting.last_seen_at == bindparam("at"))
_LATEST = _OF_FEED.where(
    Sighting.last_seen_at
    == select(func.max(Sighting.last_seen_at)).where(Sighting.feed_id == bindparam("feed")).scalar_subquery()
)
