"""A feed before it is written in one of the three formats: every text is clean and every address harmless."""

from dataclasses import dataclass
from datetime import datetime

GENERATOR = "riwaya"
LANGUAGE = "ar"
"""Of the feed's own words; its stories are Arabic as well."""


@dataclass(frozen=True, slots=True)
class Tag:
    """Something that an item can be found by: `scheme` tells an outlet from an agency."""

    scheme: str
    term: str
    label: str


@dataclass(frozen=True, slots=True)
class Link:
    """An article of a story: its address and its title."""

    url: str
    title: str


@dataclass(frozen=True, slots=True)
class Item:
    """A story.

    `id` is a URI that stays with the story for ever. `content` is HTML made here. `updated` moves whenever the story
    gains an article or a text. `authors` are its outlets, the first one first.
    """

    id: str
    url: str
    title: str
    published: datetime
    updated: datetime
    authors: tuple[str, ...]
    tags: tuple[Tag, ...]
    links: tuple[Link, ...]
    content: str


@dataclass(frozen=True, slots=True)
class Document:
    """A feed. `self_url` is its own address, `page_url` that of the page with the same choice, `next_url` older items.

    `version` is that of riwaya. `updated` is when an item changed last; without items, when the store was made.
    """

    id: str
    title: str
    description: str
    self_url: str
    page_url: str
    next_url: str | None
    version: str
    updated: datetime
    items: tuple[Item, ...]
