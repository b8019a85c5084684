"""The timeline of a story as a picture: who, when, and how different.

Each outlet has a line of its own, each version a mark on it; the farther from the start of the line, the later. Times
are spaced by their logarithm, since most copies come within minutes and the last ones after a day.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.cluster_detail import VersionDetail
from web.pages.kinds import Made

MOST_LINES = 40
"""Outlets that are drawn: what a person can follow. The list below the picture has all of them."""

LINE_HEIGHT, AXIS_HEIGHT = 54, 30
"""Pixels. A line holds the outlet's name above its track."""

_NAME, _TRACK = 18, 38
"""Where in a line the name stands and the track runs, pixels from its top."""

_START, _END = 3.0, 97.0
"""Percent of the width between which the marks stand, so that none is cut off."""

_UNIT = timedelta(minutes=10)
"""What comes nearer than this to the first version is spaced evenly."""

_TICKS = (
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=14),
    timedelta(days=60),
    timedelta(days=365),
    timedelta(days=3650),
)
_TICKS_APART = 11.0
"""Percent of the width that a tick needs for its words."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A version: `x` in percent of the width, `y` in pixels, `parent` the place of the mark it was made from."""

    version_id: int
    outlet: str
    at: datetime
    lag: timedelta
    made: Made
    x: float
    y: float
    parent: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Line:
    """An outlet: its name, where name and track stand (pixels), and where the track begins and ends (percent)."""

    outlet: str
    name_y: float
    track_y: float
    x1: float
    x2: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A time after the first version, and where it stands in percent of the width."""

    after: timedelta
    x: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """The picture; `missing` outlets found no place in it."""

    height: int
    axis_y: int
    lines: tuple[Line, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    missing: int
    span: timedelta


def timeline(versions: Sequence[VersionDetail], made: Mapping[int, Made], *, right_to_left: bool) -> Timeline:
    """Draw the versions of a story, given in the order of the times they stand for."""
    first = _at(versions[0])
    span = max((_at(version) - first for version in versions), default=timedelta(0))
    outlets = list(dict.fromkeys(version.source_id for version in versions))
    rows = {source: row for row, source in enumerate(outlets[:MOST_LINES])}

    def across(lag: timedelta) -> float:
        place = _START + (_END - _START) * _spaced(lag, span)
        return round(100 - place if right_to_left else place, 2)

    places = {
        version.version_id: (across(_at(version) - first), float(rows[version.source_id] * LINE_HEIGHT + _TRACK))
        for version in versions
        if version.source_id in rows
    }
    marks = tuple(
        Mark(
            version_id=version.version_id,
            outlet=version.source_name,
            at=_at(version),
            lag=_at(version) - first,
            made=made[version.version_id],
            x=places[version.version_id][0],
            y=places[version.version_id][1],
            parent=places.get(made[version.version_id].parent or 0),
        )
        for version in versions
        if version.version_id in places
    )
    names = {version.source_id: version.source_name for version in versions}
    lines = tuple(
        Line(
            outlet=names[source],
            name_y=row * LINE_HEIGHT + _NAME,
            track_y=row * LINE_HEIGHT + _TRACK,
            x1=across(timedelta(0)),
            x2=across(max(mark.lag for mark in marks if mark.y == row * LINE_HEIGHT + _TRACK)),
        )
        for source, row in rows.items()
    )
    axis_y = len(lines) * LINE_HEIGHT + 8
    return Timeline(
        height=axis_y + AXIS_HEIGHT,
        axis_y=axis_y,
        lines=lines,
        marks=marks,
        ticks=tuple(_ticks(span, across)),
        missing=len(outlets) - len(lines),
        span=span,
    )


def _at(version: VersionDetail) -> datetime:
    return version.dated or version.first_seen


def _spaced(lag: timedelta, span: timedelta) -> float:
    """Return where on the line a lag stands, 0 to 1."""
    return math.log1p(lag / _UNIT) / math.log1p(span / _UNIT) if span else 0.0


def _ticks(span: timedelta, across: Callable[[timedelta], float]) -> list[Tick]:
    shown = [Tick(timedelta(0), across(timedelta(0)))]
    for after in _TICKS:
        x = across(after) if after <= span else None
        if x is not None and abs(x - shown[-1].x) >= _TICKS_APART:
            shown.append(Tick(after, x))
    return shown
