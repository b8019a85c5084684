"""The fast reader of plain RSS against feedparser: what it reads, it reads the same."""

from datetime import UTC, datetime
from itertools import islice

import pytest

from sources.entry import Entry
from sources.outcome import ParseFailed
from sources.parsing.decode import decode
from sources.parsing.entities import unfolds_too_far
from sources.parsing.items import Origin, entries_of
from sources.parsing.markup import mend, why_no_feed
from sources.parsing.mojibake import undo
from sources.parsing.plain_rss import read_plain_rss
from sources.parsing.raw_feed import RawFeed
from sources.parsing.xml_feed import read_any_xml
from tests.hostile.mutants import mutants, seeds
from tests.sources.loopback import item, rss
from tests.sources.rss_shapes import shapes

ORIGIN = Origin("http://paper.example/feeds/rss", "Asia/Amman", datetime(2026, 11, 24, tzinfo=UTC))
MOST = 2_000


def same(text: str) -> bool | None:
    """Tell whether both readers give the same; None when the fast one leaves the document to the other."""
    text = undo(text).text
    if why_no_feed(text) is not None or unfolds_too_far(text) is not None:
        return None
    mended = mend(text, MOST)
    plain = read_plain_rss(mended.text)
    if plain is None:
        return None
    try:
        tolerant = read_any_xml(mended)
    except ParseFailed:
        return False
    return tolerant.repairs == mended.repairs and told(plain) == told(tolerant)


def told(feed: RawFeed) -> tuple[str | None, str, tuple[Entry, ...], float | None]:
    return feed.title, feed.format, entries_of(feed.items, ORIGIN), feed.update_every_s


@pytest.mark.parametrize("seed", range(4))
def test_what_outlets_write_is_read_the_same(seed: int) -> None:
    found = []
    for text in islice(shapes(seed), 1_500):
        outcome = same(text)
        assert outcome is not False, text
        found.append(outcome)
    # A reader that never dares to read would pass too.
    assert found.count(True) > len(found) // 6


@pytest.mark.parametrize("seed", range(2))
def test_what_is_damaged_is_read_the_same_or_left_alone(seed: int) -> None:
    found = []
    for body in islice(mutants(seed), 3_000):
        outcome = same(decode(body, None).text)
        assert outcome is not False, body
        found.append(outcome)
    assert found.count(True) > 20


def test_every_hostile_document_is_read_the_same_or_left_alone() -> None:
    for bodies in seeds():
        for body in bodies:
            assert same(decode(body, None).text) is not False, body[:2_000]


PLAIN = rss(item(1)).decode()


@pytest.mark.parametrize(
    "doubtful",
    [
        PLAIN.replace("<rss", "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss"),
        PLAIN.replace("قالت", "&nbsp;قالت"),
        PLAIN.replace("<description>", '<description type="xhtml">'),
        PLAIN.replace("قالت", "<b>قالت</b>"),
        PLAIN.replace("<channel>", '<channel xml:base="http://other.example/">'),
        PLAIN.replace("<title>افتتاح", "<title>آخر</title><title>افتتاح"),
        PLAIN.replace("</item>", "<pubDate>قبل ساعة</pubDate></item>"),
        PLAIN.replace("</item>", "<summary>موجز</summary></item>"),
        PLAIN.replace("http://purl.org/dc/elements/1.1/", "http://other.example/"),
        PLAIN.replace('version="2.0"', 'version="0.91"'),
        PLAIN.removesuffix("</rss>"),
        "<rss version='2.0'><channel>" + "<item></item>" * 130_000 + "</channel></rss>",
    ],
)
def test_what_is_doubtful_is_left_to_feedparser(doubtful: str) -> None:
    assert read_plain_rss(mend(PLAIN, MOST).text) is not None
    assert read_plain_rss(mend(doubtful, 1_000_000).text) is None
