"""The events that feeds, alerts and pages read: growth, changed figures, items taken back."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from sources.vanishing import MOST, OLDER, taken_back
from storage.articles import save_entries
from storage.engine import reading, writing
from storage.growth import STEPS
from storage.placement_row import HeadChange
from storage.schema import Event
from storage.sightings import shown_by
from storage.vanished import article_times, note_vanished


def told(desk: Any, kind: str) -> list[tuple[int, int | None, Any]]:
    with reading(desk.engine) as conn:
        chosen = select(Event.cluster_id, Event.article_id, Event.cause).where(Event.kind == kind).order_by(Event.id)
        return [(row.cluster_id, row.article_id, row.cause) for row in conn.execute(chosen)]


def steps(desk: Any) -> list[tuple[int, Any]]:
    return [(cluster, cause["sources"]) for cluster, _, cause in told(desk, "grew_to_n")]


def publish(desk: Any, *sources: str, cluster: int, founded: bool = False, key: str = "k") -> None:
    """Let outlets publish an article each and place them in one batch."""
    for source in sources:
        desk.save(source, desk.entry(key, f"نص {source} {key}"))
    rows = [desk.placement(version, cluster) for version in desk.queue()]
    desk.place(replace(rows[0], founded=founded), *rows[1:])


@pytest.fixture
def outlets(desk: Any) -> list[str]:
    names = [f"s{number}" for number in range(12)]
    desk.open(*names)
    return names


def test_each_step_is_told_once_however_the_stream_is_cut(desk: Any, outlets: list[str]) -> None:
    publish(desk, *outlets[:1], cluster=1, founded=True)
    assert steps(desk) == []
    publish(desk, *outlets[1:6], cluster=1)
    assert steps(desk) == [(1, 2), (1, 3), (1, 5)]
    for outlet in outlets[6:]:
        publish(desk, outlet, cluster=1)
    publish(desk, *outlets, cluster=1, key="again")
    assert steps(desk) == [(1, step) for step in STEPS if step <= len(outlets)]


def test_a_merge_grows_the_story_that_stays(desk: Any, outlets: list[str]) -> None:
    publish(desk, *outlets[:3], cluster=1, founded=True)
    publish(desk, *outlets[2:5], cluster=2, founded=True, key="m")
    desk.save(outlets[0], desk.entry("third"))
    desk.place(desk.placement(desk.queue()[0], 1, merges=[2]))
    assert steps(desk) == [(1, 2), (1, 3), (2, 2), (2, 3), (1, 5)]


def test_a_changed_figure_is_an_event_with_what_it_was_and_is(desk: Any, outlets: list[str]) -> None:
    publish(desk, outlets[0], cluster=1, founded=True)
    desk.save(outlets[0], desk.entry("k", "نص آخر"))
    change = HeadChange("title", "figure", "12", "19")
    desk.place(replace(desk.placement(desk.queue()[0], 1), changes=(change,)))
    assert told(desk, "figure_change") == [
        (1, 1, {"changes": [{"place": "title", "sort": "figure", "was": "12", "now": "19"}]})
    ]


def shown(desk: Any, feed: int, keys: str, minutes: float) -> frozenset[int]:
    """Let a feed show a document; return the articles in it. A key is also the minute of publication."""
    (source,) = [one.source_id for one in desk.feeds() if one.id == feed]
    entries = [desk.entry(key, f"نص {key}", published_at=desk.at(ord(key) - ord("a"))) for key in keys]
    with writing(desk.engine) as conn:
        save_entries(conn, source, feed, entries, desk.at(minutes))
    if waiting := desk.queue():
        desk.found(*waiting)
    with reading(desk.engine) as conn:
        return frozenset(one.article_id for one in shown_by(conn, feed))


def gone(desk: Any, feed: int, before: frozenset[int], after: frozenset[int], minutes: float) -> int:
    with writing(desk.engine) as conn:
        found = taken_back(article_times(conn, before), article_times(conn, after))
        return note_vanished(conn, feed, found, desk.at(minutes))


def test_an_item_that_is_taken_back_is_told_once(desk: Any) -> None:
    desk.open("petra")
    before = shown(desk, 1, "abcdef", 100)
    assert gone(desk, 1, before, shown(desk, 1, "bcdefg", 110), 110) == 0
    before = shown(desk, 1, "bcdefg", 120)
    after = shown(desk, 1, "bcdeg", 130)
    assert gone(desk, 1, before, after, 130) == 1
    ((cluster, article, cause),) = told(desk, "vanished")
    assert (cluster, article) == (6, 6)
    assert cause["feed_id"] == 1
    assert datetime.fromisoformat(cause["last_seen"]) == desk.at(120)
    assert gone(desk, 1, before, after, 140) == 0


def test_what_another_feed_of_the_outlet_still_shows_is_not_gone(desk: Any) -> None:
    desk.sync(desk.spec("petra", "https://petra.example/1", "https://petra.example/2"))
    shown(desk, 2, "f", 90)
    before = shown(desk, 1, "abcdef", 100)
    after = shown(desk, 1, "abcde", 110)
    assert gone(desk, 1, before, after, 110) == 0
    shown(desk, 2, "g", 120)
    assert gone(desk, 1, before, after, 130) == 1


def moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


ITEMS = st.dictionaries(st.integers(0, 40), st.integers(0, 500).map(moment))


@given(ITEMS, ITEMS)
def test_only_items_with_older_ones_beside_them_are_taken_back(
    before: dict[int, datetime], after: dict[int, datetime]
) -> None:
    found = taken_back(before, after)
    assert found <= before.keys() - after.keys()
    assert len(found) <= max(1, MOST * len(before))
    for item in found:
        assert sum(before[other] < before[item] for other in before if other in after) >= OLDER


def test_a_list_that_an_editor_orders_takes_nothing_back() -> None:
    moments = {number: moment(number) for number in range(20)}
    kept = {number: at for number, at in moments.items() if number not in (10, 12, 14)}
    assert taken_back(moments, kept) == frozenset()
    assert taken_back(moments, {**kept, 12: moments[12]}) == frozenset({10, 14})
