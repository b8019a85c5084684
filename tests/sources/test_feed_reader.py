import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.dates import DateMark
from sources.entry import Document, Entry
from sources.outcome import Outcome, ParseFailed
from sources.parsing.feed_reader import read_document
from sources.parsing.frames import document_from, document_messages, length, pack, unpack
from sources.parsing.items import Origin
from tests.sources.loopback import item, rss

ORIGIN = Origin("https://paper.example/feeds/rss", "Asia/Riyadh", datetime(2026, 11, 24, tzinfo=UTC))
AT = datetime(2026, 11, 23, 11, 5, tzinfo=UTC)
LONG = "قالت البلدية إن الجسر الجديد يفتح غدا أمام السيارات، وإن العمل فيه دام عامين"


def read(body: str | bytes, most: int = 2_000) -> Document:
    return read_document(body if isinstance(body, bytes) else body.encode(), None, ORIGIN, most)


def only(body: str | bytes) -> Entry:
    (entry,) = read(body).entries
    return entry


def failure(body: str | bytes) -> ParseFailed:
    with pytest.raises(ParseFailed) as raised:
        read(body)
    return raised.value


RSS_1 = f"""<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://paper.example/"><title>النهر</title></channel>
<item rdf:about="https://paper.example/1"><title>عنوان</title><link>https://paper.example/1</link>
<description>{LONG}</description><dc:date>2026-11-23T14:05:00+03:00</dc:date><dc:creator>سلمى</dc:creator></item>
</rdf:RDF>"""

ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>النهر</title>
<entry><id>tag:paper.example,2026:1</id><title type="html">&lt;b&gt;عنوان&lt;/b&gt; &amp;amp; آخر</title>
<link rel="enclosure" href="/a.mp3"/><link rel="alternate" href="/1"/>
<published>2026-11-23T14:05:00+03:00</published><updated>2026-11-23T15:05:00+03:00</updated>
<summary>موجز</summary><author><name>سلمى</name></author><category term="سياسة"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{LONG}</p><p>فقرة ثانية</p></div></content>
</entry></feed>"""


def test_rss_1_with_its_only_date_as_publication() -> None:
    entry = only(RSS_1)
    assert read(RSS_1).format == "rss10"
    assert (entry.key, entry.url) == ("guid:https://paper.example/1", "https://paper.example/1")
    assert (entry.published, entry.updated) == (AT, None)
    assert (entry.published_raw, entry.author) == ("2026-11-23T14:05:00+03:00", "سلمى")
    assert entry.text == LONG


def test_atom() -> None:
    entry = only(ATOM)
    assert read(ATOM).format == "atom10"
    assert (entry.key, entry.url) == ("guid:tag:paper.example,2026:1", "https://paper.example/1")
    assert (entry.title, entry.summary, entry.text) == ("عنوان & آخر", "موجز", f"{LONG}\nفقرة ثانية")
    assert entry.published == AT
    assert entry.updated == AT.replace(hour=12)
    assert (entry.author, entry.categories) == ("سلمى", ("سياسة",))


@pytest.mark.parametrize("version", ["0.91", "0.92", "2.0", "2.0.1", "nonsense"])
def test_every_version_of_rss_is_read(version: str) -> None:
    assert only(rss(item(1)).replace(b'"2.0"', f'"{version}"'.encode())).key == "guid:n-1"


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "النهر",
        "items": [
            {
                "id": 7,
                "url": "/7",
                "title": "عنوان &amp; آخر",
                "summary": "موجز",
                "content_html": f"<p>{LONG}</p>",
                "date_published": "2026-11-23T14:05:00+03:00",
                "authors": [{"name": "سلمى"}],
                "tags": ["سياسة", 3],
            },
            "no item",
            {"content_text": "بلا عنوان", "author": {"name": "علي"}},
        ],
    }
    document = read(json.dumps(feed))
    first, second = document.entries
    assert (document.format, document.title) == ("json", "النهر")
    assert document.repairs == ("items that are no objects left out",)
    assert (first.key, first.url, first.title) == ("guid:7", "https://paper.example/7", "عنوان & آخر")
    assert (first.summary, first.text, first.published) == ("موجز", LONG, AT)
    assert (first.author, first.categories) == ("سلمى", ("سياسة",))
    assert (second.text, second.author) == ("بلا عنوان", "علي")
    assert second.key.startswith("content:")


@pytest.mark.parametrize(
    ("elements", "summary", "text"),
    [
        ({"description": "موجز", "content:encoded": f"<![CDATA[<p>{LONG}</p>]]>"}, "موجز", LONG),
        ({"content:encoded": f"<![CDATA[<p>{LONG}</p>]]>", "description": "موجز"}, "موجز", LONG),
        ({"description": LONG, "content:encoded": "أقصر"}, LONG, LONG),
        ({"description": "", "content:encoded": LONG}, "", LONG),
        ({"description": LONG}, LONG, LONG),
        ({"description": "موجز", "media:description": LONG}, "موجز", "موجز"),
        ({"media:description": LONG, "description": "موجز"}, "موجز", "موجز"),
        ({"description": "&lt;p&gt;أول&lt;/p&gt;&lt;p&gt;ثان&lt;/p&gt;"}, "أول\nثان", "أول\nثان"),
    ],
)
def test_summary_and_fullest_text_are_both_kept(elements: dict[str, str], summary: str, text: str) -> None:
    fields = "".join(f"<{name}>{value}</{name}>" for name, value in elements.items())
    entry = only(
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:media="http://search.yahoo.com/mrss/"><channel><item><title>عنوان</title><guid>1</guid>'
        f"{fields}</item></channel></rss>"
    )
    assert (entry.summary, entry.text) == (summary, text)


def test_content_without_description_leaves_the_summary_empty() -> None:
    body = rss(item(1)).replace(b"description>", b"content:encoded>")
    assert (only(body).summary, only(body).text) == ("", "قالت البلدية إن الجسر يفتح غدا")


@pytest.mark.parametrize(
    ("fields", "key", "url"),
    [
        ("<guid>https://paper.example/9</guid>", "guid:https://paper.example/9", "https://paper.example/9"),
        ("<guid>9</guid>", "guid:9", None),
        ('<guid isPermaLink="false">9</guid><link>../9</link>', "guid:9", "https://paper.example/9"),
        ("<link>/9?a=1&amp;b=2</link>", "link:paper.example/9?a=1&b=2", "https://paper.example/9?a=1&b=2"),
        (
            "<link>/خبر/٩</link>",
            "link:paper.example/%D8%AE%D8%A8%D8%B1/%D9%A9",
            "https://paper.example/خبر/٩",
        ),
        ("<guid>x</guid><link>javascript:alert(1)</link>", "guid:x", None),
        ("<guid>x</guid><link>http://[::1</link>", "guid:x", None),
        ("<guid>x</guid><link>//other.example/1</link>", "guid:x", "https://other.example/1"),
    ],
)
def test_guids_stay_as_they_are_and_links_become_absolute(fields: str, key: str, url: str | None) -> None:
    entry = only(rss(f"<item><title>عنوان</title>{fields}</item>"))
    assert (entry.key, entry.url) == (key, url)


def test_a_guid_does_not_depend_on_where_the_feed_lies() -> None:
    body = rss(item(1, link="/1"))
    elsewhere = Origin("https://other.example/x/", None, ORIGIN.seen)
    assert read_document(body, None, elsewhere, 10).entries[0].key == only(body).key


GOOD = rss(item(1), item(2)).decode()


@pytest.mark.parametrize(
    ("body", "repair"),
    [
        ("\n\n  \ufeff" + GOOD, None),
        ("<br />\n<b>Warning</b>: include() failed in x.php\n" + GOOD, "text before the document dropped"),
        ("<div class='error'>تعذر الاتصال</div>\n" + GOOD, "text before the document dropped"),
        ("junk" + GOOD.partition("?>")[2], "text before the document dropped"),
        (GOOD.replace("جسر", "ج\x0bسر"), "control characters dropped"),
        (GOOD.replace("جسر", "&#1114112;&#xd800;&#0;"), "impossible character references replaced"),
        (GOOD.replace("جسر", "AT&T & شركاه"), "bare ampersands escaped"),
        (GOOD.replace("جسر", "جسر&nbsp;"), "broken XML read tolerantly"),
        (GOOD.replace("</description>", ""), "broken XML read tolerantly"),
        (GOOD.removesuffix("</channel></rss>"), "broken XML read tolerantly"),
        (GOOD.replace("</item></channel>", "</channel>"), "broken XML read tolerantly"),
        (GOOD.replace('encoding="UTF-8"', 'encoding="no-such"'), None),
        ("<!-- تعليق -->" + GOOD.partition("?>")[2], None),
        ("<!DOCTYPE rss [<!ENTITY n 'x'>]>" + GOOD.partition("?>")[2], None),
    ],
    ids=str,
)
def test_damage_is_mended_and_told(body: str, repair: str | None) -> None:
    document = read(body)
    assert [entry.key for entry in document.entries][:1] == ["guid:n-1"]
    assert (repair in document.repairs) if repair else document.repairs == ()


def test_a_feed_cut_inside_an_item_loses_that_item_only() -> None:
    for cut in range(GOOD.index("n-2") - 20, GOOD.rindex("</item>"), 7):
        document = read(GOOD[:cut])
        assert [entry.key for entry in document.entries] == ["guid:n-1"]
        assert not document.complete
    assert read(GOOD).complete


def test_a_feed_without_its_end_is_incomplete_with_all_its_items() -> None:
    document = read(GOOD.removesuffix("</channel></rss>"))
    assert len(document.entries) == 2
    assert not document.complete


def test_an_honest_empty_feed_is_a_feed() -> None:
    assert read(rss()).entries == ()
    assert read('<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>').entries == ()


def test_only_so_many_entries_are_read() -> None:
    document = read(rss(*(item(n) for n in range(50))), 20)
    assert [entry.key for entry in document.entries] == [f"guid:n-{n}" for n in range(20)]
    assert document.repairs == ("only the first 20 entries read",)
    atom = ATOM.replace("</feed>", ATOM[ATOM.index("<entry>") : ATOM.index("</feed>")] + "</feed>")
    assert len(read(atom, 1).entries) == 1


@pytest.mark.parametrize("name", ["a:entry", "item/", "ITEM"])
def test_entries_are_counted_however_they_are_written(name: str) -> None:
    body = '<rss version="2.0" xmlns:a="http://www.w3.org/2005/Atom"><channel>' + f"<{name}>" * 21
    assert "only the first 20 entries read" in read(body + item(99) + "</channel></rss>", 20).repairs


def test_a_bare_ampersand_stays_as_it_was_written() -> None:
    told = "AT&T و S&P، R&D &amp; Q&A; حتى &#38; و&مؤسسة"
    assert only(rss(item(1, title=told))).title == "AT&T و S&P، R&D & Q&A; حتى & و&مؤسسة"
    body = rss(item(1, title="<![CDATA[AT&T &amp; S&P]]>", description="R&D", link="/1?a=1&b=2"))
    entry = only(body)
    assert (entry.title, entry.text, entry.url) == ("AT&T & S&P", "R&D", "https://paper.example/1?a=1&b=2")


def test_an_empty_item_at_a_broken_end_does_not_take_the_one_before_it_along() -> None:
    assert [entry.key for entry in read(GOOD.replace("</channel></rss>", "<item/>")).entries] == [
        "guid:n-1",
        "guid:n-2",
    ]


def test_repeated_items_are_one() -> None:
    assert [entry.key for entry in read(rss(item(1), item(1), item(1))).entries] == ["guid:n-1"]
    # The same guid with another headline is another item; what names it is for the whole source to say.
    entries = read(rss(item(1), item(1, title="غير ذلك"), item(2))).entries
    assert [entry.key for entry in entries] == ["guid:n-1", "guid:n-1", "guid:n-2"]
    assert entries[0].names != entries[1].names


def test_an_item_that_says_nothing_is_left_out() -> None:
    assert [entry.key for entry in read(rss("<item></item>", item(1), "<item><title> </title></item>")).entries] == [
        "guid:n-1"
    ]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("<!DOCTYPE html><title>دخول</title>", Outcome.NOT_A_FEED),
        ("  <HTML><body>x", Outcome.NOT_A_FEED),
        ("<html><head><link type='application/rss+xml' href='/rss'></head></html>", Outcome.NOT_A_FEED),
        ('<?xml version="1.0"?><opml version="1.0"><body/></opml>', Outcome.NOT_A_FEED),
        ("نص لا غير", Outcome.NOT_A_FEED),
        ("null", Outcome.NOT_A_FEED),
        ("<rss><channel><item><tit", Outcome.BROKEN),
        ("<rss", Outcome.BROKEN),
        (rss("<item></media:player></item>"), Outcome.BROKEN),
        ('{"version": "https://jsonfeed.org/version/1", "items": [', Outcome.BROKEN),
        ('{"version": "https://jsonfeed.org/version/1"}', Outcome.BROKEN),
        ('{"version": 1, "items": []}', Outcome.NOT_A_FEED),
        (rss("<item><title>&a;</title></item>").replace(
            b"<rss", b"<!DOCTYPE rss [<!ENTITY a '" + b"x" * 50_000 + b"'>]><rss"
        ).replace(b"&a;", b"&a;" * 100), Outcome.TOO_LARGE),
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_what_cannot_be_read_has_a_reason(body: str | bytes, outcome: Outcome) -> None:
    failed = failure(body)
    assert failed.outcome is outcome
    assert failed.reason.isprintable()


def test_no_file_is_read_for_an_entity_nor_for_a_body_that_is_a_path(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(GOOD, encoding="utf-8")
    bait = f"<!DOCTYPE rss [<!ENTITY s SYSTEM '{secret.as_uri()}'>]>"
    body = bait + rss("<item><title>عنوان &s;</title><guid>1</guid></item>").decode().partition("?>")[2]
    assert "الجسر" not in repr(read(body))
    assert failure(str(secret)).outcome is Outcome.NOT_A_FEED


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_mutated_feed_gives_a_storable_document_or_a_reason(data: st.DataObject) -> None:
    body = bytearray(data.draw(st.sampled_from([GOOD.encode(), RSS_1.encode(), ATOM.encode()])))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 40))] = data.draw(
            st.one_of(
                st.binary(max_size=4), st.sampled_from([b"<", b"&", b"]]>", b"<item>", b"</item>", b"\x00", b'"'])
            )
        )
    try:
        document = read(bytes(body))
    except ParseFailed:
        return
    assert len({entry.names for entry in document.entries}) == len(document.entries)
    for entry in document.entries:
        told = "".join(filter(None, [entry.key, entry.url, entry.title, entry.summary, entry.text, entry.author]))
        told.encode()
        assert "\x00" not in told
        assert "\n" not in entry.title


texts = st.text(max_size=50)
dates = st.none() | st.datetimes(timezones=st.just(UTC))
entries = st.builds(
    Entry,
    names=st.lists(st.none() | texts, min_size=5, max_size=5).map(tuple),
    url=st.none() | texts,
    title=texts,
    summary=texts,
    text=texts,
    published=dates,
    updated=dates,
    published_raw=st.none() | texts,
    published_marks=st.lists(st.sampled_from(DateMark), max_size=3).map(tuple),
    author=st.none() | texts,
    categories=st.lists(texts, max_size=3).map(tuple),
)


@given(st.lists(entries, max_size=5), st.none() | texts, st.booleans())
def test_documents_cross_the_pipe_unchanged(items: list[Entry], title: str | None, complete: bool) -> None:
    document = Document(title, "rss20", tuple(items), None, "utf-8", ("mended",), complete)
    head, *batches, end = [unpack(pack(message)[4:]) for message in document_messages(document)]
    assert end == {"kind": "end"}
    assert document_from(head, [entry for batch in batches for entry in batch["entries"]]) == document


def test_absurd_frames_are_refused() -> None:
    with pytest.raises(ValueError, match="bytes"):
        length(b"\xff\xff\xff\xff")
    with pytest.raises(TypeError):
        unpack(b"[]")
