"""The language between the daemon and its parser workers: frames of a length and JSON, over pipes.

No pickle: what a worker says about hostile input must not be able to run code in the daemon.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sources.dates import DateMark
from sources.entry import Document, Entry

PREFIX = 4
# A frame holds a few entries, or one as large as the largest body; beyond that a worker has lost its mind.
LONGEST_FRAME = 64 << 20
# Small frames let the event loop breathe between them; some 2 ms of decoding each.
_FRAME_GOAL = 256 << 10


def pack(message: dict[str, Any]) -> bytes:
    """Make a frame."""
    raw = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return len(raw).to_bytes(PREFIX, "big") + raw


def length(prefix: bytes) -> int:
    """Read the length of the frame that a prefix begins. Raises ValueError when it is absurd."""
    size = int.from_bytes(prefix, "big")
    if size > LONGEST_FRAME:
        raise ValueError(f"a frame of {size} bytes")
    return size


def unpack(raw: bytes) -> dict[str, Any]:
    """Read a frame's content. Raises ValueError when it is no JSON object."""
    message = json.loads(raw)
    if not isinstance(message, dict):
        raise TypeError("a frame that is no object")
    return message


def document_messages(document: Document) -> Iterator[dict[str, Any]]:
    """Tell a document as messages: its head, its entries in batches, the end."""
    yield {
        "kind": "document",
        "title": document.title,
        "format": document.format,
        "declared_charset": document.declared_charset,
        "used_charset": document.used_charset,
        "repairs": document.repairs,
        "complete": document.complete,
        "update_every_s": document.update_every_s,
        "known": [mark.hex() for mark in document.known],
    }
    batch: list[dict[str, Any]] = []
    size = 0
    for entry in document.entries:
        batch.append(_entry_object(entry))
        size += len(entry.title) + len(entry.summary) + len(entry.text)
        if size > _FRAME_GOAL:
            yield {"kind": "entries", "entries": batch}
            batch, size = [], 0
    yield {"kind": "entries", "entries": batch}
    yield {"kind": "end"}


def document_from(head: dict[str, Any], entries: list[dict[str, Any]]) -> Document:
    """Put a document together again. Raises KeyError, TypeError or ValueError on messages that are none of ours."""
    return Document(
        title=head["title"],
        format=head["format"],
        entries=tuple(_entry(entry) for entry in entries),
        declared_charset=head["declared_charset"],
        used_charset=head["used_charset"],
        repairs=tuple(head["repairs"]),
        complete=head["complete"],
        update_every_s=head["update_every_s"],
        known=tuple(map(bytes.fromhex, head["known"])),
    )


def _entry_object(entry: Entry) -> dict[str, Any]:
    return {
        "names": entry.names,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "text": entry.text,
        "published": entry.published and entry.published.isoformat(),
        "updated": entry.updated and entry.updated.isoformat(),
        "published_raw": entry.published_raw,
        "published_marks": entry.published_marks,
        "author": entry.author,
        "categories": entry.categories,
        "mark": entry.mark and entry.mark.hex(),
    }


def _entry(fields: dict[str, Any]) -> Entry:
    published, updated, mark = fields["published"], fields["updated"], fields["mark"]
    return Entry(
        names=tuple(fields["names"]),
        url=fields["url"],
        title=fields["title"],
        summary=fields["summary"],
        text=fields["text"],
        published=published and datetime.fromisoformat(published),
        updated=updated and datetime.fromisoformat(updated),
        published_raw=fields["published_raw"],
        published_marks=tuple(map(DateMark, fields["published_marks"])),
        author=fields["author"],
        categories=tuple(fields["categories"]),
        mark=mark and bytes.fromhex(mark),
    )
