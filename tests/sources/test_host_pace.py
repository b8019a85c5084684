"""How a host is borne with: wider gaps where it is slow or fails, silence where it asks for it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.host_pace import LONGEST_GAP_S, UNSAID_WAIT_S, WIDE_FOR, Asked, HostPace, after_request, gap_s
from sources.outcome import Outcome
from sources.refusal import Refusal

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def served(feed: int = 1, seconds: float = 0.2) -> Asked:
    return Asked(feed, Outcome.OK, 200, seconds)


def limited(feed: int = 1, retry_after_s: float | None = 600) -> Asked:
    return Asked(feed, Outcome.HTTP_ERROR, 429, 0.1, Refusal.RATE_LIMIT, retry_after_s)


def silent(feed: int = 1) -> Asked:
    return Asked(feed, Outcome.UNREACHABLE, None, 0.01)


def after(*asked: Asked, pace: HostPace | None = None) -> HostPace:
    pace = pace or HostPace()
    for one in asked:
        pace = after_request(NOW, pace, one)
    return pace


def test_a_quick_host_keeps_the_least_gap_and_a_slow_one_as_long_as_its_answers_take() -> None:
    assert gap_s(after(served()), 2) == 2
    assert gap_s(after(served(seconds=9)), 2) == 9
    assert 2 < gap_s(after(served(seconds=9), *[served()] * 3), 2) < 9


def test_failures_double_the_gap_and_one_answer_ends_that() -> None:
    gaps = [gap_s(after(*[silent()] * times), 2) for times in range(12)]
    assert gaps[:4] == [2, 4, 8, 16]
    assert gaps[-1] == LONGEST_GAP_S
    assert gap_s(after(*[silent()] * 5, served()), 2) == 2


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_error_is_a_failure_of_its_host_and_a_missing_page_is_none(status: int) -> None:
    assert after(Asked(1, Outcome.HTTP_ERROR, status, 1)).errors == 1
    assert after(Asked(1, Outcome.HTTP_ERROR, 404, 1)).errors == 0


def test_the_pace_can_be_switched_off() -> None:
    assert gap_s(after(*[silent()] * 5), 0) == 0


def test_a_failure_does_not_make_a_slow_host_look_quick() -> None:
    slow = after(served(seconds=20))
    assert after(silent(), pace=slow).request_s == 20


@pytest.mark.parametrize("outcome", [Outcome.ABANDONED, Outcome.REFUSED, Outcome.INTERNAL])
def test_what_never_left_this_machine_teaches_nothing(outcome: Outcome) -> None:
    assert after(Asked(1, outcome, None, 5)) == HostPace()


def test_a_retry_after_is_taken_for_its_feed_alone_at_first() -> None:
    pace = after(limited())
    assert (pace.refused_feed, pace.refused_until, pace.quiet_until) == (1, later(600), None)


def test_a_second_feed_refused_meanwhile_shows_that_the_host_means_all() -> None:
    pace = after(limited(1), limited(2, 100))
    assert pace.quiet_until == later(600)
    # What it has shown is remembered: next time the host is left alone at once.
    again = after_request(later(7200), pace, limited(3, 300))
    assert again.quiet_until == later(7500)
    much_later = NOW + WIDE_FOR + timedelta(days=1)
    assert after_request(much_later, pace, limited(3, 300)).quiet_until == later(600)


def test_a_second_feed_served_meanwhile_shows_that_it_means_the_feed() -> None:
    pace = after(limited(1), limited(2), served(3))
    assert (pace.wide_at, pace.quiet_until) == (None, None)


def test_a_refusal_that_names_no_time_speaks_for_five_minutes() -> None:
    assert after(limited(1, None)).refused_until == later(UNSAID_WAIT_S)


asked = st.builds(
    Asked,
    feed_id=st.integers(1, 3),
    outcome=st.sampled_from(Outcome),
    status=st.none() | st.sampled_from([200, 304, 403, 404, 429, 500, 503]),
    seconds=st.floats(0, 60),
    refusal=st.none() | st.sampled_from(Refusal),
    retry_after_s=st.none() | st.floats(0, 86_400),
)


@given(st.lists(asked, max_size=20), st.floats(0, 60))
def test_whatever_happens_the_gap_stays_within_bounds_and_silence_ends(seen: list[Asked], least: float) -> None:
    pace = after(*seen)
    assert gap_s(pace, least) == 0 if least == 0 else least <= gap_s(pace, least) <= max(LONGEST_GAP_S, least)
    assert pace.quiet_until is None or pace.quiet_until <= later(86_400)
