"""A document's shape changes when more than its news does."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sources.entry import Document
from sources.parsing.feed_reader import read_document
from sources.parsing.items import Origin
from sources.shape import shape_of
from tests.sources.loopback import item, rss

ORIGIN = Origin("http://paper.example/feed", None, datetime(2026, 3, 1, tzinfo=UTC))


def read(body: bytes) -> Document:
    return read_document(body, None, ORIGIN, 2_000)


def test_other_news_are_the_same_shape() -> None:
    one = read(rss(item(1), item(2, title="عودة الملاحة")))
    other = read(rss(item(3, title="G20: قمة الرياض FIFA")))
    assert shape_of(one) == shape_of(other) == "rss20, utf-8, Arabic"


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        (rss(), "rss20, utf-8, no entries"),
        (rss(item(1, title="Bridge opens")), "rss20, utf-8, other letters"),
        (rss(item(1, title="افتتاح جسر".encode("cp1256").decode("cp1253", "replace"))), "rss20, utf-8, other letters"),
        (rss(item(1, title="12:30")), "rss20, utf-8, Arabic"),
        (
            b'{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"title":"\xd9\x85"}]}',
            "json, utf-8, Arabic",
        ),
        (rss(item(1)).decode().encode("cp1256", "replace"), "rss20, windows-1256, Arabic"),
    ],
    ids=["empty", "English", "wrong alphabet", "no letters at all", "json", "charset"],
)
def test_what_changes_the_shape(body: bytes, shape: str) -> None:
    assert shape_of(read(body)) == shape


def test_a_feed_of_thousands_is_judged_by_its_first_titles() -> None:
    entry = read(rss(item(1))).entries[0]
    foreign = replace(entry, title="Bridge opens")
    many = replace(read(rss()), entries=(entry,) * 50 + (foreign,) * 5_000)
    assert shape_of(many).endswith("Arabic")
