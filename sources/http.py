"""One conditional GET, or one POST, with every limit that a hostile server makes necessary.

This module and its transport are the only ones that know httpx; failures leave as FetchFailed.
"""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpx

from sources.inflate import DamagedBodyError, UnpacksTooFarError, decoders, through
from sources.outcome import FetchFailed, Outcome
from sources.refusal import REFUSING
from sources.transport import GuardedTransport

_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9,"
    " application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
_OK = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LAST_PORT = 65_535
_PERMANENT = frozenset({301, 308})
# Validators are echoed and stored; an honest one is a few dozen letters.
_LONGEST_VALIDATOR = 1_000
# Challenge pages name their maker within the first few kilobytes.
_LONGEST_OPENING = 16 << 10
# And a server that has refused has said the main thing: its status must not be lost to a body that never ends.
_OPENING_S = 3.0
# A body in chunks of one byte, or a bomb, keeps us busy without a pause; so long it may hold the event loop.
_BREATH_S = 0.01


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """Limits and manners of fetching."""

    user_agent: str
    """Who we are and where to complain."""
    timeout_s: float = 30.0
    """Deadline of a whole fetch: names, redirects, headers and body."""
    connect_timeout_s: float = 10.0
    max_bytes: int = 10 << 20
    """Most bytes of a body, both as sent and unpacked."""
    max_redirects: int = 10
    allow_private: frozenset[str] = frozenset()
    """Hosts that may be at private or loopback addresses."""
    parse_timeout_s: float = 10.0
    """Wall clock of parsing one document."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered in the end, redirects followed."""

    status: int
    url: str
    """The address that answered."""
    permanent_url: str | None
    """The same, when redirects led there and all of them were permanent."""
    etag: str | None
    last_modified: str | None
    content_type: str | None
    retry_after_raw: str | None
    date_raw: str | None
    age_raw: str | None
    body: bytes
    """Unpacked; read for status 200 only."""
    received: int
    """Bytes of the body as they came over the wire."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """All headers of the answer, names in lower case."""
    opening: bytes = b""
    """The first kilobytes of the body of a refusal, for what it says of its reason."""


@dataclass(frozen=True, slots=True)
class PostAnswer:
    """What a server answered to a POST; `opening` is the first kilobytes of what it said about a failure."""

    status: int
    retry_after_raw: str | None
    opening: bytes


@dataclass(slots=True)
class _Heard:
    """What has come of an answer so far, for the record of a fetch that fails in the middle."""

    status: int | None = None
    received: int = 0

    def before(self, failure: FetchFailed) -> FetchFailed:
        """Note on a failure what had come before it."""
        failure.status, failure.received = self.status, self.received
        return failure


class HttpClient:
    """Fetches over one shared TLS context and without kept connections. Not shared between event loops."""

    def __init__(self, settings: FetchSettings) -> None:
        self._settings = settings
        allowed = frozenset(host.lower().strip("[]").rstrip(".") for host in settings.allow_private)
        # The transport without httpx's client: that one reads proxies from the environment, keeps cookies of all
        # outlets in one jar and raises on the odd Location headers that servers send.
        self._transport = GuardedTransport(allowed)
        timeout = httpx.Timeout(settings.timeout_s, connect=settings.connect_timeout_s, pool=None)
        self._extensions = {"timeout": timeout.as_dict()}
        self._headers = {
            "User-Agent": settings.user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": "gzip, deflate, br",
            "Connection": "close",
        }

    async def get(
        self, url: str, etag: str | None = None, last_modified: str | None = None, *, accept: str | None = None
    ) -> Answer:
        """Fetch an address, asking only for what changed since the given validators; a feed unless `accept` says else.

        Raises FetchFailed with outcome unreachable, timeout, too_large, refused or broken.
        """
        heard = _Heard()
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                headers = _conditions(etag, last_modified) | ({"Accept": accept} if accept else {})
                return await self._follow(url, headers, heard)
        except TimeoutError:
            failure = FetchFailed(Outcome.TIMEOUT, f"not finished after {self._settings.timeout_s:g} s")
            raise heard.before(failure) from None
        except FetchFailed as failure:
            heard.before(failure)
            raise

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> PostAnswer:
        """Send a body to an address; redirects are answers like any other, and of a good one only the status is read.

        Raises FetchFailed with outcome unreachable, timeout or refused.
        """
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                request = self._request(_address(url), {"Accept": "*/*", **headers}, "POST", body)
                response = await self._transport.handle_async_request(request)
                try:
                    opening = b"" if response.is_success else await self._opening(response)
                finally:
                    await response.aclose()
        except TimeoutError:
            raise FetchFailed(Outcome.TIMEOUT, f"not finished after {self._settings.timeout_s:g} s") from None
        return PostAnswer(response.status_code, response.headers.get("retry-after"), opening)

    async def close(self) -> None:
        """Close what is open."""
        await self._transport.aclose()

    async def _follow(self, url: str, headers: dict[str, str], heard: _Heard) -> Answer:
        target = _address(url)
        cookies = httpx.Cookies()
        permanent = True
        for hop in range(self._settings.max_redirects + 1):
            request = self._request(target, headers)
            cookies.set_cookie_header(request)
            response = await self._transport.handle_async_request(request)
            response.request = request
            heard.status = response.status_code
            try:
                location = response.headers.get("location")
                if response.status_code not in _REDIRECTS or not location:
                    return await self._answer(response, str(target) if hop and permanent else None, heard)
                cookies.extract_cookies(response)
                permanent = permanent and response.status_code in _PERMANENT
                target = _address(location, target)
            finally:
                await response.aclose()
        raise FetchFailed(Outcome.REFUSED, f"more than {self._settings.max_redirects} redirects")

    def _request(
        self, target: httpx.URL, headers: dict[str, str], method: str = "GET", body: bytes | None = None
    ) -> httpx.Request:
        headers = self._headers | headers
        try:
            request = httpx.Request(method, target, headers=headers, content=body, extensions=self._extensions)
        except ValueError as error:
            raise FetchFailed(Outcome.REFUSED, f"the request cannot be sent: {error}") from None
        if target.username or target.password:
            next(httpx.BasicAuth(target.username, target.password).sync_auth_flow(request))
        return request

    async def _answer(self, response: httpx.Response, permanent_url: str | None, heard: _Heard) -> Answer:
        body = await self._body(response, heard) if response.status_code == _OK else b""
        return Answer(
            status=response.status_code,
            url=str(response.url),
            permanent_url=permanent_url,
            etag=_validator(response.headers.get("etag")),
            last_modified=_validator(response.headers.get("last-modified")),
            content_type=response.headers.get("content-type"),
            retry_after_raw=response.headers.get("retry-after"),
            date_raw=response.headers.get("date"),
            age_raw=response.headers.get("age"),
            body=body,
            received=heard.received,
            headers=dict(response.headers),
            opening=await self._opening(response) if response.status_code in REFUSING else b"",
        )

    @staticmethod
    async def _opening(response: httpx.Response) -> bytes:
        opening = bytearray()
        # Its end may be missing, late or damaged; what has come by then is enough for a guess.
        with contextlib.suppress(DamagedBodyError, UnpacksTooFarError, FetchFailed, TimeoutError):
            steps = decoders(response.headers.get("content-encoding", ""), _LONGEST_OPENING)
            async with asyncio.timeout(_OPENING_S):
                async for data in response.aiter_raw():
                    for piece in through(steps, data):
                        opening += piece
                        if len(opening) >= _LONGEST_OPENING:
                            return bytes(opening[:_LONGEST_OPENING])
        return bytes(opening)

    async def _body(self, response: httpx.Response, heard: _Heard) -> bytes:
        limit = self._settings.max_bytes
        declared = response.headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and len(declared) > len(str(limit)):
            raise FetchFailed(Outcome.TOO_LARGE, f"the server announces more than {limit} bytes")
        body = bytearray()
        breath = time.monotonic()
        try:
            steps = decoders(response.headers.get("content-encoding", ""), limit)
            async for data in response.aiter_raw():
                heard.received += len(data)
                for piece in through(steps, data):
                    body += piece
                    if len(body) > limit:
                        break
                    if time.monotonic() - breath > _BREATH_S:
                        await asyncio.sleep(0)
                        breath = time.monotonic()
                # The wire counts too: compressed data can unpack to nothing, without end.
                if len(body) > limit or heard.received > limit:
                    raise FetchFailed(Outcome.TOO_LARGE, f"the body is larger than {limit} bytes")
        except DamagedBodyError as error:
            raise FetchFailed(Outcome.BROKEN, str(error)) from None
        except UnpacksTooFarError as error:
            raise FetchFailed(Outcome.TOO_LARGE, f"the body is {error}") from None
        return bytes(body)


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in conditions.items() if value}


def _address(url: str, base: httpx.URL | None = None) -> httpx.URL:
    try:
        target = httpx.URL(url) if base is None else base.join(url)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise FetchFailed(Outcome.REFUSED, f"not an address: {error}") from None
    if target.scheme not in ("http", "https"):
        raise FetchFailed(Outcome.REFUSED, f"only http and https are fetched, not {target.scheme or 'nothing'!r}")
    if not target.host:
        raise FetchFailed(Outcome.REFUSED, "an address without a host")
    if target.port is not None and not 0 < target.port <= _LAST_PORT:
        raise FetchFailed(Outcome.REFUSED, f"no such port: {target.port}")
    return target.copy_with(fragment=None)


def _validator(value: str | None) -> str | None:
    if value is None or len(value) > _LONGEST_VALIDATOR or not value.isascii() or not value.isprintable():
        return None
    return value.strip() or None
