"""Dates as feeds write them: RFC 822, ISO 8601 and the numeric forms that Arabic outlets use.

A stamp that names no zone is read in the zone of its source. Stamps that cannot be true (before 1990, epoch zero, more
than a day ahead of the moment they were seen) are treated as missing; the raw string is kept by the caller.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from time import struct_time
from zoneinfo import ZoneInfo

# No feed existed then; stamps of 1970 and 1980 are clocks that were never set.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Publishers schedule a few hours ahead and mistake zones by up to half a day; beyond a day it is no date.
_AHEAD = timedelta(days=1)

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
# Marks of direction and odd blanks stand inside dates that editors typed.
_INVISIBLE = re.compile("[\u200b-\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_LONGEST = 100

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
# Minutes east of Greenwich. AST is Arabia here, not the Atlantic: the outlets of this catalogue mean the former.
_ZONES = {
    "z": 0,
    "ut": 0,
    "utc": 0,
    "gmt": 0,
    "wet": 0,
    "west": 60,
    "bst": 60,
    "cet": 60,
    "cest": 120,
    "eet": 120,
    "cat": 120,
    "eest": 180,
    "ast": 180,
    "ksa": 180,
    "msk": 180,
    "eat": 180,
    "trt": 180,
    "gst": 240,
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
}

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
_HALF = r"(?:\s*(?P<half>am|pm|ص|م))?"
_ZONE = (
    r"(?:\s*(?:\(?(?P<name>[a-z]{1,5})\)?)?(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?"
    r"(?:\s*\([^()]{0,40}\))?)?"
)
# ISO 8601, the same with blanks, and year first with slashes: 2026-11-23T14:05:00Z, 2026/11/23 - 14:05.
_YEAR_FIRST = re.compile(
    rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})"
    rf"(?:(?:\s*[t,-]\s*|\s+){_CLOCK}{_HALF}{_ZONE})?",
    re.IGNORECASE,
)
# RFC 822 and its relatives: [Mon,] 23 Nov 2026 14:05:00 +0300, 23 November 2026 14:05 GMT+3.
_DAY_NAME_MONTH = re.compile(
    rf"(?:[a-z]{{2,9}}\.?,?\s+)?(?P<day>\d{{1,2}})[\s-]+(?P<word>[a-z]{{3,9}})\.?,?[\s-]+(?P<year>\d{{4}}|\d{{2}})"
    rf"(?:,?\s+(?:-\s+)?{_CLOCK}{_HALF}{_ZONE})?",
    re.IGNORECASE,
)
# The same, month first: Nov 23, 2026 2:05 PM.
_MONTH_NAME_DAY = re.compile(
    rf"(?:[a-z]{{2,9}}\.?,\s+)?(?P<word>[a-z]{{3,9}})\.?\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})"
    rf"(?:,?\s+(?:-\s+)?{_CLOCK}{_HALF}{_ZONE})?",
    re.IGNORECASE,
)
# Day first, as every Arab country writes it: 23/11/2026 02:05 م.
_DAY_FIRST = re.compile(
    rf"(?P<day>\d{{1,2}})[-/.](?P<month>\d{{1,2}})[-/.](?P<year>\d{{4}})"
    rf"(?:(?:\s*[,-]\s*|\s+){_CLOCK}{_HALF}{_ZONE})?",
    re.IGNORECASE,
)


def read_date(
    raw: str | None, *, zone: str | None, seen: datetime, fallback: struct_time | None = None
) -> datetime | None:
    """Read a date as UTC, or None when it is missing, unreadable or cannot be true.

    `zone` is the IANA name of the source's zone, for stamps without one (None: UTC). `fallback` is the parser's own
    reading, in UTC, used when none of our forms fits.
    """
    moment = _first_reading(raw, _zone(zone)) if raw else None
    if moment is None and fallback is not None:
        moment = _from_tuple(fallback)
    if moment is None or not _EARLIEST <= moment <= seen + _AHEAD:
        return None
    return moment


def dated_at(published: datetime | None, updated: datetime | None, seen: datetime, *, revised: bool) -> datetime:
    """Tell the time that a version of an article stands for; never after `seen`.

    The first version stands for its publication, or for the last change when that is all the feed claims. A revised
    one stands for the claimed change, when that lies after the publication and not ahead of us, else for the moment
    we saw it.
    """
    if not revised:
        return min(published or updated or seen, seen)
    if updated is not None and updated <= seen and (published is None or updated > published):
        return updated
    return seen


def _first_reading(raw: str, zone: tzinfo) -> datetime | None:
    text = " ".join(_INVISIBLE.sub("", raw[:_LONGEST].translate(_DIGITS)).split())
    forms: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], int]], ...] = (
        (_YEAR_FIRST, _numbered),
        (_DAY_NAME_MONTH, _named),
        (_DAY_FIRST, _numbered),
        (_MONTH_NAME_DAY, _named),
    )
    for form, month in forms:
        found = form.fullmatch(text)
        if found is not None:
            return _assemble(found, month(found), zone)
    return None


def _numbered(found: re.Match[str]) -> int:
    return int(found["month"])


def _named(found: re.Match[str]) -> int:
    return _MONTHS.get(found["word"][:3].lower(), 0)


def _assemble(found: re.Match[str], month: int, zone: tzinfo) -> datetime | None:
    year = int(found["year"])
    if len(found["year"]) == 2:  # noqa: PLR2004 - RFC 822 wrote two digits
        year += 2000
    hour = int(found["hour"] or 0)
    half = (found["half"] or "").lower()
    noon = 12
    if half in ("pm", "م") and hour < noon:
        hour += noon
    elif half in ("am", "ص") and hour == noon:
        hour = 0
    # A leap second is read as the last one before it.
    second = min(int(found["second"] or 0), 59)
    try:
        where = _named_zone(found["name"], found["offset"], zone)
        return datetime(
            year, month, int(found["day"]), hour, int(found["minute"] or 0), second, tzinfo=where
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _named_zone(name: str | None, offset: str | None, zone: tzinfo) -> tzinfo:
    if offset is not None:
        digits = offset[1:].replace(":", "")
        hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")  # noqa: PLR2004 - hhmm
        east = int(hours) * 60 + int(minutes)
        return timezone(timedelta(minutes=-east if offset[0] == "-" else east))
    if name is not None:
        if name.lower() not in _ZONES:
            raise ValueError(name)
        return timezone(timedelta(minutes=_ZONES[name.lower()]))
    return zone


def _from_tuple(parsed: struct_time) -> datetime | None:
    try:
        return datetime(*parsed[:5], min(parsed[5], 59), tzinfo=UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


@lru_cache(maxsize=256)
def _zone(name: str | None) -> tzinfo:
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        # A host without the zone tables must still read feeds; the configuration checks the name.
        return UTC
