"""The output feeds: what the specifications ask, and what holds of their items as stories grow, change and merge."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import feedparser
import pytest
from sqlalchemy import Engine

from sources.opml import read_opml
from storage.placement_row import HeadChange, MatchRow
from storage.wire import CreditRow
from tests.conftest import Desk
from tests.web.feed_rules import ATOM, check_atom, check_json_feed, check_rss, quiet
from tests.web.serving import NOW, TOKEN, Client, asking, parts_on
from web.cluster_query import ClusterQuery
from web.feeds.links import feed_links
from web.parts import WebSettings

FEEDS = ("/feeds/clusters.atom", "/feeds/clusters.rss", "/feeds/clusters.json")
TEXT = "أعلنت الوزارة أن الجسر يفتح غدا أمام السيارات بعد أعمال دامت سنتين وأن الحافلات تعبره بعد أسبوع"


class Press:
    """Publishes and places articles; story 1 is carried by two outlets and credited, story 2 by one."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        desk.open("almarfa", "addaffa", "sariya")
        self.carry("almarfa", "a", 1, "فتح الجسر غدا", founded=True, minutes=1)
        self.carry("addaffa", "b", 1, "الجسر يفتح أبوابه", minutes=2, match=1)
        self.carry("sariya", "c", 2, "مطر على الساحل", "هطل المطر على الساحل", founded=True, minutes=3)

    def carry(
        self,
        source: str,
        key: str,
        cluster: int,
        title: str,
        text: str = TEXT,
        *,
        minutes: float,
        founded: bool = False,
        match: int | None = None,
        **more: Any,
    ) -> None:
        self.desk.save(source, self.desk.entry(key, text, title=title), minutes=minutes)
        (version,) = self.desk.queue()
        kind = "revision" if version.number > 1 else "copy"
        matches = [] if match is None else [MatchRow(match, kind, 0.9, {})]
        placement = self.desk.placement(version, cluster, founded=founded, title=title, words="جسر", matches=matches)
        self.desk.place(replace(placement, **more), minutes=minutes)


@pytest.fixture
def press(desk: Desk) -> Press:
    return Press(desk)


@pytest.fixture
def client(press: Press) -> Iterator[Client]:
    with asking(parts_on(press.desk.engine)) as client:
        yield client


