"""Which item is which: the name of an item within its source.

The ladder is FreshRSS's, kept per feed: guid, then link, then link and date, then the title as well, then the text as
well. When more than one in twenty names of a document (and more than one at all) are blank or repeated, or when guids
change on every fetch while the links stay, the feed goes down the ladder and stays there: a feed that goes up and down
stores its articles twice.

Within a document a name that several items carry names none of them: each, the first one too, goes down the ladder by
itself, so the order of the items does not matter. And whatever name an item goes by, an article that is known already
by another of its names is recognised (`identify`), so that a step down repeats nothing. The date in a name is the
string that the feed gave, never a time of today, or the same item would be new on every fetch.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from sources.url_key import url_key

# Fits an indexed column of every database; real guids are far shorter.
LONGEST_KEY = 512
# FreshRSS's limit. One slip is no habit, however short the document.
_BAD_SHARE = 0.05
_SLIP = 1
# So few guids can have changed by the way of an editor who saved again.
_FEWEST_VOLATILE = 3

Names = tuple[str | None, ...]
"""The names of an item, one a step of the ladder; None where the item lacks what the step needs."""


class Step(IntEnum):
    """What a feed's items are known by."""

    GUID = 0
    LINK = 1
    LINK_DATE = 2
    TITLE = 3
    CONTENT = 4


@dataclass(frozen=True, slots=True)
class Marks:
    """What an item brings along to be known by; empty strings where it brings nothing."""

    guid: str
    link: str
    date: str
    """The publishing date as it stood in the feed."""
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a document: its names, and what tells whether two are the same."""

    names: Names
    title: str
    date: str | None
    words: bytes
    """A hash of all its texts."""


@dataclass(frozen=True, slots=True)
class Known:
    """An article that its source has already: the key it is stored under, and how its newest version reads."""

    key: str
    link_key: str | None
    title: str
    date: str | None
    words: bytes


@dataclass(frozen=True, slots=True)
class Identified:
    """The keys of a document's items, in order (None: a repetition of another item), and the feed's step from now."""

    keys: tuple[str | None, ...]
    step: Step


def names_of(marks: Marks) -> Names:
    """Name an item at each step; the last step always has a name."""
    link = (url_key(marks.link) or marks.link) if marks.link else ""
    dated = _hashed("link+date", link, marks.date) if link or marks.date else None
    titled = _hashed("title", link, marks.date, marks.title) if dated or marks.title else None
    return (
        _key("guid", marks.guid) if marks.guid else None,
        _key("link", link) if link else None,
        dated,
        titled,
        _hashed("content", link, marks.date, marks.title, marks.text),
    )


def identify(items: Sequence[Item], step: Step, known: Sequence[Known], beside: int = 0) -> Identified:
    """Find each item's key, given the feed's step and the articles that `wanted_keys` found.

    `beside` is how many more items the document holds, each of them known by its name at this step.

    An item is the article that is stored under its key; else the one that goes by another of its names or has its link,
    if links name the items of this feed or that article, or if both have the same date or the same words. No article
    is two items.
    """
    names = [item.names for item in items]
    settled = settle(step, names)
    keys = entry_keys(names, settled)
    if settled is Step.GUID and _volatile(items, keys, known, beside):
        settled = settle(Step.LINK, names)
        keys = entry_keys(names, settled)
    others = _Others(items, keys, known)
    found = [
        key if key is None or key in others.stored else others.take(item, settled) or key
        for item, key in zip(items, keys, strict=True)
    ]
    return Identified(tuple(found), settled)


def wanted_keys(items: Sequence[Item]) -> tuple[list[str], list[str]]:
    """Return the keys and the link keys by which the items of a document may be known already.

    A link that several of them share tells none of them, and may be that of thousands of articles.
    """
    keys = {name for item in items for name in item.names if name is not None}
    links = Counter(item.names[Step.LINK] for item in items)
    return sorted(keys), sorted(link for link, count in links.items() if link is not None and count == 1)


def settle(step: Step, items: Sequence[Names]) -> Step:
    """Go down from a feed's step until few enough names of a document are blank or repeated."""
    distinct = list(dict.fromkeys(items))
    allowed = max(_SLIP, len(distinct) * _BAD_SHARE)
    for lower in Step:
        named = {names[lower] for names in distinct if names[lower] is not None}
        if lower >= step and len(distinct) - len(named) <= allowed:
            return lower
    return Step.CONTENT


