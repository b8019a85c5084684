"""When to fetch a feed again: one pure decision.

After a success the interval follows the feed: a poll without a new item lengthens it, a poll with new items shortens
it, and one that shares little with the last (items may have run through unseen) halves it. The three steps settle at
about one poll per new item. The overlap rule and the weights of failures come from Media Cloud's rss-fetcher, which
learnt them over years of polling news; the steps 1.5 and 0.8 are those of Common Crawl's news crawler.

After failures the delay grows in a straight line and ends at one try a day, for ever: feeds come back from what
looks like death, and an exponential reaches weeks too soon when the first interval is long already.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sources.outcome import Outcome

LONGEST_BACKOFF_S = 86_400.0
_QUIET = 1.5
_BUSY = 0.8
_MISSING = 0.5
# Below a third of known items between two polls, the feed's window nearly ran past us.
_SAFE_OVERLAP = 1 / 3
# Feeds leased in one tick must not come due in one tick again.
_JITTER = 0.1

_GOOD = frozenset({Outcome.OK, Outcome.NOT_MODIFIED, Outcome.UNCHANGED})
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


@dataclass(frozen=True, slots=True)
class FeedRhythm:
    """What is remembered of a feed between fetches."""

    interval_s: float | None
    """The interval in use, seconds; None before the first success."""
    failures: float
    """Weighted failures since the last success."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the latest fetch showed."""

    outcome: Outcome
    status: int | None = None
    seen: int = 0
    """Entries in the document."""
    new: int = 0
    """Those of them not known before."""
    retry_after_s: float | None = None


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


def next_fetch(now: datetime, state: FeedRhythm, attempt: Attempt, bounds: Bounds, jitter: float) -> Next:
    """Decide the next fetch of a feed.

    `jitter`, in [0, 1), adds up to a tenth to the delay. A Retry-After is obeyed up to a day and never shortens.
    """
    known = bounds.base_s if state.interval_s is None else state.interval_s
    if attempt.outcome is Outcome.ABANDONED:
        # Nothing was learnt; whoever starts next takes it up at once.
        return Next(now, known, state.failures)
    if attempt.outcome in _GOOD:
        interval = known if state.interval_s is None else known * _step(attempt)
        interval = min(max(interval, bounds.min_s), bounds.max_s)
        failures = 0.0
        delay = interval
    else:
        interval = known
        failures = state.failures + _weight(attempt)
        delay = min(max(bounds.base_s, known) * (1 + failures), max(LONGEST_BACKOFF_S, bounds.max_s))
    delay *= 1 + _JITTER * jitter
    if attempt.retry_after_s is not None and attempt.outcome not in _GOOD:
        delay = max(delay, min(attempt.retry_after_s, LONGEST_BACKOFF_S))
    return Next(now + timedelta(seconds=delay), interval, failures)


def _step(attempt: Attempt) -> float:
    if attempt.new == 0 or attempt.seen == 0:
        return _QUIET
    overlap = 1 - attempt.new / attempt.seen
    return _BUSY if overlap >= _SAFE_OVERLAP else _MISSING


def _weight(attempt: Attempt) -> float:
    status = attempt.status
    if (
        attempt.outcome is Outcome.HTTP_ERROR
        and status is not None
        and (status in _SOFT_STATUSES or status >= _FIRST_SERVER_ERROR)
    ):
        return _SOFT
    return _WEIGHT.get(attempt.outcome, _HARD)
