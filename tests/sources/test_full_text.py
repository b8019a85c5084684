"""Which pages are read, and when again: pure deciders."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.article_page import PageOutcome
from sources.entry import Entry
from sources.full_text import MAX_AGE, SHORT, Reading, next_reading, pages_wanted
from sources.identity import Marks, names_of

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def entry(number: int, letters: int, *, url: str | None = "own", age: timedelta | None = HOUR) -> Entry:
    link = f"https://a.example/{number}" if url == "own" else url
    return Entry(
        names=names_of(Marks(str(number), link or "", "", "خبر", "")),
        url=link,
        title="خبر",
        summary="",
        text="ن" * letters,
        published=None if age is None else NOW - age,
        updated=None,
        published_raw=None,
        published_marks=(),
        author=None,
        categories=(),
    )


def test_auto_wants_the_pages_of_a_feed_that_sums_up() -> None:
    assert pages_wanted("auto", [entry(n, 200) for n in range(3)], NOW) == [True] * 3


def test_auto_leaves_a_feed_of_full_texts_alone_and_its_short_items_too() -> None:
    assert pages_wanted("auto", [entry(0, 2000), entry(1, 1500), entry(2, 100)], NOW) == [False] * 3


def test_auto_wants_only_the_short_ones_of_a_feed_that_sums_up() -> None:
    assert pages_wanted("auto", [entry(0, 2000), entry(1, 100), entry(2, 100)], NOW) == [False, True, True]


def test_true_wants_every_page_and_false_none() -> None:
    entries = [entry(0, SHORT * 3), entry(1, 100)]
    assert pages_wanted("true", entries, NOW) == [True, True]
    assert pages_wanted("false", entries, NOW) == [False, False]
    assert pages_wanted("auto", [], NOW) == []


def test_no_page_without_an_address_of_its_own_or_of_old_news() -> None:
    entries = [
        entry(0, 100, url=None),
        entry(1, 100, url="https://a.example/home"),
        entry(2, 100, url="https://a.example/home"),
        entry(3, 100, age=MAX_AGE + 2 * HOUR),
        entry(4, 100, age=None),
        entry(5, 100),
    ]
    assert pages_wanted("true", entries, NOW) == [False, False, False, False, True, True]


STEPS = (HOUR, 5 * HOUR)


def test_a_page_is_read_again_in_rounds_and_then_no_more() -> None:
    first = next_reading(NOW, PageOutcome.READ, 200, None, Reading(2, 0), STEPS)
    assert (first.at, first.tries, first.rounds) == (NOW + HOUR, 0, 1)
    second = next_reading(NOW, PageOutcome.NO_FULLER, 200, None, Reading(0, 1), STEPS)
    assert (second.at, second.rounds) == (NOW + 5 * HOUR, 2)
    assert next_reading(NOW, PageOutcome.READ, 200, None, Reading(0, 2), STEPS).at is None
    assert next_reading(NOW, PageOutcome.READ, 200, None, Reading(0, 0), ()).at is None


def test_trouble_that_may_pass_is_waited_out_a_few_times() -> None:
    before, waits = Reading(0, 0), []
    for _ in range(3):
        after = next_reading(NOW, PageOutcome.TIMEOUT, None, None, before, ())
        assert after.at is not None
        waits.append(after.at - NOW)
        before = Reading(after.tries, after.rounds)
    assert waits == [timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3)]
    assert next_reading(NOW, PageOutcome.TIMEOUT, None, None, before, STEPS).at is None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_may_ask_for_more_time(status: int) -> None:
    after = next_reading(NOW, PageOutcome.HTTP_ERROR, status, 1200.0, Reading(0, 0), ())
    assert after.at == NOW + timedelta(minutes=20)


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (PageOutcome.HTTP_ERROR, 404),
        (PageOutcome.HTTP_ERROR, 410),
        (PageOutcome.ROBOTS, None),
        (PageOutcome.OTHER_TEXT, 200),
        (PageOutcome.NO_TEXT, 200),
        (PageOutcome.REFUSED, None),
        (PageOutcome.TOO_LARGE, 200),
    ],
)
def test_what_will_not_change_is_not_asked_again(outcome: PageOutcome, status: int | None) -> None:
    assert next_reading(NOW, outcome, status, None, Reading(0, 0), STEPS).at is None


@given(
    outcome=st.sampled_from(PageOutcome),
    status=st.sampled_from([None, 200, 304, 404, 429, 503]),
    retry=st.none() | st.floats(0, 1e6),
    rounds=st.integers(0, 4),
    rereads=st.lists(st.integers(60, 100_000).map(lambda s: timedelta(seconds=s)), max_size=3),
)
def test_every_page_comes_to_an_end(
    outcome: PageOutcome, status: int | None, retry: float | None, rounds: int, rereads: list[timedelta]
) -> None:
    before = Reading(0, rounds)
    for _ in range(20):
        after = next_reading(NOW, outcome, status, retry, before, rereads)
        if after.at is None:
            return
        assert after.at > NOW
        before = Reading(after.tries, after.rounds)
    pytest.fail("it would be asked for ever")


def test_old_news_is_told_by_the_newest_of_its_document() -> None:
    week = timedelta(days=7)
    assert pages_wanted("auto", [entry(0, 100, age=week), entry(1, 100, age=2 * week)], NOW) == [True, False]
    ahead = [entry(0, 100, age=-week), entry(1, 100)]
    assert pages_wanted("auto", ahead, NOW) == [True, True]