class Tags(HTMLParser):
    """Notes which elements there are, each with the attributes it has anywhere, and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[str, set[str]] = {}
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.setdefault(tag, set()).update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name == "href"]


def items(client: Client, address: str = "/feeds/clusters.json") -> dict[str, dict[str, Any]]:
    """Return the items of a JSON feed by title."""
    return {item["title"]: item for item in check_json_feed(client.get(address).content)["items"]}


def test_every_feed_is_valid_and_says_the_same(client: Client) -> None:
    atom = check_atom(client.get(FEEDS[0]).content)
    channel = check_rss(client.get(FEEDS[1]).content)
    feed = check_json_feed(client.get(FEEDS[2]).content)
    told = [item["id"] for item in feed["items"]]
    assert len(told) == 2
    assert [entry.findtext(f"{ATOM}id") for entry in atom.findall(f"{ATOM}entry")] == told
    assert [item.findtext("guid") for item in channel.findall("item")] == told
    for address, kind in zip(FEEDS, ("atom+xml", "rss+xml", "feed+json"), strict=True):
        assert client.get(address).headers["content-type"] == f"application/{kind}; charset=utf-8"


@pytest.mark.parametrize("address", FEEDS[:2])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_feedparser_finds_title_link_times_and_outlets(client: Client, address: str) -> None:
    read = feedparser.parse(client.get(address).content)
    assert not read.bozo
    assert read.feed.language == "ar"
    assert read.feed.title == "رواية"
    entry = next(entry for entry in read.entries if entry.title == "فتح الجسر غدا")
    assert entry.link == "http://127.0.0.1/clusters/1"
    assert entry.published_parsed[:5] == (2026, 3, 1, 8, 1)
    assert entry.updated_parsed[:5] == (2026, 3, 1, 8, 2)
    assert {tag.label or tag.term for tag in entry.tags} == {"صحيفة almarfa", "صحيفة addaffa"}
    content = entry.content[0].value if "content" in entry else entry.summary
    assert 'href="https://x.example/a"' in content
    assert 'href="https://x.example/b"' in content
    assert "الجسر يفتح أبوابه" in content
    assert "منقول" in content


def test_an_item_moves_when_its_story_grows_and_keeps_its_id(press: Press, client: Client) -> None:
    before = items(client)["فتح الجسر غدا"]
    credit = CreditRow("reuters", "credit", "body", 0, 5)
    press.carry("sariya", "d", 1, "السيارات على الجسر", minutes=9, match=1, credits=(credit,))
    after = items(client)["فتح الجسر غدا"]
    assert after["id"] == before["id"]
    assert after["date_published"] == before["date_published"]
    assert (before["date_modified"], after["date_modified"]) == ("2026-03-01T08:02:00Z", "2026-03-01T08:09:00Z")
    assert "رويترز" in after["tags"]
    assert "https://x.example/d" in after["content_html"]
    assert next(iter(items(client))) == "فتح الجسر غدا"


def test_an_item_moves_when_a_text_changes(press: Press, client: Client) -> None:
    before = items(client)["فتح الجسر غدا"]
    change = HeadChange("title", "figure", "12", "19")
    press.carry("addaffa", "b", 1, "الجسر يفتح اليوم", f"{TEXT} اليوم", minutes=30, match=2, changes=(change,))
    after = items(client)["فتح الجسر غدا"]
    assert after["id"] == before["id"]
    assert after["date_modified"] == "2026-03-01T08:30:00Z"
    assert "<bdi>12</bdi> صار <bdi>19</bdi>" in after["content_html"]
    assert "الجسر يفتح اليوم" in after["content_html"]


def test_a_change_placed_late_moves_the_item_too(press: Press, client: Client) -> None:
    """A text may be seen before the story changes otherwise and placed after it: the item must still be shown anew."""
    press.desk.save("addaffa", press.desk.entry("b", f"{TEXT} غدا", title="الجسر يفتح"), minutes=4)
    (late,) = press.desk.queue()
    press.desk.place(press.desk.placement(late, 1, matches=[MatchRow(2, "revision", 0.9, {})]), minutes=40)
    assert items(client)["فتح الجسر غدا"]["date_modified"] == "2026-03-01T08:40:00Z"


def test_merged_stories_go_on_as_the_item_of_the_older(press: Press, client: Client) -> None:
    before = items(client)
    press.carry("almarfa", "d", 1, "الجسر والمطر", minutes=50, match=1, merges=(2,))
    after = items(client)
    assert list(after) == ["فتح الجسر غدا"]
    assert after["فتح الجسر غدا"]["id"] == before["فتح الجسر غدا"]["id"]
    assert "https://x.example/c" in after["فتح الجسر غدا"]["content_html"]


def test_a_reader_that_has_it_gets_304(press: Press, client: Client) -> None:
    tags = {}
    for address in (*FEEDS, "/feeds/sources.opml"):
        tags[address] = client.get(address).headers["etag"]
        again = client.get(address, If_None_Match=tags[address])
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tags[address])
    press.carry("almarfa", "z", 1, "زيادة", minutes=60, match=1)
    press.desk.open("almarfa")
    for address, tag in tags.items():
        assert client.get(address, If_None_Match=tag).status_code == 200


def test_the_time_of_the_last_change_does_as_well(press: Press, client: Client) -> None:
    address = FEEDS[0]
    stamp = client.get(address).headers["last-modified"]
    assert stamp == "Sun, 01 Mar 2026 08:03:00 GMT"
    assert client.get(address, If_Modified_Since=stamp).status_code == 304
    press.carry("almarfa", "z", 1, "زيادة", minutes=60, match=1)
    assert client.get(address, If_Modified_Since=stamp).status_code == 200
    assert client.get(address, If_Modified_Since="yesterday").status_code == 200


def test_parameters_choose_and_order(client: Client) -> None:
    for asked, titles in {
        "min_sources=2": ["فتح الجسر غدا"],
        "source=sariya": ["مطر على الساحل"],
        "q=الجسر": ["مطر على الساحل", "فتح الجسر غدا"],
        "q=الجسور&wire=reuters": [],
        "order=size": ["فتح الجسر غدا", "مطر على الساحل"],
        "since=2026-04-01": [],
    }.items():
        for address in FEEDS:
            answer = client.get(f"{address}?{asked}")
            assert answer.status_code == 200, answer.text
            found = check_json_feed(answer.content)["items"] if address.endswith("json") else parsed(answer.content)
            assert [one["title"] for one in found] == titles


def parsed(content: bytes) -> list[Any]:
    read = feedparser.parse(content)
    assert not read.bozo
    (check_rss if b"<rss" in content else check_atom)(content)
    return list(read.entries)


def test_pages_lead_from_one_to_the_next(client: Client) -> None:
    first = check_json_feed(client.get("/feeds/clusters.json?limit=1").content)
    second = check_json_feed(client.get(first["next_url"].removeprefix("http://127.0.0.1")).content)
    assert [feed["items"][0]["title"] for feed in (first, second)] == ["مطر على الساحل", "فتح الجسر غدا"]
    assert "next_url" not in second
    root = check_atom(client.get("/feeds/clusters.atom?limit=1").content)
    links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
    assert str(links["next"]).startswith("http://127.0.0.1/feeds/clusters.atom?limit=1&cursor=")
    assert root.findtext(f"{ATOM}id") == check_atom(client.get("/feeds/clusters.atom").content).findtext(f"{ATOM}id")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_parameter_that_cannot_be_read_is_named(client: Client) -> None:
    asked = ("limit=0", "limit=9999", "order=best", "since=gestern", "wire=nobody", 'q="', "min_sources=x", "cursor=x")
    for address in FEEDS:
        for one in asked:
            answer = client.get(f"{address}?{one}")
            assert answer.status_code == 422
            assert answer.headers["content-type"] == "application/problem+json"
            assert f"query.{one.partition('=')[0]}" in answer.text


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_addresses_begin_with_the_public_one(press: Press) -> None:
    settings = WebSettings(open_reading=True, public_url="https://news.example.org/riwaya")
    with asking(parts_on(press.desk.engine, settings)) as client:
        feed = check_json_feed(client.get("/feeds/clusters.json?min_sources=2").content)
    assert feed["feed_url"] == "https://news.example.org/riwaya/feeds/clusters.json?min_sources=2"
    assert feed["home_page_url"] == "https://news.example.org/riwaya/?min_sources=2"
    assert feed["items"][0]["url"] == "https://news.example.org/riwaya/clusters/1"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_reader_gives_the_token_as_password(press: Press) -> None:
    def basic(text: str) -> str:
        return f"Basic {base64.b64encode(text.encode()).decode()}"

    settings = WebSettings(open_reading=False, token=TOKEN)
    with asking(parts_on(press.desk.engine, settings)) as client:
        for address in (*FEEDS, "/feeds/sources.opml"):
            refused = client.get(address)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Basic ")
            assert client.get(address, Authorization=basic(f"reader:{TOKEN}")).status_code == 200
            assert client.get(address, Authorization=f"Bearer {TOKEN}").status_code == 200
            assert client.get(address, Authorization=basic(f"{TOKEN}:")).status_code == 401
            assert client.get(address, Authorization=basic("reader:wrong")).status_code == 401
            assert client.get(address, Authorization="Basic ;;;").status_code == 401
        # A browser would send the password for a foreign page too: it opens nothing but feeds.
        assert client.get("/api/v1/clusters", Authorization=basic(f"reader:{TOKEN}")).status_code == 401


def test_the_outlets_can_be_imported_elsewhere(press: Press, client: Client) -> None:
    press.desk.sync(press.desk.spec("almarfa", "https://almarfa.example/a?x=1&y=2"), press.desk.spec("sariya"))
    answer = client.get("/feeds/sources.opml")
    assert answer.headers["content-type"].startswith("text/x-opml")
    assert [(feed.title, feed.url, feed.homepage) for feed in read_opml(answer.text)] == [
        ("صحيفة almarfa", "https://almarfa.example/a?x=1&y=2", "https://almarfa.example/"),
        ("صحيفة sariya", "https://sariya.example/rss", "https://sariya.example/"),
    ]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_empty_store_has_feeds(store: Engine) -> None:
    with asking(parts_on(store, now=lambda: NOW + timedelta(days=9_999))) as client:
        check_atom(client.get(FEEDS[0]).content)
        check_rss(client.get(FEEDS[1]).content)
        assert check_json_feed(client.get(FEEDS[2]).content)["items"] == []


def test_nothing_that_outlets_say_acts_in_a_feed(hostile_store: Engine) -> None:
    with asking(parts_on(hostile_store)) as client:
        answers = [client.get(f"{address}?limit=200") for address in FEEDS]
    check_atom(answers[0].content)
    check_rss(answers[1].content)
    feed = check_json_feed(answers[2].content)
    assert len(feed["items"]) > 40
    for item in feed["items"]:
        assert quiet(item["title"])
        assert quiet(item["content_html"])
        assert len(item["title"]) <= 300
        tags = Tags()
        tags.feed(item["content_html"])
        tags.close()
        assert set(tags.seen) <= {"div", "p", "ul", "li", "a", "bdi", "time", "strong"}
        assert tags.seen["a"] == {"href", "rel"}
        assert all(link.startswith(("http://", "https://")) for link in tags.links)
    for answer in answers[:2]:
        assert not feedparser.parse(answer.content).bozo


def test_pages_learn_where_their_feeds_are() -> None:
    links = feed_links(ClusterQuery(q="قطار دالمور", source=["a", "b"], min_sources=3), "https://x.example")
    assert [link.media_type for link in links] == [
        "application/atom+xml",
        "application/rss+xml",
        "application/feed+json",
    ]
    asked = "min_sources=3&source=a&source=b&q=%D9%82%D8%B7%D8%A7%D8%B1+%D8%AF%D8%A7%D9%84%D9%85%D9%88%D8%B1"
    assert links[0].href == f"https://x.example/feeds/clusters.atom?{asked}"
    assert feed_links(ClusterQuery())[1].href == "/feeds/clusters.rss"
