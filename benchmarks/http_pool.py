"""What a request to one of many hosts costs, by how connections are arranged: ``python -m benchmarks.http_pool``.

A poller meets a host once in minutes. Each arrangement asks every host of a loopback farm (127.0.x.y) the same few
times, the same number at once, in a process of its own; measured is the processor time of that process.
"""

import asyncio
import contextlib
import multiprocessing
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection

import httpx

from benchmarks.server_process import server_process
from benchmarks.table import table
from sources.http import FetchSettings, HttpClient
from sources.transport import prepare

HOSTS = 250
REQUESTS = 4
"""To each host."""
AT_ONCE = 50
_BODY = b"x" * 20_000
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nContent-Type: text/xml\r\n" % len(_BODY)

Get = Callable[[str], Awaitable[bytes]]
Arrangement = Callable[[], contextlib.AbstractAsyncContextManager[Get]]


@dataclass(frozen=True, slots=True)
class Cost:
    """Milliseconds of processor time a request, and requests a second by the clock."""

    name: str
    cpu_ms: float
    a_second: float


def http_pool() -> list[Cost]:
    """Measure every arrangement, the dearest first. Raises AssertionError when an answer is not what was sent."""
    with server_process(_serve) as addresses:
        return [_cost(name, addresses) for name in _ARRANGEMENTS]


def http_pool_table(costs: list[Cost]) -> str:
    """Lay out what was measured."""
    dearest = costs[0].cpu_ms
    rows = [
        (cost.name, f"{cost.cpu_ms:.2f}", f"{cost.a_second:,.0f}", f"{dearest / cost.cpu_ms:.1f}") for cost in costs
    ]
    return table([f"{HOSTS} hosts, {AT_ONCE} requests at once", "ms of processor", "a second", "times better"], rows)


@asynccontextmanager
async def _client(**limits: int | None) -> AsyncIterator[Get]:
    async with httpx.AsyncClient(limits=httpx.Limits(**limits), trust_env=False, timeout=60) as client:

        async def get(url: str) -> bytes:
            return (await client.get(url)).content

        yield get


@asynccontextmanager
async def _many_clients(count: int) -> AsyncIterator[Get]:
    async with contextlib.AsyncExitStack() as stack:
        each = AT_ONCE // count
        gets = [
            await stack.enter_async_context(_client(max_connections=each, max_keepalive_connections=each))
            for _ in range(count)
        ]

        async def get(url: str) -> bytes:
            return await gets[hash(url.split("/")[2]) % count](url)

        yield get


@asynccontextmanager
async def _ours(hosts: frozenset[str]) -> AsyncIterator[Get]:
    client = HttpClient(FetchSettings("bench", timeout_s=60, connect_timeout_s=60, allow_private=hosts))

    async def get(url: str) -> bytes:
        return (await client.get(url)).body

    yield get
    await client.close()


_WAITING = "httpx, one pool of 50 kept connections, requests waiting in it"
_ARRANGEMENTS: dict[str, Callable[[frozenset[str]], contextlib.AbstractAsyncContextManager[Get]]] = {
    _WAITING: lambda _: _client(max_connections=50, max_keepalive_connections=50),
    "httpx, one pool of 50 kept connections, 50 requests let in": lambda _: _client(
        max_connections=50, max_keepalive_connections=50
    ),
    "httpx, ten pools of five, 50 let in": lambda _: _many_clients(10),
    "httpx, one pool, none kept, 50 let in": lambda _: _client(max_connections=None, max_keepalive_connections=0),
    "riwaya, a connection a request, 50 let in": _ours,
}


def _cost(name: str, addresses: list[str]) -> Cost:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_measure, args=(theirs, name, addresses))
    process.start()
    cpu_s, wall_s = ours.recv()
    process.join()
    count = len(addresses) * REQUESTS
    return Cost(name, cpu_s / count * 1000, count / wall_s)


def _measure(told: Connection, name: str, addresses: list[str]) -> None:
    prepare()
    hosts = frozenset(address.split("/")[2].split(":")[0] for address in addresses)
    let_in = len(addresses) * REQUESTS if name == _WAITING else AT_ONCE
    told.send(asyncio.run(_ask(partial(_ARRANGEMENTS[name], hosts), addresses, let_in)))


async def _ask(arrangement: Arrangement, addresses: list[str], let_in: int) -> tuple[float, float]:
    places = asyncio.Semaphore(let_in)
    async with arrangement() as get:

        async def one(address: str) -> None:
            async with places:
                assert await get(address) == _BODY

        await asyncio.gather(*map(one, addresses[:AT_ONCE]))
        used, began = time.process_time(), time.perf_counter()
        await asyncio.gather(*(one(address) for _ in range(REQUESTS) for address in addresses))
        return time.process_time() - used, time.perf_counter() - began


def _serve(told: Connection) -> None:
    asyncio.run(_listen(told))


async def _listen(told: Connection) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                closing = b"close" in (await reader.readuntil(b"\r\n\r\n")).lower()
                writer.write(_ANSWER + (b"Connection: close\r\n\r\n" if closing else b"\r\n") + _BODY)
                await writer.drain()
                if closing:
                    break
        writer.close()

    addresses = []
    for number in range(HOSTS):
        server = await asyncio.start_server(talk, f"127.0.{1 + number // 200}.{1 + number % 200}", 0, backlog=200)
        host, port = server.sockets[0].getsockname()[:2]
        addresses.append(f"http://{host}:{port}/")
    told.send(addresses)
    await asyncio.Event().wait()


if __name__ == "__main__":
    print(http_pool_table(http_pool()))
