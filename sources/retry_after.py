"""The Retry-After header: how long a server asks us to stay away."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# A server that asked for 88 hours has been seen; a day is the longest silence we grant anyone.
LONGEST_S = 86_400.0

_SECONDS = re.compile(r"\d{1,9}(?:\.\d*)?")


def retry_after_seconds(raw: str | None, now: datetime) -> float | None:
    """Read a Retry-After value, seconds or an HTTP date, as seconds from `now`, between 0 and a day.

    None when the header is missing or means nothing. `now` must be aware.
    """
    if raw is None:
        return None
    value = raw.strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), LONGEST_S)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_S)
