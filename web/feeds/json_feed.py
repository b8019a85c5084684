"""A feed as JSON Feed 1.1."""

import json
from datetime import UTC, datetime

from web.feeds.document import GENERATOR, LANGUAGE, Document, Item

MEDIA_TYPE = "application/feed+json"


def write_json_feed(document: Document) -> bytes:
    """Write the document; the same document gives the same bytes."""
    feed: dict[str, object] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": document.title,
        "home_page_url": document.page_url,
        "feed_url": document.self_url,
        "description": document.description,
        "language": LANGUAGE,
        "authors": [{"name": GENERATOR}],
        "items": [_item(item) for item in document.items],
    }
    if document.next_url is not None:
        feed["next_url"] = document.next_url
    return json.dumps(feed, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _item(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_html": item.content,
        "date_published": _time(item.published),
        "date_modified": _time(item.updated),
        "authors": [{"name": author} for author in item.authors],
        "tags": [tag.label for tag in item.tags],
        "language": LANGUAGE,
        # Extensions begin with an underscore; for programs that would else read the HTML.
        "_riwaya": {
            "articles": [{"url": link.url, "title": link.title} for link in item.links],
            "tags": [{"scheme": tag.scheme, "term": tag.term, "label": tag.label} for tag in item.tags],
        },
    }


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
