"""Raw bytes of the last few answers of a feed that could not be read or that looked different, for a closer look.

They are written in the transaction of the fetch record, the same bytes of a feed only once, and bounded twice: so many
different ones of a feed, so many bytes in all.
"""

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from storage.record import record
from storage.schema import Feed, Fetch, KeptBody, KeptFetch
from storage.upsert import upsert

PER_FEED = 3
"""Different bodies kept of one feed: the newest, the one before, and one to compare both with."""

# Feeds shrink to a fifth either way; higher levels take several times as long for a few percent.
_LEVEL = 6


@dataclass(frozen=True, slots=True)
class PackedAnswer:
    """An answer as it is kept; see `storage.schema.KeptFetch` for the fields."""

    reason: str
    url: str
    content_type: str | None
    timezone: str | None
    answered_at: datetime
    body_hash: str
    size_bytes: int
    packed: bytes


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A kept answer and what was recorded of its fetch. `size_bytes` counts the body as it came."""

    fetch_id: int
    source_id: str
    feed_url: str
    started_at: datetime
    outcome: str
    error: str | None
    reason: str
    url: str
    content_type: str | None
    timezone: str | None
    answered_at: datetime
    size_bytes: int


def pack_answer(
    body: bytes, *, reason: str, url: str, content_type: str | None, timezone: str | None, answered_at: datetime
) -> PackedAnswer:
    """Compress an answer. It takes a while for megabytes: do it before the transaction."""
    body_hash = hashlib.sha256(body).hexdigest()
    return PackedAnswer(
        reason, url, content_type, timezone, answered_at, body_hash, len(body), zlib.compress(body, _LEVEL)
    )


def keep_answer(conn: Connection, fetch_id: int, feed_id: int, answer: PackedAnswer, most_bytes: int) -> None:
    """Keep the answer of a fetch; the oldest others make room, so that no more than `most_bytes` are kept in all.

    An answer that is larger by itself is not kept.
    """
    if len(answer.packed) > most_bytes:
        return
    body = {
        "feed_id": feed_id,
        "body_hash": answer.body_hash,
        "last_kept_at": answer.answered_at,
        "size_bytes": answer.size_bytes,
        "packed_bytes": len(answer.packed),
        "packed": answer.packed,
    }
    body_id = conn.execute(
        upsert(conn, KeptBody)
        .values(**body)
        .on_conflict_do_update(index_elements=["feed_id", "body_hash"], set_={"last_kept_at": answer.answered_at})
        .returning(KeptBody.id)
    ).scalar_one()
    conn.execute(
        insert(KeptFetch).values(
            fetch_id=fetch_id,
            body_id=body_id,
            reason=answer.reason,
            url=answer.url,
            content_type=answer.content_type,
            timezone=answer.timezone,
            answered_at=answer.answered_at,
        )
    )
    _make_room(conn, feed_id, most_bytes)


def kept_answers(conn: Connection, limit: int) -> list[KeptAnswer]:
    """Return the fetches whose answers are kept, the latest first."""
    rows = conn.execute(_KEPT.order_by(KeptFetch.fetch_id.desc()).limit(limit))
    return [record(KeptAnswer, row) for row in rows]


def kept_answer(conn: Connection, fetch_id: int) -> tuple[KeptAnswer, bytes] | None:
    """Return the kept answer of a fetch and its bytes; None when they are not kept (any more)."""
    row = conn.execute(_KEPT.where(KeptFetch.fetch_id == fetch_id)).one_or_none()
    if row is None:
        return None
    packed = conn.execute(
        select(KeptBody.packed).join(KeptFetch, KeptFetch.body_id == KeptBody.id).where(KeptFetch.fetch_id == fetch_id)
    ).scalar_one()
    return record(KeptAnswer, row), zlib.decompress(packed)


def delete_unclaimed(conn: Connection) -> None:
    """Delete bodies whose fetch records are gone."""
    conn.execute(delete(KeptBody).where(KeptBody.id.not_in(select(KeptFetch.body_id))))


def _make_room(conn: Connection, feed_id: int, most_bytes: int) -> None:
    newest_first = (KeptBody.last_kept_at.desc(), KeptBody.id.desc())
    of_feed = select(KeptBody.id).where(KeptBody.feed_id == feed_id).order_by(*newest_first).offset(PER_FEED)
    running = func.sum(KeptBody.packed_bytes).over(order_by=newest_first)
    sums = select(KeptBody.id, running.label("kept")).subquery()
    too_much = select(sums.c.id).where(sums.c.kept > most_bytes)
    for surplus in (of_feed, too_much):
        ids = conn.execute(surplus).scalars().all()
        if ids:
            # One that another process deletes or uses again at this moment is left to it.
            free = select(KeptBody.id).where(KeptBody.id.in_(ids)).with_for_update(skip_locked=True)
            conn.execute(delete(KeptBody).where(KeptBody.id.in_(conn.execute(free).scalars().all())))


_KEPT = (
    select(
        KeptFetch.fetch_id,
        Feed.source_id,
        Feed.url.label("feed_url"),
        Fetch.started_at,
        Fetch.outcome,
        Fetch.error,
        KeptFetch.reason,
        KeptFetch.url,
        KeptFetch.content_type,
        KeptFetch.timezone,
        KeptFetch.answered_at,
        KeptBody.size_bytes,
    )
    .join(KeptBody, KeptBody.id == KeptFetch.body_id)
    .join(Fetch, Fetch.id == KeptFetch.fetch_id)
    .join(Feed, Feed.id == Fetch.feed_id)
)
