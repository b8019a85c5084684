"""A process that serves hundreds of feeds from dozens of loopback addresses, one in ten of them badly behaved."""

import asyncio
import contextlib
import gzip
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.connection import Connection

from benchmarks.invented_texts import invented_texts
from benchmarks.server_process import server_process

HOSTS = 60
FEEDS = 300
BAD_EVERY = 10
"""One feed in so many misbehaves."""

_ITEMS = 30
_NETWORK = "127.77.0.{}"
_DRIP_S = 0.2

Misdeed = Callable[[asyncio.StreamWriter], Awaitable[None]]


@contextmanager
def feed_farm() -> Iterator[list[str]]:
    """Start the process and give the addresses of its feeds."""
    with server_process(_serve) as addresses:
        yield addresses


def _serve(told: Connection) -> None:
    asyncio.run(_listen(told))


async def _listen(told: Connection) -> None:
    pages = [_reply(_feed(number, text)) for number, text in enumerate(_texts())]
    deeds = list(_MISDEEDS.values())

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await reader.readuntil(b"\r\n\r\n")
            number = int(request.split(b" ", 2)[1].rsplit(b"/", 1)[1])
            if number % BAD_EVERY == 0:
                await deeds[number // BAD_EVERY % len(deeds)](writer)
            else:
                writer.write(pages[number])
                await writer.drain()
        writer.close()

    servers = [await asyncio.start_server(talk, _NETWORK.format(host), 0) for host in range(1, HOSTS + 1)]
    addresses = [server.sockets[0].getsockname()[:2] for server in servers]
    told.send([f"http://{host}:{port}/{n}" for n in range(FEEDS) for host, port in [addresses[n % HOSTS]]])
    await asyncio.Event().wait()


def _texts() -> Iterator[list[str]]:
    # Each feed has a few texts of its own among those that everybody carries.
    shared = invented_texts(200)
    own = iter(invented_texts(FEEDS * 3, seed=2))
    for number in range(FEEDS):
        yield [next(own) for _ in range(3)] + [shared[(number * 7 + n) % len(shared)] for n in range(_ITEMS - 3)]


def _feed(number: int, texts: list[str]) -> bytes:
    now = datetime.now(UTC)
    items = "".join(
        f"<item><title>{text[:60]}</title><guid>{number}-{n}</guid><link>http://paper{number}.example/{n}</link>"
        f"<pubDate>{format_datetime(now - timedelta(minutes=n))}</pubDate><description>{text}</description></item>"
        for n, text in enumerate(texts)
    )
    return f'<rss version="2.0"><channel><title>صحيفة {number}</title>{items}</channel></rss>'.encode()


def _reply(body: bytes, more: str = "", status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode() + body


def _sends(answer: bytes) -> Misdeed:
    async def deed(writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return deed


async def _hangs(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def _drips(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"<")
        await writer.drain()
        await asyncio.sleep(_DRIP_S)


async def _floods(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


def _rss(inside: str) -> bytes:
    return f'<rss version="2.0"><channel>{inside}</channel></rss>'.encode()


_MISDEEDS: dict[str, Misdeed] = {
    "fails": _sends(_reply(b"", status="500 Internal Server Error")),
    "hangs": _hangs,
    "drips": _drips,
    "floods": _floods,
    "gzip bomb": _sends(_reply(gzip.compress(bytes(50_000_000)), "Content-Encoding: gzip\r\n")),
    "coding upon coding": _sends(
        _reply(gzip.compress(gzip.compress(b"") * 500_000), "Content-Encoding: gzip,gzip\r\n")
    ),
    "chunks of a byte": _sends(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n<\r\n" * 100_000),
    "author that stalls": _sends(_reply(_rss(f"<item><summary/><author>{'a@' + 'a.' * 100_000}!</author></item>"))),
    "200,000 entries": _sends(_reply(_rss("".join(f"<item><guid>{n}</guid></item>" for n in range(200_000))))),
    "login page": _sends(_reply(b"<!doctype html><html><body>login</body></html>")),
}
