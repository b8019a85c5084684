"""Many who ask the same at once are answered by one look at the store; a stream keeps nobody waiting."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine
from starlette.types import Receive, Scope, Send

from storage.catalogue import sync
from storage.engine import writing
from tests.conftest import Desk
from web.guard.same_answer import SameAnswer


class Slow:
    """An application that counts who asks and answers when it is let; a stream has no length."""

    def __init__(self) -> None:
        self.asked = 0
        self.go = asyncio.Event()
        self.length = True
        self.status = 200

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        self.asked += 1
        headers = [(b"content-length", b"4")] if self.length else []
        if not self.length:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
        await self.go.wait()
        if self.length:
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"news"})


@pytest.fixture
def slow() -> Slow:
    return Slow()


def client(slow: Slow, store: Engine) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(SameAnswer(slow, engine=store)), base_url="http://x")


async def together(
    slow: Slow, client: httpx.AsyncClient, *addresses: str, hosts: tuple[str, ...] = ("x",)
) -> list[Any]:
    async with client:
        asking = [
            asyncio.create_task(client.get(address, headers={"Host": host})) for address in addresses for host in hosts
        ]
        await asyncio.sleep(0.05)
        slow.go.set()
        return [(answer.status_code, answer.text) for answer in await asyncio.gather(*asking)]


async def test_one_look_answers_all_who_ask_the_same(slow: Slow, store: Engine) -> None:
    answers = await together(slow, client(slow, store), *["/api/v1/clusters"] * 9, "/feeds/clusters.atom")
    assert answers == [(200, "news")] * 10
    assert slow.asked == 2


async def test_what_is_written_is_told_at_once(slow: Slow, store: Engine) -> None:
    slow.go.set()
    async with client(slow, store) as asking:
        for _ in range(3):
            await asking.get("/api/v1/clusters")
        assert slow.asked == 1
        with writing(store) as conn:
            sync(conn, [Desk.spec("almarfa")], Desk.at(0))
        await asking.get("/api/v1/clusters")
        assert slow.asked == 2
        with writing(store) as conn:
            sync(conn, [Desk.spec("sariya")], Desk.at(0))
            before = slow.asked
            await asking.get("/api/v1/clusters")
        await asking.get("/api/v1/clusters")
        assert slow.asked > before


async def test_a_feed_is_another_at_another_host(slow: Slow, store: Engine) -> None:
    await together(slow, client(slow, store), "/feeds/clusters.atom", hosts=("x", "y"))
    assert slow.asked == 2


async def test_a_failure_is_nobody_elses(slow: Slow, store: Engine) -> None:
    slow.status = 503
    answers = await together(slow, client(slow, store), *["/api/v1/clusters"] * 3)
    assert answers == [(503, "news")] * 3
    assert slow.asked == 3


async def test_listeners_of_a_stream_do_not_wait_for_one_another(slow: Slow, store: Engine) -> None:
    slow.length = False
    await together(slow, client(slow, store), *["/api/v1/events/stream"] * 3)
    assert slow.asked == 3
