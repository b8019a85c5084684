"""The whole of parsing as one function of the bytes: decode, recognise, read, name and date."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sources.entry import Document
from sources.outcome import ParseFailed
from sources.parsing.decode import decode
from sources.parsing.item_bytes import ItemBytes, item_bytes
from sources.parsing.items import Origin, entries_of
from sources.parsing.json_feed import looks_like_json, read_json_feed
from sources.parsing.mojibake import undo
from sources.parsing.xml_feed import read_xml_feed


def read_document(
    body: bytes, content_type: str | None, origin: Origin, max_entries: int, known: Collection[bytes] = ()
) -> Document:
    """Read a feed of any kind; items whose marks are `known` are left out where all else is read as with them.

    Raises ParseFailed with the outcome to record. Other exceptions are faults of the parser underneath, and hostile
    input can make it run for minutes: call it where it can be killed.
    """
    divided = item_bytes(body, content_type, origin)
    if divided is None or len(divided.items) > max_entries:
        return _read(body, content_type, origin, max_entries)[0]
    marks = frozenset(known)
    if not marks.isdisjoint(divided.marks):
        rest = _without(divided, marks, content_type, origin, max_entries)
        if rest is not None:
            return rest
    document, plain = _read(body, content_type, origin, max_entries)
    return _marked(document, divided.marks) if plain else document


def _without(
    divided: ItemBytes, known: frozenset[bytes], content_type: str | None, origin: Origin, max_entries: int
) -> Document | None:
    """Read a document without the known items; None when what is left is not as plain as they were."""
    rest = divided.without(known)
    try:
        document, plain = _read(rest.body, content_type, origin, max_entries)
    except ParseFailed:
        return None
    if not plain or len(document.entries) != len(rest.items):
        return None
    held = dict.fromkeys(mark for mark in divided.marks if mark in known)
    return replace(_marked(document, rest.marks), known=tuple(held))


def _marked(document: Document, marks: Sequence[bytes]) -> Document:
    """Give each entry its mark, if the parser found the same items."""
    if len(document.entries) != len(marks):
        return document
    marked = (replace(entry, mark=mark) for entry, mark in zip(document.entries, marks, strict=True))
    return replace(document, entries=tuple(marked))


def _read(body: bytes, content_type: str | None, origin: Origin, max_entries: int) -> tuple[Document, bool]:
    """Read a whole document; tell also whether it is plain: UTF-8 and RSS that needed no mending, item for item."""
    decoded = decode(body, content_type)
    repairs = decoded.repairs
    if looks_like_json(decoded.text):
        feed = read_json_feed(decoded.text, max_entries)
    else:
        undone = undo(decoded.text)
        repairs += undone.repairs
        feed = read_xml_feed(undone.text, max_entries)
    document = Document(
        title=feed.title,
        format=feed.format,
        entries=entries_of(feed.items, origin),
        declared_charset=decoded.declared,
        used_charset=decoded.used,
        repairs=repairs + feed.repairs,
        complete=feed.complete,
        update_every_s=feed.update_every_s,
    )
    same = len(document.entries) == len(feed.items)
    return document, feed.plain and same and feed.complete and decoded.used == "utf-8" and not document.repairs
