"""The robots.txt of the sites whose pages are read, asked for once a day each."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime

from sources.http import HttpClient
from sources.outcome import FetchFailed
from sources.robots import Kept, Robots, keep, product_token, robots_url

# A catalogue has some hundreds of sites; a text of 500 KiB parsed takes a few megabytes, and most take kilobytes.
MOST_SITES = 1_000


class RobotsKeeper:
    """Knows what each site allows. Not shared between event loops."""

    def __init__(
        self, http: HttpClient, user_agent: str, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._http = http
        self._agent = product_token(user_agent)
        self._now = now
        self._sites: OrderedDict[str, Kept] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Kept]] = {}

    async def robots(self, url: str) -> Robots:
        """Return the rules of the site of an absolute http(s) URL, asking for them when they are not known or old.

        Raises nothing but cancellation; a site that cannot be asked is closed, see `sources.robots.keep`.
        """
        site = robots_url(url)
        kept = self._sites.get(site)
        if kept is None or kept.until <= self._now():
            asking = self._asking.get(site)
            if asking is None:
                asking = self._asking[site] = asyncio.create_task(self._ask(site), name=f"robots {site}")
                asking.add_done_callback(lambda _: self._asking.pop(site, None))
            # Shielded: others wait for the same answer when one of them is cancelled.
            kept = await asyncio.shield(asking)
        return kept.robots

    async def _ask(self, site: str) -> Kept:
        try:
            answer = await self._http.get(site)
            status, body = answer.status, answer.body
        except FetchFailed:
            status, body = None, b""
        # Half a megabyte of rules takes some hundred milliseconds to read.
        kept = await asyncio.to_thread(keep, self._now(), self._sites.get(site), status, body, self._agent)
        self._sites[site] = kept
        self._sites.move_to_end(site)
        if len(self._sites) > MOST_SITES:
            self._sites.popitem(last=False)
        return kept
