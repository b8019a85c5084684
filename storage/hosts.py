"""The hosts that are asked: the pace that each is given, shared by every process that asks it.

A request to a host needs a turn. `lease_due` takes one with each feed that it leases; whoever asks out of turn (a round
by hand, an article's page) books the next free one and waits for it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection, Executable, bindparam, func, or_, select, update

from storage.schema import Host
from storage.upsert import upsert, upsert_into


@dataclass(frozen=True, slots=True)
class HostState:
    """What is remembered of a host; the fields are columns of `host`."""

    request_s: float | None = None
    errors: int = 0
    answered_at: datetime | None = None
    silent_at: datetime | None = None
    refused_feed: int | None = None
    refused_until: datetime | None = None
    wide_at: datetime | None = None
    quiet_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """When a request to a host may begin, and until when the host wants to hear nothing, if it said so."""

    at: datetime
    quiet_until: datetime | None


_STATE = (
    Host.request_s,
    Host.errors,
    Host.answered_at,
    Host.silent_at,
    Host.refused_feed,
    Host.refused_until,
    Host.wide_at,
    Host.quiet_until,
)
_STATE_OF = select(*_STATE).where(Host.name == bindparam("name")).with_for_update()


def host_state(conn: Connection, name: str) -> HostState:
    """Return what is known of a host, and keep others from changing it until the transaction ends."""
    row = conn.execute(_STATE_OF, {"name": name}).first()
    return HostState(*row) if row else HostState()


def save_host(conn: Connection, name: str, state: HostState, gap_s: float) -> None:
    """Store what is known of a host, and how far apart its requests must be."""
    facts = {column.key: getattr(state, column.key) for column in _STATE}
    conn.execute(_save(conn.dialect.name), {"name": name, "gap_s": gap_s, **facts})


@cache
def _save(dialect: str) -> Executable:
    row = upsert_into(dialect, Host)
    facts = {name: row.excluded[name] for name in (*(column.key for column in _STATE), "gap_s")}
    return row.on_conflict_do_update(index_elements=[Host.name], set_=facts)


def book_turn(conn: Connection, name: str, now: datetime, least_gap_s: float) -> Turn:
    """Take the host's next free turn, at least `least_gap_s` after the one before; 0 switches the pace off."""
    row = upsert(conn, Host).values(name=name, errors=0, gap_s=0.0)
    conn.execute(row.on_conflict_do_nothing())
    host = conn.execute(
        select(Host.next_at, Host.gap_s, Host.quiet_until).where(Host.name == name).with_for_update()
    ).one()
    if least_gap_s <= 0:
        return Turn(now, host.quiet_until)
    at = max(now, host.next_at or now)
    after = at + timedelta(seconds=max(least_gap_s, host.gap_s))
    conn.execute(update(Host).where(Host.name == name).values(next_at=after))
    return Turn(at, host.quiet_until)


def postpone(conn: Connection, name: str, until: datetime) -> None:
    """Give the host no turn before `until`."""
    later = or_(Host.next_at.is_(None), Host.next_at < until)
    conn.execute(update(Host).where(Host.name == name, later).values(next_at=until))


def take_turns(conn: Connection, names: set[str], now: datetime, least_gap_s: float) -> set[str]:
    """Take a turn at each of these hosts that has one free at this moment; return those hosts."""
    if not names:
        return set()
    known = conn.execute(select(Host.name, Host.gap_s).where(Host.name.in_(names)))
    gaps: dict[str, float] = {row.name: row.gap_s for row in known}
    # In the order of their names: two processes must not wait for each other's rows.
    rows = [
        {
            "name": name,
            "errors": 0,
            "gap_s": 0.0,
            "next_at": now + timedelta(seconds=max(least_gap_s, gaps.get(name, 0.0))),
        }
        for name in sorted(names)
    ]
    turn = upsert(conn, Host).values(rows)
    turn = turn.on_conflict_do_update(
        index_elements=[Host.name],
        set_={"next_at": turn.excluded.next_at},
        where=or_(Host.next_at.is_(None), Host.next_at <= now),
    )
    return set(conn.execute(turn.returning(Host.name)).scalars())


def others_answer(conn: Connection, name: str) -> bool:
    """Tell whether the latest word from the other hosts is an answer; True too when there is no other host.

    When it is silence, the fault is likely ours: a feed must not be blamed for it.
    """
    answered, silent = conn.execute(
        select(func.max(Host.answered_at), func.max(Host.silent_at)).where(Host.name != name)
    ).one()
    if silent is None:
        return True
    return answered is not None and answered >= silent
