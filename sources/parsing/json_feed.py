"""JSON Feed, versions 1 and 1.1."""

import json
from collections.abc import Mapping
from typing import Any

from sources.outcome import Outcome, ParseFailed
from sources.parsing.html_text import html_text, line_text, plain_text, storable
from sources.parsing.items import RawItem
from sources.parsing.mojibake import undo
from sources.parsing.raw_feed import RawFeed

_VERSION = "jsonfeed.org/version/"


def looks_like_json(text: str) -> bool:
    """Tell whether a text can only be JSON: XML and HTML start with a bracket of another kind."""
    return text[:64].lstrip("\ufeff \t\r\n").startswith(("{", "["))


def read_json_feed(text: str, max_entries: int) -> RawFeed:
    """Read a JSON Feed.

    Raises ParseFailed: broken when it is no valid JSON, not_a_feed when it is JSON of another kind.
    """
    try:
        feed = json.loads(text.lstrip("\ufeff \t\r\n"))
        # Written plainly, since letters beyond ASCII may have come as references.
        undone = undo(json.dumps(feed, ensure_ascii=False))
        feed = json.loads(undone.text)
    except (ValueError, RecursionError) as error:
        outcome = Outcome.BROKEN if _VERSION in text[:1000] else Outcome.NOT_A_FEED
        raise ParseFailed(outcome, f"not valid JSON: {error}") from None
    if not isinstance(feed, dict) or _VERSION not in str(feed.get("version", "")):
        raise ParseFailed(Outcome.NOT_A_FEED, "JSON, but no JSON Feed")
    items = feed.get("items")
    if not isinstance(items, list):
        raise ParseFailed(Outcome.BROKEN, "a JSON Feed without its list of items")
    readable = [item for item in items if isinstance(item, dict)]
    repairs = list(undone.repairs)
    if len(readable) < len(items):
        repairs.append("items that are no objects left out")
    if len(readable) > max_entries:
        repairs.append(f"only the first {max_entries} entries read")
    return RawFeed(
        line_text(_string(feed, "title")) or None,
        "json",
        tuple(_item(item) for item in readable[:max_entries]),
        tuple(repairs),
        complete=len(readable) <= max_entries,
    )


def _item(item: Mapping[str, Any]) -> RawItem:
    rich, plain = html_text(_string(item, "content_html")), plain_text(_string(item, "content_text"))
    tags = item.get("tags")
    return RawItem(
        guid=storable(_string(item, "id")).strip(),
        link=storable(_string(item, "url") or _string(item, "external_url")).strip(),
        title=line_text(_string(item, "title")),
        summary=plain_text(_string(item, "summary")),
        content=max(rich, plain, key=len),
        published=_string(item, "date_published") or None,
        updated=_string(item, "date_modified") or None,
        published_parsed=None,
        updated_parsed=None,
        author=line_text(_author(item)),
        categories=tuple(line_text(tag) for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
    )


def _author(item: Mapping[str, Any]) -> str:
    authors = item.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else item.get("author")
    return _string(first, "name") if isinstance(first, dict) else ""


def _string(mapping: Mapping[str, Any], name: str) -> str:
    value = mapping.get(name)
    # Version 1 feeds number their items; a number is as good an id as a string.
    if isinstance(value, int | float) and not isinstance(value, bool) and name == "id":
        return str(value)
    return value if isinstance(value, str) else ""
