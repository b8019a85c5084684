"""Which bytes of a document are which item, so that those seen before can be left out of what is parsed.

That is known without parsing only of RSS whose items follow one another with nothing but blanks between, each from
`<item>` to `</item>`; what looks so and is not (a tag inside a text) shows when the items are counted by the parser.
Bytes are compared, so what else they are read with goes into the mark: the tags around them with their namespaces, the
address that links are resolved against, the declared charset, the zone.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from sources.known_items import MARK
from sources.parsing.items import Origin

_OPEN, _CLOSE = b"<item>", b"</item>"
_CHANNEL = b"<channel>"

EDITION = 1
"""Of reading itself: higher when items are to be read again although their bytes are the same."""


@dataclass(frozen=True, slots=True)
class ItemBytes:
    """A document, divided: what stands before its items, these in order with their marks, and what follows."""

    before: bytes
    items: tuple[bytes, ...]
    marks: tuple[bytes, ...]
    after: bytes

    def without(self, known: Collection[bytes]) -> "ItemBytes":
        """Return the document without the items of these marks."""
        rest = [(item, mark) for item, mark in zip(self.items, self.marks, strict=True) if mark not in known]
        return ItemBytes(self.before, tuple(item for item, _ in rest), tuple(mark for _, mark in rest), self.after)

    @property
    def body(self) -> bytes:
        """The document in one piece."""
        return b"".join((self.before, *self.items, self.after))


def item_bytes(body: bytes, content_type: str | None, origin: Origin) -> ItemBytes | None:
    """Divide a document; None where it is not certain what is an item."""
    channel = body.find(_CHANNEL)
    first, last = body.find(_OPEN), body.rfind(_CLOSE) + len(_CLOSE)
    if not 0 <= channel < first < last:
        return None
    parts = body[first:last].split(_CLOSE)[:-1]
    if len(parts) != body.count(_OPEN) or not all(part.lstrip().startswith(_OPEN) for part in parts):
        return None
    around = hashlib.blake2b(digest_size=32)
    for said in (body[:channel], content_type or "", origin.url, origin.zone or "", str(EDITION)):
        raw = said if isinstance(said, bytes) else said.encode("utf-8", "surrogatepass")
        around.update(len(raw).to_bytes(8, "big"))
        around.update(raw)
    key = around.digest()
    items = tuple(part + _CLOSE for part in parts)
    marks = tuple(hashlib.blake2b(item.strip(), digest_size=MARK, key=key).digest() for item in items)
    return ItemBytes(body[:first], items, marks, body[last:])
