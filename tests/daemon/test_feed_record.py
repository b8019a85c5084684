"""What a fetch tells of a feed stands in the store: charsets and repairs, dates and their marks, names and clocks."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from daemon.feed_fetcher import FeedFetcher
from sources.http import FetchSettings, HttpClient
from sources.parsing.pool import ParserPool
from sources.schedule import Bounds
from storage.engine import reading, writing
from storage.feeds import lease_feeds, select_feeds
from tests.conftest import Desk
from tests.daemon.feed_server import Answer, FeedServer

SETTINGS = FetchSettings("riwaya-test", timeout_s=20, allow_private=frozenset({"127.0.0.1"}))
TITLE = "أعلنت بلدية الميناء افتتاح جسر جديد"
BODY = "قالت البلدية إن الجسر يفتح غدا أمام السيارات، وإن العمل فيه دام عامين"


class Paper:
    """A source with some feeds, whose bodies a test sets and fetches."""

    def __init__(self, desk: Desk, server: FeedServer, executor: ThreadPoolExecutor) -> None:
        self.desk, self.server, self.executor = desk, server, executor

    def open(self, *names: str) -> None:
        urls = [f"{self.server.base}/{name}" for name in names]
        self.desk.sync(self.desk.spec("paper", *urls, timezone="Asia/Riyadh"))

    def serve(self, body: bytes | str, content_type: str = "text/xml", name: str = "rss") -> None:
        raw = body if isinstance(body, bytes) else body.encode()
        self.server.pages[f"/{name}"] = lambda _: Answer(raw, headers=(("Content-Type", content_type),))

    async def fetch(self) -> None:
        now = datetime.now(UTC)
        with writing(self.desk.engine) as conn:
            ids = [feed.id for feed in select_feeds(conn)]
            feeds = lease_feeds(conn, ids, now, "test", now + timedelta(minutes=5))
        assert feeds
        http, parser = HttpClient(SETTINGS), ParserPool(1, 20)
        try:
            fetcher = FeedFetcher(self.desk.engine, http, parser, Bounds(60, 600, 3600), self.executor)
            for feed in feeds:
                report = await fetcher.fetch(feed)
                assert report.good, report.error
        finally:
            await http.close()
            await parser.close()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with reading(self.desk.engine) as conn:
            return [tuple(row) for row in conn.execute(text(query))]

    @property
    def articles(self) -> int:
        return int(self.rows("SELECT count(*) FROM article")[0][0])

    @property
    def steps(self) -> list[int]:
        return [step for (step,) in self.rows("SELECT identity_step FROM feed ORDER BY id")]


@pytest.fixture
def paper(desk: Desk, server: FeedServer) -> Iterator[Paper]:
    with ThreadPoolExecutor(1) as executor:
        paper = Paper(desk, server, executor)
        paper.open("rss")
        yield paper


def rss(*items: str, charset: str | None = "utf-8") -> str:
    prolog = f'<?xml version="1.0" encoding="{charset}"?>' if charset else ""
    return f'{prolog}<rss version="2.0"><channel><title>الميناء</title>{"".join(items)}</channel></rss>'


def item(number: object = 1, title: str = TITLE, **fields: str) -> str:
    fields = {"guid": f"n-{number}", "description": f"{BODY} {number}", **fields}
    return f"<item><title>{title}</title>" + "".join(f"<{k}>{v}</{k}>" for k, v in fields.items()) + "</item>"


def with_a_bad_byte(body: str) -> bytes:
    before, word, after = body.partition("الميناء")
    return before.encode() + b"\xff" + (word + after).encode()


@pytest.mark.parametrize(
    ("body", "content_type", "declared", "used", "repairs"),
    [
        (rss(item()).encode(), "text/xml", "utf-8", "utf-8", []),
        (rss(item()).encode("cp1256"), "text/xml", "utf-8", "windows-1256", ["read as windows-1256"]),
        (rss(item(), charset=None).encode("cp1256"), "text/xml", None, "windows-1256", ["read as windows-1256"]),
        (rss(item(), charset="windows-1256").encode(), "text/xml", "windows-1256", "utf-8", []),
        (rss(item()).encode(), "text/xml; charset=windows-1256", "windows-1256 / utf-8", "utf-8", []),
        (rss(item()).encode("utf-16-le"), "text/xml", "utf-8", "utf-16-le", []),
        (with_a_bad_byte(rss(item())), "text/xml", "utf-8", "utf-8", ["bad bytes replaced: 1"]),
        (
            rss(item(title=TITLE.encode().decode("cp1256"))).encode(),
            "text/xml",
            "utf-8",
            "utf-8",
            ["double encoding undone: 1"],
        ),
    ],
    ids=["utf-8", "1256 said utf-8", "1256", "utf-8 said 1256", "header", "utf-16", "bad byte", "twice"],
)
async def test_what_was_declared_used_and_repaired(
    paper: Paper, body: bytes, content_type: str, declared: str | None, used: str, repairs: list[str]
) -> None:
    paper.serve(body, content_type)
    await paper.fetch()
    ((*charsets, told),) = paper.rows('SELECT declared_charset, used_charset, repairs FROM "fetch"')
    assert (charsets, _list(told)) == ([declared, used], repairs)
    assert paper.rows("SELECT title, text FROM version JOIN body ON body.id = body_id") == [(TITLE, f"{BODY} 1")]


@pytest.mark.parametrize(
    ("raw", "moment", "marks"),
    [
        ("Mon, 02 Mar 2026 14:05:00 AST", "11:05", []),
        ("Mon, 02 Mar 2026 14:05:00", "11:05", ["no_zone"]),
        ("الإثنين ٢ آذار ٢٠٢٦ - ٠٢:٠٥ م", "11:05", ["no_zone"]),
        ("02/03/2026 14:05", "11:05", ["no_zone"]),
        ("13 رمضان 1447 14:05", "11:05", ["no_zone", "hijri"]),
        ("قريبا", None, ["unreadable"]),
        ("Fri, 01 Jan 2100 00:00:00 GMT", "seen", ["future"]),
    ],
)
async def test_the_claimed_time_its_marks_and_the_time_of_sight_are_kept_apart(
    paper: Paper, raw: str, moment: str | None, marks: list[str]
) -> None:
    paper.serve(rss(item(pubDate=raw)))
    before = datetime.now(UTC) - timedelta(seconds=2)
    await paper.fetch()
    article = paper.desk.queue()[0]
    ((told, raw_stored),) = paper.rows("SELECT published_marks, published_raw FROM article")
    assert raw_stored == raw
    assert _list(told) == marks
    assert before <= article.seen_at <= datetime.now(UTC)
    if moment == "seen":
        assert article.published_at is not None
        assert before <= article.published_at <= article.seen_at
    else:
        at = moment and datetime.fromisoformat(f"2026-03-02T{moment}+00:00")
        assert article.published_at == at


def _list(stored: Any) -> list[str]:
    return list(json.loads(stored)) if isinstance(stored, str) else list(stored)


async def test_a_feed_whose_guids_change_stores_nothing_twice_goes_down_a_step_and_stays(paper: Paper) -> None:
    def body(turn: int) -> str:
        return rss(*(item(n, guid=f"{turn}-{n}", link=f"https://paper.example/{n}") for n in range(6)))

    for turn, step in enumerate([0, 1, 1, 1]):
        paper.serve(body(turn))
        await paper.fetch()
        assert (paper.articles, paper.steps) == (6, [step])
    assert paper.rows("SELECT count(*) FROM version") == [(6,)]
    # Sound guids again do not bring it back up.
    paper.serve(rss(*(item(n, guid=f"3-{n}", link=f"https://paper.example/{n}") for n in range(7))))
    await paper.fetch()
    assert (paper.articles, paper.steps) == (7, [1])
    assert ("link:paper.example/6",) in paper.rows("SELECT key FROM article")


async def test_a_feed_that_repeats_its_guid_keeps_its_stories_apart_while_they_scroll_by(paper: Paper) -> None:
    def body(*numbers: int) -> str:
        return rss(*(item(n, guid="https://paper.example/", link=f"https://paper.example/{n}") for n in numbers))

    for first in range(4):
        paper.serve(body(*range(first, first + 5)))
        await paper.fetch()
        assert (paper.articles, paper.steps) == (5 + first, [1])
    assert paper.rows("SELECT count(*) FROM version") == [(8,)]


async def test_an_article_is_recognised_by_any_spelling_of_its_link_and_keeps_it_as_published(paper: Paper) -> None:
    links = [
        "http://www.paper.example/خبر?utm_source=rss",
        "https://paper.example/%d8%ae%d8%a8%d8%b1",
        "https://m.paper.example/خبر/amp/",
    ]
    for link in links:
        paper.serve(rss(item(1, guid="", link=link)))
        await paper.fetch()
    assert paper.rows("SELECT url, link_key FROM article") == [(links[0], "link:paper.example/%D8%AE%D8%A8%D8%B1")]


async def test_two_feeds_of_a_source_that_name_an_item_differently_bring_one_article(paper: Paper) -> None:
    paper.open("rss", "sport")
    paper.serve(rss(item(1, guid="story-1", link="https://paper.example/1?ocid=rss")))
    paper.serve(rss(item(1, guid="", link="https://paper.example/1")), name="sport")
    await paper.fetch()
    assert (paper.articles, paper.steps) == (1, [0, 0])
    assert paper.rows("SELECT count(*) FROM sighting") == [(2,)]


async def test_how_far_a_feed_s_clocks_are_ahead_is_kept(paper: Paper) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=3)
    paper.serve(rss(item(1, pubDate=ahead.strftime("%a, %d %b %Y %H:%M:%S GMT"))))
    await paper.fetch()
    ((offset, stamps),) = paper.rows("SELECT clock_offset_s, stamps_ahead_s FROM feed")
    assert abs(offset) < 30
    assert 10_700 < stamps < 10_900
    # A document that tells nothing about it leaves what is known.
    paper.serve(rss(item(2)))
    await paper.fetch()
    assert paper.rows("SELECT stamps_ahead_s FROM feed") == [(stamps,)]
