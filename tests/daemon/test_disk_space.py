from hypothesis import given
from hypothesis import strategies as st

from daemon.disk_space import ASK_AGAIN_S, ENOUGH_AGAIN, FREED, FULL, Room, looked, refused

LEAST = 500_000_000
BYTES = st.integers(0, 10**13)


def test_work_pauses_below_the_limit_and_goes_on_well_above_it() -> None:
    room = looked(Room(), LEAST, LEAST, 0)
    assert room.lack is None
    room = looked(room, LEAST - 1, LEAST, 1)
    assert room.lack == "only 499 MB are free on its disk, and limits.free_disk is 500 MB"
    assert looked(room, int(LEAST * ENOUGH_AGAIN) - 1, LEAST, 2).lack is not None
    assert looked(room, int(LEAST * ENOUGH_AGAIN), LEAST, 2).lack is None


def test_a_store_that_says_it_is_full_is_left_alone_for_a_while() -> None:
    room = refused(looked(Room(), 10**12, LEAST, 0), 10**12, 100)
    assert room.lack == FULL
    assert looked(room, 10**12, LEAST, 100 + ASK_AGAIN_S - 1).lack == FULL
    assert looked(room, 10**12, LEAST, 100 + ASK_AGAIN_S).lack is None


def test_a_full_store_is_tried_at_once_when_something_was_freed() -> None:
    room = refused(Room(), 4_096, 100)
    assert looked(room, 4_096 + FREED - 1, 0, 101).lack == FULL
    assert looked(room, 4_096 + FREED, 0, 101).lack is None


def test_where_the_disk_is_not_ours_only_the_word_of_the_store_counts() -> None:
    assert looked(Room(), None, LEAST, 0).lack is None
    room = refused(Room(), None, 0)
    assert looked(room, None, LEAST, ASK_AGAIN_S - 1).lack == FULL
    assert looked(room, None, LEAST, ASK_AGAIN_S).lack is None


@given(frees=st.lists(st.integers(0, 2 * LEAST), max_size=30))
def test_between_the_two_limits_nothing_changes(frees: list[int]) -> None:
    room = Room()
    for now, free in enumerate(frees):
        after = looked(room, free, LEAST, now)
        if free < LEAST:
            assert after.lack is not None
        elif free >= LEAST * ENOUGH_AGAIN:
            assert after.lack is None
        else:
            assert (after.lack is None) == (room.lack is None)
        room = after


@given(free=BYTES, least=BYTES, now=st.floats(0, 1e9))
def test_a_limit_of_nothing_asks_for_nothing(free: int, least: int, now: float) -> None:
    assert looked(Room(), free, 0, now).lack is None
    assert (looked(Room(), free, least, now).lack is None) == (free >= least)
