"""Where the next page begins, as text that only we need to understand."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request

from storage.cluster_list import Order, Place
from web.cluster_query import QueryRefused

_LONGEST = 500
_GREATEST = 2**63 - 1
_KEYS: dict[Order, tuple[type, ...]] = {
    "recent": (datetime, int),
    "size": (int, int, datetime, int),
    "growth": (int, datetime, int),
}
"""What a place in each order is made of; see storage.cluster_list."""

Cursor = Annotated[
    str | None,
    Query(max_length=_LONGEST, description="Where the page begins: `next` of the page before, as it came."),
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many to answer with at most.")]
LIMIT = 50


def place_text(order: Order, place: Place) -> str:
    """Write down where a page of stories ended."""
    return _written([order, *map(_plain, place.by), _plain(place.since)])


def read_place(text: str, order: Order) -> Place:
    """Read where a page of stories ended. Raises QueryRefused."""
    parts = _read(text)
    kinds = _KEYS[order]
    if len(parts) != len(kinds) + 2 or parts[0] != order:
        raise _unread()
    by = tuple(_typed(part, kind) for part, kind in zip(parts[1:-1], kinds, strict=True))
    since = parts[-1]
    return Place(by, None if since is None else _moment(since))


def number_text(number: int) -> str:
    """Write down a number: the id before which the next page begins, or how many were shown."""
    return _written([number])


def read_number(text: str | None) -> int | None:
    """Read such a number; None for the first page. Raises QueryRefused."""
    if text is None:
        return None
    parts = _read(text)
    if len(parts) != 1:
        raise _unread()
    return _number(parts[0])


def next_link(request: Request, cursor: str | None) -> dict[str, str]:
    """Return the Link header that leads to the next page; none for the last one."""
    if cursor is None:
        return {}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    query = urlencode([*kept, ("cursor", cursor)], errors="replace")
    return {"Link": f'<{request.url.path}?{query}>; rel="next"'}


def _written(parts: Sequence[object]) -> str:
    return urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode().rstrip("=")


def _read(text: str) -> list[object]:
    try:
        parts = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError) as error:
        raise _unread() from error
    if not isinstance(parts, list):
        raise _unread()
    return parts


def _typed(part: object, kind: type) -> int | datetime:
    return _moment(part) if kind is datetime else _number(part)


def _number(part: object) -> int:
    if isinstance(part, bool) or not isinstance(part, int) or not 0 <= part <= _GREATEST:
        raise _unread()
    return part


def _moment(part: object) -> datetime:
    try:
        return datetime.fromisoformat(str(part)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _unread() from error


def _plain(value: int | datetime | None) -> int | str | None:
    return value.isoformat() if isinstance(value, datetime) else value


def _unread() -> QueryRefused:
    return QueryRefused("cursor", "it must be `next` of a page in the same order, as it came")
