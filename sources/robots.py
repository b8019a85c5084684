"""robots.txt: whether an article's page may be read, and how long that answer is good for.

Article pages obey robots.txt: they are made for people, and an outlet may not want them read by machines. Feeds are
not asked about: a feed is published for machines, and a line that keeps search engines from indexing `/feed` (many
sites have one) is no word about feed readers.

The rules are those of RFC 9309; Protego reads the text.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from protego import Protego

# RFC 9309, 2.4: a copy is used for a day at most ...
FRESH = timedelta(hours=24)
# ... but a failing server is asked again sooner, so that one bad minute does not close an outlet for a day ...
RETRY = timedelta(hours=1)
# ... and what it said last stays in force while it fails; after 30 days it counts as having no rules (2.3.1.4).
LONGEST_SILENCE = timedelta(days=30)
# RFC 9309, 2.5: crawlers read 500 KiB at least. What follows is left out.
LONGEST_TEXT = 500 << 10
# Delays of minutes have been seen in files that were written for search engines; then a page would never be read.
LONGEST_DELAY_S = 60.0

_OK = 200
_TOO_MANY = 429
_FIRST_SERVER_ERROR = 500
_TOKEN = re.compile(r"[A-Za-z_-]+")
_OWN_TOKEN = "riwaya"  # noqa: S105 - the product token of RFC 9309, no secret


@dataclass(frozen=True, slots=True)
class Robots:
    """What a site lets a robot read. Without `rules` everything or nothing is `open`."""

    agent: str
    open: bool = True
    rules: Protego | None = None

    def allows(self, url: str) -> bool:
        """Tell whether the page at an absolute URL of this site may be read."""
        if self.rules is None:
            return self.open
        return bool(self.rules.can_fetch(url, self.agent))

    @property
    def delay_s(self) -> float:
        """Seconds that the site wants between two requests (Crawl-delay), at most LONGEST_DELAY_S; 0 without a word."""
        delay = self.rules.crawl_delay(self.agent) if self.rules else None
        return min(max(delay or 0.0, 0.0), LONGEST_DELAY_S)


@dataclass(frozen=True, slots=True)
class Kept:
    """A site's rules with the time until which they are good."""

    robots: Robots
    until: datetime
    failing_since: datetime | None = None


def product_token(user_agent: str) -> str:
    """Return the name under which robots.txt speaks of us: the first product of the User-Agent header."""
    found = _TOKEN.match(user_agent.strip())
    return found[0].lower() if found else _OWN_TOKEN


def robots_url(url: str) -> str:
    """Return the address of the robots.txt that speaks of an absolute http(s) URL."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], "/robots.txt", "", ""))


def keep(now: datetime, before: Kept | None, status: int | None, body: bytes, agent: str) -> Kept:
    """Decide what a site's answer to the request for its robots.txt means, redirects followed.

    `status` is None when no answer came; `body` counts for status 200. Rules are read from 200; other answers of the
    kinds 2xx, 3xx and 4xx mean that there are none. A server error, 429 and silence leave what was known in force,
    and where nothing is known the site is closed until it answers, for 30 days at most.
    """
    if status == _OK:
        text = body[:LONGEST_TEXT].decode("utf-8-sig", "replace")
        return Kept(Robots(agent, rules=Protego.parse(text)), now + FRESH)
    if status is not None and status != _TOO_MANY and status < _FIRST_SERVER_ERROR:
        return Kept(Robots(agent), now + FRESH)
    since = before.failing_since if before and before.failing_since else now
    if now - since >= LONGEST_SILENCE:
        robots = Robots(agent)
    elif before:
        robots = before.robots
    else:
        robots = Robots(agent, open=False)
    return Kept(robots, now + RETRY, since)
