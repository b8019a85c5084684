"""The loopback server that publishes the demonstration's feeds and article pages."""

import gzip
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from daemon.demo.feeds import feed_content_type, render_feed
from daemon.demo.pages import render_article, render_home
from daemon.demo.stories import Outlet, Story, showings

_HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Site:
    """What the server publishes: a pure answer to a path at a moment."""

    outlets: Sequence[Outlet]
    stories: Sequence[Story]
    started: datetime

    def page(self, path: str, base_url: str, elapsed: float) -> tuple[str, bytes] | None:
        """Return the content type and body of `path`, `elapsed` seconds after the start; None: not there."""
        for outlet in self.outlets:
            if path == outlet.feed_path:
                body = render_feed(outlet, self.stories, base_url, self.started, elapsed)
                return feed_content_type(outlet), body
            if path.startswith(outlet.home_path):
                return self._html(outlet, path, elapsed)
        return None

    def _html(self, outlet: Outlet, path: str, elapsed: float) -> tuple[str, bytes] | None:
        shown = showings(outlet, self.stories, self.started, elapsed)
        if path == outlet.home_path:
            return _HTML, render_home(outlet, shown).encode()
        for one in shown:
            if one.copy.path == path:
                return _HTML, render_article(outlet, one).encode()
        return None


class DemoServer:
    """Serves the outlets on 127.0.0.1; a context manager.

    The clock of the stories begins at `start`, or with the first request where `waits` says so: a reader that takes
    long to start then sees the stories before the edits.

    `port` 0 takes a free one. `clock` gives seconds that only grow; `started` is the moment the stories count
    from, by default the moment of `start`.
    """

    def __init__(
        self,
        outlets: Sequence[Outlet],
        stories: Sequence[Story],
        *,
        port: int = 0,
        clock: Callable[[], float] = time.monotonic,
        started: datetime | None = None,
        waits: bool = False,
    ) -> None:
        self._outlets = outlets
        self._stories = stories
        self._port = port
        self._clock = clock
        self._started = started
        self._waits = waits
        self._listener: _Listener | None = None
        self._thread: Thread | None = None

    @property
    def base_url(self) -> str:
        """The server's address, without a slash at its end. Raises RuntimeError before `start`."""
        if self._listener is None:
            raise RuntimeError("the demo server is not running")
        return self._listener.base_url

    def feed_url(self, outlet: Outlet) -> str:
        """Return the address of an outlet's feed."""
        return self.base_url + outlet.feed_path

    def start(self) -> None:
        """Bind the port and serve in a thread. Raises OSError when the port is taken."""
        site = Site(self._outlets, self._stories, self._started or datetime.now(UTC))
        self._listener = _Listener(self._port, site, self._clock, waits=self._waits)
        # A short poll: stop() waits for the loop to notice.
        self._thread = Thread(target=self._listener.serve_forever, args=(0.05,), name="demo-server", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and free the port; harmless when it is not running."""
        if self._listener is not None and self._thread is not None:
            self._listener.shutdown()
            self._thread.join()
            self._listener.server_close()
        self._listener = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Listener(ThreadingHTTPServer):
    def __init__(self, port: int, site: Site, clock: Callable[[], float], *, waits: bool) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.base_url = f"http://127.0.0.1:{self.server_port}"
        self._site = site
        self._clock = clock
        self._begun = None if waits else clock()

    def page(self, path: str) -> tuple[str, bytes] | None:
        now = self._clock()
        if self._begun is None:
            self._begun = now
        return self._site.page(path, self.base_url, now - self._begun)


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    server_version = "riwaya-demo"
    protocol_version = "HTTP/1.1"
    timeout = 10  # seconds that an idle connection may hold its thread

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Keep quiet: the terminal belongs to the demonstration."""

    def _answer(self, *, with_body: bool) -> None:
        page = self.server.page(urlsplit(self.path).path)
        if page is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        content_type, body = page
        # Weak, because the plain and the compressed answer share it.
        etag = f'W/"{sha256(body).hexdigest()[:32]}"'
        if etag in self.headers.get("If-None-Match", ""):
            self._head(HTTPStatus.NOT_MODIFIED, {"ETag": etag})
            return
        headers = {"ETag": etag, "Content-Type": content_type, "Vary": "Accept-Encoding"}
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, mtime=0)
            headers["Content-Encoding"] = "gzip"
        self._head(HTTPStatus.OK, headers | {"Content-Length": str(len(body))})
        if with_body:
            self.wfile.write(body)

    def _head(self, status: HTTPStatus, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
