"""How httpx reaches the network here: every connection goes to an address that was checked first.

The check stands inside the connector, after the name is resolved and before the connection is made, and the
connection goes to the very address that was checked. So a name that resolves differently a second time changes
nothing, and there is no path, redirects included, round it.
"""

import ssl
import time
from collections.abc import AsyncIterator, Iterable
from types import TracebackType

import httpcore
import httpx

from sources.address import forbidden
from sources.outcome import FetchFailed, Outcome
from sources.resolver import Resolver


class GuardedTransport(httpx.AsyncBaseTransport):
    """An HTTP/1.1 transport for many hosts that are each met once in a while.

    Connections are not kept: a poller returns after minutes, and the pool's search through kept ones costs more than it
    saves. `allow_private` holds host names, lower case, that may resolve to private addresses. Failures come out as
    FetchFailed.
    """

    def __init__(self, ssl_context: ssl.SSLContext, allow_private: frozenset[str]) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context,
            # How many run at once is the caller's decision.
            max_connections=None,
            max_keepalive_connections=0,
            network_backend=_GuardedNetwork(allow_private),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the answer with its body still to be read. Raises FetchFailed."""
        with _Translated():
            answer = await self._pool.handle_async_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer))

    async def aclose(self) -> None:
        """Close what is open."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _Translated():
            async for piece in self._answer.aiter_stream():
                yield piece

    async def aclose(self) -> None:
        await self._answer.aclose()


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
                return await self._network.connect_tcp(address, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
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
