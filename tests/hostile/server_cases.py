"""Servers that do not answer as they should: statuses, redirects, slowness, lengths, chunks, headers."""

from sources.outcome import Outcome
from tests.hostile.case import Case, each_time, forever, silent
from tests.sources.loopback import item, reply, rss

_FEED = rss(item(1))
_OK = b"HTTP/1.1 200 OK\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_TITLE = "افتتاح جسر جديد على النهر"


def _moved(location: str, status: str = "302 Found") -> bytes:
    return reply(b"", status, Location=location)


STATUSES = [
    Case("a server error", reply(b"", "500 Internal Server Error"), Outcome.HTTP_ERROR, "500"),
    Case("not found", reply(_FEED, "404 Not Found"), Outcome.HTTP_ERROR, "404"),
    Case("gone", reply(b"", "410 Gone"), Outcome.HTTP_ERROR, "gone"),
    Case("a password wanted", reply(b"", "401 Unauthorized", WWW_Authenticate="Basic"), Outcome.HTTP_ERROR, "password"),
    Case("too many requests until 9999", reply(b"", "429 Slow down", Retry_After="9" * 400), Outcome.HTTP_ERROR, "429"),
    Case("busy until no date", reply(b"", "503 Busy", Retry_After="Mon, 99 Foo 99999"), Outcome.HTTP_ERROR, "503"),
    Case("a captcha with its status", reply(b"<html>?</html>", "403 Forbidden"), Outcome.HTTP_ERROR, "forbids"),
    Case("a status nobody knows", reply(_FEED, "799 What"), Outcome.HTTP_ERROR, "799"),
    Case("no content", b"HTTP/1.1 204 No Content\r\n\r\n", Outcome.HTTP_ERROR, "204"),
    Case("a part that nobody asked for", reply(_FEED, "206 Partial Content"), Outcome.HTTP_ERROR, "206"),
    Case("nothing in it", reply(b""), Outcome.EMPTY),
    Case("blanks only", reply(b" \r\n\t" * 100_000), Outcome.EMPTY),
    Case("304 to a first request", b"HTTP/1.1 304 Not Modified\r\n\r\n", Outcome.HTTP_ERROR, "304"),
    Case(
        "a status without end of hints",
        forever(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 500),
        Outcome.UNREACHABLE,
        "no answer",
    ),
]

REDIRECTS = [
    Case("a redirect to itself", _moved("/a-redirect-to-itself"), Outcome.REFUSED, "more than 10 redirects"),
    Case("a redirect to nowhere", reply(b"", "302 Found"), Outcome.HTTP_ERROR, "302"),
    Case("a redirect to no address", _moved("http://[oh"), Outcome.UNREACHABLE, "cannot find"),
    Case("a redirect of 80,000 letters", _moved("/" + "a" * 80_000), Outcome.REFUSED, "not an address"),
    Case("a redirect to a file", _moved("file:///etc/passwd"), Outcome.REFUSED, "'file'"),
    Case("a redirect to a script", _moved("javascript:alert(1)"), Outcome.REFUSED, "'javascript'"),
    Case("a redirect to gopher", _moved("gopher://localhost:25/1HELO"), Outcome.REFUSED, "'gopher'"),
    Case("a redirect to a port that is none", _moved("http://localhost:70000/"), Outcome.REFUSED),
    Case("a redirect without a host", _moved("http:///nowhere"), Outcome.HTTP_ERROR, "404"),
]

SLOW = [
    Case("silence", silent, Outcome.TIMEOUT, "s"),
    Case("headers a byte at a time", forever(_OK + b"X: ", b"y", 0.05), Outcome.TIMEOUT, "not finished"),
    Case("headers line by line", forever(_OK, b"X: y\r\n", 0.05), Outcome.TIMEOUT, "not finished"),
    Case("a body a byte at a time", forever(_OK + b"\r\n" + _FEED[:200], b" ", 0.05), Outcome.TIMEOUT, "not finished"),
    Case("chunks a byte at a time", forever(_CHUNKED, b"1\r\n<\r\n", 0.05), Outcome.TIMEOUT, "not finished"),
    Case("a redirect each time later", forever(b"HTTP/1.1 302 Found\r\n", b"X: y\r\n", 0.1), Outcome.TIMEOUT),
]

