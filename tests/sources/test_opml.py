import pytest

from sources.opml import OpmlError, OpmlFeed, read_opml

LIST = """<?xml version="1.0" encoding="windows-1256"?>
<opml version="1.0"><head><title>قائمة</title></head><body>
  <outline text="صحف"><outline text="عربية">
    <outline type="rss" text="الميناء" xmlUrl="https://port.example/rss" htmlUrl="https://port.example/"/>
  </outline></outline>
  <outline title="النهر" XMLURL="http://river.example/feed" category="محلي"/>
  <outline text="مرة أخرى" xmlUrl="https://port.example/rss"/>
  <outline text="رابط لا خلاصة" htmlUrl="https://site.example/"/>
</body></opml>"""


def test_feeds_are_read_with_their_folders_each_address_once() -> None:
    assert read_opml(LIST) == [
        OpmlFeed("الميناء", "https://port.example/rss", "https://port.example/", "عربية"),
        OpmlFeed("النهر", "http://river.example/feed", None, "محلي"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "well-formed"),
        ("<opml><body>", "well-formed"),
        ("<html/>", "<html>"),
        ('<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', "document type"),
        ('<?xml version="1.0"?><!doctype x SYSTEM "file:///etc/passwd"><opml/>', "document type"),
        ('<opml><body><outline xmlUrl="file:///etc/passwd"/></body></opml>', "http"),
        ('<opml><body><outline xmlUrl="http://[::1"/></body></opml>', "address"),
        ("<opml>\x00</opml>", "well-formed"),
        ("<opml>\ud800</opml>", "well-formed"),
        ("x" * 33_000_000, "longer"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_list_is_refused_in_one_line(text: str, reason: str) -> None:
    with pytest.raises(OpmlError, match=reason) as raised:
        read_opml(text)
    assert "\n" not in str(raised.value)


def test_deep_nesting_is_read() -> None:
    opened, closed = '<outline text="x">' * 20_000, "</outline>" * 20_000
    text = f"<opml>{opened}<outline xmlUrl='http://e.example/'/>{closed}</opml>"
    assert [feed.url for feed in read_opml(text)] == ["http://e.example/"]
