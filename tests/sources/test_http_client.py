import asyncio
import gzip
import time
import tracemalloc
import zlib
from dataclasses import replace

import brotli
import pytest

from sources.http import FetchSettings, HttpClient
from sources.outcome import FetchFailed, Outcome
from tests.sources.loopback import Headers, Loopback, reply, rss

FEED = rss("<item><title>خبر عن الميناء</title></item>")


async def failure(client: HttpClient, url: str) -> FetchFailed:
    with pytest.raises(FetchFailed) as raised:
        await client.get(url)
    assert "\n" not in raised.value.reason
    return raised.value


async def test_get_returns_the_body_and_what_the_server_said(client: HttpClient, server: Loopback) -> None:
    server.pages["/feed"] = reply(FEED, ETag='"v1"', Last_Modified="Mon, 23 Nov 2026 08:00:00 GMT", Content_Type="x/y")

    answer = await client.get(f"{server.base}/feed")

    assert (answer.status, answer.body, answer.received) == (200, FEED, len(FEED))
    assert (answer.etag, answer.last_modified) == ('"v1"', "Mon, 23 Nov 2026 08:00:00 GMT")
    assert (answer.content_type, answer.url, answer.permanent_url) == ("x/y", f"{server.base}/feed", None)


async def test_we_say_who_we_are_and_ask_for_changes_only(client: HttpClient, server: Loopback) -> None:
    server.pages["/feed"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"

    answer = await client.get(f"{server.base}/feed", '"v1"', "Mon, 23 Nov 2026 08:00:00 GMT")

    headers = server.requests[0][1]
    assert answer.status == 304
    assert headers["user-agent"] == "riwaya-tests/0"
    assert headers["if-none-match"] == '"v1"'
    assert headers["if-modified-since"] == "Mon, 23 Nov 2026 08:00:00 GMT"
    assert headers["connection"] == "close"


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(FEED)),
        ("x-gzip", gzip.compress(FEED)),
        ("gzip", gzip.compress(FEED[:50]) + gzip.compress(FEED[50:])),
        ("gzip", gzip.compress(FEED) + b"\0\0\0\0padding"),
        ("gzip", FEED),
        ("deflate", zlib.compress(FEED)),
        ("deflate", raw_deflate(FEED)),
        ("br", brotli.compress(FEED)),
        ("gzip, br", brotli.compress(gzip.compress(FEED))),
        ("identity", FEED),
        ("", FEED),
    ],
    ids=["gzip", "x-gzip", "members", "padding", "lie", "zlib", "raw", "br", "twice", "identity", "none"],
)
@pytest.mark.parametrize("step", [1, 7, 100_000])
async def test_every_coding_is_undone_however_the_wire_cuts_it(
    client: HttpClient, server: Loopback, coding: str, packed: bytes, step: int
) -> None:
    async def send(_: Headers, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for at in range(0, len(packed), step):
            piece = packed[at : at + step]
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()

    server.pages["/feed"] = send
    answer = await client.get(f"{server.base}/feed")
    assert answer.body == FEED
    assert answer.received == len(packed)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
async def test_a_bomb_is_cut_at_the_limit_without_unfolding_it(
    client: HttpClient, server: Loopback, coding: str
) -> None:
    zeros = b"\0" * 200_000_000
    if coding == "br":
        packed = brotli.compress(zeros, quality=1)
    else:
        packed = (gzip if coding == "gzip" else zlib).compress(zeros, 1)
    del zeros
    assert len(packed) < 1_000_000
    server.pages["/bomb"] = reply(packed, Content_Encoding=coding)
    tracemalloc.start()
    try:
        failed = await failure(client, f"{server.base}/bomb")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert failed.outcome is Outcome.TOO_LARGE
    assert peak < 8_000_000


async def test_compressed_data_that_unpacks_to_nothing_ends_too(client: HttpClient, server: Loopback) -> None:
    async def endless(_: Headers, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
        empty_members = gzip.compress(b"") * 1_000
        while True:
            writer.write(empty_members)
            await writer.drain()

    server.pages["/feed"] = endless
    assert (await failure(client, f"{server.base}/feed")).outcome is Outcome.TOO_LARGE


async def test_a_body_in_tiny_pieces_leaves_time_for_the_other_feeds(client: HttpClient, server: Loopback) -> None:
    server.pages["/warm"] = reply(FEED)
    await client.get(f"{server.base}/warm")
    chunks = b"1\r\nx\r\n" * 50_000
    server.pages["/feed"] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    fetch = asyncio.create_task(client.get(f"{server.base}/feed"))
    longest, before = 0.0, time.thread_time()
    while not fetch.done():
        await asyncio.sleep(0)
        now = time.thread_time()
        longest, before = max(longest, now - before), now
    assert len((await fetch).body) == 50_000
    # Processor time of this thread, so that a busy machine does not count. One read of the socket brings 10,000
    # chunks, which are over 0.1 s of work in one go.
    assert longest < 0.05


async def test_an_endless_body_is_cut(client: HttpClient, server: Loopback) -> None:
    async def endless(_: Headers, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    server.pages["/feed"] = endless
    assert (await failure(client, f"{server.base}/feed")).outcome is Outcome.TOO_LARGE


async def test_an_announced_size_is_believed_before_reading(client: HttpClient, server: Loopback) -> None:
    server.pages["/feed"] = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"
    assert (await failure(client, f"{server.base}/feed")).outcome is Outcome.TOO_LARGE


async def test_a_body_of_exactly_the_limit_passes(settings: FetchSettings, server: Loopback) -> None:
    client = HttpClient(replace(settings, max_bytes=len(FEED)))
    server.pages["/feed"] = reply(FEED)
    server.pages["/more"] = reply(FEED + b" ")
    try:
        assert (await client.get(f"{server.base}/feed")).body == FEED
        assert (await failure(client, f"{server.base}/more")).outcome is Outcome.TOO_LARGE
    finally:
        await client.close()


@pytest.mark.parametrize("coding", ["zstd", "compress", "gzip, zstd"])
async def test_a_coding_not_asked_for_is_named(client: HttpClient, server: Loopback, coding: str) -> None:
    server.pages["/feed"] = reply(b"\x28\xb5\x2f\xfd", Content_Encoding=coding)
    failed = await failure(client, f"{server.base}/feed")
    assert failed.outcome is Outcome.BROKEN
    assert coding.rsplit(", ", maxsplit=1)[-1] in failed.reason


@pytest.mark.parametrize(
    ("coding", "packed"), [("gzip", gzip.compress(FEED)[:-8] + bytes(8)), ("br", b"\xff" * 40)], ids=["gzip", "br"]
)
async def test_damaged_compression_is_broken(client: HttpClient, server: Loopback, coding: str, packed: bytes) -> None:
    server.pages["/feed"] = reply(packed, Content_Encoding=coding)
    assert (await failure(client, f"{server.base}/feed")).outcome is Outcome.BROKEN


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nonly this",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nnonsense",
        b"220 mail.example ESMTP\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 5_000_000,
    ],
    ids=["short", "chunks", "not http", "nothing", "headers without end"],
)
async def test_servers_that_speak_no_http_are_unreachable(client: HttpClient, server: Loopback, raw: bytes) -> None:
    server.pages["/feed"] = raw
    assert (await failure(client, f"{server.base}/feed")).outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 302 Found\r\n"])
async def test_a_slow_drip_meets_the_deadline_of_the_whole_fetch(
    settings: FetchSettings, server: Loopback, start: bytes
) -> None:
    async def drip(_: Headers, writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    server.pages["/feed"] = drip
    client = HttpClient(replace(settings, timeout_s=0.5))
    began = time.monotonic()
    try:
        assert (await failure(client, f"{server.base}/feed")).outcome is Outcome.TIMEOUT
        assert time.monotonic() - began < 2
    finally:
        await client.close()


async def test_a_refusal_whose_body_never_ends_keeps_its_status_and_what_it_asks_for(
    settings: FetchSettings, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sources.http._OPENING_S", 0.3)

    async def drip(_: Headers, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 429 Slow Down\r\nRetry-After: 120\r\n\r\nToo many ")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    server.pages["/feed"] = drip
    client = HttpClient(replace(settings, timeout_s=5))
    began = time.monotonic()
    try:
        answer = await client.get(f"{server.base}/feed")
    finally:
        await client.close()
    assert (answer.status, answer.retry_after_raw) == (429, "120")
    assert answer.opening.startswith(b"Too many x")
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
async def test_redirects_are_followed_and_only_permanent_ones_reported(
    client: HttpClient, server: Loopback, status: str
) -> None:
    server.pages["/old"] = reply(b"", status, Location="/middle")
    server.pages["/middle"] = reply(b"", "301 Moved", Location=f"{server.base}/new#top")
    server.pages["/new"] = reply(FEED)

    answer = await client.get(f"{server.base}/old")

    assert answer.body == FEED
    assert answer.url == f"{server.base}/new"
    assert answer.permanent_url == (f"{server.base}/new" if status[:3] in ("301", "308") else None)


async def test_an_arabic_location_is_followed_as_sent(client: HttpClient, server: Loopback) -> None:
    server.pages["/old"] = reply(b"", "302 Found", Location="/أخبار")
    server.pages["/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1"] = reply(FEED)
    assert (await client.get(f"{server.base}/old")).body == FEED


async def test_a_redirect_loop_ends(client: HttpClient, server: Loopback) -> None:
    server.pages["/a"] = reply(b"", "302 Found", Location="/b")
    server.pages["/b"] = reply(b"", "302 Found", Location="/a")
    failed = await failure(client, f"{server.base}/a")
    assert failed.outcome is Outcome.REFUSED
    assert "redirects" in failed.reason
    assert len(server.requests) == 11


async def test_a_cookie_lives_through_one_fetch_and_no_longer(client: HttpClient, server: Loopback) -> None:
    server.pages["/gate"] = reply(b"", "302 Found", Location="/in", Set_Cookie="pass=1; Path=/")
    server.pages["/in"] = reply(FEED, Set_Cookie="spy=1; Path=/")
    await client.get(f"{server.base}/gate")
    await client.get(f"{server.base}/in")
    assert [headers.get("cookie") for _, headers in server.requests] == [None, "pass=1", None]


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "http://0177.0.0.1:{port}/",
        "http://0.0.0.0:{port}/",
        "http://10.0.0.1/",
        "http://[64:ff9b::7f00:1]/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "javascript:alert(1)",
    ],
)
async def test_no_redirect_leads_inside(client: HttpClient, server: Loopback, location: str) -> None:
    port = server.base.rsplit(":", maxsplit=1)[-1]
    server.pages["/old"] = reply(b"", "302 Found", Location=location.format(port=port))
    failed = await failure(client, f"{server.base}/old")
    assert failed.outcome is Outcome.REFUSED
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "feed",
        "//127.0.0.1/",
        "ftp://127.0.0.1/",
        "http:///feed",
        "http://[::1",
        "http://127.0.0.1:99999/",
        "http://x:0/",
    ],
)
async def test_what_is_no_web_address_is_refused(client: HttpClient, url: str) -> None:
    assert (await failure(client, url)).outcome is Outcome.REFUSED


