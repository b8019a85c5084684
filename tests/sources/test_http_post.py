import asyncio
import tracemalloc

import pytest

from sources.http import HttpClient
from sources.outcome import FetchFailed, Outcome
from tests.sources.loopback import Headers, Loopback, reply

BODY = '{"عنوان": 1}'.encode()


async def test_a_post_carries_body_and_headers(client: HttpClient, server: Loopback) -> None:
    server.pages["/hook"] = reply(b"thanks", "202 Accepted")
    answer = await client.post(f"{server.base}/hook", BODY, {"Content-Type": "application/json", "X-Mark": "1"})
    assert (answer.status, answer.opening) == (202, b"")
    ((_, headers),) = server.requests
    assert (headers["content-length"], headers["x-mark"]) == (str(len(BODY)), "1")
    assert (headers["content-type"], headers["user-agent"]) == ("application/json", "riwaya-tests/0")


async def test_a_redirect_is_an_answer(client: HttpClient, server: Loopback) -> None:
    server.pages["/hook"] = reply(status="307 Temporary Redirect", Location=f"{server.base}/elsewhere")
    assert (await client.post(f"{server.base}/hook", BODY, {})).status == 307
    assert [path for path, _ in server.requests] == ["/hook"]


async def test_of_a_failure_the_opening_is_read_and_its_wish(client: HttpClient, server: Loopback) -> None:
    server.pages["/hook"] = reply(b"come back later", "503 Service Unavailable", Retry_After="90")
    answer = await client.post(f"{server.base}/hook", BODY, {})
    assert (answer.status, answer.retry_after_raw, answer.opening) == (503, "90", b"come back later")


@pytest.mark.parametrize("status", ["200 OK", "500 Internal Server Error"])
async def test_a_body_without_end_costs_nothing(client: HttpClient, server: Loopback, status: str) -> None:
    async def endless(_: Headers, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 100000000000\r\n\r\n".encode())
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    server.pages["/hook"] = endless
    tracemalloc.start()
    try:
        answer = await client.post(f"{server.base}/hook", BODY, {})
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()
    assert answer.status == int(status[:3])
    assert len(answer.opening) <= 16 << 10


async def test_where_no_answer_comes_the_reason_is_told(client: HttpClient) -> None:
    with pytest.raises(FetchFailed) as refused:
        await client.post("http://127.0.0.2:1/hook", BODY, {})
    assert refused.value.outcome is Outcome.REFUSED
    with pytest.raises(FetchFailed) as nobody:
        await client.post("http://127.0.0.1:1/hook", BODY, {})
    assert nobody.value.outcome is Outcome.UNREACHABLE
