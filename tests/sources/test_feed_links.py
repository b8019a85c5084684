"""The feeds that a page names, whatever else it holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.outcome import ParseFailed
from sources.parsing.feed_links import MOST_LINKS, feed_links

URL = "https://paper.example/ar/home"


def links(markup: str, url: str = URL) -> list[tuple[str, str, bool]]:
    return [(link.url, link.title, link.named) for link in feed_links(markup.encode(), "text/html", url).links]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/rss">', "https://paper.example/rss"),
        (
            "<LINK REL='alternate' TYPE='application/atom+xml; charset=utf-8' HREF='atom.xml'>",
            "https://paper.example/ar/atom.xml",
        ),
        (
            '<link rel="feed alternate" type="application/feed+json" href="//cdn.example/f.json"/>',
            "https://cdn.example/f.json",
        ),
        ('<base href="https://b.example/x/"><link rel=alternate type=text/xml href=rss>', "https://b.example/x/rss"),
        ('<a href="/rss/politics">سياسة</a>', "https://paper.example/rss/politics"),
        ('<a href="/feed/">كل الأخبار</a>', "https://paper.example/feed/"),
        (
            '<a href="/index.php?format=feed&amp;type=rss">RSS</a>',
            "https://paper.example/index.php?format=feed&type=rss",
        ),
        ('<a href="https://feeds.example/all.xml#top">XML</a>', "https://feeds.example/all.xml"),
    ],
)
def test_feeds_are_known_by_their_type_or_their_address(markup: str, expected: str) -> None:
    assert [url for url, _, _ in links(markup)] == [expected]


@pytest.mark.parametrize(
    "markup",
    [
        '<link rel="alternate" hreflang="en" href="/en">',
        '<link rel="stylesheet" type="text/xml" href="/rss">',
        '<a href="/news/feeding-the-hungry">خبر</a>',
        '<a href="/tags/rssi">وسم</a>',
        '<a href="javascript:feed()">x</a>',
        '<a href="http://[::1/rss">x</a>',
        '<link rel="alternate" type="application/rss+xml" href="">',
        '<link rel="alternate" type="application/rss+xml" href="/comments/feed/" title="تعليقات">',
        "<!-- <a href='/rss'>x</a> -->",
    ],
)
def test_other_links_are_left_alone(markup: str) -> None:
    assert [url for url, _, _ in links(markup) if url != URL] == []


def test_named_feeds_come_first_and_each_once() -> None:
    markup = (
        '<a href="/rss">خلاصات</a><a href="/sport/rss">رياضة <b>محلية</b></a>'
        '<link rel="alternate" type="application/rss+xml" href="/rss" title=" كل&nbsp;الأخبار ">'
    )
    assert links(markup) == [
        ("https://paper.example/rss", "كل الأخبار", True),
        ("https://paper.example/sport/rss", "رياضة محلية", False),
    ]


def test_a_page_says_what_the_site_is_called() -> None:
    title = "<title>الرئيسية &amp; الأخبار</title>"
    assert feed_links(title.encode(), None, URL).site == "الرئيسية & الأخبار"
    named = f'{title}<meta property="og:site_name" content="صحيفة المرفأ">'
    assert feed_links(named.encode(), None, URL).site == "صحيفة المرفأ"


def test_a_flood_of_links_is_cut() -> None:
    assert len(links("".join(f'<a href="/rss/{n}">x</a>' for n in range(500)))) == MOST_LINKS


@pytest.mark.parametrize("body", [b"plain words", b"", b"\x00\x01\x02"])
def test_what_is_no_page_is_told(body: bytes) -> None:
    with pytest.raises(ParseFailed):
        feed_links(body, None, URL)


@given(
    st.text(alphabet=st.sampled_from("<>/='\"a href link rel=alternate type=application/rss+xml!-[]&#;"), max_size=300)
)
def test_broken_markup_raises_nothing_else(markup: str) -> None:
    try:
        found = feed_links(markup.encode(), "text/html", URL)
    except ParseFailed:
        return
    assert all(link.url.startswith(("http://", "https://")) for link in found.links)
