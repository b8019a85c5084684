"""JSON as the API answers with it."""

import json
from collections.abc import Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from web.conditional import answer
from web.moments import moment

JSON = "application/json"


def json_answer(
    request: Request,
    value: object,
    *,
    modified: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a shape, or 304 where the request says that it has it."""
    return answer(request, json_bytes(value), JSON, modified=modified, headers=headers)


def json_bytes(value: object) -> bytes:
    """Write a shape with Arabic letters as they are."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
