"""Reading OPML: the lists of feeds that feed readers exchange."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

# A list of 100,000 feeds is some 20 MB; anything above is no list a person keeps.
_LONGEST = 32_000_000


class OpmlError(ValueError):
    """The text is no OPML; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class OpmlFeed:
    """One subscription."""

    title: str
    url: str
    homepage: str | None
    category: str | None
    """The folder it stands in, or its own `category`."""


def read_opml(text: str) -> list[OpmlFeed]:
    """Read the feeds of an OPML list in order, each address once.

    Raises OpmlError when the text is no OPML or declares a document type (feeds lists need none, attacks do).
    """
    if len(text) > _LONGEST:
        raise OpmlError(f"the list is longer than {_LONGEST} characters")
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise OpmlError("document type and entity declarations are not accepted")
    try:
        # A text that is decoded already must not be decoded again by what its prolog claims.
        root = ET.fromstring(text.lstrip("\ufeff \t\r\n").encode(), ET.XMLParser(encoding="utf-8"))  # noqa: S314 - no entities reach it, see above
    except (ET.ParseError, ValueError) as error:
        raise OpmlError(f"not well-formed XML: {error}") from None
    if root.tag.lower() != "opml":
        raise OpmlError(f"the root element is <{root.tag}>, not <opml>")
    feeds: dict[str, OpmlFeed] = {}
    # A list of our own instead of recursion: the nesting comes from outside.
    waiting: list[tuple[ET.Element, str | None]] = [(root, None)]
    while waiting:
        element, folder = waiting.pop()
        attributes = {name.lower(): " ".join(value.split()) for name, value in element.attrib.items()}
        label = attributes.get("title") or attributes.get("text") or ""
        url = attributes.get("xmlurl", "")
        if url:
            category = attributes.get("category") or folder
            feeds.setdefault(url, OpmlFeed(label or url, url, attributes.get("htmlurl") or None, category))
        inner = label if element.tag.lower() == "outline" and label and not url else folder
        waiting.extend((child, inner) for child in reversed(element))
    for feed in feeds.values():
        _require_http(feed.url)
    return list(feeds.values())


def _require_http(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise OpmlError(f"bad feed address {url!r}: {error}") from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise OpmlError(f"bad feed address {url!r}: only http and https are fetched")