ENDLESS = [
    Case("a body without end", forever(_OK + b"\r\n", b"x" * 65_536), Outcome.TOO_LARGE, "larger than"),
    Case("chunks without end", forever(_CHUNKED, b"1000\r\n" + b"x" * 4096 + b"\r\n"), Outcome.TOO_LARGE, "larger"),
    Case("headers without end", forever(_OK, b"X: y\r\n" * 1_000), Outcome.UNREACHABLE, "HTTP"),
    Case("a header without end", forever(_OK + b"X: ", b"y" * 65_536), Outcome.UNREACHABLE, "HTTP"),
    Case("a chunk's name without end", forever(_CHUNKED + b"1;", b"n" * 65_536), Outcome.UNREACHABLE, "HTTP"),
    Case("trailers without end", forever(_CHUNKED + b"0\r\n", b"X: y\r\n" * 1_000), Outcome.UNREACHABLE, "HTTP"),
    Case("a status line without end", forever(b"HTTP/1.1 200 ", b"O" * 65_536), Outcome.UNREACHABLE, "HTTP"),
]

LENGTHS = [
    Case("less than announced", _OK + b"Content-Length: 9999\r\n\r\n" + _FEED, Outcome.UNREACHABLE, "HTTP"),
    Case("more than announced", _OK + b"Content-Length: 30\r\n\r\n" + _FEED, Outcome.NOT_A_FEED),
    Case("a length below nothing", _OK + b"Content-Length: -5\r\n\r\n" + _FEED, Outcome.UNREACHABLE),
    Case("a length in words", _OK + b"Content-Length: many\r\n\r\n" + _FEED, Outcome.UNREACHABLE),
    Case("a length of 400 digits", _OK + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n", Outcome.UNREACHABLE),
    Case("a length of terabytes", _OK + b"Content-Length: 9999999999999\r\n\r\n", Outcome.TOO_LARGE, "announces"),
    Case("two lengths", _OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + _FEED, Outcome.UNREACHABLE),
    Case(
        "a length and chunks",
        _OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(_FEED), _FEED),
        Outcome.OK,
        entries=1,
        title=_TITLE,
    ),
    Case("chunks that are no number", _CHUNKED + b"zz\r\nnonsense", Outcome.UNREACHABLE, "HTTP"),
    Case("a chunk below nothing", _CHUNKED + b"-1\r\nx\r\n", Outcome.UNREACHABLE, "HTTP"),
    Case("a chunk of 2^80 bytes", _CHUNKED + b"f" * 20 + b"\r\n" + _FEED, Outcome.UNREACHABLE, "HTTP"),
    Case("chunks that just stop", _CHUNKED + b"%x\r\n%b\r\n" % (len(_FEED), _FEED), Outcome.UNREACHABLE, "HTTP"),
    Case("a body in 50,000 chunks", _CHUNKED + b"1\r\n \r\n" * 50_000 + b"0\r\n\r\n", Outcome.EMPTY),
    Case("an unknown transfer coding", _OK + b"Transfer-Encoding: rot13\r\n\r\n" + _FEED, Outcome.UNREACHABLE),
]

HEADERS = [
    Case("junk instead of TLS", b"", Outcome.UNREACHABLE, "TLS", url="https://localhost:{junk}/"),
    Case("junk instead of HTTP", b"", Outcome.UNREACHABLE, "HTTP", url="http://localhost:{junk}/"),
    Case("nobody at the port", b"", Outcome.UNREACHABLE, "connect", url="http://localhost:1/"),
    Case("another protocol", b"220 mail.example ESMTP\r\n", Outcome.UNREACHABLE, "HTTP"),
    Case("a feed without HTTP", _FEED, Outcome.UNREACHABLE, "HTTP"),
    Case("nothing at all", b"", Outcome.UNREACHABLE, "HTTP"),
    Case("an answer in TLS", b"\x15\x03\x01\x00\x02\x02\x28", Outcome.UNREACHABLE, "HTTP"),
    Case("random bytes", bytes(range(256)) * 40, Outcome.UNREACHABLE, "HTTP"),
    Case("NUL in a header", _OK + b"X: a\x00b\r\n\r\n" + _FEED, Outcome.UNREACHABLE, "HTTP"),
    Case("a header without a name", _OK + b": x\r\n\r\n" + _FEED, Outcome.UNREACHABLE, "HTTP"),
    Case("thousands of headers", _OK + b"X: y\r\n" * 5_000 + b"\r\n" + _FEED, Outcome.OK, entries=1, title=_TITLE),
    Case(
        "an ETag of 50,000 letters",
        reply(_FEED, ETag='"' + "e" * 50_000 + '"', Last_Modified="ʾams"),
        Outcome.OK,
        entries=1,
        title=_TITLE,
    ),
    Case(
        "an ETag that is new each time",
        each_time(lambda n: reply(_FEED, ETag=f'"{n}"')),
        Outcome.OK,
        entries=1,
        title=_TITLE,
    ),
    Case(
        "a media type of 50,000 letters",
        reply(_FEED, Content_Type="text/xml; charset=" + "x" * 50_000),
        Outcome.OK,
        entries=1,
        title=_TITLE,
    ),
]

CASES = [*STATUSES, *REDIRECTS, *SLOW, *ENDLESS, *LENGTHS, *HEADERS]
