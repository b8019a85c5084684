"""What an alert says: a JSON object with stable names. Keys may be added, none changes its meaning."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlsplit

from clustering.agencies import AGENCY_NAMES
from daemon.alerts.outside_text import one_line
from storage.alert_facts import ArticleFacts, EventFacts, StoryFacts
from web.story_path import story_path

MOST_OUTLETS = 50
"""Outlets that are named; `sources` counts them all. Receivers refuse bodies without bounds."""
MOST_CHANGES = 20
"""Changes of figures that are listed; an article changes a handful."""
_LONGEST_URL = 2000

STORY = "story"
"""The `event` of an alert about a story as a whole."""


def payload_of(
    alert_id: str,
    rule: str,
    at: datetime,
    story: StoryFacts,
    event: EventFacts | None,
    about: ArticleFacts | None,
    public_url: str | None = None,
) -> dict[str, object]:
    """Return what is sent for a rule that rang `at`, for an event with the article it is about or for a story.

    `public_url` is the address of the pages, where people have one.
    """
    content: dict[str, object] = {
        "id": alert_id,
        "rule": rule,
        "at": _moment(at),
        "test": False,
        "event": STORY if event is None else event.kind,
        "story": _story(story, public_url),
    }
    if event is not None:
        content["event_id"] = event.id
        content |= _cause(event)
    if about is not None:
        content["article"] = _article(about)
    return content


def payload_of_test(alert_id: str, rule: str, at: datetime) -> dict[str, object]:
    """Return the same shape with a story that nobody told, marked as a test."""
    return {
        "id": alert_id,
        "rule": rule,
        "at": _moment(at),
        "test": True,
        "event": STORY,
        "story": {
            "id": 0,
            "title": "تنبيه تجريبي من رواية",
            "articles": 2,
            "sources": 2,
            "outlets": [{"id": "almarfa", "name": "المرفأ"}, {"id": "sariya", "name": "السارية"}],
            "wires": [{"id": "reuters", "name": AGENCY_NAMES["reuters"]}],
            "first_seen": _moment(at),
        },
    }


def body_of(content: Mapping[str, object]) -> str:
    """Return the letters that are stored, signed and sent."""
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _story(story: StoryFacts, public_url: str | None) -> dict[str, object]:
    outlets = dict.fromkeys((article.source_id, article.source_name) for article in story.articles)
    wires = sorted({wire for article in story.articles for wire in article.wires})
    told: dict[str, object] = {
        "id": story.id,
        "title": one_line(story.title),
        "articles": len(story.articles),
        "sources": story.sources,
        "outlets": [{"id": source, "name": name} for source, name in list(outlets)[:MOST_OUTLETS]],
        "wires": [{"id": wire, "name": AGENCY_NAMES.get(wire, wire)} for wire in wires],
        "first_seen": _moment(story.first_seen_at),
    }
    if public_url is not None:
        told["url"] = public_url + story_path(story.id)
    return told


def _article(article: ArticleFacts) -> dict[str, object]:
    return {
        "id": article.id,
        "outlet": {"id": article.source_id, "name": article.source_name},
        "title": one_line(article.title),
        "url": _link(article.url),
        "published": _moment(article.published_at),
    }


def _cause(event: EventFacts) -> dict[str, object]:
    match event.kind:
        case "figure_change":
            changes = cast("list[Mapping[str, str]]", event.cause["changes"])
            return {"changes": [_change(change) for change in changes[:MOST_CHANGES]]}
        case "grew_to_n":
            return {"grew_to": event.cause["sources"]}
        case "vanished":
            return {"last_seen": event.cause["last_seen"]}
        case "merged" | "split" | "moved":
            return {"other_story": event.other_cluster_id}
        case _:
            return {}


def _change(change: Mapping[str, str]) -> dict[str, str]:
    return {key: one_line(change[key]) for key in ("place", "sort", "was", "now")}


def _link(url: str | None) -> str | None:
    """Return an address that may be followed: what a feed gave may be anything."""
    if url is None or len(url) > _LONGEST_URL or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds")
