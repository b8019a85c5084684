"""The copy of what the clusterer has counted of its stream, and the stream to count on from there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from storage.placement_row import ACCEPTED_KINDS
from storage.schema import Match, StreamCounts, Version

CHUNK = 500
"""Versions read at a step, some 5 KB of text each."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A grouped version in the order of the stream, and the version of its story that it was most surely a copy of."""

    version_id: int
    source_id: int | None


def save_counts(conn: Connection, version_id: int, counts: bytes, now: datetime) -> None:
    """Keep a copy of what was counted up to and with a version, in place of the one before."""
    conn.execute(delete(StreamCounts))
    conn.execute(insert(StreamCounts).values(version_id=version_id, counts=counts, saved_at=now))


def drop_counts(conn: Connection) -> None:
    """Forget the copy: what it was counted from is about to change."""
    conn.execute(delete(StreamCounts))


def load_counts(conn: Connection, before: int | None = None) -> tuple[int, bytes] | None:
    """Return the last version counted and the copy; None without one, or when it knows of `before` or later ones."""
    chosen = select(StreamCounts.version_id, StreamCounts.counts)
    if before is not None:
        chosen = chosen.where(StreamCounts.version_id < before)
    row = conn.execute(chosen.order_by(StreamCounts.version_id.desc()).limit(1)).first()
    return None if row is None else (row.version_id, bytes(row.counts))


def first_dated_since(conn: Connection, since: datetime) -> int | None:
    """Return the lowest id among the grouped versions dated at or after a time."""
    return conn.execute(select(func.min(Version.id)).where(Version.dated_at >= since)).scalar_one_or_none()


def counted_stream(conn: Connection, after: int, before: int | None) -> Iterator[list[Counted]]:
    """Yield the grouped versions with ids above `after` and below `before`, in their order, some at a time."""
    first = (
        select(func.min(Match.id))
        .where(Match.version_id == Version.id, Match.kind.in_(ACCEPTED_KINDS))
        .correlate(Version)
        .scalar_subquery()
    )
    while True:
        chosen = (
            select(Version.id, Match.other_version_id)
            .outerjoin(Match, Match.id == first)
            .where(Version.id > after, Version.cluster_id.is_not(None))
            .order_by(Version.id)
            .limit(CHUNK)
        )
        if before is not None:
            chosen = chosen.where(Version.id < before)
        rows = [Counted(version_id, source_id) for version_id, source_id in conn.execute(chosen)]
        if not rows:
            return
        yield rows
        after = rows[-1].version_id
