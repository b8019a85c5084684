"""How feeds are."""

from datetime import datetime

from typing_extensions import TypedDict

from storage.feed_health import FeedHealth, FeedState
from web.moments import moment
from web.shapes import Moment, documented


@documented
class FeedShape(TypedDict):
    """A feed that the configuration names, and how it is."""

    feed: int
    """Its id."""
    source: str
    """The outlet's id."""
    source_name: str
    """The outlet's name."""
    url: str
    """Its address, as the configuration has it."""
    category: str | None
    """The section of the outlet, as the configuration names it."""
    state: FeedState
    """new: not fetched yet; ok; late: due for more than five minutes; failing; gone: its server says that it is gone
    for good; dead: it has failed for a month."""
    words: str
    """The same in a sentence."""
    may_have_missed: bool
    """Whether items may have come and gone unseen within the last week."""
    every_s: float
    """How often it is asked, seconds."""
    next_fetch: Moment
    """When it is due."""
    last_fetch: Moment | None
    """When it was last asked."""
    last_ok: Moment | None
    """When it last answered with a document that could be read."""
    failing_since: Moment | None
    """When the first fetch failed that no success has followed."""
    tries: int
    """How many fetches have failed since."""
    outcome: str | None
    """How the latest fetch ended, one word."""
    status: int | None
    """The HTTP status of the latest fetch; null when no answer came."""
    error: str | None
    """Why it failed, in plain words."""
    missed_from: Moment | None
    """Start of the latest span in which items may have come and gone unseen."""
    missed_until: Moment | None
    """End of that span."""
    moved_to: str | None
    """Where its permanent redirects lead."""
    adopted: bool
    """Whether it is asked there by now."""


def feed_shape(feed: FeedHealth, now: datetime) -> FeedShape:
    """Return a feed as it is."""
    return {
        "feed": feed.id,
        "source": feed.source_id,
        "source_name": feed.source_name,
        "url": feed.url,
        "category": feed.category,
        "state": feed.state(now),
        "words": in_words(feed, now),
        "may_have_missed": feed.has_gap(now),
        "every_s": round(feed.interval_s, 1),
        "next_fetch": moment(feed.next_fetch),
        "last_fetch": moment(feed.last_fetch),
        "last_ok": moment(feed.last_ok),
        "failing_since": moment(feed.failing_since),
        "tries": feed.tries,
        "outcome": feed.outcome,
        "status": feed.status,
        "error": feed.error,
        "missed_from": moment(feed.missed_from),
        "missed_until": moment(feed.missed_until),
        "moved_to": feed.moved_to,
        "adopted": feed.adopted,
    }


def in_words(feed: FeedHealth, now: datetime) -> str:
    """Say how a feed is, in a sentence."""
    told = _state_in_words(feed, now)
    if feed.has_gap(now):
        told += f"; between {moment(feed.missed_from)} and {moment(feed.missed_until)} items may have come and gone"
    if feed.moved_to is not None:
        told += f"; it has moved and is {'' if feed.adopted else 'not yet '}asked at its new address"
    return told


def _state_in_words(feed: FeedHealth, now: datetime) -> str:
    since, why = moment(feed.failing_since) or "its first fetch", f": {feed.error}" if feed.error else ""
    match feed.state(now):
        case "new":
            return "has not been fetched yet"
        case "late":
            return f"is late: it was due at {moment(feed.next_fetch)}"
        case "failing":
            return f"has failed since {since}, {feed.tries} times{why}"
        case "gone":
            return f"its server says since {since} that it is gone for good"
        case "dead":
            return f"dead since {since}, look for another address{why}"
        case _:
            return "comes in time"
