"""A process that serves invented feeds, each from an address of its own, with two new items at every request.

Who asked for what, and when, is noted: what a feed has shown so far is what must be in the store.
"""

import asyncio
import contextlib
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from benchmarks.invented_feeds import Newsrooms

PORT = 8000
_HOSTS_A_NET = 250


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: the feed, the address of who asked, when by the monotonic clock, and the round that was shown."""

    feed: int
    by: str
    at: float
    turn: int


def feed_host(feed: int) -> str:
    """Return the address that a feed is served from, of the network benchmarks.separate_hosts.CROWD."""
    return f"10.78.{feed // _HOSTS_A_NET}.{feed % _HOSTS_A_NET + 1}"


class NewsroomFarm:
    """The running process."""

    def __init__(self, told: Connection) -> None:
        self._told = told

    def asked(self) -> list[Asked]:
        """Return every request so far, in order."""
        self._told.send(None)
        found: list[Asked] = self._told.recv()
        return found


@contextmanager
def newsroom_farm(newsrooms: Newsrooms) -> Iterator[NewsroomFarm]:
    """Serve the feeds of these outlets for a while, in the network where this process stands."""
    ours, theirs = multiprocessing.Pipe()
    # A fork has the texts, which took longer to make than all else here.
    process = multiprocessing.get_context("fork").Process(target=_serve, args=(newsrooms, theirs), daemon=True)
    process.start()
    try:
        ours.recv()
        yield NewsroomFarm(ours)
    finally:
        process.kill()
        process.join()


def _serve(newsrooms: Newsrooms, told: Connection) -> None:
    asyncio.run(_listen(newsrooms, told))


async def _listen(newsrooms: Newsrooms, told: Connection) -> None:
    asked: list[Asked] = []
    turns = [0] * newsrooms.feeds

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await reader.readuntil(b"\r\n\r\n")
            feed = int(request.split(b" ", 2)[1].rsplit(b"/", 1)[1])
            turn = turns[feed]
            turns[feed] += 1
            asked.append(Asked(feed, writer.get_extra_info("peername")[0], time.monotonic(), turn))
            body = newsrooms.document(feed, min(turn, newsrooms.rounds))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
        writer.close()

    await asyncio.start_server(talk, "0.0.0.0", PORT, backlog=1000)  # noqa: S104 - of a namespace that leads nowhere

    def answer() -> None:
        told.recv()
        told.send(asked)

    asyncio.get_running_loop().add_reader(told.fileno(), answer)
    told.send(None)
    await asyncio.Event().wait()
