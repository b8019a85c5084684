"""A feed server on 127.0.0.1 that tests script: good feeds, and every bad manner a server can have."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a feed; its text is paragraphs separated by line feeds."""

    guid: str
    title: str
    text: str
    published: datetime = field(default_factory=lambda: datetime.now(UTC) - timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in; header names are lower case. `at` is a monotonic time; `body` that of a POST."""

    path: str
    headers: dict[str, str]
    at: float
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to send. `missing` bytes are announced and never sent; one byte every `pace` seconds when given."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/rss+xml; charset=utf-8"),)
    missing: int = 0
    pace: float | None = None


class Hang:
    """Takes the request and never answers."""


HANG = Hang()
Page = Callable[[Request], Answer | Hang]

NOT_THERE = Answer(b"nothing here", 404, (("Content-Type", "text/plain"),))


def page(body: bytes | str, content_type: str = "application/rss+xml; charset=utf-8", status: int = 200) -> Page:
    """A page that never changes and has no validators."""
    answer = Answer(body if isinstance(body, bytes) else body.encode(), status, (("Content-Type", content_type),))
    return lambda _: answer


def moved(location: str, status: int = 302) -> Page:
    """A redirect."""
    return lambda _: Answer(b"", status, (("Location", location),))


def rss(items: Iterable[Item], base: str) -> bytes:
    """Render items as RSS 2.0, in the order given."""
    rendered = "".join(
        f"<item><title>{escape(item.title)}</title><link>{base}/a/{item.guid}</link>"
        f'<guid isPermaLink="false">{escape(item.guid)}</guid><pubDate>{format_datetime(item.published)}</pubDate>'
        f"<description>{escape(_html(item.text))}</description></item>"
        for item in items
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>صحيفة التجربة</title>'
        f"<link>{base}/</link><description>للتجربة</description>{rendered}</channel></rss>"
    ).encode()


class Feed:
    """A feed whose `items` (newest first) a test changes as it goes; `validators` lets it answer 304."""

    def __init__(self, items: Iterable[Item] = (), *, validators: bool = True, base: str = "http://x.example") -> None:
        self.items = list(items)
        self.validators = validators
        self.base = base

    def __call__(self, request: Request) -> Answer:
        body = rss(list(self.items), self.base)
        headers = [("Content-Type", "application/rss+xml; charset=utf-8")]
        if self.validators:
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            headers += [("ETag", etag), ("Last-Modified", "Mon, 02 Mar 2026 10:00:00 GMT")]
            if request.headers.get("if-none-match") == etag:
                return Answer(b"", 304, tuple(headers))
        return Answer(body, 200, tuple(headers))


class FeedServer:
    """Serves `pages` by path and remembers the requests; a context manager."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.pages: dict[str, Page] = {}
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._listener = _Listener((host, 0), self)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.02,), daemon=True)

    @property
    def base(self) -> str:
        """The server's address, without a slash at its end."""
        return f"http://127.0.0.1:{self._listener.server_port}"

    def asked(self, path: str) -> list[Request]:
        """Return the requests for a path, in order."""
        return [request for request in list(self.requests) if request.path == path]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], site: FeedServer) -> None:
        super().__init__(address, _Handler)
        self.site = site

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away: killing them is what some tests do."""


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def do_GET(self) -> None:
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        request = Request(self.path, {k.lower(): v for k, v in self.headers.items()}, time.monotonic(), body)
        self.server.site.requests.append(request)
        found = self.server.site.pages.get(self.path)
        answer = found(request) if found else NOT_THERE
        self.close_connection = True
        if isinstance(answer, Hang):
            self.server.site.closing.wait(60)
            return
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body) + answer.missing))
        self.end_headers()
        if answer.pace is None:
            self.wfile.write(answer.body)
            return
        for place in range(len(answer.body)):
            self.wfile.write(answer.body[place : place + 1])
            if self.server.site.closing.wait(answer.pace):
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Keep quiet."""


def _html(text: str) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in text.split("\n"))
