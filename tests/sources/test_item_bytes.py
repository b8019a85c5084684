"""Which bytes are which item, and when that is not known for certain."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.entry import Entry
from sources.identity import Marks, Step, names_of
from sources.known_items import MARK, KnownItem, known_item, mark_of, packed, stands_alone, unpacked
from sources.parsing.feed_reader import read_document
from sources.parsing.item_bytes import item_bytes
from sources.parsing.items import Origin
from tests.sources.loopback import item, rss

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORIGIN = Origin("https://petra.example/rss", None, NOON)


def marks(body: bytes, content_type: str | None = None, origin: Origin = ORIGIN) -> list[bytes]:
    """Return the marks of a document's entries, all of which have one."""
    found = [entry.mark for entry in read_document(body, content_type, origin, 2000).entries]
    assert None not in found
    return [mark for mark in found if mark is not None]


def test_every_item_of_a_plain_document_has_a_mark_of_its_own() -> None:
    found = marks(rss(item(1), item(2), item(3)))
    assert len(set(found)) == 3
    assert {len(mark) for mark in found} == {MARK}
    # Neither the order nor the blanks between them count, nor what the channel says of itself.
    assert marks(rss(item(3), "\n  ", item(1), head="<ttl>5</ttl>")) == [found[2], found[0]]


@pytest.mark.parametrize(
    "other",
    [
        Origin("https://petra.example/other", None, NOON),
        Origin(ORIGIN.url, "Asia/Riyadh", NOON),
    ],
)
def test_what_else_is_read_with_the_bytes_counts(other: Origin) -> None:
    assert marks(rss(item(1)), origin=other) != marks(rss(item(1)))
    assert marks(rss(item(1)), "text/xml; charset=utf-8") != marks(rss(item(1)))
    spaced = rss(item(1)).replace(b'version="2.0"', b'version="2.0" xmlns:media="http://search.yahoo.com/mrss/"')
    assert marks(spaced) != marks(rss(item(1)))


@pytest.mark.parametrize(
    "body",
    [
        rss(item(1), "<item><title>ب</title><description><![CDATA[<item>نص</item>]]></description></item>"),
        rss("<item><title>ب</title><description><![CDATA[</item> <item>]]></description></item>"),
        rss(item(1), "<!-- بين الخبرين -->", item(2)),
        rss(item(1), "<item >" + item(2).removeprefix("<item>")),
        rss(item(1), item(1)),
        rss(item(1), "<item></item>"),
        rss(item(1, title="الأسعار &nbsp; اليوم & غدا")),
        rss(item(1)).decode().replace("UTF-8", "windows-1256").encode("windows-1256"),
        rss(item(1), item(2)).removesuffix(b"</channel></rss>"),
        rss(item(1), item(2)).decode().encode("utf-16"),
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "a <item></item>"}]}',
    ],
    ids=["tags-in-a-text", "ends-in-a-text", "between", "attributes", "twice", "nothing", "mended", "1256", "cut",
         "utf-16", "json"],
)  # fmt: skip
def test_where_it_is_doubtful_nothing_has_a_mark_and_all_is_read(body: bytes) -> None:
    document = read_document(body, None, ORIGIN, 2000)
    assert document.entries
    assert {entry.mark for entry in document.entries} == {None}


def test_what_is_known_is_left_out_and_named() -> None:
    known = marks(rss(item(1), item(2)))
    document = read_document(rss(item(3), item(2), item(1), head="<ttl>5</ttl>"), None, ORIGIN, 2000, known)
    assert [entry.key for entry in document.entries] == ["guid:n-3"]
    assert document.known == (known[1], known[0])
    assert document.update_every_s == 300
    nothing_new = read_document(rss(item(2), head="<ttl>5</ttl>"), None, ORIGIN, 2000, known)
    assert (nothing_new.entries, nothing_new.known) == ((), (known[1],))


