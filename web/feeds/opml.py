"""Writing OPML: the lists of feeds that feed readers exchange."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from web.feeds.outside_text import clean
from web.feeds.xml_bytes import xml_bytes

MEDIA_TYPE = "text/x-opml"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed of an outlet; `category` is the folder it stands in."""

    title: str
    url: str
    homepage: str | None = None
    category: str | None = None


def write_opml(feeds: Iterable[Subscription], title: str) -> bytes:
    """Write feeds as an OPML 2.0 list, one folder for each category, that other programs read back the same."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = clean(title)
    body = ET.SubElement(root, "body")
    folders: dict[str, ET.Element] = {}
    for feed in feeds:
        parent = body
        if name := clean(feed.category or ""):
            if name not in folders:
                folders[name] = ET.SubElement(body, "outline", text=name, title=name)
            parent = folders[name]
        label = clean(feed.title)
        outline = ET.SubElement(parent, "outline", type="rss", text=label, title=label, xmlUrl=clean(feed.url))
        if feed.homepage:
            outline.set("htmlUrl", clean(feed.homepage))
    return xml_bytes(root)
