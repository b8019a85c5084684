"""When a feed is fetched again, decided from its rhythm, its window, what it and its server say, and failures."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.outcome import Outcome
from sources.refusal import Refusal
from sources.rhythm import USUAL_RATE
from sources.schedule import CALMING, LONGEST_BACKOFF_S, Attempt, Bounds, FeedRhythm, Next, next_fetch

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BOUNDS = Bounds(min_s=60, base_s=900, max_s=14_400)
GOOD = (Outcome.OK, Outcome.NOT_MODIFIED, Outcome.UNCHANGED)
BAD = tuple(outcome for outcome in Outcome if outcome not in (*GOOD, Outcome.ABANDONED))


def decide(
    attempt: Attempt,
    interval: float | None = 900,
    failures: float = 0,
    rate: float | None = USUAL_RATE,
    jitter: float = 0,
) -> Next:
    return next_fetch(NOW, FeedRhythm(interval, failures, rate), attempt, BOUNDS, jitter)


def delay(decided: Next) -> float:
    return (decided.at - NOW).total_seconds()


def look(
    fresh: int = 0,
    *,
    seen: int = 40,
    elapsed_s: float | None = 900,
    dated_rate: float | None = None,
    fresh_for_s: float | None = None,
    update_every_s: float | None = None,
) -> Attempt:
    return Attempt(
        Outcome.OK,
        200,
        seen=seen,
        fresh=fresh,
        elapsed_s=elapsed_s,
        dated_rate=dated_rate,
        fresh_for_s=fresh_for_s,
        update_every_s=update_every_s,
    )


attempts = st.builds(
    Attempt,
    outcome=st.sampled_from(Outcome),
    status=st.none() | st.integers(100, 599),
    seen=st.integers(0, 100),
    fresh=st.integers(0, 100),
    elapsed_s=st.none() | st.floats(0, 1e7),
    dated_rate=st.none() | st.floats(0, 10),
    fresh_for_s=st.none() | st.floats(0, 1e9),
    update_every_s=st.none() | st.floats(0, 1e9),
    retry_after_s=st.none() | st.floats(0, 1e9),
    refusal=st.none() | st.sampled_from(Refusal),
    counts=st.booleans(),
)
rhythms = st.builds(
    FeedRhythm,
    interval_s=st.none() | st.floats(1, 200_000),
    failures=st.floats(0, 1e4),
    rate=st.none() | st.floats(0, 10),
)
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
        assert decided.failures > state.failures or not attempt.counts


def test_a_first_document_without_dates_starts_at_the_base() -> None:
    decided = decide(look(40, elapsed_s=None), interval=None, rate=None)
    assert (decided.interval_s, decided.rate) == (BOUNDS.base_s, USUAL_RATE)


def test_the_dates_of_a_first_document_tell_its_rate() -> None:
    busy = decide(look(40, elapsed_s=None, dated_rate=8 * USUAL_RATE), interval=None, rate=None)
    quiet = decide(look(40, elapsed_s=None, dated_rate=USUAL_RATE / 8), interval=None, rate=None)
    assert (busy.interval_s, quiet.interval_s) == (BOUNDS.base_s / 2, BOUNDS.base_s * 2)


def test_a_feed_at_rest_is_asked_less_and_less() -> None:
    intervals, state = [900.0], FeedRhythm(900, 0, USUAL_RATE)
    for _ in range(200):
        decided = next_fetch(NOW, state, look(0, elapsed_s=intervals[-1]), BOUNDS, 0)
        intervals.append(decided.interval_s)
        state = FeedRhythm(decided.interval_s, 0, decided.rate)
    assert intervals == sorted(intervals)
    assert intervals[-1] == BOUNDS.max_s


def test_a_surge_is_followed_at_once_and_left_slowly() -> None:
    surge = decide(look(20))
    assert surge.interval_s == BOUNDS.min_s
    intervals, state = [surge.interval_s], FeedRhythm(surge.interval_s, 0, surge.rate)
    for _ in range(4):
        decided = next_fetch(NOW, state, look(0, elapsed_s=intervals[-1]), BOUNDS, 0)
        intervals.append(decided.interval_s)
        state = FeedRhythm(decided.interval_s, 0, decided.rate)
    assert [after / before for before, after in pairwise(intervals)] == pytest.approx([CALMING] * 4)


def test_less_than_half_a_window_between_two_looks_is_no_surge_but_half_of_it_comes_no_later() -> None:
    decided = decide(look(19, elapsed_s=600), rate=19 / 600)
    assert BOUNDS.min_s < decided.interval_s <= 0.5 * 40 / (19 / 600)


def test_nothing_is_missed_of_a_feed_that_keeps_its_pace() -> None:
    for an_hour in (1, 10, 100, 600):
        clock, published, state, missed, polls = 0.0, 0, FeedRhythm(None, 0), 0, 0
        elapsed: float | None = None
        while clock < 7 * 86_400:
            total = int(clock / 3600 * an_hour)
            fresh = min(20, total - published)
            # Of an undated document nobody can tell at first how fast it moves.
            missed += total - published - fresh if polls > 1 else 0
            decided = next_fetch(NOW, state, look(fresh, seen=20, elapsed_s=elapsed), BOUNDS, 0)
            published, polls = total, polls + 1
            elapsed = delay(decided)
            clock += elapsed
            state = FeedRhythm(decided.interval_s, decided.failures, decided.rate)
        assert missed == 0, an_hour


def test_what_feed_and_server_say_lengthens_the_interval_within_bounds() -> None:
    assert decide(look(1)).interval_s < 1_200
    assert decide(look(1, fresh_for_s=1_200)).interval_s == 1_200
    assert decide(look(1, fresh_for_s=10**6)).interval_s == BOUNDS.max_s
    assert decide(look(1, fresh_for_s=1)).interval_s == decide(look(1)).interval_s


def test_a_feed_that_says_hourly_is_believed_as_far_as_its_deeds_bear_it_out() -> None:
    rare, often = 1 / 7_200, 1 / 120
    assert decide(look(0, update_every_s=3_600), rate=rare).interval_s == 3_600
    assert decide(look(7, update_every_s=3_600), rate=often).interval_s < 900


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


def test_a_403_that_means_too_often_is_a_soft_failure_and_a_challenge_a_hard_one() -> None:
    limited = Attempt(Outcome.HTTP_ERROR, 403, refusal=Refusal.RATE_LIMIT)
    challenged = Attempt(Outcome.HTTP_ERROR, 503, refusal=Refusal.CHALLENGE)
    assert (decide(limited).failures, decide(challenged).failures) == (0.5, 1)


def test_a_failure_of_our_own_network_is_not_held_against_the_feed() -> None:
    assert decide(Attempt(Outcome.UNREACHABLE, counts=False), failures=2).failures == 2


def test_what_is_gone_is_tried_once_a_day() -> None:
    assert delay(decide(Attempt(Outcome.HTTP_ERROR, 410))) == LONGEST_BACKOFF_S


def test_retry_after_lengthens_but_never_shortens_and_ends_at_a_day() -> None:
    def after(seconds: float) -> float:
        return delay(decide(Attempt(Outcome.HTTP_ERROR, 429, retry_after_s=seconds)))

    assert after(10) == after(0) == 1_350
    assert after(7_200) == 7_200
    assert after(10**9) == LONGEST_BACKOFF_S


def test_a_shutdown_teaches_nothing() -> None:
    assert decide(Attempt(Outcome.ABANDONED), interval=600, failures=3) == Next(NOW, 600, 3, USUAL_RATE)


@given(jitters)
def test_jitter_adds_up_to_a_tenth(jitter: float) -> None:
    plain, jittered = decide(Attempt(Outcome.OK)), decide(Attempt(Outcome.OK), jitter=jitter)
    assert plain.at <= jittered.at <= plain.at + timedelta(seconds=delay(plain) * 0.1 + 0.001)
    assert plain.interval_s == jittered.interval_s
