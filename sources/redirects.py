"""When a permanent redirect is believed.

A 301 is often a mistake: an expired domain, a login page, a night of maintenance. The address in the configuration
stays the one that is asked, and the redirect is followed each time, until the same one has held for a week and over
many answers. Then the new address is asked directly, until it fails for good: that brings the old one back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

# A week outlives a weekend without anyone in the office. feedbin waits for 576 equal answers: two days at its pace of
# five minutes, but six at ours of a quarter of an hour; so the count is low, for feeds that are rarely asked.
HELD_FOR = timedelta(days=7)
HELD_TIMES = 20


@dataclass(frozen=True, slots=True)
class Move:
    """A permanent redirect as it has been seen so far; `to` is None when there is none."""

    to: str | None = None
    since: datetime | None = None
    times: int = 0


def after_redirect(now: datetime, move: Move, asked: str, permanent: str | None) -> Move:
    """Take in an answer that gave a feed, and the address that its redirects, all permanent, led to.

    An answer without them, or one that leads from https to http, ends the move; another address begins a new one.
    """
    if permanent is None or permanent == asked or _weaker(asked, permanent):
        return Move()
    if permanent != move.to or move.since is None:
        return Move(permanent, now, 1)
    return Move(permanent, move.since, move.times + 1)


def has_held(now: datetime, move: Move) -> bool:
    """Tell whether the new address may be asked directly from now on."""
    return move.since is not None and now - move.since >= HELD_FOR and move.times >= HELD_TIMES


def _weaker(asked: str, permanent: str) -> bool:
    return urlsplit(asked).scheme == "https" and urlsplit(permanent).scheme == "http"
