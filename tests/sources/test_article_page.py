"""The text of an article out of its page, in a worker that can be killed."""

import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from sources.article_page import PageOutcome, PageResult, read_page
from sources.http import HttpClient
from sources.outcome import Outcome, ParseFailed
from sources.parsing.pool import ParserPool
from sources.refusal import Refusal
from sources.robots import Robots
from tests.sources.article_pages import PARAGRAPHS, article_page
from tests.sources.loopback import Loopback, reply


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
async def pool() -> AsyncIterator[ParserPool]:
    running = ParserPool(1, 10)
    yield running
    await running.close()


async def read(client: HttpClient, pool: ParserPool, url: str) -> PageResult:
    return await read_page(client, pool, Robots(client, "riwaya", now), url, now)


@pytest.mark.parametrize("charset", ["utf-8", "windows-1256", "iso-8859-6"])
async def test_the_article_is_found_among_the_furniture(
    client: HttpClient, server: Loopback, pool: ParserPool, charset: str
) -> None:
    server.pages["/a"] = reply(article_page(charset=charset), Content_Type="text/html")
    result = await read(client, pool, f"{server.base}/a")
    assert (result.outcome, result.status, result.error, result.asked) == (PageOutcome.READ, 200, None, True)
    lines = result.text.split("\n")
    assert [line for line in lines if line in PARAGRAPHS] == list(PARAGRAPHS)
    assert "الأكثر قراءة" not in result.text
    assert "tracked" not in result.text
    assert "فيسبوك" not in result.text


async def test_we_ask_for_a_page_and_not_for_a_feed(client: HttpClient, server: Loopback, pool: ParserPool) -> None:
    server.pages["/a"] = reply(article_page())
    await read(client, pool, f"{server.base}/a")
    asked = dict(server.requests)
    assert asked["/a"]["accept"].startswith("text/html")
    assert asked["/robots.txt"]["accept"].startswith("text/plain")


async def test_what_robots_txt_forbids_is_not_asked_for(client: HttpClient, server: Loopback, pool: ParserPool) -> None:
    server.pages["/robots.txt"] = reply(b"User-agent: *\nDisallow: /a\nCrawl-delay: 5")
    server.pages["/b"] = reply(article_page())
    forbidden = await read(client, pool, f"{server.base}/a")
    assert (forbidden.outcome, forbidden.asked) == (PageOutcome.ROBOTS, False)
    assert "robots.txt" in (forbidden.error or "")
    assert (await read(client, pool, f"{server.base}/b")).delay_s == 5
    assert [path for path, _ in server.requests] == ["/robots.txt", "/robots.txt", "/b"]


@pytest.mark.parametrize(
    ("page", "outcome"),
    [
        (reply(b"", "404 Not Found"), PageOutcome.HTTP_ERROR),
        (reply(b"", "500 Oops"), PageOutcome.HTTP_ERROR),
        (reply(b"   "), PageOutcome.NO_TEXT),
        (reply(b"%PDF-1.7 \x00\x01"), PageOutcome.NO_TEXT),
        (reply("كلام بلا علامات".encode()), PageOutcome.NO_TEXT),
        (reply(b"<html><body><script>location='/x'</script></body></html>"), PageOutcome.NO_TEXT),
        (reply(b"", "302 Found", Location="/"), PageOutcome.OTHER_TEXT),
        (reply(b"", "302 Found", Location="http://169.254.169.254/latest"), PageOutcome.REFUSED),
        (reply(b"", "302 Found", Location="file:///etc/passwd"), PageOutcome.REFUSED),
        (reply(gzip.compress(article_page())[:40] + b"?" * 40, Content_Encoding="gzip"), PageOutcome.BROKEN),
        (reply(gzip.compress(bytes(30_000_000)), Content_Encoding="gzip"), PageOutcome.TOO_LARGE),
    ],
)
async def test_every_other_answer_has_an_outcome_and_a_reason(
    client: HttpClient, server: Loopback, pool: ParserPool, page: bytes, outcome: PageOutcome
) -> None:
    server.pages["/"] = reply(article_page())
    server.pages["/a"] = page
    result = await read(client, pool, f"{server.base}/a")
    assert (result.outcome, result.text) == (outcome, "")
    assert result.error


async def test_a_refusal_says_when_to_come_back(client: HttpClient, server: Loopback, pool: ParserPool) -> None:
    server.pages["/a"] = reply(b"", "429 Too Many Requests", Retry_After="90")
    result = await read(client, pool, f"{server.base}/a")
    assert (result.refusal, result.retry_after_s) == (Refusal.RATE_LIMIT, 90)


async def test_a_page_that_stalls_the_extractor_is_killed_and_the_next_one_is_read() -> None:
    pool = ParserPool(1, 3)
    try:
        # Eleven seconds of work for the extractor on the machine where the limit was chosen.
        slow = b"<html><body><p>" + "<b>خبر</b> ".encode() * 200_000
        with pytest.raises(ParseFailed) as failed:
            await pool.read_page(slow, "text/html", "http://a.example/")
        assert failed.value.outcome is Outcome.PARSER_KILLED
        assert PARAGRAPHS[0] in await pool.read_page(article_page(), "text/html", "http://a.example/")
    finally:
        await pool.close()


async def test_one_worker_reads_feeds_and_pages_in_turn(pool: ParserPool) -> None:
    feed = b'<rss version="2.0"><channel><title>t</title><item><title>x</title></item></channel></rss>'
    for _ in range(2):
        assert len((await pool.parse(feed, "text/xml", "http://a.example/rss")).entries) == 1
        assert PARAGRAPHS[1] in await pool.read_page(article_page(), "text/html", "http://a.example/1")
        with pytest.raises(ParseFailed):
            await pool.read_page(b"no page", None, "http://a.example/2")
