"""The door at which a monitoring system asks the service: /metrics, /healthz and /readyz on an address of its own.

It runs in the event loop of the service on purpose: a loop that hangs does not answer, and that is the news. Small, so
that the service need not load a web framework: one request a connection, GET and HEAD only.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from daemon import __version__
from daemon.metrics.declared import Metrics

log = logging.getLogger(__name__)

PATIENCE_S = 5.0
"""How long a client may take to send its request, and to take the answer: both are a few packets on one machine."""

_MOST_CLIENTS = 16
"""At once. A Prometheus or two, a probe and a curious person; the rest is turned away instead of waiting."""

_LONGEST_HEAD = 16 << 10


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered: a status, the type of the body and the body."""

    status: HTTPStatus
    kind: str
    body: bytes


class Door:
    """Answers at `host` and `port`, from `metrics` and from what `readiness` says when it is asked."""

    def __init__(self, host: str, port: int, metrics: Metrics, readiness: Callable[[], Mapping[str, object]]) -> None:
        self._host = host
        self._port = port
        self._metrics = metrics
        self._readiness = readiness
        self._server: asyncio.Server | None = None
        self._clients = 0

    async def open(self) -> None:
        """Begin to listen. An address that cannot be had is told in the log and leaves the service at its work."""
        try:
            self._server = await asyncio.start_server(self._serve, self._host, self._port, limit=_LONGEST_HEAD)
        except OSError as error:
            log.error(  # noqa: TRY400 - one line says it
                "metrics: cannot listen on %s, port %d: %s", self._host, self._port, error.strerror or error
            )
            return
        log.info("metrics are at http://%s:%d/metrics", self._host, self._port)

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients += 1
        try:
            # What a client does wrong, or breaks off, concerns nobody else.
            with contextlib.suppress(OSError, TimeoutError):
                async with asyncio.timeout(PATIENCE_S):
                    await self._answer(reader, writer)
        finally:
            self._clients -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return
        except asyncio.LimitOverrunError:
            await _send(writer, _plain(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE), with_body=True)
            return
        method, _, rest = head.decode("latin-1").partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        reply = self._reply(method, path)
        await _send(writer, reply, with_body=method != "HEAD")

    def _reply(self, method: str, path: str) -> Reply:
        if self._clients > _MOST_CLIENTS:
            return _plain(HTTPStatus.SERVICE_UNAVAILABLE)
        if method not in ("GET", "HEAD"):
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED)
        match path:
            case "/metrics":
                # The one format that every Prometheus and promtool reads, whatever the client says it would like.
                return Reply(HTTPStatus.OK, CONTENT_TYPE_PLAIN_0_0_4, generate_latest(self._metrics.registry))
            case "/healthz":
                return _json(HTTPStatus.OK, {"alive": True, "version": __version__})
            case "/readyz":
                told = self._readiness()
                return _json(HTTPStatus.OK if told["ready"] else HTTPStatus.SERVICE_UNAVAILABLE, told)
            case _:
                return _plain(HTTPStatus.NOT_FOUND)


def _plain(status: HTTPStatus) -> Reply:
    return Reply(status, "text/plain; charset=utf-8", f"{status.phrase}\n".encode())


def _json(status: HTTPStatus, told: Mapping[str, object]) -> Reply:
    return Reply(status, "application/json", json.dumps(told, ensure_ascii=False).encode() + b"\n")


async def _send(writer: asyncio.StreamWriter, reply: Reply, *, with_body: bool) -> None:
    head = [
        f"HTTP/1.1 {reply.status.value} {reply.status.phrase}",
        f"Content-Type: {reply.kind}",
        f"Content-Length: {len(reply.body)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
        *(["Allow: GET, HEAD"] if reply.status is HTTPStatus.METHOD_NOT_ALLOWED else []),
    ]
    writer.write("\r\n".join([*head, "", ""]).encode("latin-1") + (reply.body if with_body else b""))
    await writer.drain()
