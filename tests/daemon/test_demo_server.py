"""The demonstration's loopback server, asked over real HTTP."""

import gzip
import http.client
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPResponse

import pytest

from daemon.demo.pages import render_article
from daemon.demo.server import DemoServer
from daemon.demo.stories import Outlet, load_outlets, load_stories, showings

STARTED = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


class Hands:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
def server(clock: Hands) -> Iterator[DemoServer]:
    with DemoServer(load_outlets(), load_stories(), clock=clock, started=STARTED) as running:
        yield running


def ask(server: DemoServer, path: str, *, method: str = "GET", **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(server.base_url.removeprefix("http://"), timeout=5)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def feed_of(outlet_id: str) -> str:
    (found,) = [outlet.feed_path for outlet in load_outlets() if outlet.id == outlet_id]
    return found


@pytest.mark.parametrize("outlet", load_outlets(), ids=lambda outlet: outlet.id)
def test_every_outlet_s_feed_is_served_with_its_type(server: DemoServer, outlet: Outlet) -> None:
    answer, body = ask(server, outlet.feed_path)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == f"application/{outlet.format}+xml; charset={outlet.charset}"
    assert f"<title>{outlet.name}</title>".encode(outlet.charset) in body
    assert server.feed_url(outlet) == f"{server.base_url}{outlet.feed_path}"
    assert f"{server.base_url}{outlet.feed_path}".encode() in body


def test_it_listens_on_the_loopback_only(server: DemoServer) -> None:
    assert server.base_url.startswith("http://127.0.0.1:")


def test_an_unchanged_feed_is_not_sent_again(server: DemoServer, clock: Hands) -> None:
    first, _ = ask(server, feed_of("almarfa"))
    again, body = ask(server, feed_of("almarfa"), If_None_Match=first.headers["ETag"])
    assert (again.status, body) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    clock.seconds += 4
    changed, body = ask(server, feed_of("almarfa"), If_None_Match=first.headers["ETag"])
    assert changed.status == 200
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert body


def test_it_compresses_when_asked_under_the_same_etag(server: DemoServer) -> None:
    plain, text = ask(server, feed_of("addaffa"))
    packed, body = ask(server, feed_of("addaffa"), Accept_Encoding="gzip, br")
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == text
    assert len(body) < len(text) / 2
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_the_edited_text_is_served_after_its_time(server: DemoServer, clock: Hands) -> None:
    (copy,) = [c for s in load_stories() for c in s.copies if c.revised is not None]
    assert copy.revised is not None
    _, before = ask(server, feed_of(copy.outlet))
    _, page_before = ask(server, copy.path)
    clock.seconds += copy.revised.after
    _, after = ask(server, feed_of(copy.outlet))
    _, page_after = ask(server, copy.path)
    assert copy.revised.title not in before.decode()
    assert copy.revised.title in after.decode()
    assert copy.body[0] in page_before.decode()
    assert copy.revised.body[0] in page_after.decode()


def test_an_article_page_is_there_once_the_feed_shows_it(server: DemoServer, clock: Hands) -> None:
    (copy,) = [c for s in load_stories() if s.id == "talks-resume" for c in s.copies if c.outlet == "almarfa"]
    assert ask(server, copy.path)[0].status == 404
    clock.seconds += copy.after
    answer, body = ask(server, copy.path)
    page = body.decode()
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<html lang="ar" dir="rtl">' in page
    assert all(f"<p>{paragraph}</p>" in page for paragraph in copy.body)


def test_the_front_page_names_the_feed_and_the_articles(server: DemoServer) -> None:
    (outlet,) = [outlet for outlet in load_outlets() if outlet.id == "maghas"]
    _, body = ask(server, outlet.home_path)
    page = body.decode()
    assert f'href="{outlet.feed_path}"' in page
    assert all(one.copy.path in page for one in showings(outlet, load_stories(), STARTED, 0))


def test_markup_in_a_title_stays_text_on_the_page() -> None:
    outlet = load_outlets()[0]
    one = showings(outlet, load_stories(), STARTED, 10)[0]
    odd = type(one)(one.copy, "<script>", "", ("<b>",), one.published, None)
    page = render_article(outlet, odd)
    assert "<script>" not in page
    assert "<p>&lt;b&gt;</p>" in page


@pytest.mark.parametrize("path", ["/", "/nobody/feed.xml", "/almarfa/articles/1", "/almarfa"])
def test_anything_else_is_not_found(server: DemoServer, path: str) -> None:
    assert ask(server, path)[0].status == 404


def test_head_gives_the_headers_alone(server: DemoServer) -> None:
    full, body = ask(server, feed_of("sariya"))
    head, nothing = ask(server, feed_of("sariya"), method="HEAD")
    assert head.status == 200
    assert head.headers["Content-Length"] == str(len(body))
    assert head.headers["ETag"] == full.headers["ETag"]
    assert nothing == b""


def test_it_prints_nothing(server: DemoServer, capfd: pytest.CaptureFixture[str]) -> None:
    ask(server, feed_of("sariya"))
    ask(server, "/nowhere")
    assert capfd.readouterr() == ("", "")


def test_stopping_frees_the_port_and_can_be_repeated() -> None:
    server = DemoServer(load_outlets(), load_stories())
    with pytest.raises(RuntimeError, match="not running"):
        _ = server.base_url
    server.start()
    port = int(server.base_url.rsplit(":", 1)[1])
    server.stop()
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=2)


def test_a_taken_port_is_an_error(server: DemoServer) -> None:
    port = int(server.base_url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="in use"):
        DemoServer(load_outlets(), load_stories(), port=port).start()


def test_the_stories_wait_for_the_first_reader(clock: Hands) -> None:
    with DemoServer(load_outlets(), load_stories(), clock=clock, started=STARTED, waits=True) as waiting:
        clock.seconds += 100
        _, first = ask(waiting, feed_of("addaffa"))
        clock.seconds += 60
        _, later = ask(waiting, feed_of("addaffa"))
    with DemoServer(load_outlets(), load_stories(), clock=clock, started=STARTED) as begun:
        base = begun.base_url.encode()
        _, at_once = ask(begun, feed_of("addaffa"))
        clock.seconds += 60
        _, after = ask(begun, feed_of("addaffa"))
    assert first.replace(waiting_base(first), b"") == at_once.replace(base, b"")
    assert later.replace(waiting_base(later), b"") == after.replace(base, b"")
    assert first != later


def waiting_base(document: bytes) -> bytes:
    """Return the address that a document names the server by."""
    found = re.search(rb"http://127\.0\.0\.1:[0-9]+", document)
    assert found is not None
    return found[0]
