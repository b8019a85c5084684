"""What a clock that was set back leaves behind: times ahead of now, on which feeds and pages would wait for hours.

Such a time is known by what cannot be otherwise: an attempt that has been made lies ahead. What was to follow it so
and so much later is moved with it.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, or_, select, update

from storage.schema import Alert, Feed, Host, Lease, Page, Sighting

SLACK = timedelta(seconds=10)
"""So far the clocks of machines that share a store may differ."""

LONGEST_JOB = timedelta(minutes=10)
"""No lease on a job is taken for longer."""

LONGEST_TURN = timedelta(minutes=10)
"""No turn of a host is given for later than that, whatever gap it has earned or its robots.txt asks for."""


def bring_back(conn: Connection, now: datetime, lease_time: timedelta) -> int:
    """Bring the times of a store back that lie ahead of `now` without reason; return for how many feeds.

    `lease_time` is the longest that a feed is leased for. Once done, it finds nothing to do.
    """
    feeds = _feeds(conn, now)
    conn.execute(update(Feed).where(Feed.lease_until > now + lease_time + SLACK).values(lease_until=now + lease_time))
    conn.execute(update(Lease).where(Lease.until > now + LONGEST_JOB + SLACK).values(until=now + LONGEST_JOB))
    _sightings(conn, now)
    _pages(conn, now)
    _hosts(conn, now)
    # An alert does not tell when it was tried. One more try does no harm: whoever gets it knows it by its id.
    waiting = and_(Alert.state == "waiting", Alert.next_attempt_at > now + SLACK)
    conn.execute(update(Alert).where(waiting).values(next_attempt_at=now))
    return feeds


def _feeds(conn: Connection, now: datetime) -> int:
    ahead = conn.execute(
        select(Feed.id, Feed.last_fetch_at, Feed.last_ok_at, Feed.next_fetch_at).where(Feed.last_fetch_at > now + SLACK)
    ).all()
    if ahead:
        conn.execute(
            update(Feed)
            .where(Feed.id == bindparam("feed"))
            .values(next_fetch_at=bindparam("next"), last_fetch_at=now, last_ok_at=bindparam("ok")),
            [
                {
                    "feed": row.id,
                    "next": max(now, now + (row.next_fetch_at - row.last_fetch_at)),
                    "ok": row.last_ok_at and min(row.last_ok_at, now),
                }
                for row in ahead
            ],
            execution_options={"synchronize_session": None},
        )
    return len(ahead)


def _sightings(conn: Connection, now: datetime) -> None:
    ahead = Feed.shown_at > now + SLACK
    feeds = conn.execute(select(Feed.id).where(ahead)).scalars().all()
    for feed in feeds:
        of_feed = Sighting.feed_id == feed
        late = Sighting.last_seen_at > now + SLACK
        # None may end before it begins.
        early = or_(Sighting.first_seen_at > now + SLACK, and_(Sighting.first_seen_at > now, late))
        conn.execute(update(Sighting).where(of_feed, early).values(first_seen_at=now))
        conn.execute(update(Sighting).where(of_feed, late).values(last_seen_at=now))
    conn.execute(update(Feed).where(ahead).values(shown_at=now))


def _pages(conn: Connection, now: datetime) -> None:
    untried = and_(Page.tried_at.is_(None), Page.due_at > now + SLACK, Page.read_by.is_(None))
    conn.execute(update(Page).where(untried).values(due_at=now))
    ahead = conn.execute(select(Page.article_id, Page.tried_at, Page.due_at).where(Page.tried_at > now + SLACK)).all()
    if ahead:
        conn.execute(
            update(Page).where(Page.article_id == bindparam("page")).values(due_at=bindparam("due"), tried_at=now),
            [
                {"page": row.article_id, "due": row.due_at and max(now, now + (row.due_at - row.tried_at))}
                for row in ahead
            ],
            execution_options={"synchronize_session": None},
        )


def _hosts(conn: Connection, now: datetime) -> None:
    # Told by itself, for an answer that came after the step has hidden that the turn was given before it.
    turns = select(Host.name, Host.gap_s).where(Host.next_at > now + LONGEST_TURN)
    for name, gap_s in conn.execute(turns).all():
        conn.execute(update(Host).where(Host.name == name).values(next_at=now + timedelta(seconds=gap_s)))
    ahead = or_(Host.answered_at > now + SLACK, Host.silent_at > now + SLACK)
    for host in conn.execute(select(Host).where(ahead)).all():
        step = max(at for at in (host.answered_at, host.silent_at) if at) - now
        moved = {
            name: at and at - step
            for name in ("answered_at", "silent_at", "refused_until", "wide_at", "quiet_until")
            for at in [getattr(host, name)]
        }
        conn.execute(update(Host).where(Host.name == host.name).values(moved))
