"""Which articles a feed's documents had in common: the proof that nothing between two of them was missed."""

from sqlalchemy import Connection

from storage.sightings import shown_by


def standing(conn: Connection, feed_id: int) -> frozenset[int]:
    """Return the ids of the articles in the feed's newest document that had any."""
    return frozenset(one.article_id for one in shown_by(conn, feed_id))
