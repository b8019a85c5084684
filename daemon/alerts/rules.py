"""An alert rule as it is asked, and the reading of the configuration into such."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.config import Config
from daemon.searching import read
from storage.search_query import Query


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions that must all hold; one that is None or empty asks nothing. `targets` are names."""

    name: str
    targets: tuple[str, ...]
    min_sources: int | None = None
    within: timedelta | None = None
    wires: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    query: Query | None = None
    events: frozenset[str] = frozenset()


def rules_of(config: Config, now: datetime) -> tuple[Rule, ...]:
    """Return the rules of a configuration; a query may say `since:2h`, which counts from `now`."""
    return tuple(
        Rule(
            name=alert.name,
            targets=alert.to,
            min_sources=alert.min_sources,
            within=alert.within,
            wires=frozenset(alert.wire),
            sources=frozenset(alert.source),
            query=None if alert.query is None else read(alert.query, now),
            events=frozenset(alert.event),
        )
        for alert in config.alerts
    )
