"""`riwaya check --live`: every feed asked for once, judged, and nothing stored."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from tests.clustering.arabic_text import Writer
from tests.daemon.feed_server import Answer, Item, moved, page, rss
from tests.daemon.newsroom import Newsroom

WRITER = Writer(77)
NEWEST = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)


def long_items(count: int, every: timedelta = timedelta(minutes=5)) -> list[Item]:
    """Items of several paragraphs, newest first."""
    texts = [(title, "\n".join([body] * 3)) for title, body in (WRITER.story(6) for _ in range(count))]
    return [Item(f"n{number}", *story, NEWEST - number * every) for number, story in enumerate(texts)]


def test_each_feed_is_judged_by_what_it_gives(newsroom: Newsroom) -> None:
    newsroom.feed("busy", *long_items(20))
    newsroom.feed(
        "short", *(Item(f"s{n}", f"عنوان الخبر رقم {n}", "ملخص قصير من جملة واحدة.", NEWEST) for n in range(4))
    )
    newsroom.publish("old", page(rss(long_items(3, timedelta(days=9)), "http://old.example").replace(b"UTF-8", b"x")))
    newsroom.publish("login", page("<!DOCTYPE html><html><body>تسجيل الدخول</body></html>", "text/html"))
    newsroom.publish("away", moved(f"{newsroom.server.base}/busy/rss.xml", 301))
    newsroom.publish("gone", page(b"", status=410))
    ended = newsroom.call("check", "--live", "--json")
    assert ended.code == 1
    assert "2 of 6 feeds cannot be read" in ended.err
    found = {row["source"]: row for row in ended.rows}
    assert list(found) == ["busy", "short", "old", "login", "away", "gone"]
    assert [found[name]["outcome"] for name in found] == ["ok", "ok", "ok", "not_a_feed", "ok", "http_error"]
    busy, short, old = found["busy"], found["short"], found["old"]
    assert (busy["entries"], busy["newest"], busy["text"]) == (20, NEWEST.isoformat(), "full")
    assert (short["entries"], short["text"]) == (4, "summary")
    assert (busy["used_charset"], busy["format"], busy["title"]) == ("utf-8", "rss20", "صحيفة التجربة")
    assert busy["every_seconds"] < old["every_seconds"]
    assert found["away"]["moved_to"] == f"{newsroom.server.base}/busy/rss.xml"
    assert found["gone"]["error"].startswith("HTTP 410")
    assert not (newsroom.folder / "riwaya.db").exists()


def test_the_table_says_what_is_to_be_done(newsroom: Newsroom) -> None:
    body = rss(long_items(2), "http://one.example").replace(b" GMT</pubDate>", b"</pubDate>").replace(b" +0000<", b"<")
    newsroom.publish("one", page(body))
    newsroom.publish("two", page(b"", status=403))
    ended = newsroom.call("check", "--live")
    heading, one, two = ended.out.splitlines()[:3]
    assert " ".join(heading.split()) == "source outcome entries newest encoding text every feed, or why not"
    assert one.split()[:3] == ["one", "ok", "2"]
    assert "the server forbids it" in two
    assert "dates name no zone and count as UTC; give the source a timezone" in ended.out
    assert "fetch.user_agent is riwaya/" in ended.out


def test_one_source_can_be_checked_alone(newsroom: Newsroom) -> None:
    newsroom.feed("one", *long_items(2))
    newsroom.publish("two", page(b"", status=500))
    ended = newsroom.call("check", "--live", "--source", "one")
    assert ended.code == 0
    assert [request.path for request in newsroom.server.requests] == ["/one/rss.xml"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--live", "--source", "nobody"), 2, "there is no source nobody"),
        (("--source", "one"), 2, "--source is for --live"),
    ],
)
def test_wrong_usage_is_told(newsroom: Newsroom, arguments: tuple[str, ...], code: int, words: str) -> None:
    newsroom.feed("one", *long_items(1))
    ended = newsroom.call("check", *arguments)
    assert ended.code == code
    assert words in ended.err


def test_the_feeds_of_a_host_are_asked_one_after_another(newsroom: Newsroom) -> None:
    newsroom.fetch = {"host_gap": "1s"}
    for name in ("one", "two", "three"):
        newsroom.publish(name, lambda _: Answer(rss(long_items(1), "http://x.example")))
    assert newsroom.call("check", "--live").code == 0
    times = sorted(request.at for request in newsroom.server.requests)
    assert [later - earlier > 0.9 for earlier, later in pairwise(times)] == [True, True]
