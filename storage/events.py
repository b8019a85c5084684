"""Reading what happened to stories, in the order it happened."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from storage.record import record
from storage.schema import Event


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


def events_after(conn: Connection, event_id: int, limit: int, kinds: Collection[str] = ()) -> list[EventRow]:
    """Return the events that follow one (0: from the beginning), oldest first; of these kinds, if any are named."""
    chosen = _events().where(Event.id > event_id).order_by(Event.id).limit(limit)
    if kinds:
        chosen = chosen.where(Event.kind.in_(kinds))
    return [record(EventRow, row) for row in conn.execute(chosen)]


def article_events(conn: Connection, article_id: int) -> list[EventRow]:
    """Return what is told of an article, oldest first."""
    chosen = _events().where(Event.article_id == article_id).order_by(Event.id)
    return [record(EventRow, row) for row in conn.execute(chosen)]


def cluster_events(conn: Connection, cluster_id: int) -> list[EventRow]:
    """Return what is told of a cluster under this id, oldest first."""
    chosen = _events().where(Event.cluster_id == cluster_id).order_by(Event.id)
    return [record(EventRow, row) for row in conn.execute(chosen)]


def _events() -> Select[*tuple[Any, ...]]:
    return select(
        Event.id,
        Event.cluster_id,
        Event.kind,
        Event.article_id,
        Event.version_id,
        Event.other_cluster_id,
        Event.at,
        Event.cause,
    )
