"""Dates as feeds write them: RFC 822, ISO 8601 and the forms that Arabic outlets use, in words and in digits.

A date is read together with how sure it is: each of `DateMark` says one thing that was supplied, corrected or found
wrong. The raw string is kept beside it by the caller, and the time of first sight apart from both; what a feed claims
never becomes when we saw it, nor the other way round.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache
from time import struct_time
from zoneinfo import ZoneInfo

from sources.arabic_dates import in_latin

# No feed existed then; stamps of 1970 and 1980 are clocks that were never set.
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# Publishers schedule a few hours ahead and mistake zones by up to half a day; beyond a day it is no date.
_AHEAD = timedelta(days=1)
# News that is older than this is an archive or a clock that was not set.
_OLD = timedelta(days=3652)


class DateMark(StrEnum):
    """What is not as it should be in a date, one word each; the store keeps these words."""

    NO_ZONE = "no_zone"
    """It names no zone; the source's own was taken, or UTC where the configuration gives none."""
    UNKNOWN_ZONE = "unknown_zone"
    """It names a zone that nobody knows; the source's own was taken."""
    NO_CLOCK = "no_clock"
    """It names a day only: midnight there."""
    HIJRI = "hijri"
    """It was given in the Hijri calendar (Umm al-Qura), which may be a day off what the outlet reckons."""
    PARSER = "parser"
    """None of our forms fits; the reading is the feed library's."""
    CHANGED = "changed"
    """The feed gives no time of publication; what stands there is the time of the last change."""
    AHEAD = "ahead"
    """It lies ahead of the moment it was seen, by a day at most. Kept as it is."""
    FUTURE = "future"
    """It lies more than a day ahead. Clamped to the moment it was seen: it cannot have been published later."""
    OLD = "old"
    """It lies more than ten years back. Kept as it is: of an archive it is true."""
    IMPOSSIBLE = "impossible"
    """It lies before there were feeds, such as 1970: a clock that was never set. Treated as missing."""
    UNREADABLE = "unreadable"
    """There is something, but no date can be made of it."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time that a feed claims, UTC, and what is to be said about it; no marks on a date that is whole."""

    moment: datetime | None = None
    marks: tuple[DateMark, ...] = ()


_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
# Minutes east of Greenwich. AST is Arabia here, not the Atlantic, unless the source's own zone calls itself so.
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
    "irst": 210,
    "pkt": 300,
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
_HALF = r"(?:\s*(?P<half>am|pm))?"
_ZONE = (
    r"(?:\s*(?:@(?P<place>[\w/]{3,30})|(?:\(?(?P<name>[a-z]{1,5})\)?)?(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?)"
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
# Day first, as every Arab country writes it: 23/11/2026 02:05 pm.
_DAY_FIRST = re.compile(
    rf"(?P<day>\d{{1,2}})[-/.](?P<month>\d{{1,2}})[-/.](?P<year>\d{{4}})"
    rf"(?:(?:\s*[,-]\s*|\s+){_CLOCK}{_HALF}{_ZONE})?",
    re.IGNORECASE,
)


def read_date(raw: str | None, *, zone: str | None, seen: datetime, fallback: struct_time | None = None) -> Stamp:
    """Read a date as UTC.

    `zone` is the IANA name of the source's zone, for stamps without one (None: UTC). `fallback` is the parser's own
    reading, in UTC, used when none of our forms fits. `seen` is when the document came, which bounds what is believed.
    """
    stamp = _first_reading(raw, _zone(zone)) if raw and raw.strip() else Stamp()
    if stamp.moment is None and fallback is not None and (parsed := _from_tuple(fallback)) is not None:
        stamp = Stamp(parsed, (DateMark.PARSER,))
    return _bounded(stamp, seen)


def readable(raw: str, first_year: int, last_year: int) -> bool:
    """Tell whether one of our own forms gives a time within these years, whatever the zone."""
    moment = _first_reading(raw, UTC).moment
    return moment is not None and first_year < moment.year < last_year


def _bounded(stamp: Stamp, seen: datetime) -> Stamp:
    moment, marks = stamp.moment, stamp.marks
    if moment is None:
        return stamp
    if moment < _EARLIEST:
        return Stamp(None, (*marks, DateMark.IMPOSSIBLE))
    if moment > seen + _AHEAD:
        return Stamp(seen, (*marks, DateMark.FUTURE))
    if moment > seen:
        return Stamp(moment, (*marks, DateMark.AHEAD))
    if moment < seen - _OLD:
        return Stamp(moment, (*marks, DateMark.OLD))
    return stamp


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


@lru_cache(maxsize=4096)  # the dates of a document come again with every later one
def _first_reading(raw: str, zone: tzinfo) -> Stamp:
    text, hijri = in_latin(raw)
    forms: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], int]], ...] = (
        (_YEAR_FIRST, _numbered),
        (_DAY_NAME_MONTH, _named),
        (_DAY_FIRST, _numbered),
        (_MONTH_NAME_DAY, _named),
    )
    for form, month in forms:
        found = form.fullmatch(text)
        if found is not None:
            stamp = _assemble(found, month(found), zone)
            return Stamp(stamp.moment, (*stamp.marks, DateMark.HIJRI)) if hijri and stamp.moment else stamp
    return Stamp(None, (DateMark.UNREADABLE,))


def _numbered(found: re.Match[str]) -> int:
    return int(found["month"])


def _named(found: re.Match[str]) -> int:
    return _MONTHS.get(found["word"][:3].lower(), 0)


def _assemble(found: re.Match[str], month: int, zone: tzinfo) -> Stamp:
    year = int(found["year"])
    if len(found["year"]) == 2:  # noqa: PLR2004 - RFC 822 wrote two digits
        year += 2000
    hour = int(found["hour"] or 0)
    half = (found["half"] or "").lower()
    noon = 12
    if half == "pm" and hour < noon:
        hour += noon
    elif half == "am" and hour == noon:
        hour = 0
    # A leap second is read as the last one before it.
    second = min(int(found["second"] or 0), 59)
    try:
        local = datetime(year, month, int(found["day"]), hour, int(found["minute"] or 0), second, tzinfo=zone)
        where, marks = _stated_zone(found, local, zone)
        return Stamp(local.replace(tzinfo=where).astimezone(UTC), marks)
    except (ValueError, OverflowError):
        return Stamp(None, (DateMark.UNREADABLE,))


def _stated_zone(found: re.Match[str], local: datetime, zone: tzinfo) -> tuple[tzinfo, tuple[DateMark, ...]]:
    if found["hour"] is None:
        return zone, (DateMark.NO_CLOCK,)
    if found["place"] is not None:
        return _zone(found["place"]), ()
    if found["offset"] is not None:
        return _offset(found["offset"]), ()
    name = found["name"]
    if name is None:
        return zone, (DateMark.NO_ZONE,)
    # An outlet calls its own clock by its own name, be it taken elsewhere: IST is Jerusalem's for one of Jerusalem.
    if name.upper() == zone.tzname(local):
        return zone, ()
    east = _ZONES.get(name.lower())
    return (zone, (DateMark.UNKNOWN_ZONE,)) if east is None else (timezone(timedelta(minutes=east)), ())


def _offset(text: str) -> tzinfo:
    digits = text[1:].replace(":", "")
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")  # noqa: PLR2004 - hhmm
    east = int(hours) * 60 + int(minutes)
    return timezone(timedelta(minutes=-east if text[0] == "-" else east))


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
