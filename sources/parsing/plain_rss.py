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
        *("link", "description", "language", "copyright", "generator", "managingEditor", "webMaster", "docs", "category"),
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


class _Unsure(Exception):
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
    except (ParseError, _Unsure):
        return None


def _check_namespaces(text: str) -> None:
    for prefix, uri in _NAMESPACE.findall(text):
        if _USUAL.get(prefix) != f"{{{uri}}}":
            raise _Unsure


def _feed(root: Element) -> RawFeed:
    if root.tag != "rss" or len(root) != 1 or root[0].tag != "channel" or root[0].attrib:
        raise _Unsure
    if set(root.keys()) - {"version", _XML + "lang"} or not root.get("version", "").startswith("2."):
        raise _Unsure
    said: dict[str, str] = {}
    items = []
    for child in root[0]:
        if child.tag == "item":
            items.append(_item(child))
        elif (name := _SAID.get(child.tag)) is not None:
            if name in said or child.attrib:
                raise _Unsure
            said[name] = _value(child)
        elif child.tag in _HOLDERS:
            _check_leaves(child, _HOLDERS[child.tag])
        elif child.tag not in _ABOUT or len(child) or not _harmless(child):
            raise _Unsure
    return RawFeed(
        line_text(said.get("title", "")) or None,
        "rss20",
        tuple(items),
        (),
        update_every_s=slowest_update_s(said.get("ttl", ""), said.get("period", ""), said.get("frequency", "")),
    )


def _check_leaves(holder: Element, known: frozenset[str]) -> None:
    for child in holder:
        if child.tag not in known or len(child) or child.attrib:
            raise _Unsure
    if holder.attrib:
        raise _Unsure


def _harmless(element: Element) -> bool:
    """Tell whether its attributes leave alone what relative links are resolved against."""
    return not element.attrib or ("base" not in element.attrib and _XML + "base" not in element.attrib)


def _item(item: Element) -> RawItem:
    if item.attrib:
        raise _Unsure
    found: dict[str, str] = {}
    author = ""
    categories: list[str] = []
    titled_media = sourced = False
    for child in item:
        tag = child.tag
        if (name := _SIMPLE.get(tag)) is not None:
            if name in found or child.attrib:
                raise _Unsure
            found[name] = _value(child)
        elif tag == "guid":
            if "guid" in found or set(child.keys()) - {"isPermaLink"}:
                raise _Unsure
            found["guid"] = _value(child)
            if child.get("isPermaLink", "true") == "true":
                found["permalink"] = found["guid"]
        elif tag in _CREATORS and not child.attrib:
            author = _value(child)
        elif tag == "category" and set(child.keys()) <= {"domain"}:
            categories.append(_value(child))
        elif tag == "source" and not len(child) and set(child.keys()) <= {"url"}:
            sourced = True
        elif not _idle(child):
            raise _Unsure
        else:
            titled_media = titled_media or any(inner.tag == _TITLE_OF_MEDIA for inner in child.iter())
    title = found.get("title", "")
    if titled_media and (sourced or not title):
        # feedparser gives the item the title of its picture.
        raise _Unsure
    guid = _address(found.get("guid", ""))
    link = _address(found.get("link", found.get("permalink", "")))
    if link == guid and not guid.startswith(("http://", "https://", "/")):
        # A guid without isPermaLink="false" counts as a link, also where it is a plain number.
        link = ""
    published, updated = _date(found.get("published")), _date(found.get("updated"))
    return RawItem(
        guid=guid,
        link=link,
        title=_title(title),
        summary=html_text(found["summary"]) if "summary" in found else "",
        content=html_text(found["content"]) if "content" in found else "",
        # dc:date alone is the time of publication.
        published=published or updated,
        updated=updated if published else None,
        published_parsed=None,
        updated_parsed=None,
        author=line_text(author)[:LONGEST_AUTHOR],
        categories=tuple(map(line_text, dict.fromkeys(filter(None, categories)))),
    )


def _idle(element: Element) -> bool:
    return all(
        (inner.tag in _IDLE or inner.tag == _TITLE_OF_MEDIA) and _harmless(inner) for inner in element.iter()
    )


def _value(element: Element) -> str:
    """Return the text of an element that holds nothing else."""
    if len(element):
        raise _Unsure
    text = (element.text or "").strip()
    if not text.isascii() and (_LATIN.fullmatch(text) or (not text.isprintable() and _C1.search(text))):
        raise _Unsure
    return text


def _address(text: str) -> str:
    if _ODD_LINK.search(text):
        raise _Unsure
    return storable(text).strip()


def _title(text: str) -> str:
    title = plain_text(text)
    if "&" in text and ("<" in text or "<" in title):
        # Whether it is HTML is guessed by feedparser from its tags and references.
        raise _Unsure
    if "</" in text or "<br" in text.lower():
        title = html_text(text)
    return " ".join(title.split())


def _date(text: str | None) -> str | None:
    if text and not readable(text, _FIRST_YEAR, _LAST_YEAR):
        # Only where our own forms fail is feedparser's reading asked for.
        raise _Unsure
    return text or None
