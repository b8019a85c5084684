"""Answers that can be asked for on condition: with a strong ETag, and 304 when nothing has changed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

from web.asking import parts_of

_SETTLED = timedelta(seconds=2)
"""Last-Modified counts in seconds: what changed just now may change again within the second that it names."""


def answer(
    request: Request,
    content: bytes,
    media_type: str,
    *,
    modified: datetime | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return content, or 304 where the request says that it has it. `modified` is when it last changed, if known."""
    told = {
        "ETag": f'"{blake2b(content, digest_size=16).hexdigest()}"',
        # Kept by whoever likes, asked for again every time: a 304 is all that costs then.
        "Cache-Control": "no-cache" if parts_of(request).settings.open_reading else "private, no-cache",
        **(headers or {}),
    }
    if modified is not None and parts_of(request).now() - modified >= _SETTLED:
        told["Last-Modified"] = format_datetime(modified.replace(microsecond=0), usegmt=True)
    if _has_it(request, told["ETag"], modified if "Last-Modified" in told else None):
        return Response(status_code=304, headers=told)
    return Response(content, headers=told, media_type=media_type)


def _has_it(request: Request, etag: str, modified: datetime | None) -> bool:
    held = request.headers.getlist("if-none-match")
    if held:
        tags = {tag.strip().removeprefix("W/") for tag in ",".join(held).split(",")}
        return etag in tags or "*" in tags
    since = request.headers.get("if-modified-since")
    if since is None or modified is None:
        return False
    try:
        return parsedate_to_datetime(since) >= modified.replace(microsecond=0)
    except (ValueError, TypeError):  # no date, or one without a zone
        return False
