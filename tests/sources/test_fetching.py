import asyncio
import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from sources.conditional import Ask
from sources.fetching import FeedRequest, FetchResult, fetch_feed
from sources.http import HttpClient
from sources.outcome import Outcome
from sources.parsing.pool import ParserPool
from tests.sources.loopback import Headers, Loopback, item, reply, rss

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FEED = rss(item(1), item(2))
CUT = FEED.decode().rpartition("قالت")[0].encode()


@pytest.fixture
def desk(client: HttpClient, pool: ParserPool, server: Loopback) -> "Desk":
    return Desk(client, pool, server)


class Desk:
    def __init__(self, client: HttpClient, pool: ParserPool, server: Loopback) -> None:
        self.client, self.pool, self.server = client, pool, server

    async def fetch(self, path: str = "/feed", ask: Ask = Ask.CONDITIONAL, **known: Any) -> FetchResult:
        request = FeedRequest(self.server.base + path, ask=ask, **known)
        return await fetch_feed(self.client, self.pool, request, clock=lambda: NOON)


async def test_a_feed_is_fetched_and_read(desk: Desk) -> None:
    desk.server.pages["/feed"] = reply(FEED, ETag='"v1"', Last_Modified="Mon, 23 Nov 2026 08:00:00 GMT")

    result = await desk.fetch()

    assert (result.outcome, result.status, result.error) == (Outcome.OK, 200, None)
    assert (result.etag, result.last_modified) == ('"v1"', "Mon, 23 Nov 2026 08:00:00 GMT")
    assert result.body_hash == hashlib.sha256(FEED).hexdigest()
    assert result.received == len(FEED)
    assert result.document is not None
    assert [entry.key for entry in result.document.entries] == ["guid:n-1", "guid:n-2"]


