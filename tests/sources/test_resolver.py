import asyncio
import socket
import time
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from sources.http import FetchSettings, HttpClient
from sources.outcome import FetchFailed, Outcome
from tests.sources.loopback import Loopback, reply, rss


class NameServer:
    """Stands in for the system's resolver, the one thing that a test cannot run on loopback."""

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {}
        self.slow_s: dict[str, float] = {}
        self.asked: Counter[str] = Counter()

    def __call__(self, host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        self.asked[host] += 1
        time.sleep(self.slow_s.get(host, 0))
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in self.names[host]]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> NameServer:
    server = NameServer()
    monkeypatch.setattr(socket, "getaddrinfo", server)
    return server


@pytest.fixture
def allowed(settings: FetchSettings) -> FetchSettings:
    return replace(settings, allow_private=frozenset({"paper.example"}), timeout_s=1.0)


def port_of(server: Loopback) -> str:
    return server.base.rsplit(":", maxsplit=1)[-1]


async def test_one_private_address_among_public_ones_refuses_the_host(
    names: NameServer, allowed: FetchSettings
) -> None:
    names.names["mixed.example"] = ["8.8.8.8", "127.0.0.1"]
    client = HttpClient(allowed)
    with pytest.raises(FetchFailed, match="loopback") as raised:
        await client.get("http://mixed.example/")
    assert raised.value.outcome is Outcome.REFUSED
    await client.close()


async def test_a_name_is_resolved_once_and_the_checked_address_is_the_one_called(
    names: NameServer, allowed: FetchSettings, server: Loopback
) -> None:
    names.names["paper.example"] = ["127.0.0.1"]
    server.pages["/feed"] = reply(rss())
    client = HttpClient(allowed)
    answer = await client.get(f"http://paper.example:{port_of(server)}/feed")
    assert answer.status == 200
    assert names.asked == {"paper.example": 1}
    assert server.requests[0][1]["host"].startswith("paper.example")
    await client.close()


async def test_the_next_address_is_tried_when_one_does_not_answer(
    names: NameServer, allowed: FetchSettings, server: Loopback
) -> None:
    names.names["paper.example"] = ["127.0.0.2", "127.0.0.1"]
    server.pages["/feed"] = reply(rss())
    client = HttpClient(allowed)
    assert (await client.get(f"http://paper.example:{port_of(server)}/feed")).status == 200
    await client.close()


async def test_hanging_name_servers_hold_up_nobody_else(
    names: NameServer, allowed: FetchSettings, server: Loopback
) -> None:
    names.names["paper.example"] = ["127.0.0.1"]
    server.pages["/feed"] = reply(rss())
    client = HttpClient(allowed)
    for number in range(40):
        names.slow_s[f"dead{number}.example"] = 3.0
    dead = [asyncio.create_task(client.get(f"http://{host}/")) for host in names.slow_s]
    await asyncio.sleep(0.05)
    assert (await client.get(f"http://paper.example:{port_of(server)}/feed")).status == 200
    assert not any(task.done() for task in dead)
    began = time.monotonic()
    for failed in await asyncio.gather(*dead, return_exceptions=True):
        assert isinstance(failed, FetchFailed)
        assert failed.outcome is Outcome.TIMEOUT
    assert time.monotonic() - began < 2
    await client.close()


async def test_the_name_server_gets_no_more_questions_than_it_has_threads(
    names: NameServer, allowed: FetchSettings
) -> None:
    client = HttpClient(allowed)
    for number in range(100):
        names.slow_s[f"dead{number}.example"] = 1.5
    await asyncio.gather(*(client.get(f"http://{host}/") for host in names.slow_s), return_exceptions=True)
    assert sum(names.asked.values()) == 64
    # The threads come free again, though nobody waits for their answers any more.
    await asyncio.sleep(1.0)
    with pytest.raises(FetchFailed) as raised:
        await client.get("http://unknown.example/")
    assert raised.value.outcome is Outcome.UNREACHABLE
    await client.close()
