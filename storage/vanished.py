"""Items that a feed no longer shows although it shows older ones: an event of the story each."""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Connection, bindparam, exists, func, select

from storage.events import tell
from storage.schema import Article, Event, Sighting, aliased


def article_times(conn: Connection, article_ids: Collection[int]) -> dict[int, datetime]:
    """Return the time that each article stands for: its publication, or its first sight."""
    return dict(conn.execute(_TIMES, {"ids": list(article_ids)}).all())


# SQLAlchemy's types take what coalesce gives for what its first column holds.
_STANDS_FOR = cast("ColumnElement[datetime]", func.coalesce(Article.published_at, Article.first_seen_at))
_TIMES = select(Article.id, _STANDS_FOR).where(Article.id.in_(bindparam("ids", expanding=True)))


def note_vanished(conn: Connection, feed_id: int, article_ids: Collection[int], now: datetime) -> int:
    """Record that a feed took these articles back; return how many events that made.

    An article that a feed of its outlet still shows is not gone, one that is not grouped yet has no story to tell
    of it, and each is told once.
    """
    if not article_ids:
        return 0
    other = aliased(Sighting)
    last_seen = func.max(Sighting.last_seen_at).label("last_seen")
    rows = conn.execute(
        select(Article.id, Article.cluster_id, Article.latest_version_id, last_seen)
        .join(Sighting, (Sighting.article_id == Article.id) & (Sighting.feed_id == feed_id))
        .where(
            Article.id.in_(article_ids),
            Article.cluster_id.is_not(None),
            ~exists().where(Event.article_id == Article.id, Event.kind == "vanished"),
            ~exists().where(other.article_id == Article.id, other.last_seen_at.is_(None)),
        )
        .group_by(Article.id, Article.cluster_id, Article.latest_version_id)
        .order_by(Article.id)
    ).all()
    tell(
        conn,
        (
            {
                "cluster_id": row.cluster_id,
                "kind": "vanished",
                "article_id": row.id,
                "version_id": row.latest_version_id,
                "at": now,
                "cause": {"feed_id": feed_id, "last_seen": row.last_seen.isoformat()},
            }
            for row in rows
        ),
    )
    return len(rows)
