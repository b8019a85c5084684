"""RSS 2.0 as nearly everybody writes it, read by expat alone: twenty times as fast as feedparser, and the same.

Whatever is not exactly what this reader knows (another dialect, markup that was not escaped, a document type, an
element twice where one counts, a namespace under a name that means another) is left to feedparser, which decides. What
is read here is read as feedparser reads it; tests/sources/test_plain_rss.py holds the two against each other.
"""

import re
from xml.etree.ElementTree import Element, ParseError, XMLParser

from sources.dates import readable
from sources.parsing.html_text import html_text, line_text, plain_text, storable
from sources.parsing.items import RawItem
from sources.parsing.raw_feed import LONGEST_AUTHOR, RawFeed, slowest_update_s

# A tree of 10 MB of nothing but tags would take half a gigabyte; an honest feed of 2,000 items has 100,000.
_MOST_TAGS = 250_000

_CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_ATOM = "{http://www.w3.org/2005/Atom}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_SLASH = "{http://purl.org/rss/1.0/modules/slash/}"
_WFW = "{http://wellformedweb.org/CommentAPI/}"
_SY = "{http://purl.org/rss/1.0/modules/syndication/}"
_WORDPRESS = "{com-wordpress:feed-additions:1}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
# Names under which feedparser knows other namespaces than these are not looked into: such a document is left to it.
_USUAL = {
    "content": _CONTENT,
    "dc": _DC,
    "atom": _ATOM,
    "atom10": _ATOM,
    "a10": _ATOM,
    "media": _MEDIA,
    "slash": _SLASH,
    "wfw": _WFW,
    "sy": _SY,
    "": _WORDPRESS,
}
_NAMESPACE = re.compile(r"""xmlns(?::([^\s=]+))?\s*=\s*["']([^"']*)""")

# What an item may hold at any depth without a word of it counting.
_IDLE = frozenset(
    {
        *(_MEDIA + name for name in ("content", "thumbnail", "group", "credit", "copyright", "text", "x-description")),
        _SLASH + "comments",
        _SLASH + "section",
        _SLASH + "hit_parade",
        _WFW + "commentRss",
        _WFW + "comment",
        _WORDPRESS + "post-id",
        "enclosure",
        "comments",
    }
)
_TITLE_OF_MEDIA = _MEDIA + "title"
_CREATORS = frozenset({"author", _DC + "creator"})
# What may stand in the channel beside its items without counting; the latter hold others.
_ABOUT = frozenset(
    {
        *(
            "link",
            "description",
            "language",
            "copyright",
            "generator",
            "managingEditor",
            "webMaster",
            "docs",
            "category",
        ),
        *("pubDate", "lastBuildDate", "cloud"),
        *(_DC + name for name in ("language", "rights", "publisher", "date", "creator")),
        _ATOM + "link",
        _SY + "updateBase",
    }
)
_HOLDERS = {
    "image": frozenset({"title", "link", "description", "url", "width", "height"}),
    "skipHours": frozenset({"hour"}),
    "skipDays": frozenset({"day"}),
}
_SAID = {"title": "title", "ttl": "ttl", _SY + "updatePeriod": "period", _SY + "updateFrequency": "frequency"}
_SIMPLE = {
    "title": "title",
    "link": "link",
    "description": "summary",
    _CONTENT + "encoded": "content",
    "pubDate": "published",
    _DC + "date": "updated",
}
# feedparser maps these to what windows-1252 has in their place.
_C1 = re.compile("[\x80-\x9f]")
# And it takes a text of these alone for UTF-8 that was encoded twice.
_LATIN = re.compile("[\x00-\xff]*")
# It takes out slashes, and names in links that look like references.
_ODD_LINK = re.compile(r"^[A-Za-z][A-Za-z0-9+-.]*:///|&[A-Za-z0-9_]+;")
# Beyond them our own forms and those of feedparser may differ.
_FIRST_YEAR, _LAST_YEAR = 1990, 2200


class _UnsureError(Exception):
    """Something that this reader does not know."""


def read_plain_rss(text: str) -> RawFeed | None:
    """Read a mended document; None when it is no plain RSS 2.0, or anything about it is doubtful."""
    # They may stand in a text as well: then the document is read a little later.
    if "<!DOCTYPE" in text or "<!ENTITY" in text or text.count("<") > _MOST_TAGS:
        return None
    try:
        _check_namespaces(text)
        parser = XMLParser()  # noqa: S314 - without a document type there is nothing to expand
        parser.feed(text)
        return _feed(parser.close())
    except (ParseError, _UnsureError):
        return None


def _check_namespaces(text: str) -> None:
    for prefix, uri in _NAMESPACE.findall(text):
        if _USUAL.get(prefix) != f"{{{uri}}}":
            raise _UnsureError


def _feed(root: Element) -> RawFeed:
    if root.tag != "rss" or len(root) != 1 or root[0].tag != "channel" or root[0].attrib:
        raise _UnsureError
    if set(root.keys()) - {"version", _XML + "lang"} or not root.get("version", "").startswith("2."):
        raise _UnsureError
    said: dict[str, str] = {}
    items = []
    for child in root[0]:
        if child.tag == "item":
            items.append(_item(child))
        elif (name := _SAID.get(child.tag)) is not None:
            if name in said or child.attrib:
                raise _UnsureError
            said[name] = _value(child)
        elif child.tag in _HOLDERS:
            _check_leaves(child, _HOLDERS[child.tag])
        elif child.tag not in _ABOUT or len(child) or not _harmless(child):
            raise _UnsureError
    return RawFeed(
        line_text(said.get("title", "")) or None,
        "rss20",
        tuple(items),
        (),
        update_every_s=slowest_update_s(said.get("ttl", ""), said.get("period", ""), said.get("frequency", "")),
        plain=True,
    )


def _check_leaves(holder: Element, known: frozenset[str]) -> None:
    for child in holder:
        if child.tag not in known or len(child) or child.attrib:
            raise _UnsureError
    if holder.attrib:
        raise _UnsureError


def _harmless(element: Element) -> bool:
    """Tell whether its attributes leave alone what relative links are resolved against."""
    return not element.attrib or ("base" not in element.attrib and _XML + "base" not in element.attrib)


class _Found:
    """What the elements of an item said."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.author = ""
        self.categories: list[str] = []
        self.sourced = False
        self.titled_media = False

    def take(self, child: Element) -> None:
        """Take an element. Raises _UnsureError where it is none that is known."""
        tag, attributes = child.tag, set(child.keys())
        if (name := _SIMPLE.get(tag)) is not None and not attributes:
            self._once(name, child)
        elif tag == "guid" and attributes <= {"isPermaLink"}:
            self._once("guid", child)
            if child.get("isPermaLink", "true") == "true":
                self.texts["permalink"] = self.texts["guid"]
        elif tag in _CREATORS and not attributes:
            self.author = _value(child)
        elif tag == "category" and attributes <= {"domain"}:
            self.categories.append(_value(child))
        elif tag == "source" and attributes <= {"url"} and not len(child):
            self.sourced = True
        else:
            self._pass(child)

    def _once(self, name: str, child: Element) -> None:
        if name in self.texts:
            raise _UnsureError
        self.texts[name] = _value(child)

    def _pass(self, child: Element) -> None:
        for inner in child.iter():
            if inner.tag == _TITLE_OF_MEDIA:
                self.titled_media = True
            elif inner.tag not in _IDLE:
                raise _UnsureError
            if not _harmless(inner):
                raise _UnsureError


def _item(item: Element) -> RawItem:
    if item.attrib:
        raise _UnsureError
    found = _Found()
    for child in item:
        found.take(child)
    texts = found.texts
    title = texts.get("title", "")
    if found.titled_media and (found.sourced or not title):
        # feedparser gives the item the title of its picture.
        raise _UnsureError
    guid = _address(texts.get("guid", ""))
    link = _address(texts.get("link", texts.get("permalink", "")))
    if link == guid and not guid.startswith(("http://", "https://", "/")):
        # A guid without isPermaLink="false" counts as a link, also where it is a plain number.
        link = ""
    published, updated = _date(texts.get("published")), _date(texts.get("updated"))
    return RawItem(
        guid=guid,
        link=link,
        title=_title(title),
        summary=html_text(texts.get("summary", "")),
        content=html_text(texts.get("content", "")),
        # dc:date alone is the time of publication.
        published=published or updated,
        updated=updated if published else None,
        published_parsed=None,
        updated_parsed=None,
        author=line_text(found.author)[:LONGEST_AUTHOR],
        categories=tuple(map(line_text, dict.fromkeys(filter(None, found.categories)))),
    )


def _value(element: Element) -> str:
    """Return the text of an element that holds nothing else."""
    if len(element):
        raise _UnsureError
    text = (element.text or "").strip()
    if not text.isascii() and (_LATIN.fullmatch(text) or (not text.isprintable() and _C1.search(text))):
        raise _UnsureError
    return text


def _address(text: str) -> str:
    if _ODD_LINK.search(text):
        raise _UnsureError
    return storable(text).strip()


def _title(text: str) -> str:
    title = plain_text(text)
    if "&" in text and ("<" in text or "<" in title):
        # Whether it is HTML is guessed by feedparser from its tags and references.
        raise _UnsureError
    if "</" in text or "<br" in text.lower():
        title = html_text(text)
    return " ".join(title.split())


def _date(text: str | None) -> str | None:
    if text and not readable(text, _FIRST_YEAR, _LAST_YEAR):
        # Only where our own forms fail is feedparser's reading asked for.
        raise _UnsureError
    return text or None
