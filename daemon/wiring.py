"""The configuration, as the parts take it: each package knows its own settings and no other."""

from datetime import timedelta
from itertools import pairwise

from daemon.config import Config
from sources.http import FetchSettings
from sources.schedule import Bounds
from storage.catalogue import FeedSpec, SourceSpec

PARSER_WORKERS = 2
"""Parsing is most of the processor time of a fetch; two workers keep two cores busy, and more only take memory."""


def fetch_settings(config: Config) -> FetchSettings:
    """Return what `sources` is told."""
    return FetchSettings(
        user_agent=config.fetch.user_agent,
        timeout_s=config.fetch.timeout.total_seconds(),
        connect_timeout_s=config.fetch.connect_timeout.total_seconds(),
        max_bytes=config.fetch.max_bytes,
        allow_private=config.fetch.allow_private,
        parse_timeout_s=config.fetch.parse_timeout.total_seconds(),
    )


def schedule_bounds(config: Config) -> Bounds:
    """Return the limits of the interval between two fetches of a feed."""
    return Bounds(
        min_s=config.fetch.min_every.total_seconds(),
        base_s=config.fetch.every.total_seconds(),
        max_s=config.fetch.max_every.total_seconds(),
    )


def rereads(config: Config) -> tuple[timedelta, ...]:
    """Return how long after one another a page is read again; the configuration counts from the first reading."""
    times = config.pages.recheck
    return tuple(after - before for before, after in pairwise((timedelta(0), *times)))


def source_specs(config: Config) -> tuple[SourceSpec, ...]:
    """Return the catalogue as `storage` keeps it."""
    return tuple(
        SourceSpec(
            id=source.id,
            name=source.name,
            homepage=source.homepage,
            country=source.country,
            language=source.language,
            timezone=source.timezone,
            full_text="auto" if source.full_text == "auto" else str(source.full_text).lower(),
            feeds=tuple(FeedSpec(feed.url, feed.category) for feed in source.feeds),
        )
        for source in config.sources
    )


def lease_time(config: Config) -> timedelta:
    """Return how long a fetch may keep its feed, or a reading its page.

    Two requests, of which one asks for robots.txt or checks a 304; parsing; a store that is busy.
    """
    return 2 * config.fetch.timeout + config.fetch.parse_timeout + timedelta(seconds=60)
