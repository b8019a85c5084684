"""Which articles a feed's documents had in common: the proof that nothing between two of them was missed."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.schema import Sighting


def standing(conn: Connection, feed_id: int, at: datetime | None = None) -> frozenset[int]:
    """Return the ids of the articles in the feed's document that was stored at a time, by default the latest one."""
    moment = at or select(func.max(Sighting.last_seen_at)).where(Sighting.feed_id == feed_id).scalar_subquery()
    rows = conn.execute(select(Sighting.article_id).where(Sighting.feed_id == feed_id, Sighting.last_seen_at == moment))
    return frozenset(rows.scalars())
