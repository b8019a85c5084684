"""How long an answer stays good, by its server and its feed: HTTP's caching headers, RSS's ttl, sy:updatePeriod."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_DIRECTIVE = re.compile(r'([a-z-]+)\s*(?:=\s*"?(\d{1,9})"?)?', re.IGNORECASE)
_NEVER_KEPT = frozenset({"no-cache", "no-store"})

_MINUTE_S = 60.0
# RSS 1.0 syndication module; the default period is a day, the default frequency 1.
_PERIODS_S = {"hourly": 3600.0, "daily": 86_400.0, "weekly": 604_800.0, "monthly": 2_592_000.0, "yearly": 31_536_000.0}


def fresh_for_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return how many seconds the answer with these headers (lower-case names) stays fresh; None when they do not say.

    RFC 9111, 4.2: max-age before Expires, less the time that a cache on the way has held it already (Age). no-cache
    and no-store say 0.
    """
    directives = {name.lower(): value for name, value in _DIRECTIVE.findall(headers.get("cache-control", ""))}
    if not _NEVER_KEPT.isdisjoint(directives):
        return 0.0
    if max_age := directives.get("max-age"):
        age = headers.get("age", "").strip()
        held = float(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0.0  # noqa: PLR2004 - 30 years
        return max(float(max_age) - held, 0.0)
    if "expires" not in headers:
        return None
    expires = _moment(headers["expires"])
    # "0" and other nonsense mean that it is stale already.
    return max((expires - (_moment(headers.get("date", "")) or now)).total_seconds(), 0.0) if expires else 0.0


def ttl_s(minutes: str) -> float | None:
    """Read RSS's `ttl`, minutes; None when it is no positive number."""
    text = minutes.strip()
    if not text.isascii() or not text.isdigit() or len(text) > 6:  # noqa: PLR2004 - two years
        return None
    return int(text) * _MINUTE_S or None


def update_period_s(period: str, frequency: str) -> float | None:
    """Read `sy:updatePeriod` and `sy:updateFrequency` (how many times in a period); None when neither says anything."""
    period, frequency = period.strip().lower(), frequency.strip()
    if not period and not frequency:
        return None
    length = _PERIODS_S.get(period or "daily")
    if length is None:
        return None
    known = frequency.isascii() and frequency.isdigit() and len(frequency) <= 6  # noqa: PLR2004 - a million a period
    return length / max(int(frequency), 1) if known else length


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text.strip())
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
