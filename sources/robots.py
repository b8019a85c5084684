"""robots.txt: which article pages of a site may be read.

Asked for pages only; a feed is an invitation to machines. The rules are RFC 9309's: no file means no rules, a server
that cannot answer means wait, and what was read is believed for a day.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from sources.http import HttpClient
from sources.outcome import FetchFailed, Outcome

# RFC 9309, 2.4: not longer than 24 hours.
BELIEVED_FOR = timedelta(hours=24)
# A server that could not answer is asked again with the next page, but not for every page of a minute.
ASKED_AGAIN_AFTER = timedelta(minutes=10)
# Crawl-delay is no part of RFC 9309, and some files ask for an hour: the feeds of the host share its pace.
LONGEST_DELAY_S = 60.0
# RFC 9309, 2.5: at least 500 kibibytes are read, more need not be.
_LONGEST = 500 << 10
# Sites of one catalogue, with much room; a site costs a few kilobytes.
_MOST_SITES = 2_000
# Read rules take fifteen times the room of their file: 75 MB at most, however many sites send half a megabyte each.
_MOST_BYTES = 5_000_000
_OK = 200
_TOO_MANY = 429
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site's robots.txt says; `reason` tells why nothing may be asked at present when it could not be read."""

    agent: str
    """What the file would call us."""
    parsed: Protego | None
    until: datetime
    reason: str | None = None
    size: int = 0
    """The bytes of the file that were read."""

    def allow(self, url: str) -> bool:
        """Tell whether we may read the address now."""
        return self.reason is None and (self.parsed is None or self.parsed.can_fetch(url, self.agent))

    @property
    def delay_s(self) -> float:
        """The Crawl-delay that it asks of us, seconds, up to `LONGEST_DELAY_S`; 0 when it asks none."""
        delay = self.parsed.crawl_delay(self.agent) if self.parsed else None
        return min(max(delay or 0.0, 0.0), LONGEST_DELAY_S)


class Robots:
    """Reads each site's robots.txt when a page of it is first wanted, and keeps it for a day.

    `agent` is the product token of our User-Agent, which the files name. Not shared between event loops.
    """

    def __init__(self, http: HttpClient, agent: str, now: Callable[[], datetime]) -> None:
        self._http = http
        self._agent = agent
        self._now = now
        self._sites: OrderedDict[str, Rules] = OrderedDict()
        self._bytes = 0  # of all files that are kept
        self._asking: dict[str, asyncio.Lock] = {}

    async def rules(self, url: str) -> Rules:
        """Return the rules of the address's site. Never raises: a site without an answer gives rules with a reason."""
        site = site_of(url)
        async with self._asking.setdefault(site, asyncio.Lock()):
            known = self._sites.get(site)
            if known is None or known.until <= self._now():
                known = await self._read(site)
                self._keep(site, known)
        self._sites.move_to_end(site)
        return known

    def _keep(self, site: str, rules: Rules) -> None:
        before = self._sites.pop(site, None)
        self._sites[site] = rules
        self._bytes += rules.size - (before.size if before else 0)
        while len(self._sites) > 1 and (len(self._sites) > _MOST_SITES or self._bytes > _MOST_BYTES):
            oldest, gone = self._sites.popitem(last=False)
            self._bytes -= gone.size
            self._asking.pop(oldest, None)

    async def _read(self, site: str) -> Rules:
        now = self._now()
        try:
            answer = await self._http.get(f"{site}/robots.txt", accept="text/plain, */*;q=0.1")
        except FetchFailed as failure:
            # RFC 9309, 2.3.1.2: redirects that lead nowhere are as good as no file.
            return self._none(now) if failure.outcome is Outcome.REFUSED else self._unknown(now, failure.reason)
        if answer.status == _TOO_MANY or answer.status >= _SERVER_ERROR:
            return self._unknown(now, f"HTTP {answer.status}")
        if answer.status != _OK:
            return self._none(now)
        body = answer.body[:_LONGEST]
        parsed = await asyncio.to_thread(_parsed, body)
        return Rules(self._agent, parsed, now + BELIEVED_FOR, size=len(body))

    def _none(self, now: datetime) -> Rules:
        return Rules(self._agent, None, now + BELIEVED_FOR)

    def _unknown(self, now: datetime, reason: str) -> Rules:
        return Rules(self._agent, None, now + ASKED_AGAIN_AFTER, f"its robots.txt cannot be had: {reason}")


def site_of(url: str) -> str:
    """Return scheme, host and port of an address: what a robots.txt speaks for."""
    parts = urlsplit(url)
    return f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}"


def product_token(user_agent: str) -> str:
    """Return the name that a robots.txt would use for us: the first word of the User-Agent without its version."""
    return user_agent.split("/", 1)[0].split(" ", 1)[0]


def _parsed(body: bytes) -> Protego:
    return Protego.parse(body.decode("utf-8-sig", "replace"))
