"""How long an answer stays good, in the words of its server and of its feed."""

from datetime import UTC, datetime

import pytest

from sources.freshness import fresh_for_s, ttl_s, update_period_s

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HALF_PAST = "Mon, 23 Nov 2026 12:30:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": "public, Max-Age=600, must-revalidate"}, 600),
        ({"cache-control": 'max-age="600"'}, 600),
        ({"cache-control": "max-age=600", "age": "100"}, 500),
        ({"cache-control": "max-age=600", "age": "900"}, 0),
        ({"cache-control": "max-age=600", "age": "soon"}, 600),
        ({"cache-control": "no-cache, max-age=600"}, 0),
        ({"cache-control": "no-store"}, 0),
        ({"cache-control": "max-age=600", "expires": HALF_PAST}, 600),
        ({"cache-control": "public", "expires": HALF_PAST}, 1800),
        ({"expires": HALF_PAST}, 1800),
        ({"expires": HALF_PAST, "date": "Mon, 23 Nov 2026 12:20:00 GMT"}, 600),
        ({"expires": "Mon, 23 Nov 2026 11:00:00 GMT"}, 0),
        ({"expires": "0"}, 0),
        ({"expires": "-1"}, 0),
        ({"cache-control": "max-age=-5"}, None),
        ({"cache-control": "max-age=" + "9" * 40}, 999_999_999),
        ({"cache-control": ",,=;"}, None),
    ],
)
def test_what_the_headers_say(headers: dict[str, str], seconds: float | None) -> None:
    assert fresh_for_s(headers, NOON) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("60", 3600), (" 5 ", 300), ("0", None), ("", None), ("-5", None), ("ساعة", None), ("٦٠", None), ("9" * 9, None)],
)
def test_ttl_is_in_minutes(text: str, seconds: float | None) -> None:
    assert ttl_s(text) == seconds


@pytest.mark.parametrize(
    ("period", "frequency", "seconds"),
    [
        ("hourly", "1", 3600),
        ("hourly", "4", 900),
        ("Daily", "", 86_400),
        ("", "24", 3600),
        ("", "", None),
        ("weekly", "0", 604_800),
        ("hourly", "often", 3600),
        ("fortnightly", "1", None),
    ],
)
def test_an_update_period_is_divided_by_its_frequency(period: str, frequency: str, seconds: float | None) -> None:
    assert update_period_s(period, frequency) == seconds
