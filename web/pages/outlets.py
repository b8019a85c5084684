"""The outlets: how their feeds are, and who carries after whom."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from storage.copying import Copying
from storage.feed_health import FeedHealth
from storage.source_figures import SourceFigures

MOST_IN_MATRIX = 12
"""Outlets in the matrix, those with the most copies: what a table can hold that people still read."""

_SHADES = 5


@dataclass(frozen=True, slots=True)
class FeedState:
    """A feed in a word: `states` are those of `STATES` that hold, the gravest first."""

    feed: FeedHealth
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet with its feeds; `state` is the gravest of theirs, `share` its articles of the busiest outlet's."""

    source: SourceFigures
    feeds: tuple[FeedState, ...]
    state: str
    share: float


@dataclass(frozen=True, slots=True)
class Cell:
    """How often one outlet carried after another, and how long after at the median; `shade` from 1 to 5."""

    articles: int
    lag: timedelta
    shade: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who carries after whom: a row for each that does, a column for each that is followed."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    missing: int


GRAVE = ("gone", "dead", "failing", "late", "missed")
STATES = (*GRAVE, "moved", "new", "ok")
"""What can be said of a feed, the gravest first: the states of storage.feed_health, and beside them that items may have
been missed and that it has moved."""

OFF = "off"
"""The state of an outlet that the configuration does not name."""


def feed_state(feed: FeedHealth, now: datetime) -> FeedState:
    """Judge a feed."""
    held: set[str] = {feed.state(now)}
    if feed.has_gap(now):
        held.add("missed")
    if feed.moved_to is not None:
        held.add("moved")
    if len(held) > 1:
        held.discard("ok")
    return FeedState(feed, tuple(state for state in STATES if state in held))


def outlets(sources: Sequence[SourceFigures], now: datetime) -> list[Outlet]:
    """Judge outlets; those that need a look come first, each group in the order given."""
    busiest = max((source.week for source in sources), default=0) or 1
    judged = []
    for source in sources:
        feeds = tuple(feed_state(feed, now) for feed in source.feeds)
        states = {state for one in feeds for state in one.states}
        gravest = next((state for state in STATES if state in states), OFF)
        judged.append(Outlet(source, feeds, gravest, source.week / busiest))
    return sorted(judged, key=lambda one: (one.state not in GRAVE, one.state == OFF))


def matrix(pairs: Sequence[Copying], most: int = MOST_IN_MATRIX) -> Matrix:
    """Lay out who carries after whom; outlets with the fewest copies are left out."""
    weight: Counter[str] = Counter()
    for pair in pairs:
        weight[pair.source_id] += pair.articles
        weight[pair.from_source_id] += pair.articles
    shown = {source for source, _ in sorted(weight.items(), key=lambda one: (-one[1], one[0]))[:most]}
    inside = [pair for pair in pairs if pair.source_id in shown and pair.from_source_id in shown]
    greatest = max((pair.articles for pair in inside), default=1)
    ordered = sorted(shown, key=lambda source: (-weight[source], source))
    rows, columns = {pair.source_id for pair in inside}, {pair.from_source_id for pair in inside}
    return Matrix(
        rows=tuple(source for source in ordered if source in rows),
        columns=tuple(source for source in ordered if source in columns),
        cells={
            (pair.source_id, pair.from_source_id): Cell(
                pair.articles, pair.median_lag, 1 + round((_SHADES - 1) * (pair.articles / greatest) ** 0.5)
            )
            for pair in inside
        },
        missing=len(weight) - len(shown),
    )


class CopyingMemory:
    """Keeps the pairs for a while: reading them takes a second on a large store, and they change slowly."""

    KEPT = timedelta(minutes=5)

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: tuple[datetime, list[Copying]] | None = None

    def get(self, now: datetime) -> list[Copying] | None:
        """Return what was kept, unless it is too old."""
        with self._lock:
            if self._kept is None or not timedelta(0) <= now - self._kept[0] < self.KEPT:
                return None
            return self._kept[1]

    def put(self, now: datetime, pairs: list[Copying]) -> None:
        """Keep these."""
        with self._lock:
            self._kept = now, pairs
