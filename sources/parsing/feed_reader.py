"""The whole of parsing as one function of the bytes: decode, recognise, read, name and date."""

from sources.entry import Document
from sources.parsing.decode import decode
from sources.parsing.items import Origin, entries_of
from sources.parsing.json_feed import looks_like_json, read_json_feed
from sources.parsing.mojibake import undo
from sources.parsing.xml_feed import read_xml_feed


def read_document(body: bytes, content_type: str | None, origin: Origin, max_entries: int) -> Document:
    """Read a feed of any kind.

    Raises ParseFailed with the outcome to record. Other exceptions are faults of the parser underneath, and hostile
    input can make it run for minutes: call it where it can be killed.
    """
    decoded = decode(body, content_type)
    repairs = decoded.repairs
    if looks_like_json(decoded.text):
        feed = read_json_feed(decoded.text, max_entries)
    else:
        undone = undo(decoded.text)
        repairs += undone.repairs
        feed = read_xml_feed(undone.text, max_entries)
    return Document(
        title=feed.title,
        format=feed.format,
        entries=entries_of(feed.items, origin),
        declared_charset=decoded.declared,
        used_charset=decoded.used,
        repairs=repairs + feed.repairs,
        complete=feed.complete,
        update_every_s=feed.update_every_s,
    )
