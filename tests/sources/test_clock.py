"""How far the clocks of a feed are from ours, and how sure that is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.clock import clocked, kept_offset, measured_offset, stamps_ahead
from sources.dates import DateMark
from sources.entry import Entry
from sources.identity import Marks, names_of

ASKED = datetime(2026, 11, 23, 12, tzinfo=UTC)
DATE = "Mon, 23 Nov 2026 12:01:00 GMT"


@pytest.mark.parametrize(
    ("date", "age", "took", "offset"),
    [
        (DATE, None, 0, 60),
        (DATE, None, 4, 58),  # the server looked at its clock half-way through
        (DATE, None, 10, 55),
        (DATE, None, 11, None),  # too slow to tell
        (DATE, None, -1, None),  # our own clock was set
        (DATE, "0", 0, 60),
        (DATE, "300", 0, 360),  # a copy of five minutes ago
        (DATE, "-5", 0, None),
        (DATE, "9999999999", 0, None),
        (DATE, "long", 0, None),
        (None, None, 0, None),
        ("", None, 0, None),
        ("soon", None, 0, None),
        ("Mon, 23 Nov 2026 12:01:00 -0000", None, 0, 60),
        ("Mon, 23 Nov 2026 15:01:00 +0300", None, 0, 60),
        ("Mon, 99 Nov 2026 12:01:00 GMT", None, 0, None),
    ],
)
def test_an_answer_tells_its_server_s_clock(date: str | None, age: str | None, took: float, offset: float) -> None:
    assert measured_offset(date, age, ASKED, ASKED + timedelta(seconds=took)) == offset


@given(st.text(max_size=40), st.none() | st.text(max_size=12))
def test_any_headers_give_an_offset_or_none(date: str, age: str | None) -> None:
    offset = measured_offset(date, age, ASKED, ASKED)
    assert offset is None or isinstance(offset, float)


def test_an_offset_is_smoothed_but_for_a_clock_that_was_set() -> None:
    assert kept_offset(None, None) is None
    assert kept_offset(None, 3.0) == 3.0
    assert kept_offset(3.0, None) == 3.0
    assert kept_offset(3.0, 4.0) == pytest.approx(3.2)
    assert kept_offset(3.0, 10_800.0) == 10_800.0
    kept = 0.0
    for measured in (59.0, 60.0) * 30:
        kept = kept_offset(kept, measured) or 0.0
    assert kept == pytest.approx(59.5, abs=0.2)


def entry(ahead_s: float | None, *marks: DateMark) -> Entry:
    published = None if ahead_s is None else ASKED + timedelta(seconds=ahead_s)
    names = names_of(Marks("1", "", "", "", ""))
    return Entry(names, None, "عنوان", "", "", published, None, None, marks, None, ())


@pytest.mark.parametrize(
    ("entries", "ahead"),
    [
        ([], None),
        ([entry(None, DateMark.UNREADABLE)], None),
        ([entry(-7200), entry(-60), entry(None)], -60),
        ([entry(10_800, DateMark.AHEAD), entry(-60)], 10_800),
        ([entry(0, DateMark.FUTURE), entry(30, DateMark.NO_CLOCK), entry(-60, DateMark.NO_ZONE)], -60),
    ],
)
def test_the_newest_stamp_that_means_something_tells_how_far_ahead_a_feed_dates(
    entries: list[Entry], ahead: float | None
) -> None:
    assert stamps_ahead(map(clocked, entries), ASKED) == ahead
