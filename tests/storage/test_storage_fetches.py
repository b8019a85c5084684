"""Every attempt is recorded, and what it means for the feed."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from storage.engine import reading, writing
from storage.fetches import FeedUpdate, FetchRow, delete_fetches, record_fetch
from storage.schema import OUTCOMES, Feed, Fetch


def row(desk: Any, **facts: Any) -> FetchRow:
    return replace(FetchRow(feed_id=1, started_at=desk.at(0), duration_ms=120, outcome="ok", status=200), **facts)


def change(desk: Any, tag: str, **facts: Any) -> FeedUpdate:
    made = FeedUpdate(f'"{tag}"', f"modified {tag}", f"hash {tag}", 600.0, 0.0, desk.at(10))
    return replace(made, **facts)


def record(desk: Any, fetch: FetchRow, update: FeedUpdate | None) -> int:
    with writing(desk.engine) as conn:
        return record_fetch(conn, fetch, update)


def feed(desk: Any) -> Any:
    with reading(desk.engine) as conn:
        return conn.execute(select(Feed)).one()


def test_a_success_stores_everything_it_was_told(desk: Any) -> None:
    desk.open("petra")
    told = row(
        desk,
        received_bytes=4096,
        entries_seen=30,
        entries_new=2,
        entries_changed=1,
        declared_charset="windows-1256",
        used_charset="utf-8",
        repairs=("charset", "بتر"),
    )
    fetch_id = record(desk, told, change(desk, "a"))
    with reading(desk.engine) as conn:
        stored = conn.execute(select(Fetch)).one()
    assert (stored.id, stored.feed_id, stored.started_at, stored.duration_ms) == (fetch_id, 1, desk.at(0), 120)
    assert (stored.outcome, stored.status, stored.received_bytes) == ("ok", 200, 4096)
    assert (stored.entries_seen, stored.entries_new, stored.entries_changed) == (30, 2, 1)
    assert (stored.declared_charset, stored.used_charset) == ("windows-1256", "utf-8")
    assert (stored.repairs, stored.error) == (["charset", "بتر"], None)
    after = feed(desk)
    assert (after.etag, after.last_modified, after.body_hash) == ('"a"', "modified a", "hash a")
    assert (after.interval_s, after.failures, after.next_fetch_at) == (600.0, 0.0, desk.at(10))
    assert (after.last_fetch_at, after.last_ok_at) == (desk.at(0), desk.at(0))
    assert (after.last_outcome, after.last_error) == ("ok", None)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_validators_advance_only_with_a_success(desk: Any, outcome: str) -> None:
    desk.open("petra")
    record(desk, row(desk), change(desk, "a"))
    record(
        desk,
        row(desk, started_at=desk.at(20), outcome=outcome, error="السبب"),
        change(desk, "b", failures=1.5, interval_s=1200.0, next_fetch_at=desk.at(40)),
    )
    after = feed(desk)
    good = outcome in {"ok", "not_modified", "unchanged"}
    tag = "b" if good else "a"
    assert (after.etag, after.last_modified, after.body_hash) == (f'"{tag}"', f"modified {tag}", f"hash {tag}")
    assert (after.interval_s, after.failures, after.next_fetch_at) == (1200.0, 1.5, desk.at(40))
    assert (after.last_outcome, after.last_error, after.last_fetch_at) == (outcome, "السبب", desk.at(20))
    assert after.last_ok_at == desk.at(20 if good else 0)


def test_a_fetch_we_broke_off_leaves_the_feed_due_as_it_was(desk: Any) -> None:
    desk.open("petra")
    record(desk, row(desk), change(desk, "a"))
    before = desk.feed("petra")
    record(desk, row(desk, started_at=desk.at(11), outcome="abandoned", status=None), None)
    assert desk.feed("petra") == before
    assert feed(desk).last_outcome == "abandoned"


def test_what_was_measured_of_a_feed_is_kept_until_it_is_measured_again(desk: Any) -> None:
    desk.open("petra")
    assert (desk.feed("petra").identity_step, desk.feed("petra").clock_offset_s) == (0, None)
    record(desk, row(desk), change(desk, "a", identity_step=2, clock_offset_s=-3.5, stamps_ahead_s=10_800.0))
    record(desk, row(desk, started_at=desk.at(20), outcome="timeout", status=None), change(desk, "b"))
    after = feed(desk)
    assert (after.identity_step, after.clock_offset_s, after.stamps_ahead_s) == (2, -3.5, 10_800.0)
    assert (desk.feed("petra").identity_step, desk.feed("petra").clock_offset_s) == (2, -3.5)
    record(desk, row(desk, started_at=desk.at(40)), change(desk, "c", clock_offset_s=0.0, stamps_ahead_s=-60.0))
    after = feed(desk)
    assert (after.identity_step, after.clock_offset_s, after.stamps_ahead_s) == (2, 0.0, -60.0)


@pytest.mark.parametrize("step", [-1, 5])
def test_a_step_that_is_none_is_refused_by_the_database(desk: Any, step: int) -> None:
    desk.open("petra")
    with pytest.raises(IntegrityError):
        record(desk, row(desk), change(desk, "a", identity_step=step))


def test_an_outcome_that_is_no_outcome_is_refused_by_the_database(desk: Any) -> None:
    desk.open("petra")
    with pytest.raises(IntegrityError):
        record(desk, row(desk, outcome="fine"), change(desk, "a"))
    assert feed(desk).last_outcome is None


def test_a_fetch_of_no_feed_is_refused_by_the_database(desk: Any) -> None:
    with pytest.raises(IntegrityError):
        record(desk, row(desk), None)


def test_old_fetches_are_deleted_oldest_first_in_small_steps(desk: Any) -> None:
    desk.open("petra")
    for minutes in (3, 0, 4, 1, 2):
        record(desk, row(desk, started_at=desk.at(minutes)), None)

    def delete(limit: int) -> int:
        with writing(desk.engine) as conn:
            return delete_fetches(conn, desk.at(3), limit)

    def left() -> list[Any]:
        with reading(desk.engine) as conn:
            return list(conn.execute(select(Fetch.started_at).order_by(Fetch.started_at)).scalars())

    assert delete(2) == 2
    assert left() == [desk.at(2), desk.at(3), desk.at(4)]
    assert delete(2) == 1
    assert delete(2) == 0
    assert left() == [desk.at(3), desk.at(4)]


def test_ids_of_deleted_fetches_are_not_given_again(desk: Any) -> None:
    desk.open("petra")
    last = [record(desk, row(desk), None) for _ in range(3)][-1]
    with writing(desk.engine) as conn:
        conn.execute(text('DELETE FROM "fetch"'))
    assert record(desk, row(desk), None) == last + 1
