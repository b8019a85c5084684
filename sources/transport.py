"""How httpx reaches the network here: every connection goes to an address that was checked first.

The check stands inside the connector, after the name is resolved and before the connection is made, and the
connection goes to the very address that was checked. So a name that resolves differently a second time changes
nothing, and there is no path, redirects included, round it.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Any

import httpcore
import httpx

from sources.address import forbidden
from sources.outcome import FetchFailed, Outcome
from sources.resolver import Resolver

# Header lines of honest servers are a few kilobytes and h11 refuses 100 KB in one piece, but it takes interim answers
# (103 Early Hints) without end: a server of nothing else kept a processor busy until the deadline.
_LONGEST_HEAD = 256 << 10
# A read of 64 KB can hold thousands of interim answers, which held the event loop for 0.04 s.
_HEAD_READ = 16 << 10


@cache
def tls_context() -> ssl.SSLContext:
    """Return the one TLS context of this process: it verifies, and takes nothing from the environment."""
    return httpx.create_ssl_context(trust_env=False)


def prepare() -> None:
    """Load what the first connection would load, before an event loop has to wait for it.

    The authorities of the TLS context take 0.1 s and the network library half of that: together longer than other
    feeds should ever wait. Not to be called inside an event loop.
    """
    tls_context()
    asyncio.run(httpcore.AnyIOBackend().sleep(0))


class GuardedTransport(httpx.AsyncBaseTransport):
    """An HTTP/1.1 transport for many hosts that are each met once in a while.

    Connections are not kept: a poller returns after minutes. So there is no pool either, whose search through all
    connections at every request costs more than it saves.

    `allow_private` holds host names, lower case, that may resolve to private addresses. Failures come out as
    FetchFailed.
    """

    def __init__(self, allow_private: frozenset[str]) -> None:
        self._network = _GuardedNetwork(allow_private)
        self._open: set[httpcore.AsyncHTTPConnection] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the answer with its body still to be read. Raises FetchFailed."""
        head = _Head()
        _awaited_head.set(head)
        url = httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        )
        connection = httpcore.AsyncHTTPConnection(url.origin, tls_context(), network_backend=self._network)
        self._open.add(connection)
        try:
            with _Translated():
                answer = await connection.handle_async_request(
                    httpcore.Request(
                        method=request.method,
                        url=url,
                        headers=request.headers.raw,
                        content=request.stream,
                        extensions=request.extensions,
                    )
                )
        except BaseException:
            await self._close(connection)
            raise
        head.awaited = False
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer, connection, self._close))

    async def aclose(self) -> None:
        """Close what is open."""
        for connection in list(self._open):
            await self._close(connection)

    async def _close(self, connection: httpcore.AsyncHTTPConnection) -> None:
        self._open.discard(connection)
        await connection.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(
        self,
        answer: httpcore.Response,
        connection: httpcore.AsyncHTTPConnection,
        close: Callable[[httpcore.AsyncHTTPConnection], Awaitable[None]],
    ) -> None:
        self._answer = answer
        self._connection = connection
        self._close = close

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _Translated():
            async for piece in self._answer.aiter_stream():
                yield piece

    async def aclose(self) -> None:
        try:
            await self._answer.aclose()
        finally:
            await self._close(self._connection)


@dataclass(slots=True)
class _Head:
    """How much has come of an answer whose header is not complete yet."""

    awaited: bool = True
    received: int = 0


# httpcore connects in the task that sends the request, and a connection serves one request.
_awaited_head: ContextVar[_Head] = ContextVar("awaited_head")


class _MeteredStream(httpcore.AsyncNetworkStream):
    """A connection that ends when the header of its answer does not."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, head: _Head) -> None:
        self._stream = stream
        self._head = head

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        if not self._head.awaited:
            return await self._stream.read(max_bytes, timeout)
        data = await self._stream.read(min(max_bytes, _HEAD_READ), timeout)
        self._head.received += len(data)
        if self._head.received > _LONGEST_HEAD:
            raise httpcore.RemoteProtocolError(f"no answer within the first {_LONGEST_HEAD >> 10} KB")
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        secure = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _MeteredStream(secure, self._head)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        return self._stream.get_extra_info(info)


class _GuardedNetwork(httpcore.AsyncNetworkBackend):
    def __init__(self, allow_private: frozenset[str]) -> None:
        self._allow_private = allow_private
        self._resolver = Resolver()
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._checked(host, port)
        # The first address that answers wins; all of them together have the time of one.
        deadline = None if timeout is None else time.monotonic() + timeout
        failure: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError("no address")
        for tried, address in enumerate(addresses):
            left = None if deadline is None else (deadline - time.monotonic()) / (len(addresses) - tried)
            try:
                stream = await self._network.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _MeteredStream(stream, _awaited_head.get())
        raise failure

    async def _checked(self, host: str, port: int) -> list[str]:
        try:
            addresses = await self._resolver.resolve(host, port)
        except OSError as error:
            raise FetchFailed(Outcome.UNREACHABLE, f"cannot find {host}: {error.strerror or error}") from None
        if host.lower().rstrip(".") not in self._allow_private:
            for address in addresses:
                reason = forbidden(address)
                if reason is not None:
                    raise FetchFailed(
                        Outcome.REFUSED,
                        f"{host} is at {address} ({reason}); fetch.allow_private can permit it",
                    )
        return addresses


class _Translated:
    """Turns httpcore's exceptions into FetchFailed."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, httpcore.TimeoutException):
            what = "connecting took" if isinstance(error, httpcore.ConnectTimeout) else "the server fell silent for"
            raise FetchFailed(Outcome.TIMEOUT, f"{what} too long") from error
        if isinstance(error, httpcore.LocalProtocolError | httpcore.UnsupportedProtocol):
            raise FetchFailed(Outcome.REFUSED, f"the request cannot be sent: {error}") from error
        if isinstance(error, httpcore.RemoteProtocolError):
            raise FetchFailed(Outcome.UNREACHABLE, f"the server does not speak HTTP properly: {error}") from error
        if isinstance(error, httpcore.NetworkError | httpcore.ProxyError | OSError):
            raise FetchFailed(Outcome.UNREACHABLE, _network_reason(error)) from error


def _network_reason(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"TLS certificate not accepted: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"TLS failed: {cause.reason or cause}"
        if isinstance(cause, OSError) and cause.strerror:
            return f"no connection: {cause.strerror}"
        cause = cause.__cause__ or cause.__context__
    return f"no connection: {str(error) or type(error).__name__}"
