"""Whether the page of an article is read besides the feed, and when it is read again."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Literal

from sources.article_page import PageOutcome
from sources.entry import Entry
from sources.known_items import KnownItem

Mode = Literal["true", "false", "auto"]

SHORT = 600
"""Letters of a text that only sums up: four or five sentences. Half of 37,000 real articles have more than 1,200
letters and one in seven has fewer than 600; the summaries of feeds have 100 to 400."""

MAX_AGE = timedelta(days=3)
"""How much older than the newest of its document an entry may be: the window in which texts are compared. The first
document of a feed may list hundreds. Counted from the newest, not from now: the last words of a feed that sleeps are
few, and those of an archive that is played again are news to it."""

_TEMPORARY = frozenset(
    {
        PageOutcome.UNREACHABLE,
        PageOutcome.TIMEOUT,
        PageOutcome.ROBOTS_UNKNOWN,
        PageOutcome.ABANDONED,
        PageOutcome.INTERNAL,
        PageOutcome.PARSER_KILLED,
    }
)
_TOO_MANY = 429
_SERVER_ERROR = 500
# A quarter of an hour of trouble is common, half a day of it is not worth the wait for a page of news.
_AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3))


@dataclass(frozen=True, slots=True)
class Reading:
    """How often a page was tried without a result since it was last wanted, and how often it was read again."""

    tries: int
    rounds: int


@dataclass(frozen=True, slots=True)
class NextReading:
    """When to read a page again (None: not at all), and what is remembered until then."""

    at: datetime | None
    tries: int
    rounds: int


def pages_wanted(mode: Mode, entries: Sequence[Entry], now: datetime, beside: Sequence[KnownItem] = ()) -> list[bool]:
    """Tell for each entry of a document whether its page should be read, were the entry new or changed.

    `beside` are the items that the document holds besides.

    `true` wants every page that has an address of its own; `auto` those of short entries, in a document whose entries
    are mostly short: a feed of full texts has a short item now and then, and its page says no more.
    """
    if mode == "false" or not entries:
        return [False] * len(entries)
    addresses = Counter(entry.url for entry in entries)
    items: list[Entry | KnownItem] = [*entries, *beside]
    short = sums_up(items)
    newest = min(now, max((item.published for item in items if item.published), default=now))
    return [
        entry.url is not None
        and addresses[entry.url] == 1
        and (entry.published is None or newest - entry.published <= MAX_AGE)
        and (mode == "true" or (short and entry.letters < SHORT))
        for entry in entries
    ]


def sums_up(items: Sequence[Entry | KnownItem]) -> bool:
    """Tell whether a document gives mostly summaries, or titles alone; not asked of one without entries."""
    return median(item.letters for item in items) < SHORT


def next_reading(
    now: datetime,
    outcome: PageOutcome,
    status: int | None,
    retry_after_s: float | None,
    before: Reading,
    rereads: Sequence[timedelta],
) -> NextReading:
    """Decide when a page is read next, after an attempt.

    A trouble that may pass is waited out a few times, at least as long as the server wishes. After a success the page
    is read again `rereads` later, each counted from the one before: the first of them after the first reading.
    """
    passing = outcome in _TEMPORARY or (
        outcome is PageOutcome.HTTP_ERROR and status is not None and (status == _TOO_MANY or status >= _SERVER_ERROR)
    )
    if passing and before.tries < len(_AGAIN_AFTER):
        wait = max(_AGAIN_AFTER[before.tries], timedelta(seconds=retry_after_s or 0.0))
        return NextReading(now + wait, before.tries + 1, before.rounds)
    if passing or outcome is PageOutcome.HTTP_ERROR or before.rounds >= len(rereads):
        return NextReading(None, 0, before.rounds)
    if outcome in (PageOutcome.READ, PageOutcome.NO_FULLER):
        return NextReading(now + rereads[before.rounds], 0, before.rounds + 1)
    return NextReading(None, 0, before.rounds)
