"""Outlets with their figures, and who copies whom."""

from collections import Counter
from datetime import datetime

from typing_extensions import TypedDict

from storage.copying import Copying
from storage.source_figures import SourceFigures
from web.moments import moment
from web.shapes import Moment, documented
from web.shapes.feeds import FeedShape, feed_shape


@documented
class Volumes(TypedDict):
    """How many articles of an outlet were first seen in a span of time."""

    day: int
    """Within the last 24 hours."""
    week: int
    """Within the last seven days."""
    all: int
    """Ever."""


@documented
class SourceShape(TypedDict):
    """An outlet."""

    id: str
    """Its id in the configuration."""
    name: str
    """Its name as shown to readers."""
    homepage: str
    """The address of its front page."""
    country: str
    """Its country, ISO 3166-1 alpha-2."""
    language: str
    """The language of its texts, BCP 47."""
    active: bool
    """Whether the configuration still names it."""
    added: Moment
    """When it first stood in the configuration."""
    articles: Volumes
    """How much it publishes."""
    last_seen: Moment | None
    """When its newest article was first seen."""
    feeds: int
    """How many feeds of it are asked."""
    states: dict[str, int]
    """How many of them are in which state: ok, late, failing ..."""
    may_have_missed: int
    """How many of them may have missed items within the last week."""


@documented
class SourceDetail(SourceShape):
    """An outlet with its feeds."""

    feed_list: list[FeedShape]
    """Its feeds, and how they are."""


# In this spelling because `from` is a word of the language.
CopyingShape = TypedDict("CopyingShape", {"source": str, "from": str, "articles": int, "median_lag_s": float})
CopyingShape.__doc__ = """An outlet that carries texts after another one.

`articles` of `source` came after one of `from` that they are most alike, `median_lag_s` seconds later in the median.
"""


def source_shape(source: SourceFigures, now: datetime) -> SourceShape:
    """Return an outlet with its figures."""
    return {
        "id": source.id,
        "name": source.name,
        "homepage": source.homepage,
        "country": source.country,
        "language": source.language,
        "active": source.active,
        "added": moment(source.added),
        "articles": {"day": source.day, "week": source.week, "all": source.articles},
        "last_seen": moment(source.last_seen),
        "feeds": len(source.feeds),
        "states": dict(Counter(feed.state(now) for feed in source.feeds)),
        "may_have_missed": sum(feed.has_gap(now) for feed in source.feeds),
    }


def source_detail(source: SourceFigures, now: datetime) -> SourceDetail:
    """Return an outlet with its feeds."""
    return {**source_shape(source, now), "feed_list": [feed_shape(feed, now) for feed in source.feeds]}


def copying_shape(pair: Copying) -> CopyingShape:
    """Return how one outlet carries after another."""
    return {
        "source": pair.source_id,
        "from": pair.from_source_id,
        "articles": pair.articles,
        "median_lag_s": round(pair.median_lag.total_seconds(), 1),
    }
