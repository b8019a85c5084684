"""Items that a feed's document holds as the one before held them: known by their bytes, and not read again.

Nearly all of a changed document is known: two items of forty are new. What an item is depends on the names of all
others beside it (see `sources.identity`), so of each the names are remembered, hashed, and what else is asked of a
document as a whole. Where a new item could be mistaken the document is read whole.
"""

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sources.clock import clocked
from sources.entry import Entry
from sources.identity import Names, Step

MARK = 16
"""Bytes of the hash that an item is known by."""

_NAME = 8
# The content is no name that two items share without sharing the title too, unless they lack all others.
_NAMES = (Step.GUID, Step.LINK, Step.LINK_DATE, Step.TITLE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAYOUT = struct.Struct(f"<{MARK}s{_NAME * len(_NAMES)}sqI?")
_NO_DATE = -(1 << 63)


@dataclass(frozen=True, slots=True)
class KnownItem:
    """What is remembered of an item."""

    mark: bytes
    """A hash of its bytes and of all else that they are read with."""
    names: tuple[bytes, ...]
    """Hashes of its names; empty for one that it lacks."""
    published: datetime | None
    clocked: bool
    """Whether that date has a clock to be compared with ours."""
    letters: int
    """Of the text that the feed gives of it."""

    @property
    def clock(self) -> datetime | None:
        """Return its stamp if it tells of the feed's clock."""
        return self.published if self.clocked else None


def known_item(entry: Entry, key: str, step: Step) -> KnownItem | None:
    """Return what to remember of an entry; None where it has no mark, or is known by another name than its own."""
    if entry.mark is None or entry.names[step] != key:
        return None
    clock = clocked(entry)
    return KnownItem(entry.mark, _hashes(entry.names), entry.published, clock is not None, entry.letters)


def stands_alone(entries: Sequence[Entry], beside: Sequence[KnownItem], step: Step) -> bool:
    """Tell whether the new entries of a document are named as if all of it had been read.

    They are when each has its own name at the feed's step, none has any name of a known item, and the known ones,
    whose articles are stored, outnumber them: then the feed stays on its step, nobody's guids have changed, and no
    two are confused.
    """
    own = {entry.names[step] for entry in entries}
    if None in own or len(own) < len(entries) or len(entries) > len(beside):
        return False
    taken = {name for item in beside for name in item.names if name}
    return not any(name in taken for entry in entries for name in _hashes(entry.names) if name)


def packed(item: KnownItem) -> bytes:
    """Write an item as the bytes to be stored."""
    at = _NO_DATE if item.published is None else (item.published - _EPOCH) // _MICROSECOND
    names = b"".join(name or bytes(_NAME) for name in item.names)
    return _LAYOUT.pack(item.mark, names, at, min(item.letters, 0xFFFFFFFF), item.clocked)


def unpacked(raw: bytes) -> KnownItem | None:
    """Read what `packed` wrote; None for anything else, as of another release: then the item is read again."""
    if len(raw) != _LAYOUT.size:
        return None
    mark, names, at, count, has_clock = _LAYOUT.unpack(raw)
    split = (names[start : start + _NAME] for start in range(0, len(names), _NAME))
    published = None if at == _NO_DATE else _EPOCH + at * _MICROSECOND
    return KnownItem(mark, tuple(name if any(name) else b"" for name in split), published, has_clock, count)


def mark_of(raw: bytes) -> bytes:
    """Return the mark of a packed item."""
    return raw[:MARK]


def _hashes(names: Names) -> tuple[bytes, ...]:
    return tuple(_hash(name) if name is not None else b"" for name in (names[step] for step in _NAMES))


def _hash(name: str) -> bytes:
    return hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_NAME).digest()