async def test_304_keeps_what_was_known(desk: Desk) -> None:
    desk.server.pages["/feed"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    result = await desk.fetch(etag='"v1"', last_modified="then", body_hash="h")
    assert result == FetchResult(Outcome.NOT_MODIFIED, status=304, etag='"v1"', last_modified="then", body_hash="h")


@pytest.mark.parametrize(
    ("headers", "offset"),
    [
        ({}, None),
        ({"Date": "Mon, 23 Nov 2026 12:00:00 GMT"}, 0),
        ({"Date": "Mon, 23 Nov 2026 15:00:07 GMT"}, 10807),
        ({"Date": "Mon, 23 Nov 2026 11:50:00 GMT", "Age": "540"}, -60),
        ({"Date": "yesterday"}, None),
    ],
)
async def test_how_far_the_server_s_clock_is_ahead_is_measured(
    desk: Desk, headers: Headers, offset: float | None
) -> None:
    desk.server.pages["/feed"] = reply(FEED, **headers)
    assert (await desk.fetch()).clock_offset_s == offset
    desk.server.pages["/feed"] = reply(b"", "500 Oops", **headers)
    assert (await desk.fetch()).clock_offset_s == offset


async def test_304_to_an_unconditional_request_is_an_error(desk: Desk) -> None:
    desk.server.pages["/feed"] = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    assert (await desk.fetch()).outcome is Outcome.HTTP_ERROR


async def test_an_unchanged_body_is_not_parsed_again(desk: Desk) -> None:
    desk.server.pages["/feed"] = reply(FEED, ETag='"v2"')
    first = await desk.fetch()
    assert first.body_hash is not None
    second = await desk.fetch(body_hash=first.body_hash)
    assert (second.outcome, second.etag, second.document) == (Outcome.UNCHANGED, '"v2"', None)


@pytest.mark.parametrize(
    ("raw", "outcome", "said"),
    [
        (reply(b"gone", "404 Not Found"), Outcome.HTTP_ERROR, "HTTP 404: no such page"),
        (reply(b"", "500 Oops"), Outcome.HTTP_ERROR, "HTTP 500: the server failed"),
        (reply(b"", "418 Teapot"), Outcome.HTTP_ERROR, "HTTP 418"),
        (reply(b"", "204 No Content"), Outcome.HTTP_ERROR, "HTTP 204"),
        (reply(b"", "302 Found"), Outcome.HTTP_ERROR, "HTTP 302"),
        (reply(b""), Outcome.EMPTY, "no content"),
        (reply(b" \r\n\t"), Outcome.EMPTY, "no content"),
        (reply(b"<!DOCTYPE html><html><head><title>Log in</title>"), Outcome.NOT_A_FEED, "an HTML page"),
        (reply(b"<html lang=ar><body><rss>"), Outcome.NOT_A_FEED, "an HTML page"),
        (reply(b'{"error": "no key"}'), Outcome.NOT_A_FEED, "no JSON Feed"),
        (reply(b"[1, 2"), Outcome.NOT_A_FEED, "not valid JSON"),
        (reply(b"Service suspended"), Outcome.NOT_A_FEED, "plain text"),
        (reply(b'<?xml version="1.0"?><urlset><url/></urlset>'), Outcome.NOT_A_FEED, "urlset"),
        (reply(b'<rss version="2.0"><channel><title>'), Outcome.BROKEN, "no entry"),
        (reply(b'<?xml version="1.0"?>\n<rss version="2.0"'), Outcome.BROKEN, "no entry"),
        (reply(rss('<item><title x="')), Outcome.BROKEN, "no entry"),
        (reply(b"x" * 2_000_000), Outcome.TOO_LARGE, "larger than"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<rss", Outcome.UNREACHABLE, "HTTP"),
        (reply(b"", "302 Found", Location="http://10.1.2.3/"), Outcome.REFUSED, "10.1.2.3 (private)"),
    ],
    ids=lambda value: repr(value)[:50],
)
async def test_what_goes_wrong_has_an_outcome_and_one_clear_line(
    desk: Desk, raw: bytes, outcome: Outcome, said: str
) -> None:
    desk.server.pages["/feed"] = raw
    result = await desk.fetch()
    assert result.outcome is outcome
    assert result.error is not None
    assert said in result.error
    assert result.error.isprintable()
    assert result.document is None


async def test_an_unreachable_host_is_named(desk: Desk) -> None:
    result = await fetch_feed(desk.client, desk.pool, FeedRequest("http://no-such-host.invalid/rss"))
    assert (result.outcome, result.status) == (Outcome.UNREACHABLE, None)
    assert result.error is not None
    assert "no-such-host.invalid" in result.error


async def test_a_cut_off_feed_gives_its_complete_entries_and_will_be_fetched_again(desk: Desk) -> None:
    desk.server.pages["/feed"] = reply(CUT, ETag='"v1"', Last_Modified="then")
    result = await desk.fetch()
    assert result.outcome is Outcome.OK
    assert result.document is not None
    assert [entry.key for entry in result.document.entries] == ["guid:n-1"]
    assert not result.document.complete
    assert (result.etag, result.last_modified) == (None, None)


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [
        ("429 Slow Down", "120", 120),
        ("503 Later", "Mon, 23 Nov 2026 12:10:00 GMT", 600),
        ("503 Later", "999999999", 86_400),
        ("429 Slow Down", "soon", None),
    ],
)
async def test_retry_after_is_read(desk: Desk, status: str, header: str, seconds: float | None) -> None:
    desk.server.pages["/feed"] = reply(b"", status, Retry_After=header)
    assert (await desk.fetch()).retry_after_s == seconds


async def test_a_permanent_move_is_reported(desk: Desk) -> None:
    desk.server.pages["/old"] = reply(b"", "301 Moved", Location="/feed")
    desk.server.pages["/feed"] = reply(FEED)
    assert (await desk.fetch("/old")).permanent_url == desk.server.base + "/feed"


async def test_relative_links_follow_the_address_that_answered(desk: Desk) -> None:
    desk.server.pages["/old"] = reply(b"", "302 Found", Location="/new/feed")
    desk.server.pages["/new/feed"] = reply(rss(item(1, link="story/7")))
    document = (await desk.fetch("/old")).document
    assert document is not None
    assert document.entries[0].url == desk.server.base + "/new/story/7"


async def test_the_zone_of_the_source_dates_what_has_none(desk: Desk) -> None:
    desk.server.pages["/feed"] = reply(rss(item(1, pubDate="2026-11-23 14:05")))
    document = (await desk.fetch(timezone="Asia/Baghdad")).document
    assert document is not None
    assert document.entries[0].published == datetime(2026, 11, 23, 11, 5, tzinfo=UTC)


async def test_a_hostile_feed_among_good_ones_delays_none(desk: Desk) -> None:
    stall = rss(f"<item><summary/><author>{'a@' + 'a.' * 100_000}!</author></item>")
    desk.server.pages["/stall"] = reply(stall)

    async def silent(_: Headers, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    desk.server.pages["/silent"] = silent
    for number in range(10):
        desk.server.pages[f"/{number}"] = reply(rss(item(number)))
    bad = [asyncio.create_task(desk.fetch(path)) for path in ("/stall", "/silent")]
    good = await asyncio.gather(*(desk.fetch(f"/{number}") for number in range(10)))
    assert not bad[1].done()
    assert {result.outcome for result in good} == {Outcome.OK}
    assert [(await task).outcome for task in bad] == [Outcome.PARSER_KILLED, Outcome.TIMEOUT]


async def test_cancellation_passes_through(desk: Desk) -> None:
    async def silent(_: Headers, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    desk.server.pages["/feed"] = silent
    task = asyncio.create_task(desk.fetch())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_fault_of_our_own_is_an_outcome_too(desk: Desk) -> None:
    desk.server.pages["/feed"] = reply(FEED)

    def broken_clock() -> datetime:
        raise ZeroDivisionError

    request = FeedRequest(desk.server.base + "/feed")
    result = await fetch_feed(desk.client, desk.pool, request, clock=broken_clock)
    assert result.outcome is Outcome.INTERNAL
    assert "ZeroDivisionError" in str(result.error)


async def test_a_closed_pool_abandons(desk: Desk) -> None:
    desk.server.pages["/feed"] = reply(FEED)
    await desk.pool.close()
    assert (await desk.fetch()).outcome is Outcome.ABANDONED
