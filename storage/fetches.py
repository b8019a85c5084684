"""What became of each fetch. Recorded in the transaction that stores its entries: both stand or neither."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, delete, func, insert, select, update

from storage.kept_bodies import delete_unclaimed
from storage.record import columns
from storage.schema import Feed, Fetch

# After these the stored entries are those of the document that the answer's validators stand for.
SUCCESSES = frozenset({"ok", "not_modified", "unchanged"})


@dataclass(frozen=True, slots=True)
class FetchRow:
    """One attempt. `outcome` is one of `storage.schema.OUTCOMES`; `error` a plain sentence or None."""

    feed_id: int
    started_at: datetime
    duration_ms: int
    outcome: str
    status: int | None = None
    received_bytes: int = 0
    entries_seen: int = 0
    entries_new: int = 0
    entries_changed: int = 0
    entries_shared: int | None = None
    missed_from: datetime | None = None
    declared_charset: str | None = None
    used_charset: str | None = None
    repairs: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class FeedMemory:
    """What is remembered of a feed beside its rhythm and its validators; the fields are columns of `feed`."""

    host: str
    rate: float | None = None
    window_size: int = 0
    update_every_s: float | None = None
    asked_url: str | None = None
    moved_to: str | None = None
    moved_since: datetime | None = None
    moved_times: int = 0
    checked_at: datetime | None = None
    lied_at: datetime | None = None
    lies: int = 0


@dataclass(frozen=True, slots=True)
class FeedUpdate:
    """The feed's next state. The three validators are taken over only after a success.

    Of the last five, None keeps what is known.
    """

    etag: str | None
    last_modified: str | None
    body_hash: str | None
    interval_s: float
    failures: float
    next_fetch_at: datetime
    memory: FeedMemory | None = None
    identity_step: int | None = None
    clock_offset_s: float | None = None
    stamps_ahead_s: float | None = None
    shape: str | None = None


def record_fetch(conn: Connection, row: FetchRow, change: FeedUpdate | None) -> int:
    """Insert the fetch, bring its feed up to date and free the feed's lease; return the fetch's id.

    Without a `change` (a fetch that we broke off ourselves) the feed keeps its validators, rhythm and due time.
    """
    fetch_id = conn.execute(_RECORD, columns(row)).scalar_one()
    facts: dict[str, object] = {
        "lease_by": None,
        "lease_until": None,
        "last_fetch_at": row.started_at,
        "last_outcome": row.outcome,
        "last_error": row.error,
        "last_status": row.status,
    }
    failing = False
    if row.outcome in SUCCESSES:
        facts |= {"last_ok_at": row.started_at, "failing_since": None, "tries": 0}
    elif change:
        failing = True
    if row.missed_from:
        facts |= {"missed_from": row.missed_from, "missed_until": row.started_at}
    if change:
        facts |= {
            "interval_s": change.interval_s,
            "failures": change.failures,
            "next_fetch_at": change.next_fetch_at,
        }
        if change.memory:
            facts |= columns(change.memory)
        measured = ("identity_step", "clock_offset_s", "stamps_ahead_s", "shape")
        facts |= {name: value for name in measured if (value := getattr(change, name)) is not None}
        if row.outcome in SUCCESSES:
            facts |= {
                "etag": change.etag,
                "last_modified": change.last_modified,
                "body_hash": change.body_hash,
            }
    statement = _update_feed(tuple(facts), failing=failing)
    new = {f"new_{name}": value for name, value in facts.items()}
    conn.execute(statement, {"of_feed": row.feed_id, "since": row.started_at, **new})
    return fetch_id


_RECORD = insert(Fetch).returning(Fetch.id)


@cache  # of a dozen combinations; making the statement takes longer than running it
def _update_feed(names: tuple[str, ...], *, failing: bool) -> Update:
    changes: dict[str, Any] = {name: bindparam(f"new_{name}", type_=getattr(Feed, name).type) for name in names}
    if failing:
        # A bare value would be written in the driver's own form of a time.
        since = bindparam("since", type_=Feed.failing_since.type)
        changes |= {"failing_since": func.coalesce(Feed.failing_since, since), "tries": Feed.tries + 1}
    return update(Feed).where(Feed.id == bindparam("of_feed")).values(changes)


def delete_fetches(conn: Connection, before: datetime, limit: int) -> int:
    """Delete up to `limit` of the oldest fetches that began before a time; return how many went.

    Small limits keep the writer free for others: call again until it returns less than the limit.
    """
    oldest = select(Fetch.id).where(Fetch.started_at < before).order_by(Fetch.started_at).limit(limit)
    deleted = conn.execute(delete(Fetch).where(Fetch.id.in_(oldest))).rowcount
    if deleted:
        delete_unclaimed(conn)
    return deleted
