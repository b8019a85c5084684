"""A feed as RSS 2.0, with what the specification lacks from Atom and Dublin Core."""

from datetime import UTC, datetime
from email.utils import format_datetime
from xml.etree import ElementTree as ET

from web.feeds.document import GENERATOR, LANGUAGE, Document, Item
from web.feeds.xml_bytes import xml_bytes

MEDIA_TYPE = "application/rss+xml"

TTL_MINUTES = 15
"""How long readers are asked to wait: riwaya itself asks a feed about so often."""

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_PREFIXES = {"xmlns:atom": _ATOM, "xmlns:dc": _DC}


def write_rss(document: Document) -> bytes:
    """Write the document; the same document gives the same bytes."""
    rss = ET.Element("rss", {"version": "2.0", **_PREFIXES})
    channel = ET.SubElement(rss, "channel")
    _text(channel, "title", document.title)
    _text(channel, "link", document.page_url)
    _text(channel, "description", document.description)
    _text(channel, "language", LANGUAGE)
    _text(channel, "generator", f"{GENERATOR} {document.version}")
    _text(channel, "docs", "https://www.rssboard.org/rss-specification")
    _text(channel, "lastBuildDate", _time(document.updated))
    _text(channel, "ttl", str(TTL_MINUTES))
    ET.SubElement(channel, "atom:link", rel="self", type=MEDIA_TYPE, href=document.self_url)
    if document.next_url is not None:
        ET.SubElement(channel, "atom:link", rel="next", type=MEDIA_TYPE, href=document.next_url)
    for item in document.items:
        _item(channel, item)
    return xml_bytes(rss)


def _item(channel: ET.Element, item: Item) -> None:
    element = ET.SubElement(channel, "item")
    _text(element, "title", item.title)
    _text(element, "link", item.url)
    _text(element, "guid", item.id, isPermaLink="false")
    _text(element, "pubDate", _time(item.published))
    # RSS knows no time of change; readers that know Atom's take it here.
    _text(element, "atom:updated", item.updated.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"))
    for author in item.authors:
        _text(element, "dc:creator", author)
    for tag in item.tags:
        _text(element, "category", tag.label, domain=tag.scheme)
    _text(element, "description", item.content)


def _text(parent: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(parent, name, attributes).text = text


def _time(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)
