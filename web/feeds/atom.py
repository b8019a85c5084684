"""A feed as Atom (RFC 4287), with the addresses of further pages as RFC 5005 has them."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from web.feeds.document import GENERATOR, LANGUAGE, Document, Item
from web.feeds.xml_bytes import xml_bytes

MEDIA_TYPE = "application/atom+xml"

_ATOM = "http://www.w3.org/2005/Atom"


def write_atom(document: Document) -> bytes:
    """Write the document; the same document gives the same bytes."""
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": LANGUAGE})
    _text(feed, "id", document.id)
    _text(feed, "title", document.title)
    _text(feed, "subtitle", document.description)
    _text(feed, "updated", _time(document.updated))
    _text(feed, "generator", GENERATOR, version=document.version)
    _text(_within(feed, "author"), "name", GENERATOR)
    _within(feed, "link", rel="self", type=MEDIA_TYPE, href=document.self_url)
    _within(feed, "link", rel="alternate", type="text/html", href=document.page_url)
    if document.next_url is not None:
        _within(feed, "link", rel="next", type=MEDIA_TYPE, href=document.next_url)
    for item in document.items:
        _entry(feed, item)
    return xml_bytes(feed)


def _entry(feed: ET.Element, item: Item) -> None:
    entry = _within(feed, "entry")
    _text(entry, "id", item.id)
    _text(entry, "title", item.title)
    _text(entry, "updated", _time(item.updated))
    _text(entry, "published", _time(item.published))
    _within(entry, "link", rel="alternate", type="text/html", href=item.url)
    for link in item.links:
        _within(entry, "link", rel="related", href=link.url, title=link.title)
    for place, author in enumerate(item.authors):
        _text(_within(entry, "author" if place == 0 else "contributor"), "name", author)
    for tag in item.tags:
        _within(entry, "category", scheme=tag.scheme, term=tag.term, label=tag.label)
    _text(entry, "content", item.content, type="html")


def _within(parent: ET.Element, name: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, name, attributes)


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    _within(parent, name, **attributes).text = text


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
