"""How fast a feed's items come, and how long one may wait with it."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.rhythm import (
    MEMORY_S,
    SAFE_SHARE,
    USUAL_RATE,
    dated_rate,
    may_have_missed,
    observed_rate,
    wanted_interval_s,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def ago(*hours: float) -> list[datetime | None]:
    return [NOW - timedelta(hours=one) for one in hours]


@given(st.floats(0, 1), st.integers(1, 50), st.floats(60, 86_400))
def test_a_rate_does_not_depend_on_how_often_one_looks_at_rest(rate: float, looks: int, elapsed_s: float) -> None:
    often = rate
    for _ in range(looks):
        often = observed_rate(often, 0, elapsed_s / looks)
    once = observed_rate(rate, 0, elapsed_s)
    assert often == pytest.approx(once, rel=1e-3, abs=1e-9)
    assert once == pytest.approx(rate * math.exp(-elapsed_s / MEMORY_S), rel=1e-3)


def test_a_steady_feed_comes_to_its_own_rate_and_a_second_look_at_once_does_no_harm() -> None:
    rate = USUAL_RATE
    for _ in range(1_000):
        rate = observed_rate(rate, 3, 600)
    assert rate == pytest.approx(3 / 600, rel=1e-3)
    assert observed_rate(rate, 0, 0) == pytest.approx(rate, rel=1e-3)


@pytest.mark.parametrize(
    ("published", "rate"),
    [
        ([], None),
        (ago(1), None),
        ([None, None, None], None),
        (ago(-2, -1), None),
        (ago(1, 2, 3, 4), 4 / (4 * 3600)),
        (ago(0.01, 0.01, 0.01), 3 / 3600),  # stamped with the moment of the request
        (ago(1, 2, 30, 40), 2 / 86_400),
        ([*ago(1, 3), None, *ago(-5)], 2 / (3 * 3600)),
    ],
)
def test_the_dates_of_a_document_tell_its_rate(published: list[datetime | None], rate: float | None) -> None:
    assert dated_rate(published, NOW) == (rate if rate is None else pytest.approx(rate))


def test_the_usual_feed_is_asked_at_the_base_and_others_by_the_third_root() -> None:
    assert wanted_interval_s(USUAL_RATE, 0, 40, 900, 3600) == 900
    assert wanted_interval_s(USUAL_RATE / 8, 0, 40, 900, 3600) == pytest.approx(1800)
    assert wanted_interval_s(0, 0, 40, 900, 3600) == 3600


@given(st.floats(0, 5), st.floats(0, 5), st.integers(0, 100))
def test_never_longer_than_half_a_window_takes_to_fill(rate: float, burst: float, window: int) -> None:
    wanted = wanted_interval_s(rate, burst, window, 900, 3600)
    assert 0 < wanted <= 3600
    if max(rate, burst) > 0 and window:
        assert wanted * max(rate, burst) <= SAFE_SHARE * window * 1.001


@pytest.mark.parametrize(
    ("seen", "shared", "before", "missed"),
    [(20, 0, 20, True), (20, 1, 20, False), (0, 0, 20, False), (20, 0, 0, False), (1, 0, 1, True)],
)
def test_one_item_in_both_documents_proves_that_none_was_missed(
    seen: int, shared: int, before: int, missed: bool
) -> None:
    assert may_have_missed(seen=seen, shared=shared, before=before) is missed
