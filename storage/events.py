"""Reading what happened, in the order it happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

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


def article_events(conn: Connection, article_id: int) -> list[EventRow]:
    """Return what is told of an article, oldest first."""
    chosen = (
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
        .where(Event.article_id == article_id)
        .order_by(Event.id)
    )
    return [record(EventRow, row) for row in conn.execute(chosen)]
