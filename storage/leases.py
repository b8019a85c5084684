"""Jobs for one process at a time, such as clustering. A holder that dies loses its claim when it lapses.

Whoever writes under a lease renews it in the same transaction as the write: if the renewal says no, somebody else has
taken over and the write must be rolled back.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, union, update

from storage.schema import Feed, Lease, Page
from storage.upsert import upsert


def take(conn: Connection, name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take the job if it is free, lapsed or already ours; say whether we have it."""
    claim = upsert(conn, Lease).values(name=name, holder=holder, until=until)
    claim = claim.on_conflict_do_update(
        index_elements=[Lease.name],
        set_={"holder": holder, "until": until},
        where=or_(Lease.until <= now, Lease.holder == holder),
    )
    return conn.execute(claim.returning(Lease.name)).first() is not None


def renew(conn: Connection, name: str, holder: str, until: datetime) -> bool:
    """Extend our claim; False when somebody else has taken the job over."""
    mine = update(Lease).where(Lease.name == name, Lease.holder == holder).values(until=until)
    return conn.execute(mine).rowcount == 1


def holds(conn: Connection, name: str, holder: str, now: datetime) -> bool:
    """Tell whether the job is ours at this moment; a write under it still has to renew it."""
    mine = select(Lease.name).where(Lease.name == name, Lease.holder == holder, Lease.until > now)
    return conn.execute(mine).first() is not None


def drop(conn: Connection, name: str, holder: str) -> None:
    """Give the job back, if it is still ours."""
    conn.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))


def holder_of(conn: Connection, name: str, now: datetime) -> str | None:
    """Return who has the job now; None when nobody has."""
    return conn.execute(select(Lease.holder).where(Lease.name == name, Lease.until > now)).scalar_one_or_none()


def lease_holders(conn: Connection) -> list[str]:
    """Return, in alphabetical order, who holds a job, a feed or a page, lapsed leases included."""
    jobs = select(Lease.holder.label("holder"))
    feeds = select(Feed.lease_by.label("holder")).where(Feed.lease_until.is_not(None))
    pages = select(Page.read_by.label("holder")).where(Page.read_by.is_not(None))
    all_of_them = union(jobs, feeds, pages).subquery()
    return list(conn.execute(select(all_of_them.c.holder).order_by(all_of_them.c.holder)).scalars())


def free_leases(conn: Connection, holders: Sequence[str], now: datetime) -> None:
    """Free every job, feed and page that these holders have; for holders that are known to be dead."""
    conn.execute(delete(Lease).where(Lease.holder.in_(holders)))
    conn.execute(
        update(Feed)
        .where(Feed.lease_until.is_not(None), Feed.lease_by.in_(holders))
        .values(lease_by=None, lease_until=None)
    )
    conn.execute(update(Page).where(Page.read_by.in_(holders)).values(read_by=None, due_at=now))
