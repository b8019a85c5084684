"""Applications over stores: asked directly, or served on a loopback port by the server that the daemon uses."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine

from daemon.moments import moment_of
from daemon.searching import read
from web.app import create_app
from web.parts import Parts, WebSettings

TOKEN = "a token of a test"  # noqa: S105 - it opens nothing
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""A day after what the tests store was published."""


def parts_on(engine: Engine, settings: WebSettings | None = None, **more: Any) -> Parts:
    """Return the parts of an application over a store; open for reading unless said otherwise."""
    parts = Parts(
        engine=engine,
        settings=settings or WebSettings(open_reading=True, token=TOKEN),
        version="0",
        now=lambda: NOW,
        read_query=read,
        read_moment=moment_of,
    )
    return replace(parts, **more)


class Client:
    """Asks an application as a program of this machine does, without a socket between."""

    def __init__(self, app: FastAPI, peer: str = "127.0.0.1") -> None:
        self.app = app
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(app, client=(peer, 50_000))
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")

    def ask(self, method: str, address: str, **more: Any) -> httpx.Response:
        """Return the answer to a request."""
        return self._runner.run(self._client.request(method, address, **more))

    def get(self, address: str, **headers: str) -> httpx.Response:
        """Return the answer to a GET; underscores of header names stand for strokes."""
        return self.ask("GET", address, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def close(self) -> None:
        """End it."""
        self._runner.run(self._client.aclose())
        self._runner.close()


@contextlib.contextmanager
def asking(parts: Parts, peer: str = "127.0.0.1") -> Iterator[Client]:
    """Give a client of an application over these parts."""
    client = Client(create_app(parts), peer)
    try:
        yield client
    finally:
        client.close()


@contextlib.contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an application on a loopback port; give its address."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, ws="none", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, name="server")
    thread.start()
    try:
        until = time.monotonic() + 20
        while not server.started:
            assert time.monotonic() < until
            time.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        with contextlib.suppress(AttributeError):
            app.state.event_streams.end()
        thread.join(20)
