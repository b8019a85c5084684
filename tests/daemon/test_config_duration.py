"""Durations and sizes as people write them."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.config import format_duration, parse_duration
from daemon.config.size import format_size, parse_size

CENTURY_SECONDS = 36_500 * 86_400


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0),
        ("30s", 30),
        ("15m", 900),
        ("1h30m", 5_400),
        ("5d", 432_000),
        ("2w", 1_209_600),
        ("1w2d3h4m5s", 788_645),
        ("090m", 5_400),
    ],
)
def test_durations_are_sums_of_their_parts(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    ["", " ", "m", "15 m", "15M", "15min", "30m1h", "1h1h", "-5m", "1.5h", "١٥m", "15m ", "9999999999s", "6000w"],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a duration|longer than a century"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["15", "0", "2.5"])
def test_a_bare_number_is_refused_with_the_two_likely_readings(text: str) -> None:
    with pytest.raises(ValueError, match=rf'a number without a unit: {text}; write "{text}s" or "{text}m"'):
        parse_duration(text)


@given(st.integers(0, CENTURY_SECONDS))
def test_what_is_written_is_read_back(seconds: int) -> None:
    duration = timedelta(seconds=seconds)
    assert parse_duration(format_duration(duration)) == duration


@given(st.text(max_size=20))
def test_reading_a_duration_answers_or_raises_value_error(text: str) -> None:
    with suppress(ValueError):
        assert timedelta(0) <= parse_duration(text) <= timedelta(days=36_500)


def test_durations_are_written_in_days_not_weeks() -> None:
    assert format_duration(timedelta(days=90)) == "90d"
    assert format_duration(timedelta(minutes=90)) == "1h30m"
    assert format_duration(timedelta(0)) == "0s"


@pytest.mark.parametrize(
    ("text", "size"),
    [("10MB", 10_000_000), ("10 MB", 10_000_000), ("512kB", 512_000), ("1GiB", 2**30), ("7", 7), ("7B", 7)],
)
def test_sizes_know_decimal_and_binary_units(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "10mb", "1.5MB", "-1", "10 M", "ten"])
def test_other_sizes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a size"):
        parse_size(text)


@given(st.integers(0, 10**14))
def test_sizes_are_read_back(size: int) -> None:
    assert parse_size(format_size(size)) == size
