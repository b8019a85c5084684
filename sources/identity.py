"""Which item is which: the key of an entry within its source.

The ladder is guid, then link, then a hash of the words; never a date of today, or the same item would be new on
every fetch. A name that several items of one document carry is no name: each of them, the first one too, goes down a
step, to guid and link, then to the title and the text as well. So the order of the items does not matter, and a feed
whose every guid is its home page keeps its stories apart while they scroll by.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Fits an indexed column of every database; real guids are far shorter.
LONGEST_KEY = 512


@dataclass(frozen=True, slots=True)
class Marks:
    """What an item brings along to be known by; empty strings where it brings nothing."""

    guid: str
    link: str
    title: str
    text: str


def entry_keys(items: Sequence[Marks]) -> list[str | None]:
    """Name the items of one document, in order: no two get the same key.

    None stands for an item that repeats an earlier one in every mark.
    """
    ladders = {item: tuple(_ladder(item)) for item in items}
    shared = Counter(key for ladder in ladders.values() for key in ladder)
    keys = {item: next(key for key in ladder if shared[key] == 1) for item, ladder in ladders.items()}
    return [keys.pop(item, None) for item in items]


def _ladder(item: Marks) -> Iterator[str]:
    if item.guid:
        yield _key("guid", item.guid)
        if item.link:
            yield _hashed("guid+link", item.guid, item.link)
        yield _hashed("guid+title", item.guid, item.link, item.title)
    elif item.link:
        yield _key("link", item.link)
        yield _hashed("link+title", item.link, item.title)
    yield _hashed("hash", item.guid, item.link, item.title, item.text)


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
