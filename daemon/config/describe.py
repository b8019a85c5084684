"""A configuration as rows and figures for people, and as plain values for JSON; without secrets."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from pydantic import SecretStr

from daemon.config.alerting import AlertConfig
from daemon.config.database import shown_database
from daemon.config.duration import format_duration
from daemon.config.model import Config


@dataclass(frozen=True, slots=True)
class FeedRow:
    """One feed as `riwaya check` lists it."""

    source: str
    name: str
    country: str
    category: str
    url: str


@dataclass(frozen=True, slots=True)
class Totals:
    """How much there is to watch."""

    sources: int
    feeds: int
    countries: int
    hosts: int


def feed_rows(config: Config) -> tuple[FeedRow, ...]:
    """List the feeds in the order of the files; an absent category is an empty text."""
    return tuple(
        FeedRow(source.id, source.name, source.country, feed.category or "", feed.url)
        for source in config.sources
        for feed in source.feeds
    )


def totals(config: Config) -> Totals:
    """Count sources, feeds, and the countries and hosts they are spread over."""
    urls = [feed.url for source in config.sources for feed in source.feeds]
    return Totals(
        sources=len(config.sources),
        feeds=len(urls),
        countries=len({source.country for source in config.sources}),
        hosts=len({urlsplit(url).hostname for url in urls}),
    )


def describe(config: Config) -> dict[str, object]:
    """Return every setting, and the totals, as JSON can hold them.

    Durations stand as config.yaml writes them, sizes in bytes, the database without its
    password, targets without all that may be one.
    """
    values = {key: _plain(value) for key, value in config.model_dump().items()}
    return {
        **values,
        "database": shown_database(config.database),
        "targets": {name: target.shown for name, target in config.targets.items()},
        "totals": asdict(totals(config)),
    }


def plain_rule(rule: AlertConfig) -> dict[str, object]:
    """Return an alert rule as JSON can hold it."""
    return {key: _plain(value) for key, value in rule.model_dump().items()}


def _plain(value: object) -> object:
    match value:
        case timedelta():
            return format_duration(value)
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case SecretStr():
            return str(value)
        case frozenset():
            return sorted(value)
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case _:
            return value
