"""Changes of stories that the alert rules have not been asked about.

A queue and no cursor over event ids: processes that fetch write events beside the one that groups, and on PostgreSQL a
lower id may become visible after a higher one. What changes a story notes so in its own transaction; whoever takes a
note out of the queue writes the alerts that come of it in that same transaction.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from storage.record import record
from storage.schema import Unweighed


@dataclass(frozen=True, slots=True)
class Change:
    """A note of the queue: the story as it was called then, the event (None for a text without one), and when."""

    id: int
    cluster_id: int
    event_id: int | None
    at: datetime


def note_unweighed(conn: Connection, cluster_ids: Collection[int], now: datetime) -> None:
    """Note that texts came into these clusters without an event that says so."""
    if cluster_ids:
        conn.execute(insert(Unweighed), [{"cluster_id": cluster, "at": now} for cluster in sorted(cluster_ids)])


def unweighed(conn: Connection, limit: int) -> list[Change]:
    """Return the first changes of the queue."""
    chosen = select(Unweighed.id, Unweighed.cluster_id, Unweighed.event_id, Unweighed.at)
    return [record(Change, row) for row in conn.execute(chosen.order_by(Unweighed.id).limit(limit))]


def take_out(conn: Connection, changes: Collection[Change]) -> bool:
    """Take these changes out of the queue; False when somebody else has taken one, and nothing may come of them."""
    ids = [change.id for change in changes]
    return conn.execute(delete(Unweighed).where(Unweighed.id.in_(ids))).rowcount == len(ids)


def clear(conn: Connection, limit: int) -> int:
    """Take the first changes out of the queue unseen, where no rule asks for them; return how many."""
    first = select(Unweighed.id).order_by(Unweighed.id).limit(limit)
    return conn.execute(delete(Unweighed).where(Unweighed.id.in_(first.scalar_subquery()))).rowcount


def count_unweighed(conn: Connection) -> int:
    """Return how many changes wait."""
    return conn.execute(select(func.count()).select_from(Unweighed)).scalar_one()
