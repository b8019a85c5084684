"""When to fetch a feed again: one pure decision.

After a success the interval follows the feed's own rhythm (`sources.rhythm`): how fast items come, and how near the
window of the document was to running past us between two looks; a surge is followed closely. What the server and the
feed say about themselves can lengthen it, the configuration bounds it. That a share of known items between two polls
steers the interval, and the weights of failures, come from Media Cloud's rss-fetcher, which learnt them over years of
polling news.

After failures the delay grows in a straight line and ends at one try a day, for ever: feeds come back from what
looks like death, and an exponential reaches weeks too soon when the first interval is long already.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sources.outcome import GOOD, Outcome
from sources.refusal import Refusal
from sources.rhythm import USUAL_RATE, observed_rate, wanted_interval_s

LONGEST_BACKOFF_S = 86_400.0
# Feeds leased in one tick must not come due in one tick again.
_JITTER = 0.1
# Half of a window that is new may be the end of a surge or its middle: it is looked at again as soon as may be. From
# there the interval grows by half at a time, for surges pause. On the real publishing times
# (benchmarks/schedule_replay.py) this misses 13 to 15 % fewer items of surges, for 14 to 20 % more requests.
SURGE_SHARE = 0.5
CALMING = 1.5

# Hard 1: asking again soon will not help. Soft 1/2: the server is there but unwell.
# Passing 1/4: the network, maybe our own.
_HARD, _SOFT, _PASSING = 1.0, 0.5, 0.25
_WEIGHT = {
    Outcome.TIMEOUT: _SOFT,
    Outcome.INTERNAL: _SOFT,
    Outcome.PARSER_KILLED: _SOFT,
    Outcome.EMPTY: _SOFT,
    Outcome.UNREACHABLE: _PASSING,
}
_SOFT_STATUSES = frozenset({404, 408, 425, 429})
_FIRST_SERVER_ERROR = 500
_GONE = 410


@dataclass(frozen=True, slots=True)
class FeedRhythm:
    """What is remembered of a feed between fetches."""

    interval_s: float | None
    """The interval in use, seconds; None before the first success."""
    failures: float
    """Weighted failures since the last success."""
    rate: float | None = None
    """Items a second, see `sources.rhythm`; None before it is known."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the latest fetch showed."""

    outcome: Outcome
    status: int | None = None
    seen: int = 0
    """Entries that the document shows, or showed when it last changed."""
    fresh: int = 0
    """Those that did not stand in the document before."""
    elapsed_s: float | None = None
    """Seconds since the success before this one; None for the first."""
    dated_rate: float | None = None
    """Items a second by the document's own dates, None when they do not tell."""
    fresh_for_s: float | None = None
    """How long the answer stays fresh by its HTTP headers: before that, caches on the way may repeat it."""
    update_every_s: float | None = None
    """How often the feed says that it changes (ttl, sy:updatePeriod)."""
    retry_after_s: float | None = None
    refusal: Refusal | None = None
    counts: bool = True
    """False for a failure that is likely our own: no other host answered either."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The configured limits of the interval, seconds."""

    min_s: float
    base_s: float
    max_s: float


@dataclass(frozen=True, slots=True)
class Next:
    """When to fetch again, and what to remember until then."""

    at: datetime
    interval_s: float
    failures: float
    rate: float | None = None


def next_fetch(now: datetime, state: FeedRhythm, attempt: Attempt, bounds: Bounds, jitter: float) -> Next:
    """Decide the next fetch of a feed.

    `jitter`, in [0, 1), adds up to a tenth to the delay. A Retry-After is obeyed up to a day and never shortens.
    """
    known = bounds.base_s if state.interval_s is None else state.interval_s
    if attempt.outcome is Outcome.ABANDONED:
        # Nothing was learnt; whoever starts next takes it up at once.
        return Next(now, known, state.failures, state.rate)
    if attempt.outcome in GOOD:
        heard = _rate(state, attempt)
        rate: float | None = heard
        interval, failures = _interval(heard, state, attempt, bounds), 0.0
        delay = interval
    else:
        rate, interval = state.rate, known
        failures = state.failures + (_weight(attempt) if attempt.counts else 0.0)
        delay = _backoff(failures, interval, attempt, bounds)
    delay *= 1 + _JITTER * jitter
    if attempt.retry_after_s is not None and attempt.outcome not in GOOD:
        delay = max(delay, min(attempt.retry_after_s, LONGEST_BACKOFF_S))
    return Next(now + timedelta(seconds=delay), interval, failures, rate)


def _rate(state: FeedRhythm, attempt: Attempt) -> float:
    if state.rate is None or attempt.elapsed_s is None:
        # A first document is new from end to end: only its dates tell how it came to be.
        return USUAL_RATE if attempt.dated_rate is None else attempt.dated_rate
    return observed_rate(state.rate, attempt.fresh, attempt.elapsed_s)


def _interval(rate: float, state: FeedRhythm, attempt: Attempt, bounds: Bounds) -> float:
    interval = _by_rhythm(rate, state, attempt, bounds)
    if attempt.update_every_s is not None:
        # The feed's word is believed as far as its deeds bear it out: half of the web's feeds say "hourly" because
        # their software does, some of them with an item a minute.
        interval = max(interval, min(attempt.update_every_s, 1 / rate if rate else attempt.update_every_s))
    if attempt.fresh_for_s is not None:
        interval = max(interval, attempt.fresh_for_s)
    return min(max(interval, bounds.min_s), bounds.max_s)


def _by_rhythm(rate: float, state: FeedRhythm, attempt: Attempt, bounds: Bounds) -> float:
    if attempt.elapsed_s is None or state.interval_s is None:
        return wanted_interval_s(rate, 0.0, attempt.seen, bounds.base_s, bounds.max_s)
    if attempt.seen and attempt.fresh >= SURGE_SHARE * attempt.seen:
        return bounds.min_s
    # Two looks within a moment show a rate that is none.
    burst = attempt.fresh / max(attempt.elapsed_s, bounds.min_s)
    interval = wanted_interval_s(rate, burst, attempt.seen, bounds.base_s, bounds.max_s)
    return min(interval, state.interval_s * CALMING)


def _backoff(failures: float, interval: float, attempt: Attempt, bounds: Bounds) -> float:
    longest = max(LONGEST_BACKOFF_S, bounds.max_s)
    if attempt.status == _GONE:
        # The server itself says that there is nothing to wait for; yet even this is taken back sometimes.
        return longest
    return min(max(bounds.base_s, interval) * (1 + failures), longest)


def _weight(attempt: Attempt) -> float:
    status = attempt.status
    if attempt.refusal is Refusal.CHALLENGE:
        return _HARD
    if attempt.refusal is Refusal.RATE_LIMIT:
        return _SOFT
    if (
        attempt.outcome is Outcome.HTTP_ERROR
        and status is not None
        and (status in _SOFT_STATUSES or status >= _FIRST_SERVER_ERROR)
    ):
        return _SOFT
    return _WEIGHT.get(attempt.outcome, _HARD)
