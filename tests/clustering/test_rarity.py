"""Counts of the recent stream: by story, for one to two weeks, and the same after a restart."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.profile import Profile, profile
from clustering.rarity import GENERATION_S, Rarity
from clustering.version import Version
from tests.clustering.arabic_text import Writer

WEEK = float(GENERATION_S)
WRITER = Writer(41)
TEXTS = [WRITER.story(2) for _ in range(6)]


def text(number: int, at: float = 0.0) -> Profile:
    title, body = TEXTS[number]
    return profile(Version(number + 1, number + 1, "alfajr", title, body, at))


def common(rarity: Rarity, one: Profile) -> set[int]:
    return set(rarity.stories_with(one.shingles).tolist())


def test_a_story_counts_once_however_often_it_is_copied() -> None:
    rarity = Rarity()
    rarity.advance(0.0)
    rarity.count(text(0), None)
    for _ in range(5):
        rarity.count(text(0), text(0))
    assert common(rarity, text(0)) == {1}
    assert common(rarity, text(1)) == {0}


def test_a_copy_counts_with_what_it_adds() -> None:
    rarity = Rarity()
    title, body = TEXTS[0]
    longer = profile(Version(9, 9, "alfajr", title, f"{body}\n{TEXTS[1][1]}", 0.0))
    rarity.count(text(0), None)
    rarity.count(longer, text(0))
    assert common(rarity, text(0)) == {1}
    # But for the seam between the two.
    assert common(rarity, text(1)) == {1}


def test_what_many_stories_say_is_common_and_its_words_weigh_less() -> None:
    rarity = Rarity()
    for _ in range(4):
        rarity.count(text(2), None)
    rarity.count(text(3), None)
    assert common(rarity, text(2)) == {4}
    assert rarity.weights(text(2).words).max() < rarity.weights(text(4).words).min()


@pytest.mark.parametrize(("weeks", "remembered"), [(0, {1}), (1, {1}), (2, {0}), (3, {0}), (40, {0})])
def test_a_passage_is_remembered_for_this_week_and_the_next(weeks: int, remembered: set[int]) -> None:
    rarity = Rarity()
    rarity.advance(10 * WEEK)
    rarity.count(text(0), None)
    rarity.advance((10 + weeks) * WEEK)
    assert common(rarity, text(0)) == remembered


def test_time_never_goes_back() -> None:
    rarity = Rarity()
    rarity.advance(10 * WEEK)
    rarity.count(text(0), None)
    rarity.advance(2 * WEEK)
    rarity.advance(10 * WEEK)
    assert common(rarity, text(0)) == {1}


def test_a_count_stops_at_its_most() -> None:
    rarity = Rarity()
    for _ in range(300):
        rarity.count(text(5), None)
    assert common(rarity, text(5)) == {255}


STEPS = st.lists(st.tuples(st.integers(0, 5), st.none() | st.integers(0, 5), st.floats(0, 2.5)), max_size=8)


def went_on(rarity: Rarity, steps: Sequence[tuple[int, int | None, float]]) -> None:
    for number, source, weeks in steps:
        rarity.advance(weeks * WEEK)
        rarity.count(text(number), None if source is None else text(source))


# Writing both tables takes a fifth of a second: few examples, and no deadline.
@settings(deadline=None, max_examples=20)
@given(STEPS, STEPS)
def test_counts_taken_up_again_go_on_as_if_nothing_had_been(
    before: list[tuple[int, int | None, float]], after: list[tuple[int, int | None, float]]
) -> None:
    rarity = Rarity()
    went_on(rarity, before)
    again = Rarity.from_bytes(rarity.to_bytes())
    went_on(rarity, after)
    went_on(again, after)
    assert again.to_bytes() == rarity.to_bytes()
    for number in range(len(TEXTS)):
        assert np.array_equal(again.weights(text(number).words), rarity.weights(text(number).words))


def test_the_tables_do_not_grow() -> None:
    rarity = Rarity()
    rarity.count(text(0), None)
    kept = len(rarity.to_bytes())
    went_on(rarity, [(number, None, 0.1) for number in range(6)] * 3)
    assert len(rarity.to_bytes()) < 2 * kept


@pytest.mark.parametrize(
    "damaged",
    [b"", b"\x01", b"\x00" * 40, Rarity().to_bytes()[:-9], b"\x02" + Rarity().to_bytes()[1:]],
    ids=["empty", "a byte", "zeros", "cut", "another format"],
)
def test_damaged_counts_are_refused(damaged: bytes) -> None:
    with pytest.raises(ValueError, match="counts of a stream"):
        Rarity.from_bytes(damaged)
