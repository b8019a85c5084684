"""A feed as it stood: what every reader of a dialect gives."""

from dataclasses import dataclass, field

from sources.freshness import ttl_s, update_period_s
from sources.parsing.items import RawItem

LONGEST_AUTHOR = 500


@dataclass(frozen=True, slots=True)
class RawFeed:
    """A feed as it stood."""

    title: str | None
    format: str
    items: tuple[RawItem, ...]
    repairs: tuple[str, ...]
    complete: bool = True
    update_every_s: float | None = None
    plain: bool = field(default=False, compare=False)
    """Whether the strict reader read it, for whom each item stands for itself."""


def slowest_update_s(ttl: str, period: str, frequency: str) -> float | None:
    """Return how often a feed says that it changes, by `ttl` or the `sy:` elements; the longer where it says both."""
    said = (ttl_s(ttl), update_period_s(period, frequency))
    return max((seconds for seconds in said if seconds is not None), default=None)
