import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.memory_pressure import DROP_AGAIN_S, WELL_UNDER, Pressure, looked
from daemon.memory_watch import MemoryWatch, give_back, resident_bytes

LIMIT = 1_000_000_000


def test_it_is_told_once_and_dropped_again_only_after_a_while() -> None:
    pressure, step = looked(Pressure(), LIMIT, LIMIT, 0)
    assert step == "none"
    pressure, step = looked(pressure, LIMIT + 1, LIMIT, 10)
    assert step == "begun"
    pressure, step = looked(pressure, LIMIT + 1, LIMIT, 11)
    assert step == "none"
    pressure, step = looked(pressure, LIMIT + 1, LIMIT, 10 + DROP_AGAIN_S)
    assert step == "drop"
    pressure, step = looked(pressure, LIMIT, LIMIT, 12 + DROP_AGAIN_S)
    assert step == "none"
    pressure, step = looked(pressure, int(WELL_UNDER * LIMIT) - 1, LIMIT, 13 + DROP_AGAIN_S)
    assert step == "over"
    assert not pressure.high


def test_without_a_limit_or_a_figure_nothing_is_done() -> None:
    assert looked(Pressure(), 10**12, 0, 0)[1] == "none"
    assert looked(Pressure(), None, LIMIT, 0)[1] == "none"
    # A limit that was taken away while it was passed.
    assert looked(Pressure(high=True), 10**12, 0, 0) == (Pressure(), "over")


@given(sizes=st.lists(st.integers(0, 2 * LIMIT), min_size=1, max_size=50))
def test_a_beginning_and_an_end_take_turns(sizes: list[int]) -> None:
    pressure, steps = Pressure(), []
    for now, size in enumerate(sizes):
        pressure, step = looked(pressure, size, LIMIT, now)
        steps.append(step)
    turns = [step for step in steps if step in ("begun", "over")]
    assert turns == (["begun", "over"] * len(turns))[: len(turns)]
    assert steps.count("drop") <= len(sizes) // DROP_AGAIN_S


def test_the_watch_tells_and_drops(caplog: pytest.LogCaptureFixture) -> None:
    dropped: list[int] = []
    used, now = [LIMIT // 2], [0.0]
    watch = MemoryWatch(lambda: dropped.append(1), resident=lambda: used[0], clock=lambda: now[0])
    watch.limit = LIMIT
    with caplog.at_level(logging.INFO):
        for used[0], now[0] in ((LIMIT // 2, 0), (2 * LIMIT, 1), (2 * LIMIT, 2), (2 * LIMIT, 700), (LIMIT // 2, 701)):
            watch.look()
    assert len(dropped) == 2
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert "2.0 GB in use, more than the soft limit of 1.0 GB (limits.memory)" in caplog.messages[0]


def test_the_memory_of_a_process_is_known_and_can_be_given_back() -> None:
    assert (resident_bytes() or 0) > 10_000_000
    assert resident_bytes(2**22 + 1) is None
    give_back()
