"""How a host bears us: how far apart its requests begin, and when it must be left alone.

    gap      grows with the time that its answers take, and doubles with each failure in a row
    silence  a Retry-After of one feed holds for that feed; for the whole host only where the host has shown that it
             means all of them

The scope is learnt because both guesses have failed others: the whole host froze every feed of a bridge that serves
hundreds of unrelated ones, and the feed alone was too narrow for a service that counts requests by client.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sources.outcome import NO_ANSWER, Outcome
from sources.refusal import PAUSING, Refusal

# story-indexer's weight for a new request among the ones before it.
_NEW = 0.25
# Its ten minutes for hosts that cannot be reached; a slow host alone is bounded by the deadline of a fetch.
LONGEST_GAP_S = 600.0
_MOST_DOUBLINGS = 10
# How long a refusal without a Retry-After speaks for its host: a feed or two of it will be asked in that time.
UNSAID_WAIT_S = 300.0
# What a host has shown is believed so long; then the next refusal is taken for its feed's alone again, at the price of
# one more refused request where it is not.
WIDE_FOR = timedelta(days=7)

_NOT_ASKED = frozenset({Outcome.ABANDONED, Outcome.REFUSED, Outcome.INTERNAL})
_FIRST_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class HostPace:
    """What is remembered of a host."""

    request_s: float | None = None
    """Forgetting mean of how long its requests take, seconds; a failure never lowers it, for failures are quick."""
    errors: int = 0
    """Requests in a row that it did not answer, or with a server error or a refusal to serve so often."""
    answered_at: datetime | None = None
    """When it last answered, with anything."""
    silent_at: datetime | None = None
    """When a request last got no answer."""
    refused_feed: int | None = None
    refused_until: datetime | None = None
    """The feed that was last told to stay away, and until when."""
    wide_at: datetime | None = None
    """When it last refused a second feed while a first one waited; None when a second one was served."""
    quiet_until: datetime | None = None
    """Nothing of it is asked for before this time."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request to the host came to."""

    feed_id: int
    outcome: Outcome
    status: int | None
    seconds: float
    refusal: Refusal | None = None
    retry_after_s: float | None = None


def gap_s(pace: HostPace, least_s: float) -> float:
    """Return how many seconds must lie between the beginnings of two requests to the host.

    At least `least_s`; 0 switches the pace off. As long as its answers take, a slow host has one request at a time.
    """
    if least_s <= 0:
        return 0.0
    calm = max(least_s, pace.request_s or 0.0)
    return max(least_s, min(calm * float(1 << min(pace.errors, _MOST_DOUBLINGS)), LONGEST_GAP_S))


def after_request(now: datetime, pace: HostPace, asked: Asked) -> HostPace:
    """Take in a request; those that never left this machine teach nothing."""
    if asked.outcome in _NOT_ASKED and asked.status is None:
        return pace
    silent = asked.outcome in NO_ANSWER and asked.status is None
    pace = replace(pace, silent_at=now) if silent else replace(pace, answered_at=now)
    refused = asked.refusal in PAUSING
    bad = silent or asked.outcome is Outcome.TIMEOUT or refused or (asked.status or 0) >= _FIRST_SERVER_ERROR
    pace = replace(pace, request_s=_mean(pace.request_s, asked.seconds, bad=bad), errors=pace.errors + 1 if bad else 0)
    if refused:
        return _refused(now, pace, asked)
    return pace if bad else _served(now, pace, asked)


def _mean(before: float | None, seconds: float, *, bad: bool) -> float:
    if before is None:
        return seconds
    after = before + _NEW * (seconds - before)
    return max(before, after) if bad else after


def _refused(now: datetime, pace: HostPace, asked: Asked) -> HostPace:
    wait = UNSAID_WAIT_S if asked.retry_after_s is None else asked.retry_after_s
    until = now + timedelta(seconds=wait)
    waiting = pace.refused_until is not None and now < pace.refused_until
    if waiting and pace.refused_feed != asked.feed_id:
        pace = replace(pace, wide_at=now)
    if pace.wide_at is not None and now - pace.wide_at < WIDE_FOR:
        latest = max(until, pace.refused_until or until, pace.quiet_until or until)
        pace = replace(pace, quiet_until=latest)
    return replace(pace, refused_feed=asked.feed_id, refused_until=until)


def _served(now: datetime, pace: HostPace, asked: Asked) -> HostPace:
    if pace.refused_until is not None and now < pace.refused_until and pace.refused_feed != asked.feed_id:
        # It served another feed while one was to stay away: it means feeds, not clients.
        return replace(pace, wide_at=None, quiet_until=None)
    return pace
