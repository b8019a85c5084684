"""What a feed shows: a sighting is open while the feed's newest document holds the text, and ends when that is gone.

So a document that brings two new items of forty writes two sightings and ends two, whatever else it holds.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, insert, select, update

from storage.schema import Feed, Sighting

# Values of one statement; SQLite takes 32,766, PostgreSQL 65,535.
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A text that a feed shows, of which article, and the mark by which its item is known unread."""

    version_id: int
    article_id: int
    mark: bytes | None


def shown_by(conn: Connection, feed_id: int) -> list[Shown]:
    """Return the texts that a feed's newest document holds; one without items counts as none."""
    return [Shown(*row) for row in conn.execute(_SHOWN, {"of_feed": feed_id})]


def note_shown(
    conn: Connection, feed_id: int, before: Sequence[Shown], shown: Collection[Shown], seen_at: datetime
) -> None:
    """Note which texts a document holds, where `shown_by` told of the one before.

    What that held and this does not has then been seen last in that one.
    """
    held = {one.version_id: one.mark for one in before}
    gone = held.keys() - {one.version_id for one in shown}
    for start in range(0, len(gone), _BATCH):
        conn.execute(_END, {"of_feed": feed_id, "versions": sorted(gone)[start : start + _BATCH]})
    _begin(conn, feed_id, [one for one in shown if one.version_id not in held], seen_at)
    changed = [one for one in shown if one.version_id in held and held[one.version_id] != one.mark]
    if changed:
        rows = [{"of_feed": feed_id, "of_version": one.version_id, "new_mark": one.mark} for one in changed]
        conn.execute(_MARK, rows)
    conn.execute(_SHOWN_AT, {"of_feed": feed_id, "now": seen_at})


def _begin(conn: Connection, feed_id: int, shown: Collection[Shown], seen_at: datetime) -> None:
    """Open sightings; a text may be shown again that was gone, as by a feed that flips between two."""
    if not shown:
        return
    ids = [one.version_id for one in shown]
    again: set[int] = set()
    for start in range(0, len(ids), _BATCH):
        again |= set(conn.execute(_AGAIN, {"of_feed": feed_id, "versions": ids[start : start + _BATCH]}).scalars())
    marks = [{"of_feed": feed_id, "of_version": one.version_id, "new_mark": one.mark} for one in shown]
    if again:
        conn.execute(_MARK, [row for row in marks if row["of_version"] in again])
    rows = [
        {
            "version_id": one.version_id,
            "feed_id": feed_id,
            "article_id": one.article_id,
            "first_seen_at": seen_at,
            "mark": one.mark,
        }
        for one in shown
        if one.version_id not in again
    ]
    if rows:
        conn.execute(insert(Sighting), rows)


# Made once: making a statement takes longer than running it.
_OPEN = (Sighting.feed_id == bindparam("of_feed")) & Sighting.last_seen_at.is_(None)
_SHOWN = select(Sighting.version_id, Sighting.article_id, Sighting.mark).where(_OPEN)
_AMONG = Sighting.version_id.in_(bindparam("versions", expanding=True))
_DOCUMENT = select(Feed.shown_at).where(Feed.id == bindparam("of_feed")).scalar_subquery()
_END = (
    update(Sighting)
    .where(_OPEN, _AMONG)
    # A clock may have been set back between the two.
    .values(last_seen_at=case((Sighting.first_seen_at < _DOCUMENT, _DOCUMENT), else_=Sighting.first_seen_at), mark=None)
)
_AGAIN = (
    update(Sighting)
    .where(Sighting.feed_id == bindparam("of_feed"), _AMONG)
    .values(last_seen_at=None)
    .returning(Sighting.version_id)
)
_MARK = (
    update(Sighting)
    .where(Sighting.feed_id == bindparam("of_feed"), Sighting.version_id == bindparam("of_version"))
    .values(mark=bindparam("new_mark", type_=Sighting.mark.type))
)
_NOW = bindparam("now", type_=Feed.shown_at.type)
_SHOWN_AT = (
    update(Feed)
    .where(Feed.id == bindparam("of_feed"))
    .values(shown_at=case((Feed.shown_at > _NOW, Feed.shown_at), else_=_NOW))
)
