"""How far a feed's clocks are from ours: that of its server, and that by which its items are dated.

Both are evidence and change nothing that is stored: who was first is told by the time of first sight. They are kept
with the feed so that a person can see why a source seems to publish before everyone, or in the future.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from sources.dates import DateMark
from sources.entry import Entry

# A slower answer leaves open when its server looked at the clock.
_LONGEST_ANSWER_S = 10.0
# Measurements differ by a second, the resolution of an HTTP date; a larger change is a clock that was set.
_SMOOTHING = 0.2
_JUMP_S = 60.0
# An Age beyond is a cache's mistake.
_LONGEST_AGE_S = 30 * 86_400
_USELESS = frozenset({DateMark.NO_CLOCK, DateMark.FUTURE})


def measured_offset(date: str | None, age: str | None, asked: datetime, answered: datetime) -> float | None:
    """Return how many seconds a server's clock is ahead of ours, from the Date and Age of its answer.

    A cache hands on the Date of its copy and says in Age how old that is. None when the answer gives no date, or came
    too slowly to tell.
    """
    took = (answered - asked).total_seconds()
    if date is None or not 0 <= took <= _LONGEST_ANSWER_S:
        return None
    try:
        stated = parsedate_to_datetime(date)
        older = int(age) if age is not None else 0
    except (ValueError, TypeError, OverflowError):
        return None
    if stated.tzinfo is None:
        stated = stated.replace(tzinfo=UTC)
    if not 0 <= older <= _LONGEST_AGE_S:
        return None
    return (stated - asked).total_seconds() + older - took / 2


def kept_offset(previous: float | None, measured: float | None) -> float | None:
    """Return the offset to keep, seconds: smoothed, but for a clock that was set. None: nothing measured yet."""
    if previous is None or measured is None:
        return previous if measured is None else measured
    change = measured - previous
    return measured if abs(change) > _JUMP_S else previous + _SMOOTHING * change


def stamps_ahead(stamps: Iterable[datetime | None], seen: datetime) -> float | None:
    """Return how many seconds the newest stamp of a document is ahead of our clock, negative when behind.

    An outlet that dates its items hours ahead names a wrong zone. Each stamp is None where `clocked` says so; None when
    there are no others.
    """
    moments = [stamp for stamp in stamps if stamp is not None]
    return (max(moments) - seen).total_seconds() if moments else None


def clocked(entry: Entry) -> datetime | None:
    """Return when an entry was published if that tells of the feed's clock: not a mere day, and not clamped."""
    return None if _USELESS.intersection(entry.published_marks) else entry.published
