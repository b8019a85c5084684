from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.outcome import Outcome
from sources.schedule import LONGEST_BACKOFF_S, Attempt, Bounds, FeedRhythm, Next, next_fetch

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BOUNDS = Bounds(min_s=300, base_s=900, max_s=14_400)
GOOD = (Outcome.OK, Outcome.NOT_MODIFIED, Outcome.UNCHANGED)
BAD = tuple(outcome for outcome in Outcome if outcome not in (*GOOD, Outcome.ABANDONED))


def decide(attempt: Attempt, interval: float | None = 900, failures: float = 0, jitter: float = 0) -> Next:
    return next_fetch(NOW, FeedRhythm(interval, failures), attempt, BOUNDS, jitter)


def delay(decided: Next) -> float:
    return (decided.at - NOW).total_seconds()


attempts = st.builds(
    Attempt,
    outcome=st.sampled_from(Outcome),
    status=st.none() | st.integers(100, 599),
    seen=st.integers(0, 100),
    new=st.integers(0, 100),
    retry_after_s=st.none() | st.floats(0, 1e9),
)
rhythms = st.builds(FeedRhythm, interval_s=st.none() | st.floats(1, 200_000), failures=st.floats(0, 1e4))
jitters = st.floats(0, 1, exclude_max=True)


@given(rhythms, attempts, jitters)
def test_every_feed_is_fetched_again_within_a_day_or_so_and_never_hammered(
    state: FeedRhythm, attempt: Attempt, jitter: float
) -> None:
    decided = next_fetch(NOW, state, attempt, BOUNDS, jitter)
    if attempt.outcome is Outcome.ABANDONED:
        assert decided.at == NOW
        return
    assert BOUNDS.min_s <= delay(decided) <= LONGEST_BACKOFF_S * 1.1
    if attempt.outcome in GOOD:
        assert BOUNDS.min_s <= decided.interval_s <= BOUNDS.max_s
        assert delay(decided) <= BOUNDS.max_s * 1.1
        assert decided.failures == 0
    else:
        assert decided.failures > state.failures


def test_the_first_success_starts_at_the_base() -> None:
    assert decide(Attempt(Outcome.OK, 200, seen=40, new=40), interval=None).interval_s == BOUNDS.base_s


@pytest.mark.parametrize(
    ("seen", "new", "interval"),
    [(40, 0, 1_350), (0, 0, 1_350), (40, 1, 720), (40, 20, 720), (40, 30, 450), (40, 40, 450)],
)
def test_the_interval_follows_the_share_of_known_items(seen: int, new: int, interval: float) -> None:
    assert decide(Attempt(Outcome.OK, 200, seen=seen, new=new)).interval_s == interval


def test_a_feed_at_rest_is_asked_less_and_less_and_one_that_runs_ahead_at_the_minimum() -> None:
    quiet = busy = FeedRhythm(900, 0)
    for _ in range(20):
        rested = next_fetch(NOW, quiet, Attempt(Outcome.NOT_MODIFIED), BOUNDS, 0)
        ran = next_fetch(NOW, busy, Attempt(Outcome.OK, 200, seen=20, new=20), BOUNDS, 0)
        quiet, busy = FeedRhythm(rested.interval_s, 0), FeedRhythm(ran.interval_s, 0)
    assert quiet.interval_s == BOUNDS.max_s
    assert busy.interval_s == BOUNDS.min_s


def test_it_settles_near_one_poll_per_item() -> None:
    gap, clock, published, state, polls = 3_600.0, 0.0, 0, FeedRhythm(None, 0), 0
    while clock < 30 * 86_400:
        total = int(clock // gap)
        attempt = Attempt(Outcome.OK, 200, seen=20, new=min(20, total - published))
        published, polls = total, polls + 1
        decided = next_fetch(NOW, state, attempt, BOUNDS, 0)
        clock += delay(decided)
        state = FeedRhythm(decided.interval_s, decided.failures)
    assert 0.7 <= polls / (30 * 86_400 / gap) <= 2


@given(st.sampled_from(BAD), st.floats(300, 14_400))
def test_the_delay_after_failures_grows_in_a_straight_line_to_a_day(outcome: Outcome, interval: float) -> None:
    delays, state = [], FeedRhythm(interval, 0)
    for _ in range(500):
        decided = next_fetch(NOW, state, Attempt(outcome, None), BOUNDS, 0)
        delays.append(delay(decided))
        state = FeedRhythm(decided.interval_s, decided.failures)
    assert delays == sorted(delays)
    assert delays[-1] == LONGEST_BACKOFF_S
    steps = [b - a for a, b in pairwise(delays) if b < LONGEST_BACKOFF_S]
    assert all(step == pytest.approx(steps[0], abs=0.001) for step in steps)
    # The interval itself is kept for the day the feed comes back.
    assert state.interval_s == interval


@pytest.mark.parametrize(
    ("outcome", "status", "weight"),
    [
        (Outcome.UNREACHABLE, None, 0.25),
        (Outcome.TIMEOUT, None, 0.5),
        (Outcome.HTTP_ERROR, 503, 0.5),
        (Outcome.HTTP_ERROR, 429, 0.5),
        (Outcome.HTTP_ERROR, 404, 0.5),
        (Outcome.HTTP_ERROR, 410, 1),
        (Outcome.HTTP_ERROR, 403, 1),
        (Outcome.NOT_A_FEED, 200, 1),
        (Outcome.BROKEN, 200, 1),
        (Outcome.REFUSED, None, 1),
        (Outcome.EMPTY, 200, 0.5),
    ],
)
def test_failures_weigh_by_what_they_mean(outcome: Outcome, status: int | None, weight: float) -> None:
    assert decide(Attempt(outcome, status), failures=2).failures == 2 + weight


def test_retry_after_lengthens_but_never_shortens_and_ends_at_a_day() -> None:
    def after(seconds: float) -> float:
        return delay(decide(Attempt(Outcome.HTTP_ERROR, 429, retry_after_s=seconds)))

    assert after(10) == after(0) == 1_350
    assert after(7_200) == 7_200
    assert after(10**9) == LONGEST_BACKOFF_S


def test_a_shutdown_teaches_nothing() -> None:
    assert decide(Attempt(Outcome.ABANDONED), interval=600, failures=3) == Next(NOW, 600, 3)


@given(jitters)
def test_jitter_adds_up_to_a_tenth(jitter: float) -> None:
    plain, jittered = decide(Attempt(Outcome.OK)), decide(Attempt(Outcome.OK), jitter=jitter)
    assert plain.at <= jittered.at <= plain.at + timedelta(seconds=delay(plain) * 0.1 + 0.001)
    assert plain.interval_s == jittered.interval_s
