from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.retry_after import LONGEST_S, retry_after_seconds

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        ("0", 0),
        (" 120 ", 120),
        ("1.5", 1.5),
        ("316800", LONGEST_S),
        ("Mon, 23 Nov 2026 12:00:30 GMT", 30),
        ("Mon, 23 Nov 2026 12:00:30", 30),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("Mon, 23 Nov 2099 12:00:00 GMT", LONGEST_S),
        (None, None),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("١٢٠s", None),
        ("9" * 5_000, None),
    ],
)
def test_seconds_and_dates_are_read(raw: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(raw, NOW) == seconds


@given(st.text(max_size=40))
def test_any_header_gives_a_bearable_wait_or_none(raw: str) -> None:
    seconds = retry_after_seconds(raw, NOW)
    assert seconds is None or 0 <= seconds <= LONGEST_S
