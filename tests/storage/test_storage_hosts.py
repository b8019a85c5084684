"""Turns at a host: apart by its gap, whoever asks, and none while it wants silence."""

import threading
from typing import Any

from storage.engine import reading, writing
from storage.feeds import lease_due
from storage.hosts import HostState, book_turn, host_state, others_answer, save_host


def lease(desk: Any, seconds: float, gap_s: float = 2, per_host: int = 5) -> list[str]:
    now = desk.at(seconds / 60)
    with writing(desk.engine) as conn:
        return [feed.host for feed in lease_due(conn, now, "w", desk.at(60), 100, per_host, gap_s)]


def crowd(desk: Any, feeds: int, *others: str) -> None:
    urls = [f"https://big.example/{number}" for number in range(feeds)]
    desk.sync(desk.spec("big", *urls), *(desk.spec(name, f"https://{name}.example/rss") for name in others))


def test_one_of_a_host_at_a_time_and_the_others_do_not_wait(desk: Any) -> None:
    crowd(desk, 500, "small", "tiny")
    assert sorted(lease(desk, 0)) == ["big.example", "small.example", "tiny.example"]
    assert lease(desk, 1.9) == []
    assert lease(desk, 2) == ["big.example"]
    assert lease(desk, 4) == ["big.example"]


def test_no_more_of_a_host_run_than_allowed(desk: Any) -> None:
    crowd(desk, 5)
    assert [len(lease(desk, 2 * turn, per_host=2)) for turn in range(4)] == [1, 1, 0, 0]


def test_without_a_gap_there_are_no_turns(desk: Any) -> None:
    crowd(desk, 5)
    assert len(lease(desk, 0, gap_s=0, per_host=4)) == 4


def test_a_host_has_the_gap_that_it_has_earned(desk: Any) -> None:
    crowd(desk, 5)
    with writing(desk.engine) as conn:
        save_host(conn, "big.example", HostState(errors=3), 16)
    assert [len(lease(desk, second)) for second in (0, 8, 15.9, 16)] == [1, 0, 0, 1]


def test_a_host_that_wants_silence_has_it(desk: Any) -> None:
    crowd(desk, 5, "small")
    with writing(desk.engine) as conn:
        save_host(conn, "big.example", HostState(quiet_until=desk.at(10)), 2)
    assert lease(desk, 0) == ["small.example"]
    assert lease(desk, 600) == ["big.example"]


def test_turns_that_are_booked_lie_apart_and_push_the_leases_back(desk: Any) -> None:
    crowd(desk, 5)
    with writing(desk.engine) as conn:
        turns = [book_turn(conn, "big.example", desk.at(0), 2).at for _ in range(3)]
    assert turns == [desk.at(seconds / 60) for seconds in (0, 2, 4)]
    assert lease(desk, 5.9) == []
    assert lease(desk, 6) == ["big.example"]
    with writing(desk.engine) as conn:
        assert book_turn(conn, "big.example", desk.at(0), 0).at == desk.at(0)


def test_turns_booked_at_once_are_all_different(desk: Any) -> None:
    crowd(desk, 1)
    found = []

    def book() -> None:
        with writing(desk.engine) as conn:
            found.append(book_turn(conn, "big.example", desk.at(0), 2).at)

    threads = [threading.Thread(target=book) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [desk.at(2 * turn / 60) for turn in range(6)]


def test_what_is_known_of_a_host_comes_back(desk: Any) -> None:
    known = HostState(1.5, 2, desk.at(1), desk.at(2), 7, desk.at(3), desk.at(4), desk.at(5))
    with writing(desk.engine) as conn:
        assert host_state(conn, "a.example") == HostState()
        save_host(conn, "a.example", known, 6)
        save_host(conn, "a.example", known, 6)
        assert host_state(conn, "a.example") == known


def test_others_answer_unless_silence_is_their_last_word(desk: Any) -> None:
    with writing(desk.engine) as conn:
        assert others_answer(conn, "a.example")
        save_host(conn, "b.example", HostState(answered_at=desk.at(1)), 2)
        assert others_answer(conn, "a.example")
        save_host(conn, "c.example", HostState(silent_at=desk.at(2)), 2)
        save_host(conn, "a.example", HostState(answered_at=desk.at(9)), 2)
    with reading(desk.engine) as conn:
        assert not others_answer(conn, "a.example")
        assert others_answer(conn, "c.example")
