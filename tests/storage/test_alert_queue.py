"""The queue of what changed and the outbox: nothing passed over, nothing twice."""

from typing import Any

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError

from storage.alert_facts import facts_of
from storage.alert_queue import clear, count_unweighed, take_out, unweighed
from storage.alerts import NewAlert, add_alerts, alert_log, note_delivered, note_failed, revive, rung_for
from storage.engine import reading, writing
from storage.lone_articles import delete_lone_articles
from storage.schema import Event, Sighting
from storage.search_index import SearchText
from storage.vanished import note_vanished


def waiting(engine: Engine) -> list[tuple[int, int | None]]:
    with reading(engine) as conn:
        return [(change.cluster_id, change.event_id) for change in unweighed(conn, 1000)]


@pytest.fixture
def told(desk: Any) -> Any:
    """Two stories, of which the first has a second text."""
    desk.open("petra", "ammon")
    desk.save("petra", desk.entry("a", "نص"), desk.entry("b", "آخر"))
    desk.found(*desk.queue())
    return desk


def test_every_event_waits_and_a_text_without_one_too(told: Any) -> None:
    with reading(told.engine) as conn:
        events = conn.execute(select(Event.cluster_id, Event.id).order_by(Event.id)).all()
    assert waiting(told.engine) == [tuple(row) for row in events]
    told.save("petra", told.entry("a", "نص جديد"), minutes=5)
    (version,) = told.queue()
    told.place(told.placement(version, 1))
    assert waiting(told.engine)[-1] == (1, None)
    with writing(told.engine) as conn:
        assert clear(conn, 2) == 2
        assert count_unweighed(conn) == 1


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_an_event_that_is_committed_late_under_a_lower_id_is_not_passed_over(told: Any) -> None:
    with told.engine.connect() as slow, slow.begin():
        slow.execute(update(Sighting).where(Sighting.article_id == 1).values(last_seen_at=told.at(4)))
        # A fetch takes its id first and commits last.
        assert note_vanished(slow, told.feed("petra").id, [1], told.at(5)) == 1
        told.save("ammon", told.entry("c", "ثالث"), minutes=6)
        told.found(*told.queue())
        with writing(told.engine) as conn:
            assert take_out(conn, unweighed(conn, 1000))
        assert waiting(told.engine) == []
    ((cluster, event),) = waiting(told.engine)
    with reading(told.engine) as conn:
        assert (cluster, conn.execute(select(Event.kind).where(Event.id == event)).scalar_one()) == (1, "vanished")


def test_what_somebody_else_took_is_not_taken_again(told: Any) -> None:
    with reading(told.engine) as conn:
        changes = unweighed(conn, 1000)
    with writing(told.engine) as conn:
        assert take_out(conn, changes[:1])
    with writing(told.engine) as conn:
        assert not take_out(conn, changes)
        conn.rollback()
    assert len(waiting(told.engine)) == len(changes) - 1


def test_a_story_and_an_event_ring_once_for_each_target(told: Any) -> None:
    def add(*alerts: NewAlert) -> None:
        with writing(told.engine) as conn:
            add_alerts(conn, alerts, told.at(1))

    add(NewAlert("a", "r", "desk", 1, None, "{}"), NewAlert("b", "r", "phone", 1, None, "{}"))
    add(NewAlert("c", "r", "desk", 1, 1, "{}"), NewAlert("d", "r", "desk", 1, 2, "{}"))
    for again in (NewAlert("e", "r", "desk", 1, None, "{}"), NewAlert("f", "r", "desk", 1, 2, "{}")):
        with pytest.raises(IntegrityError):
            add(again)
    with reading(told.engine) as conn:
        assert rung_for(conn, [1, 2]) == {1: frozenset({"r"})}


def test_a_settled_alert_stays_settled(told: Any) -> None:
    with writing(told.engine) as conn:
        add_alerts(conn, [NewAlert("a", "r", "desk", 1, None, "{}")], told.at(1))
        note_delivered(conn, "a", told.at(2))
        # A second copy under way, of a process that was thought dead, changes nothing.
        note_failed(conn, "a", "why", told.at(3), None)
        assert revive(conn, None, told.at(4)) == 0
        (row,) = alert_log(conn, 9, ("delivered",))
    assert (row.attempts, row.settled_at, row.last_error) == (1, told.at(2), None)


def test_a_lone_article_takes_its_alerts_and_changes_along(told: Any) -> None:
    with writing(told.engine) as conn:
        add_alerts(conn, [NewAlert("a", "r", "desk", 1, 1, "{}")], told.at(1))
        conn.execute(update(Sighting).where(Sighting.article_id == 1).values(last_seen_at=told.at(4)))
        delete_lone_articles(conn, told.at(9999), 10, lambda *_: SearchText("", "كلمه"))
    with reading(told.engine) as conn:
        assert alert_log(conn, 9, ("waiting",)) == []
        assert facts_of(conn, [1, 2], [1, 2]).stories.keys() == {2}
    assert {cluster for cluster, _ in waiting(told.engine)} == {2}