async def test_a_private_host_opens_only_by_name(settings: FetchSettings, server: Loopback) -> None:
    server.pages["/feed"] = reply(FEED)
    port = server.base.rsplit(":", maxsplit=1)[-1]
    client = HttpClient(replace(settings, allow_private=frozenset({"LocalHost."})))
    try:
        assert (await client.get(f"http://localhost:{port}/feed")).body == FEED
        failed = await failure(client, f"http://127.0.0.1:{port}/feed")
        assert failed.outcome is Outcome.REFUSED
        assert "127.0.0.1" in failed.reason
        assert "loopback" in failed.reason
    finally:
        await client.close()


async def test_proxies_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch, settings: FetchSettings, server: Loopback
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:9")
    server.pages["/feed"] = reply(FEED)
    client = HttpClient(settings)
    try:
        assert (await client.get(f"{server.base}/feed")).body == FEED
    finally:
        await client.close()


@pytest.mark.parametrize("host", ["no-such-host.invalid", "x" * 70 + ".invalid"])
async def test_unknown_hosts_are_unreachable(client: HttpClient, host: str) -> None:
    failed = await failure(client, f"http://{host}/feed")
    assert failed.outcome is Outcome.UNREACHABLE
    assert host in failed.reason


async def test_a_closed_port_is_unreachable(client: HttpClient, server: Loopback) -> None:
    lonely = await asyncio.start_server(server.accept, "127.0.0.1", 0)
    port = lonely.sockets[0].getsockname()[1]
    lonely.close()
    await lonely.wait_closed()
    assert (await failure(client, f"http://127.0.0.1:{port}/")).outcome is Outcome.UNREACHABLE


async def test_a_password_in_the_address_is_sent_but_never_told(client: HttpClient, server: Loopback) -> None:
    server.pages["/feed"] = reply(FEED, "302 Found", Location="http://10.0.0.1/")
    failed = await failure(client, server.base.replace("://", "://reader:s3cret@") + "/feed")
    assert server.requests[0][1]["authorization"].startswith("Basic ")
    assert "s3cret" not in failed.reason


async def test_hundreds_of_fetches_at_once_all_come_through(client: HttpClient, server: Loopback) -> None:
    server.pages["/feed"] = reply(FEED)
    answers = await asyncio.gather(*(client.get(f"{server.base}/feed") for _ in range(200)))
    assert {answer.body for answer in answers} == {FEED}