def entry_keys(items: Sequence[Names], step: Step) -> list[str | None]:
    """Give the items of one document their keys from a step on, in order: no two get the same.

    None stands for an item that repeats an earlier one in every name from that step on.
    """
    ladders = [tuple(name for name in names[step:] if name is not None) for names in items]
    shared = Counter(name for ladder in set(ladders) for name in ladder)
    keys: list[str | None] = []
    given = set[str]()
    for ladder in ladders:
        # The last rung may be shared by items that differ in their guid alone: the first of them has it.
        key = next((name for name in ladder if shared[name] == 1), ladder[-1])
        keys.append(None if key in given else key)
        given.add(key)
    return keys


class _Others:
    """The articles that items of a document may be under another name; each is given away once."""

    def __init__(self, items: Sequence[Item], keys: Sequence[str | None], known: Sequence[Known]) -> None:
        self.stored = {article.key: article for article in known}
        free = {article.key: article for article in known if article.key not in set(keys)}
        shared = Counter(name for item in items for name in set(item.names))
        links = Counter(article.link_key for article in known)
        self._by_name = {name: article for name, article in free.items() if shared[name] == 1}
        self._by_link = {
            article.link_key: article
            for article in free.values()
            if article.link_key is not None and links[article.link_key] == 1 and shared[article.link_key] == 1
        }
        self._taken = set[str]()

    def twin(self, item: Item) -> Known | None:
        """Return the one article of an item's link, if the document has no other item of it."""
        return self._by_link.get(item.names[Step.LINK] or "")

    def take(self, item: Item, step: Step) -> str | None:
        """Give an item the key of the article that it is, or None when it is none of them."""
        by_name = [self._by_name[name] for name in item.names if name in self._by_name]
        twin = self.twin(item)
        for article in [*by_name, twin] if twin else by_name:
            if article.key not in self._taken and _same(item, article, step):
                self._taken.add(article.key)
                return article.key
        return None


def _volatile(items: Sequence[Item], keys: Sequence[str | None], known: Sequence[Known], beside: int) -> bool:
    """Tell whether the guids change while the links stay: more items are known without their guid than by it."""
    others = _Others(items, keys, known)
    kept = beside + sum(key in others.stored for key in keys)
    renamed = [
        (item, twin)
        for item, key in zip(items, keys, strict=True)
        if key not in others.stored
        and item.names[Step.GUID] is not None
        and (twin := others.twin(item)) is not None
        # An address may be that of a daily bulletin: title and date together, or every word.
        and (item.words == twin.words or (item.title == twin.title and item.date == twin.date))
    ]
    if len(renamed) <= kept:
        return False
    all_the_same = len(renamed) == len(items) + beside and all(item.words == twin.words for item, twin in renamed)
    return len(renamed) >= _FEWEST_VOLATILE or all_the_same


def _same(item: Item, article: Known, step: Step) -> bool:
    same_link = article.link_key is not None and article.link_key == item.names[Step.LINK]
    same_date = item.date is not None and item.date == article.date
    # Where links name the items, or this article, they are enough. A new guid at an old link is a new item, such as
    # the bulletin of every day at one address, unless it has the date of the old one: some guids hold the headline,
    # and change when that is edited.
    by_link = step is Step.LINK or (step is Step.GUID and not article.key.startswith("guid:")) or same_date
    return (same_link and by_link) or item.words == article.words or (same_date and item.title == article.title)


def _key(kind: str, value: str) -> str:
    key = f"{kind}:{value}"
    return key if len(key) <= LONGEST_KEY else _hashed(kind, value)


def _hashed(kind: str, *parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass")
        # The length goes first, so that ("ab", "c") and ("a", "bc") differ.
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return f"{kind}:sha256-{digest.hexdigest()}"
