"""What happened, in the order it happened: told once, read as often as anyone likes.

Whoever has read up to an event reads on from its id; storage/event_horizon.py says how far that is safe.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select

from storage.event_horizon import EVERYTHING, announce
from storage.record import record
from storage.schema import Event, Unweighed


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that happened; docs/sql.md tells what each kind means and what its cause holds."""

    id: int
    cluster_id: int
    kind: str
    article_id: int | None
    version_id: int | None
    other_cluster_id: int | None
    at: datetime
    cause: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class EventFilters:
    """Which events: at or after `since`, of one of `kinds` (empty for all), and of one cluster, if one is named.

    An event is of the cluster that it names first, and of the other one of a merger, a split or a move.
    """

    since: datetime | None = None
    kinds: tuple[str, ...] = ()
    cluster_id: int | None = None


def tell(conn: Connection, rows: Iterable[Mapping[str, object]]) -> None:
    """Write events, and note that the alert rules have not seen them."""
    if rows := list(rows):
        announce(conn)
        written = conn.execute(insert(Event).returning(Event.id, Event.cluster_id, Event.at), rows)
        # Sorted, since a database may give them back in any order.
        noted = [{"event_id": event, "cluster_id": cluster, "at": at} for event, cluster, at in sorted(written)]
        conn.execute(insert(Unweighed), noted)


def article_events(conn: Connection, article_id: int) -> list[EventRow]:
    """Return what is told of an article, oldest first."""
    return _read(conn, [Event.article_id == article_id], oldest_first=True)


def events_after(
    conn: Connection, after: int, filters: EventFilters, limit: int, horizon: int = EVERYTHING
) -> list[EventRow]:
    """Return the events that follow one, up to the horizon, oldest first; `after` 0 for the very first."""
    return _read(conn, [Event.id > after, Event.id <= horizon, *_chosen(filters)], oldest_first=True, limit=limit)


def events_before(
    conn: Connection, before: int | None, filters: EventFilters, limit: int, horizon: int = EVERYTHING
) -> list[EventRow]:
    """Return the events that came before one, or the last of all up to the horizon, newest first."""
    place = Event.id <= horizon if before is None else Event.id < before
    return _read(conn, [place, *_chosen(filters)], oldest_first=False, limit=limit)


def last_event(conn: Connection, horizon: int = EVERYTHING) -> int:
    """Return the id of the newest event up to the horizon, 0 when nothing has happened."""
    newest = conn.execute(select(func.coalesce(func.max(Event.id), 0))).scalar_one()
    return min(newest, horizon)


def _chosen(filters: EventFilters) -> list[ColumnElement[bool]]:
    chosen: list[ColumnElement[bool]] = []
    if filters.since is not None:
        chosen.append(Event.at >= filters.since)
    if filters.kinds:
        chosen.append(Event.kind.in_(filters.kinds))
    if filters.cluster_id is not None:
        chosen.append((Event.cluster_id == filters.cluster_id) | (Event.other_cluster_id == filters.cluster_id))
    return chosen


def _read(
    conn: Connection, chosen: Sequence[ColumnElement[bool]], *, oldest_first: bool, limit: int | None = None
) -> list[EventRow]:
    rows = conn.execute(
        select(
            Event.id,
            Event.cluster_id,
            Event.kind,
            Event.article_id,
            Event.version_id,
            Event.other_cluster_id,
            Event.at,
            Event.cause,
        )
        .where(*chosen)
        .order_by(Event.id if oldest_first else Event.id.desc())
        .limit(limit)
    )
    return [record(EventRow, row) for row in rows]


def last_event_at(conn: Connection) -> datetime | None:
    """Return when a story last changed; None while there is none."""
    return conn.execute(select(Event.at).order_by(Event.id.desc()).limit(1)).scalar_one_or_none()
