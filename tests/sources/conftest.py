"""A loopback server, a client that may talk to it, and parser workers that are quick to lose patience."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from sources.http import FetchSettings, HttpClient
from sources.parsing.pool import ParserPool
from tests.sources.loopback import Loopback


@pytest.fixture
async def server() -> AsyncIterator[Loopback]:
    loopback = Loopback()
    async with await asyncio.start_server(loopback.accept, "127.0.0.1", 0) as listening:
        loopback.base = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        yield loopback
        await loopback.stop()


@pytest.fixture
def settings() -> FetchSettings:
    return FetchSettings(
        user_agent="riwaya-tests/0",
        timeout_s=5.0,
        connect_timeout_s=2.0,
        max_bytes=1 << 20,
        allow_private=frozenset({"127.0.0.1"}),
    )


@pytest.fixture
async def client(settings: FetchSettings) -> AsyncIterator[HttpClient]:
    client = HttpClient(settings)
    yield client
    await client.close()


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    pool = ParserPool(2, 2.0)
    yield pool
    await pool.close()
