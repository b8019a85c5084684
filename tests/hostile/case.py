"""What a hostile case is: something that a server does, and what must come of it."""

import asyncio
import inspect
import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from sources.outcome import Outcome
from tests.sources.loopback import Handler, Headers

INSIDE = "/inside"
"""A page that nobody may be led to."""

LIMITS = frozenset({Outcome.TIMEOUT, Outcome.PARSER_KILLED})


@dataclass(frozen=True, slots=True)
class Case:
    """One hostile feed."""

    name: str
    page: bytes | Callable[[], bytes] | Handler
    """What is sent: as it stands, made just before (bombs are large), or by a server that goes on talking."""
    outcome: Outcome
    reason: str = ""
    """Words of the recorded reason."""
    entries: int = 0
    title: str = ""
    """The title of the first article that is stored."""
    url: str = "{base}{path}"
    """The address of the feed; `port` is the server's, `junk` the port of one that only talks nonsense."""
    megabytes: int = 48
    """How much the process, with the server in it, may grow: the largest body is 10 MB, and is copied a few times."""

    @property
    def slug(self) -> str:
        """The name as an address and as the id of a source have it."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower().replace("[", "v6 ")).strip("-")

    @property
    def path(self) -> str:
        return f"/{self.slug}"

    @property
    def runs_into_a_limit(self) -> bool:
        """Whether it ends only because its time is over."""
        return self.outcome in LIMITS

    def served(self) -> bytes | Handler:
        """Return what the server has to send."""
        if isinstance(self.page, bytes) or inspect.iscoroutinefunction(self.page):
            return cast("bytes | Handler", self.page)
        return cast("Callable[[], bytes]", self.page)()


def forever(start: bytes, piece: bytes, pause_s: float | None = None) -> Handler:
    """Send a start and then the same piece without end, with a pause or as fast as it is taken."""

    async def send(_: Headers, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(piece)
            await writer.drain()
            if pause_s is not None:
                await asyncio.sleep(pause_s)

    return send


async def silent(_: Headers, __: asyncio.StreamWriter) -> None:
    """Take the request and never answer."""
    await asyncio.Event().wait()


def each_time(page: Callable[[int], bytes]) -> Handler:
    """Answer each request differently, by its number."""
    numbers = itertools.count(1)

    async def send(_: Headers, writer: asyncio.StreamWriter) -> None:
        writer.write(page(next(numbers)))
        await writer.drain()

    return send
