"""Where a page of the list of clusters ended, as a short text that an address carries."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from datetime import UTC, datetime

from storage.cluster_list import Order, Place
from web.cluster_query import QueryRefused

_SHAPES: dict[Order, str] = {"recent": "ti", "size": "iiti", "growth": "iti"}
"""What a place consists of in each order: t a time, i a whole number."""

_LONGEST = 400
_GREATEST = 2**63


def to_cursor(order: Order, place: Place) -> str:
    """Write a place down."""
    values = [value.timestamp() if isinstance(value, datetime) else value for value in place.by]
    since = None if place.since is None else place.since.timestamp()
    return urlsafe_b64encode(json.dumps([order, since, *values]).encode()).decode().rstrip("=")


def from_cursor(order: Order, cursor: str) -> Place:
    """Read a place of a list in this order. Raises QueryRefused."""
    refused = QueryRefused("after", "this is no place in a list of this order; go back to the beginning of the list")
    if len(cursor) > _LONGEST:
        raise refused
    try:
        written = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, NotBase64, RecursionError) as error:
        raise refused from error
    if not isinstance(written, list) or len(written) != 2 + len(_SHAPES[order]) or written[0] != order:
        raise refused
    try:
        since = None if written[1] is None else _time(written[1])
        return Place(tuple(_values(_SHAPES[order], written[2:])), since)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise refused from error


def _values(shape: str, written: Sequence[object]) -> list[int | datetime]:
    return [_time(value) if sort == "t" else _whole(value) for sort, value in zip(shape, written, strict=True)]


def _time(value: object) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return datetime.fromtimestamp(value, UTC)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _GREATEST:
        raise TypeError
    return value
