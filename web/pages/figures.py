"""Numbers, times and spans as a reader sees them: in the language, the digits and the zone of choice."""

import re
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta

from web.pages.reader import Reader

_ARABIC = str.maketrans("0123456789,.%", "٠١٢٣٤٥٦٧٨٩٬٫٪")
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")

_MOMENT = {"ar": "d MMMM y، HH:mm", "en": "d MMMM y, HH:mm"}
_DAY = {"ar": "EEEE d MMMM y", "en": "EEEE d MMMM y"}
_CLOCK = {"ar": "d MMM، HH:mm", "en": "d MMM, HH:mm"}

_DUAL = re.compile(r"ان\b")

_ROUND_UP = 1.5
"""A span is told in the next larger unit from one and a half of it on, so that 80 minutes are not «1 hour»."""

_UNITS = frozenset({timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)})
"""These are whole; no precision is lost by their larger unit."""


def number(reader: Reader, value: float) -> str:
    """Return a number with its thousands apart and at most two decimals."""
    written = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
    return written.translate(_ARABIC) if reader.digits == "arabic" else written


def percent(reader: Reader, share: float) -> str:
    """Return a share of 1 as a percentage; what is not whole is never told as 100, nor what is something as 0."""
    rounded = round(100 * share)
    if rounded == 100 and share < 1:  # noqa: PLR2004 - a percentage
        rounded = 99
    if rounded == 0 and share > 0:
        rounded = 1
    written = f"{rounded}%"
    return written.translate(_ARABIC) if reader.digits == "arabic" else written


def moment(reader: Reader, at: datetime) -> str:
    """Return day and time in the reader's zone, without the zone's name."""
    return _dated(reader, at, _MOMENT)


def day(reader: Reader, at: datetime) -> str:
    """Return the day in the reader's zone."""
    return _dated(reader, at, _DAY)


def clock(reader: Reader, at: datetime) -> str:
    """Return day and time in short, for lists of moments near one another."""
    return _dated(reader, at, _CLOCK)


def ago(reader: Reader, at: datetime, now: datetime) -> str:
    """Return how long before `now` something was, or how long after."""
    return _digits(
        reader,
        format_timedelta(
            at - now, granularity="minute", threshold=_ROUND_UP, add_direction=True, locale=reader.language
        ),
    )


def span(reader: Reader, length: timedelta) -> str:
    """Return a length of time in its largest unit, as it stands behind a preposition: «بعد ساعتين»."""
    return _digits(reader, _span(abs(length), reader.language))


@lru_cache(4096)
def _span(length: timedelta, language: str) -> str:
    threshold = 1 if length in _UNITS else _ROUND_UP
    told = format_timedelta(length, granularity="minute", threshold=threshold, locale=language)
    return _DUAL.sub("ين", told) if language == "ar" else told


def _dated(reader: Reader, at: datetime, patterns: dict[str, str]) -> str:
    return _digits(reader, _written(at, patterns[reader.language], reader.zone, reader.language))


# Lists tell the same moments to everybody, again and again; writing one takes a tenth of a millisecond.
@lru_cache(16_384)
def _written(at: datetime, pattern: str, zone: str, language: str) -> str:
    return format_datetime(at, pattern, tzinfo=ZoneInfo(zone), locale=language)


def _digits(reader: Reader, written: str) -> str:
    return written.translate(_ARABIC_DIGITS) if reader.digits == "arabic" else written
