"""Who fetches what: due feeds, fairness across hosts, leases."""

import threading
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text, update

from storage.engine import reading, writing
from storage.feeds import FeedState, lease_due, lease_feeds, release, select_feeds
from storage.fetches import FetchRow, record_fetch
from storage.leases import drop, free_leases, lease_holders, renew, take
from storage.schema import Feed


def lease(
    desk: Any, minutes: float = 0, *, holder: str = "w1", limit: int = 10, per_host: int = 2, lasts: float = 5
) -> list[FeedState]:
    with writing(desk.engine) as conn:
        return lease_due(conn, desk.at(minutes), holder, desk.at(minutes + lasts), limit, per_host)


def due_at(desk: Any, feed_id: int, minutes: float) -> None:
    with writing(desk.engine) as conn:
        conn.execute(update(Feed).where(Feed.id == feed_id).values(next_fetch_at=desk.at(minutes)))


def test_due_feeds_are_leased_once(desk: Any) -> None:
    desk.open("petra", "ammon")
    taken = lease(desk)
    assert [(feed.source_id, feed.url) for feed in taken] == [
        ("petra", "https://petra.example/rss"),
        ("ammon", "https://ammon.example/rss"),
    ]
    assert lease(desk, 1, holder="w2") == []


def test_a_feed_that_is_not_due_is_not_leased(desk: Any) -> None:
    desk.open("petra")
    due_at(desk, 1, 10)
    assert lease(desk, 9.99) == []
    assert len(lease(desk, 10)) == 1


def test_the_longest_waiting_come_first(desk: Any) -> None:
    desk.open("a", "b", "c")
    for feed_id, minutes in ((1, 3), (2, 1), (3, 2)):
        due_at(desk, feed_id, minutes)
    assert [feed.id for feed in lease(desk, 5)] == [2, 3, 1]


def test_an_expired_lease_is_free_again(desk: Any) -> None:
    desk.open("petra")
    lease(desk, lasts=5)
    assert lease(desk, 4.99, holder="w2") == []
    assert len(lease(desk, 5, holder="w2")) == 1


def test_a_host_with_500_due_feeds_starves_nobody(desk: Any) -> None:
    crowd = desk.spec("crowd", *(f"https://big.example/{n}" for n in range(500)))
    desk.sync(crowd, *(desk.spec(f"small{n}") for n in range(20)))
    for feed in desk.feeds("crowd"):
        due_at(desk, feed.id, -60)
    taken = lease(desk, limit=25, per_host=4)
    assert len(taken) == 24
    assert Counter(feed.host == "big.example" for feed in taken) == {False: 20, True: 4}


def test_a_small_batch_goes_round_the_hosts(desk: Any) -> None:
    desk.sync(
        desk.spec("a", *(f"https://a.example/{n}" for n in range(5))),
        desk.spec("b", *(f"https://b.example/{n}" for n in range(5))),
        desk.spec("c"),
    )
    assert Counter(feed.host for feed in lease(desk, limit=5, per_host=5)) == {
        "a.example": 2,
        "b.example": 2,
        "c.example": 1,
    }


def test_leases_that_run_count_for_their_host(desk: Any) -> None:
    desk.sync(desk.spec("a", *(f"https://a.example/{n}" for n in range(5))))
    assert len(lease(desk, per_host=2, limit=1)) == 1
    assert len(lease(desk, per_host=2)) == 1
    assert lease(desk, per_host=2) == []
    assert len(lease(desk, 5, per_host=2)) == 2


def test_only_active_feeds_of_active_sources_are_leased(desk: Any) -> None:
    desk.sync(desk.spec("petra", "https://petra.example/a", "https://petra.example/b"), desk.spec("ammon"))
    desk.sync(desk.spec("petra", "https://petra.example/b"))
    assert [feed.url for feed in lease(desk)] == ["https://petra.example/b"]


def test_feeds_are_selected_by_source_due_or_not(desk: Any) -> None:
    desk.open("petra", "ammon", "ghad")
    due_at(desk, 1, 500)
    assert [feed.source_id for feed in desk.feeds()] == ["ammon", "ghad", "petra"]
    assert [feed.source_id for feed in desk.feeds("petra", "ghad")] == ["ghad", "petra"]
    with reading(desk.engine) as conn:
        assert select_feeds(conn, []) == []
        assert select_feeds(conn, ["nobody"]) == []


def test_named_feeds_are_leased_due_or_not_unless_someone_has_them(desk: Any) -> None:
    desk.open("petra", "ammon", "ghad")
    due_at(desk, 3, 500)
    lease(desk, limit=1)
    with writing(desk.engine) as conn:
        taken = lease_feeds(conn, [1, 2, 3], desk.at(1), "w2", desk.at(6))
    assert [feed.id for feed in taken] == [2, 3]
    assert lease(desk, 1) == []


