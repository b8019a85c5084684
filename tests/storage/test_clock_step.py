"""What a clock that was set back has left in the store: it is brought back, and what was right is left alone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.alerts import NewAlert, add_alerts, due_alerts, note_failed
from storage.clock_step import LONGEST_JOB, bring_back
from storage.engine import reading, writing
from storage.fetches import FeedUpdate, FetchRow, record_fetch
from storage.hosts import HostState, book_turn, host_state, others_answer, postpone, save_host
from storage.leases import holds, take
from storage.pages import WantedPage, lease_pages, want_pages
from storage.schema import Feed, Page, Sighting
from storage.sightings import shown_by

LEASE_TIME = timedelta(minutes=2)
AHEAD = 120.0
"""Minutes that the clock went before the true time, which is minute 10."""


def bring(desk: Any, minutes: float = 10) -> int:
    with writing(desk.engine) as conn:
        return bring_back(conn, desk.at(minutes), LEASE_TIME)


def fetched(desk: Any, source: str, minutes: float, next_after: float) -> None:
    feed = desk.feed(source).id
    at, following = desk.at(minutes), desk.at(minutes + next_after)
    with writing(desk.engine) as conn:
        record_fetch(
            conn, FetchRow(feed, at, 120, "ok", 200), FeedUpdate(None, None, None, 600.0, 0.0, next_fetch_at=following)
        )


def due(desk: Any, source: str) -> Any:
    return desk.feed(source).next_fetch_at


def test_a_feed_waits_as_long_as_it_was_to_wait_and_no_other_is_touched(desk: Any) -> None:
    desk.open("petra", "ammon")
    fetched(desk, "petra", 10 + AHEAD, 15)
    fetched(desk, "ammon", 5, 45)
    assert bring(desk) == 1
    assert due(desk, "petra") == desk.at(25)
    assert due(desk, "ammon") == desk.at(50)
    with reading(desk.engine) as conn:
        rows = conn.execute(select(Feed.last_fetch_at, Feed.last_ok_at).order_by(Feed.source_id)).all()
    assert [tuple(row) for row in rows] == [(desk.at(5), desk.at(5)), (desk.at(10), desk.at(10))]
    assert bring(desk) == 0
    assert due(desk, "petra") == desk.at(25)


def test_leases_end_when_they_would_have(desk: Any) -> None:
    desk.open("petra")
    with writing(desk.engine) as conn:
        conn.execute(update(Feed).values(lease_by="gone", lease_until=desk.at(12 + AHEAD)))
        take(conn, "clusterer", "gone", desk.at(10 + AHEAD), desk.at(11 + AHEAD))
    bring(desk)
    with reading(desk.engine) as conn:
        assert conn.execute(select(Feed.lease_until)).scalar_one() == desk.at(10) + LEASE_TIME
        assert not holds(conn, "clusterer", "gone", desk.at(10) + LONGEST_JOB)


def test_the_latest_document_of_a_feed_stays_the_latest(desk: Any) -> None:
    desk.open("petra")
    old, gone, kept = (desk.entry(key) for key in ("old", "gone", "kept"))
    desk.save("petra", old, gone, minutes=0)
    desk.save("petra", gone, kept, minutes=9 + AHEAD)
    desk.save("petra", kept, minutes=10 + AHEAD)
    feed = desk.feed("petra").id
    with reading(desk.engine) as conn:
        before = {one.article_id for one in shown_by(conn, feed)}
    bring(desk)
    with reading(desk.engine) as conn:
        assert {one.article_id for one in shown_by(conn, feed)} == before
    desk.save("petra", kept, desk.entry("new"), minutes=11)
    with reading(desk.engine) as conn:
        assert len({one.article_id for one in shown_by(conn, feed)}) == 2
        assert before < {one.article_id for one in shown_by(conn, feed)}
        begun = conn.execute(select(Sighting.first_seen_at)).scalars().all()
        ended = [at for at in conn.execute(select(Sighting.last_seen_at)).scalars() if at is not None]
    assert max(*begun, *ended) <= desk.at(11)


@pytest.mark.parametrize("tried", [False, True])
def test_a_page_is_read_when_it_was_to_be_read(desk: Any, *, tried: bool) -> None:
    desk.sync(desk.spec("petra", full_text="true"))
    desk.save("petra", desk.entry("a"), minutes=10 + AHEAD)
    with writing(desk.engine) as conn:
        want_pages(conn, "petra", [WantedPage("a", "https://a.example/a", "a.example")], desk.at(10 + AHEAD))
        if tried:
            again = desk.at(40 + AHEAD)
            conn.execute(update(Page).values(outcome="timeout", tried_at=desk.at(10 + AHEAD), due_at=again))
    bring(desk)
    minutes = 40 if tried else 10
    with writing(desk.engine) as conn:
        assert not lease_pages(conn, desk.at(minutes - 1), "reader", desk.at(99), 10, 10, 0)
        assert len(lease_pages(conn, desk.at(minutes), "reader", desk.at(99), 10, 10, 0)) == 1


def test_a_host_is_quiet_for_as_long_as_it_wanted(desk: Any) -> None:
    with writing(desk.engine) as conn:
        save_host(conn, "a.example", HostState(answered_at=desk.at(10 + AHEAD), quiet_until=desk.at(20 + AHEAD)), 2)
        save_host(conn, "b.example", HostState(silent_at=desk.at(10 + AHEAD)), 2)
        # Its turn was given before the clock was set, and the answer came afterwards.
        save_host(conn, "c.example", HostState(answered_at=desk.at(10)), 3)
        postpone(conn, "c.example", desk.at(10 + AHEAD))
        save_host(conn, "d.example", HostState(answered_at=desk.at(10)), 3)
        postpone(conn, "d.example", desk.at(15))
    bring(desk)
    with writing(desk.engine) as conn:
        assert book_turn(conn, "c.example", desk.at(10), 1).at == desk.at(10) + timedelta(seconds=3)
        assert book_turn(conn, "d.example", desk.at(10), 1).at == desk.at(15)
        assert host_state(conn, "a.example").quiet_until == desk.at(20)
        save_host(conn, "a.example", HostState(answered_at=desk.at(11)), 2)
        assert others_answer(conn, "x.example")


def test_an_alert_is_tried_again(desk: Any) -> None:
    desk.open("petra")
    desk.save("petra", desk.entry("a"))
    (cluster,) = desk.found(*desk.queue())
    with writing(desk.engine) as conn:
        add_alerts(conn, [NewAlert("x", "rule", "desk", cluster, None, "{}")], desk.at(9 + AHEAD))
        note_failed(conn, "x", "no answer", desk.at(10 + AHEAD), desk.at(15 + AHEAD))
        assert not due_alerts(conn, "desk", desk.at(10), 5, ())
    bring(desk)
    with reading(desk.engine) as conn:
        assert [alert.id for alert in due_alerts(conn, "desk", desk.at(10), 5, ())] == ["x"]
