"""What the specifications ask of a feed: RFC 4287 with RFC 5005, RSS 2.0, JSON Feed 1.1."""

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
# What XML 1.0 forbids, and what Unicode means for no exchange.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")

_FEED = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "generator": (0, 1), "subtitle": (0, 1)}
_ENTRY = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "published": (0, 1), "content": (0, 1), "summary": (0, 1)}


def check_atom(content: bytes) -> ET.Element:
    """Hold a document against RFC 4287; return its root."""
    root = _xml(content)
    assert root.tag == f"{ATOM}feed"
    assert root.get(_LANG)
    _counts(root, _FEED)
    _links(root)
    entries = root.findall(f"{ATOM}entry")
    assert root.find(f"{ATOM}author") is not None or all(entry.find(f"{ATOM}author") is not None for entry in entries)
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids)
    for entry in entries:
        _counts(entry, _ENTRY)
        _links(entry)
        content_ = entry.find(f"{ATOM}content")
        assert content_ is not None
        assert content_.get("type") == "html"
        assert len(content_) == 0
    for element in root.iter():
        if element.tag in {f"{ATOM}updated", f"{ATOM}published"}:
            _time(element.text)
        if element.tag == f"{ATOM}id":
            assert urlsplit(element.text or "").scheme
        if element.tag == f"{ATOM}category":
            assert element.get("term")
            assert urlsplit(element.get("scheme", "")).scheme
        if element.tag in {f"{ATOM}author", f"{ATOM}contributor"}:
            assert element.findtext(f"{ATOM}name")
    return root


def check_rss(content: bytes) -> ET.Element:
    """Hold a document against RSS 2.0; return its channel."""
    root = _xml(content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root
    assert channel.tag == "channel"
    known = {"title", "link", "description", "language", "generator", "docs", "lastBuildDate", "ttl", "item"}
    assert {element.tag for element in channel} <= known | {f"{ATOM}link"}
    for name in ("title", "link", "description"):
        assert len(channel.findall(name)) == 1
        assert channel.findtext(name)
    (own,) = (link for link in channel.findall(f"{ATOM}link") if link.get("rel") == "self")
    assert _is_web(own.get("href"))
    assert own.get("type") == "application/rss+xml"
    assert int(channel.findtext("ttl") or "") > 0
    parsedate_to_datetime(channel.findtext("lastBuildDate") or "")
    guids = [item.findtext("guid") for item in channel.findall("item")]
    assert len(set(guids)) == len(guids)
    known = {"title", "link", "guid", "pubDate", "category", "description", f"{ATOM}updated", f"{DC}creator"}
    for item in channel.findall("item"):
        assert {element.tag for element in item} <= known
        assert item.findtext("title")
        assert _is_web(item.findtext("link"))
        guid = item.find("guid")
        assert guid is not None
        assert guid.get("isPermaLink") == "false"
        assert guid.text
        assert parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo
        _time(item.findtext(f"{ATOM}updated"))
        description = item.find("description")
        assert description is not None
        assert len(description) == 0
    return channel


def check_json_feed(content: bytes) -> dict[str, Any]:
    """Hold a document against JSON Feed 1.1; return it."""
    text = content.decode()
    assert not _FORBIDDEN.search(text)
    feed = json.loads(text)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    assert all(_is_web(feed[name]) for name in ("home_page_url", "feed_url"))
    assert "next_url" not in feed or (_is_web(feed["next_url"]) and feed["next_url"] != feed["feed_url"])
    known = {"version", "title", "home_page_url", "feed_url", "description", "language", "authors", "items", "next_url"}
    assert set(feed) <= known
    assert len({item["id"] for item in feed["items"]}) == len(feed["items"])
    known = {"id", "url", "title", "content_html", "date_published", "date_modified", "authors", "tags", "language"}
    for item in feed["items"]:
        assert {name for name in item if not name.startswith("_")} <= known
        assert isinstance(item["id"], str)
        assert _is_web(item["url"])
        assert isinstance(item["content_html"], str)
        _time(item["date_published"])
        _time(item["date_modified"])
        assert all(author["name"] for author in item["authors"])
        assert all(isinstance(tag, str) for tag in item["tags"])
    return dict(feed)


def quiet(text: str) -> bool:
    """Tell whether a text turns nothing around it and holds nothing that formats cannot."""
    return not _TURNING.search(text) and not _FORBIDDEN.search(text)


def _xml(content: bytes) -> ET.Element:
    assert content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert not _FORBIDDEN.search(content.decode())
    return ET.fromstring(content)  # noqa: S314 - our own document


def _counts(parent: ET.Element, allowed: dict[str, tuple[int, int]]) -> None:
    for name, (least, most) in allowed.items():
        found = parent.findall(f"{ATOM}{name}")
        assert least <= len(found) <= most, name
        assert all(element.text for element in found), name


def _links(parent: ET.Element) -> None:
    links = parent.findall(f"{ATOM}link")
    for link in links:
        assert _is_web(link.get("href")), link.attrib
    alternates = [(link.get("type"), link.get("hreflang")) for link in links if link.get("rel") == "alternate"]
    assert alternates
    assert len(set(alternates)) == len(alternates)
    if parent.tag == f"{ATOM}feed":
        (own,) = (link.get("href") for link in links if link.get("rel") == "self")
        assert own not in [link.get("href") for link in links if link.get("rel") == "next"]


def _time(text: str | None) -> None:
    assert text is not None
    assert _RFC_3339.fullmatch(text)
    assert datetime.fromisoformat(text).tzinfo


def _is_web(url: str | None) -> bool:
    if url is None or re.search(r"[\s\"<>\\^`{|}]", url):
        return False
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