def test_a_released_lease_is_free_and_only_its_holder_s(desk: Any) -> None:
    desk.open("petra", "ammon")
    lease(desk)
    with writing(desk.engine) as conn:
        release(conn, [1, 2], "someone else")
    assert lease(desk) == []
    with writing(desk.engine) as conn:
        release(conn, [1], "w1")
        release(conn, [2])
    assert len(lease(desk, holder="w2")) == 2


def test_recording_the_fetch_frees_the_lease(desk: Any) -> None:
    desk.open("petra")
    lease(desk)
    with writing(desk.engine) as conn:
        record_fetch(conn, FetchRow(feed_id=1, started_at=desk.at(0), duration_ms=1, outcome="abandoned"), None)
    assert len(lease(desk, holder="w2")) == 1


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_that_lease_at_once_get_distinct_feeds(desk: Any, workers: int) -> None:
    desk.sync(*(desk.spec(f"s{n}") for n in range(60)))
    gate = threading.Barrier(workers)
    taken: list[int] = []

    def work(holder: str) -> None:
        gate.wait()
        while feeds := lease(desk, holder=holder, limit=5):
            taken.extend(feed.id for feed in feeds)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 61))


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_worker_passes_over_what_another_is_leasing_and_gets_the_next(desk: Any) -> None:
    desk.sync(*(desk.spec(f"s{n}") for n in range(6)))
    with writing(desk.engine) as conn, writing(desk.engine) as other:
        first = lease_due(conn, desk.at(0), "w1", desk.at(5), 3, 2)
        other.execute(text("SET LOCAL lock_timeout = '3s'"))  # so that waiting fails instead of hanging
        second = lease_due(other, desk.at(0), "w2", desk.at(5), 3, 2)
    assert [feed.id for feed in first] == [1, 2, 3]
    assert [feed.id for feed in second] == [4, 5, 6]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    hosts=st.lists(st.integers(0, 4), min_size=1, max_size=12),
    rounds=st.lists(st.tuples(st.integers(1, 6), st.integers(1, 3)), min_size=1, max_size=5),
)
def test_no_host_ever_has_more_leases_than_allowed_and_none_waits_for_nothing(
    desk: Any, hosts: list[int], rounds: list[tuple[int, int]]
) -> None:
    with writing(desk.engine) as conn:
        conn.execute(text("DELETE FROM feed"))
    desk.sync(desk.spec("all", *(f"https://h{host}.example/{n}" for n, host in enumerate(hosts))))
    held: Counter[str] = Counter()
    waiting = Counter(f"h{host}.example" for host in hosts)
    for limit, per_host in rounds:
        taken = Counter(feed.host for feed in lease(desk, limit=limit, per_host=per_host))
        possible = sum(min(waiting[host], max(0, per_host - held[host])) for host in waiting)
        assert sum(taken.values()) == min(limit, possible)
        held += taken
        waiting -= taken
        assert all(count <= per_host for host, count in held.items() if taken[host])


def test_one_process_has_a_job(store: Engine, desk: Any) -> None:
    with writing(store) as conn:
        assert take(conn, "clusterer", "a", desk.at(0), desk.at(1))
        assert not take(conn, "clusterer", "b", desk.at(0.5), desk.at(2))
        assert take(conn, "other job", "b", desk.at(0.5), desk.at(2))
        assert renew(conn, "clusterer", "a", desk.at(3))
        assert not renew(conn, "clusterer", "b", desk.at(3))
        assert not take(conn, "clusterer", "b", desk.at(2), desk.at(4))
        assert take(conn, "clusterer", "a", desk.at(2), desk.at(3))
        assert take(conn, "clusterer", "b", desk.at(3), desk.at(4)), "a lapsed claim is free"
        assert not renew(conn, "clusterer", "a", desk.at(9))
        drop(conn, "clusterer", "a")
        assert not take(conn, "clusterer", "a", desk.at(3.5), desk.at(9))
        drop(conn, "clusterer", "b")
        assert take(conn, "clusterer", "a", desk.at(3.5), desk.at(9))


def test_two_processes_that_want_a_job_at_once_do_not_both_get_it(store: Engine, desk: Any) -> None:
    gate = threading.Barrier(2)
    answers: list[bool] = []

    def want(holder: str) -> None:
        gate.wait()
        with writing(store) as conn:
            answers.append(take(conn, "clusterer", holder, desk.at(0), desk.at(1)))

    threads = [threading.Thread(target=want, args=(holder,)) for holder in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, True]


def test_what_the_dead_held_is_freed(store: Engine, desk: Any) -> None:
    desk.open("petra", "ammon", "ghad")
    lease(desk, holder="dead", limit=2)
    lease(desk, holder="alive", limit=1)
    with writing(store) as conn:
        take(conn, "clusterer", "dead", desk.at(0), desk.at(60))
        assert lease_holders(conn) == ["alive", "dead"]
        free_leases(conn, ["dead"], desk.at(1))
        assert lease_holders(conn) == ["alive"]
        assert take(conn, "clusterer", "alive", desk.at(1), desk.at(60))
    assert [feed.source_id for feed in lease(desk, 1)] == ["petra", "ammon"]
