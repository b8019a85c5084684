"""The door of the metrics, over real sockets."""

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import pytest

from daemon.metrics import door as door_module
from daemon.metrics.door import Door
from daemon.metrics.recorded import new_metrics

READY: Mapping[str, object] = {"ready": True, "checks": {}}
NOT_READY: Mapping[str, object] = {"ready": False, "checks": {"disk": {"ok": False, "reason": "no room"}}}


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@asynccontextmanager
async def opened(told: Mapping[str, object] = READY) -> AsyncIterator[int]:
    port = free_port()
    door = Door("127.0.0.1", port, new_metrics("sqlite"), lambda: told)
    await door.open()
    try:
        yield port
    finally:
        await door.close()


async def said(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    whole = await reader.read()
    writer.close()
    head, _, body = whole.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    return int(first.split()[1]), dict(line.lower().split(": ", 1) for line in rest), body


def get(path: str, method: str = "GET") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


async def test_it_answers_for_metrics_life_and_readiness() -> None:
    async with opened() as port:
        status, headers, body = await said(port, get("/metrics"))
        assert (status, headers["content-type"].split(";")[0]) == (200, "text/plain")
        assert b'riwaya_build_info{database="sqlite",version="' in body
        assert b'riwaya_fetches_total{outcome="ok"} 0.0' in body
        assert b"_created" not in body
        status, headers, body = await said(port, get("/healthz?probe=1"))
        assert (status, headers["content-type"], json.loads(body)["alive"]) == (200, "application/json", True)
        status, _, body = await said(port, get("/readyz"))
        assert (status, json.loads(body)) == (200, READY)
    async with opened(NOT_READY) as port:
        status, headers, body = await said(port, get("/readyz"))
        assert (status, json.loads(body), headers["cache-control"]) == (503, NOT_READY, "no-store")


async def test_head_tells_the_length_and_sends_nothing() -> None:
    async with opened() as port:
        status, headers, body = await said(port, get("/healthz", "HEAD"))
        assert (status, body) == (200, b"")
        assert int(headers["content-length"]) > 10


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (get("/"), 404),
        (get("/metrics/../../etc/passwd"), 404),
        (get("/metrics", "POST"), 405),
        (b"\r\n\r\n", 405),
        (b"\xff\xfe\x00 \x00\r\n\r\n", 405),
        (b"GET /metrics\r\n\r\n", 404),
        (b"GET " + b"/" * 100_000 + b" HTTP/1.1\r\n\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nAccept: a\nSet-Cookie: b=1\r\n\r\n", 200),
    ],
)
async def test_what_is_no_request_of_ours_is_refused(request_: bytes, status: int) -> None:
    async with opened() as port:
        with contextlib.suppress(ConnectionError):  # it need not read to the end what it refuses
            answered, headers, _ = await said(port, request_)
            assert answered == status
            assert "set-cookie" not in headers
        assert (await said(port, get("/healthz")))[0] == 200


async def test_a_client_that_says_nothing_is_left_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "PATIENCE_S", 0.1)
    async with opened() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /metr")
        assert await reader.read() == b""
        writer.close()


async def test_too_many_at_once_are_turned_away_and_the_rest_is_served() -> None:
    async with opened() as port:
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(40)]
        status, _, _ = await said(port, get("/metrics"))
        assert status == 503
        for _, writer in silent:
            writer.close()
        answers = [(await said(port, get("/metrics")))[0] for _ in range(50)]
        assert answers[-1] == 200


async def test_an_address_that_is_taken_is_told_and_nothing_more(caplog: pytest.LogCaptureFixture) -> None:
    async with opened() as port:
        second = Door("127.0.0.1", port, new_metrics("sqlite"), lambda: READY)
        caplog.clear()  # where the first one opened is told too, if an earlier test asked for so much
        with caplog.at_level(logging.INFO):
            await second.open()
        await second.close()
        (message,) = caplog.messages
        assert message.startswith(f"metrics: cannot listen on 127.0.0.1, port {port}: ")
        assert "in use" in message
        assert (await said(port, get("/healthz")))[0] == 200
