"""A process that serves hundreds of feeds from as many loopback addresses, and moves on with a clock it is told."""

import asyncio
import contextlib
import hashlib
import multiprocessing
import os
import threading
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from multiprocessing.connection import Connection

from tests.soak.publishing import Publication
from tests.sources.article_pages import article_page

SHOWN = 12
"""Items in a document."""

SUMMARY_EVERY = 10
"""One feed in so many gives summaries only, and its articles have pages."""

_SUMMARY_WORDS = 30
_HOSTS = 500
"""At most; beyond that, several feeds share one."""

_A_HOST = "127.77.{}.{}"
_PER_NET = 250


def gives_summaries(feed: int) -> bool:
    """Tell whether a feed gives summaries only."""
    return feed % SUMMARY_EVERY == SUMMARY_EVERY - 1


class FeedTown:
    """The running process: its feeds' addresses, by number, and how many articles they show in all at a moment."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.urls: list[str] = pipe.recv()

    def move_to(self, moment: float) -> None:
        """Let it be this moment there; returns when it is."""
        self._pipe.send(moment)
        self._pipe.recv()


@contextmanager
def feed_town(publications: Iterable[Publication], feeds: int, start: float) -> Iterator[FeedTown]:
    """Serve these articles in so many feeds, at the moment `start` at first."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(theirs, publications, feeds, start), daemon=True
    )
    process.start()
    try:
        yield FeedTown(ours)
    finally:
        process.kill()
        process.join()


class _Feed:
    """One feed: its items in the order in which they come out, and when each of them does."""

    def __init__(self, number: int, base: str, publications: list[Publication]) -> None:
        publications.sort(key=lambda one: one.at)
        self._number = number
        self._base = base
        self._publications = publications
        self._times = [one.at for one in publications]
        self._items = [self._item(place, one) for place, one in enumerate(publications)]

    def answer(self, moment: float, head: bytes) -> bytes:
        """Return the document of a moment, or a 304."""
        out = bisect_right(self._times, moment)
        etag = f'"{out}"'
        if f"if-none-match: {etag}\r\n".encode() in head.lower():
            return _reply(b"", "304 Not Modified", etag)
        shown = b"".join(reversed(self._items[max(0, out - SHOWN) : out]))
        channel = f"<title>صحيفة {self._number}</title><link>{self._base}/</link><description>تجربة</description>"
        body = b'<rss version="2.0"><channel>' + channel.encode() + shown + b"</channel></rss>"
        return _reply(body, "200 OK", etag, "application/rss+xml; charset=utf-8")

    def page(self, place: int) -> bytes:
        """Return the page of an article."""
        one = self._publications[place]
        return _reply(article_page(one.title, tuple(one.text.split("\n"))), kind="text/html; charset=utf-8")

    def _item(self, place: int, one: Publication) -> bytes:
        text = one.text
        if gives_summaries(self._number):
            text = " ".join(text.split()[:_SUMMARY_WORDS])
        html = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in text.split("\n"))
        guid = hashlib.sha256(f"{self._number}/{place}".encode()).hexdigest()[:16]
        return (
            f'<item><title>{escape(one.title)}</title><guid isPermaLink="false">{guid}</guid>'
            f"<link>{self._base}/{self._number}/{place}</link>"
            f"<pubDate>{format_datetime(datetime.fromtimestamp(one.at, UTC))}</pubDate>"
            f"<description>{escape(html)}</description></item>"
        ).encode()


def _reply(body: bytes, status: str = "200 OK", etag: str = "", kind: str = "text/plain") -> bytes:
    more = f"ETag: {etag}\r\n" if etag else ""
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}Connection: close\r\n\r\n"
    )
    return head.encode() + body


def _serve(pipe: Connection, publications: Iterable[Publication], feeds: int, start: float) -> None:
    asyncio.run(_listen(pipe, publications, feeds, start))


async def _listen(pipe: Connection, publications: Iterable[Publication], feeds: int, start: float) -> None:
    served: list[_Feed] = []
    now = start

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(answer(head))
            await writer.drain()
        writer.close()

    def answer(head: bytes) -> bytes:
        parts = head.split(b" ", 2)[1].decode().strip("/").split("/")
        if parts == ["robots.txt"]:
            return _reply(b"User-agent: *\nDisallow:\n")
        feed = served[int(parts[0])]
        return feed.page(int(parts[1])) if len(parts) > 1 else feed.answer(now, head)

    hosts = [_A_HOST.format(*divmod(n, _PER_NET)[:1], n % _PER_NET + 1) for n in range(min(feeds, _HOSTS))]
    servers = [await asyncio.start_server(talk, host, 0, backlog=64) for host in hosts]
    bases = [f"http://{host}:{server.sockets[0].getsockname()[1]}" for host, server in zip(hosts, servers, strict=True)]
    by_feed: list[list[Publication]] = [[] for _ in range(feeds)]
    for one in publications:
        by_feed[one.feed].append(one)
    served += [_Feed(number, bases[number % len(bases)], by_feed[number]) for number in range(feeds)]

    def follow() -> None:
        nonlocal now
        with contextlib.suppress(EOFError):
            while True:
                now = pipe.recv()
                pipe.send(None)
        os._exit(0)  # whoever began it is gone

    pipe.send([f"{bases[number % len(bases)]}/{number}" for number in range(feeds)])
    threading.Thread(target=follow, daemon=True).start()
    await asyncio.Event().wait()