def test_a_known_item_that_stands_there_twice_counts_once() -> None:
    known = marks(rss(item(1), item(2)))
    document = read_document(rss(item(3), item(2), item(1), item(2)), None, ORIGIN, 2000, known)
    assert document.known == (known[1], known[0])


@pytest.mark.parametrize(
    "odd",
    [
        "<item><title>أسعار & أخبار</title></item>",
        "<item><title>خبر</title><dc:subject>رياضة</dc:subject></item>",
        "<item><title>Ø£Ø¹Ù„Ù†Øª الوزارة</title></item>",
    ],
    ids=["mended", "other-elements", "encoded-twice"],
)
def test_beside_an_odd_item_everything_is_read(odd: str) -> None:
    known = marks(rss(item(1), item(2)))
    document = read_document(rss(odd, item(2), item(1)), None, ORIGIN, 2000, known)
    assert document.known == ()
    assert len(document.entries) == 3


def test_a_document_of_too_many_items_is_read_as_ever() -> None:
    body = rss(*map(item, range(8)))
    document = read_document(body, None, ORIGIN, 5, marks(body))
    assert (len(document.entries), document.known, document.complete) == (5, (), False)


@given(st.binary(max_size=400), st.lists(st.binary(min_size=MARK, max_size=MARK), max_size=2))
def test_dividing_loses_no_byte(noise: bytes, known: list[bytes]) -> None:
    body = rss(item(1)).replace(b"</channel>", b"\n" + item(2).encode() + noise + b"</channel>")
    divided = item_bytes(body, None, ORIGIN)
    if divided is not None:
        assert divided.without(known).body == body
        assert divided.without(divided.marks).body == divided.before + divided.after


KNOWN = st.builds(
    KnownItem,
    mark=st.binary(min_size=MARK, max_size=MARK),
    names=st.tuples(*[st.one_of(st.just(b""), st.binary(min_size=8, max_size=8).filter(any))] * 4),
    published=st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
    clocked=st.booleans(),
    letters=st.integers(0, 0xFFFFFFFF),
)


@given(KNOWN)
def test_what_is_remembered_comes_back(known: KnownItem) -> None:
    assert unpacked(packed(known)) == known
    assert mark_of(packed(known)) == known.mark
    assert unpacked(packed(known)[:-1]) is None


def entry(guid: str, link: str = "") -> Entry:
    names = names_of(Marks(guid, link, "", "عنوان", ""))
    return Entry(
        names, link or None, "عنوان", "", "نص", NOON, None, None, (), None, (), guid.encode().ljust(MARK, b".")
    )


def beside(*entries: Entry) -> list[KnownItem]:
    found = [known_item(one, str(one.names[Step.GUID]), Step.GUID) for one in entries]
    return [one for one in found if one is not None]


def test_new_items_stand_alone_while_no_name_is_shared() -> None:
    old = beside(*(entry(f"old{n}", f"https://a.example/{n}") for n in range(3)))
    assert stands_alone([entry("new", "https://a.example/new")], old, Step.GUID)
    assert stands_alone([], old, Step.GUID)
    # A name of its own is wanting, or is another's too, a known one's or a new one's.
    assert not stands_alone([entry("", "https://a.example/new")], old, Step.GUID)
    assert not stands_alone([entry("old1", "https://a.example/new")], old, Step.GUID)
    assert not stands_alone([entry("new", "https://a.example/1")], old, Step.GUID)
    assert not stands_alone([entry("new"), entry("new", "https://a.example/new")], old, Step.GUID)
    # As many new ones could be the known ones under new names.
    assert not stands_alone([entry(f"new{n}", f"https://a.example/new{n}") for n in range(4)], old, Step.GUID)


def test_an_item_that_goes_by_a_name_of_another_is_not_remembered() -> None:
    assert known_item(entry("new"), "guid:old", Step.GUID) is None
    assert known_item(entry("new"), "guid:new", Step.LINK) is None
