"""Feeds of invented outlets, as bytes: RSS 2.0 with full texts, of which every third is a copy of another outlet's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from xml.sax.saxutils import escape

from benchmarks.invented_texts import invented_texts

ITEMS = 40
"""Items of a document, as WordPress and most newsrooms have between ten and fifty."""
NEW = 2
"""Items of a document that its predecessor did not have, in the steady state."""
_COPIED_EVERY = 3
_EDITED_WORDS = 6
_PARAGRAPH = 60
_HEADLINE = 9
_TEASER = 25
_BEGAN = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class InventedItem:
    """An item, and the number of the story that it tells."""

    story: int
    guid: str
    published: datetime
    text: str


class Newsrooms:
    """Outlets with a stock of items each, the newest first when they are shown.

    A third of the items are copies, six of 300 words changed, of what the outlet before had in the same place.
    """

    def __init__(self, feeds: int, rounds: int = 0, seed: int = 1) -> None:
        self.feeds = feeds
        self.rounds = rounds
        random = Random(seed)  # noqa: S311 - texts, not secrets
        depth = ITEMS + NEW * rounds
        texts = iter(invented_texts(feeds * depth, seed=seed))
        self._stock: list[list[InventedItem]] = []
        for feed in range(feeds):
            items = []
            for place in range(depth):
                story, text = feed * depth + place, next(texts)
                if feed and (feed + place) % _COPIED_EVERY == 0:
                    model = self._stock[feed - 1][place]
                    story, text = model.story, _edited(model.text, text, random)
                published = _BEGAN + timedelta(seconds=place * 60 + feed)
                items.append(InventedItem(story, f"{feed}-{place}", published, text))
            self._stock.append(items)

    def stories(self, rounds: int | Sequence[int] | None = None) -> set[frozenset[tuple[str, str]]]:
        """Return the stories told after so many rounds (of each feed): outlet and guid of each item of a story."""
        told = self.rounds if rounds is None else rounds
        found: dict[int, set[tuple[str, str]]] = {}
        for feed, stock in enumerate(self._stock):
            for item in stock[: ITEMS + NEW * (told if isinstance(told, int) else told[feed])]:
                found.setdefault(item.story, set()).add((outlet(feed), f"guid:{item.guid}"))
        return {frozenset(members) for members in found.values()}

    def document(self, feed: int, turn: int = 0) -> bytes:
        """Return a feed's document after so many rounds."""
        shown = self._stock[feed][NEW * turn : ITEMS + NEW * turn]
        return _rss(feed, shown[::-1])


def outlet(feed: int) -> str:
    """Return the id of a feed's outlet."""
    return f"paper{feed}"


def address(feed: int) -> str:
    """Return the address of a feed."""
    return f"http://paper{feed}.example/rss"


def _edited(text: str, other: str, random: Random) -> str:
    words, spare = text.split(), other.split()
    for place in random.sample(range(len(words)), _EDITED_WORDS):
        words[place] = random.choice(spare)
    return " ".join(words)


def _rss(feed: int, items: Sequence[InventedItem]) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"'
        ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">\n<channel>\n'
        f"<title>صحيفة {feed}</title>\n"
        f'<atom:link href="{address(feed)}" rel="self" type="application/rss+xml" />\n'
        f"<link>http://paper{feed}.example/</link>\n<description>أخبار</description>\n<language>ar</language>\n"
        "<sy:updatePeriod>hourly</sy:updatePeriod>\n<sy:updateFrequency>1</sy:updateFrequency>\n"
        f"{''.join(_item(feed, item) for item in items)}</channel>\n</rss>\n"
    ).encode()


def _item(feed: int, item: InventedItem) -> str:
    words = item.text.split()
    paragraphs = "".join(f"<p>{' '.join(words[at : at + _PARAGRAPH])}</p>\n" for at in range(0, len(words), _PARAGRAPH))
    return (
        f"<item>\n<title>{escape(' '.join(words[:_HEADLINE]))}</title>\n"
        f"<link>http://paper{feed}.example/news/{item.guid}</link>\n"
        f"<dc:creator><![CDATA[المحرر]]></dc:creator>\n<pubDate>{format_datetime(item.published)}</pubDate>\n"
        f"<category><![CDATA[أخبار]]></category>\n"
        f'<guid isPermaLink="false">{item.guid}</guid>\n'
        f"<description><![CDATA[<p>{' '.join(words[:_TEASER])} [&#8230;]</p>]]></description>\n"
        f"<content:encoded><![CDATA[{paragraphs}]]></content:encoded>\n</item>\n"
    )
