"""The sections of the configuration: how to fetch, to group, to show and to keep."""

from datetime import timedelta
from ipaddress import ip_address
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core.core_schema import ValidationInfo

from daemon import __version__
from daemon.config.duration import format_duration
from daemon.config.size import format_size
from daemon.config.values import (
    BaseUrl,
    Duration,
    Host,
    Origin,
    Secret,
    Size,
    Truth,
    UserAgent,
    Whole,
    number_between,
    one_of,
    seconds_between,
    several,
    size,
)

_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


class Section(BaseModel):
    """What every part of the configuration shares: no unknown key, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class FetchConfig(Section):
    """How feeds are asked for. Durations are time spans, sizes are bytes."""

    # A quarter of an hour: most outlets list 20 to 50 items, so even a busy one shows each at several fetches.
    every: Annotated[Duration, seconds_between(_SECOND, _DAY)] = Field(
        default=timedelta(minutes=15),
        description="How long after a fetch a feed is asked again, before its own rhythm is known.",
    )
    # A minute: bursts of dozens of items within a few minutes run through a window of 20 before five are over.
    min_every: Annotated[Duration, seconds_between(_SECOND, _DAY)] = Field(
        default=timedelta(minutes=1), description="The shortest interval, for a feed in a surge of news."
    )
    # An hour: who was first is judged by the time of first sight, and a wire story is copied within the hour.
    max_every: Annotated[Duration, seconds_between(_SECOND, _DAY)] = Field(
        default=_HOUR,
        description="The longest interval of a quiet feed that answers; a failing one may wait up to a day.",
    )
    timeout: Annotated[Duration, seconds_between(_SECOND, 10 * _MINUTE)] = Field(
        default=timedelta(seconds=30),
        description="The whole time that one fetch may take, redirects and body included.",
    )
    connect_timeout: Annotated[Duration, seconds_between(_SECOND, 10 * _MINUTE)] = Field(
        default=timedelta(seconds=10), description="The time to reach a server."
    )
    # The largest of the usual feeds carry full texts of 100 items and stay under 2 MB.
    max_bytes: Size = Field(
        default=10_000_000, description="The largest feed that is read, counted after decompression."
    )
    parse_timeout: Annotated[Duration, seconds_between(_SECOND, 10 * _MINUTE)] = Field(
        default=timedelta(seconds=10), description="The time after which the parsing of one feed is killed."
    )
    concurrency: Annotated[Whole, number_between(1, 500)] = Field(
        default=20, description="How many feeds are fetched at the same time."
    )
    per_host: Annotated[Whole, number_between(1, 50)] = Field(
        default=2, description="How many feeds of one host are fetched at the same time."
    )
    # Two seconds: an outlet's half-dozen feeds take twelve of every quarter of an hour, as one reader's browser would.
    host_gap: Annotated[Duration, seconds_between(timedelta(0), 10 * _MINUTE)] = Field(
        default=2 * _SECOND,
        description="The least time between two requests to one host; longer where it is slow or fails, 0s for none.",
    )
    user_agent: UserAgent = Field(
        default=f"riwaya/{__version__} (Arabic news feed reader; contact: set fetch.user_agent)",
        description="How riwaya names itself to servers; give an address at which they can reach you.",
    )
    allow_private: Annotated[frozenset[Host], BeforeValidator(several)] = Field(
        default=frozenset(),
        description="Hosts that may be fetched although their address is private or this very machine.",
    )

    @field_validator("min_every", "connect_timeout")
    @classmethod
    def _not_longer(cls, value: timedelta, info: ValidationInfo) -> timedelta:
        bound = "every" if info.field_name == "min_every" else "timeout"
        longest = info.data.get(bound, value)
        if value > longest:
            raise ValueError(f"{format_duration(value)} is longer than {bound} ({format_duration(longest)})")
        return value

    @field_validator("max_every")
    @classmethod
    def _not_under_every(cls, value: timedelta, info: ValidationInfo) -> timedelta:
        every = info.data.get("every", value)
        if value < every:
            raise ValueError(f"{format_duration(value)} is shorter than every ({format_duration(every)})")
        return value


class ClusteringConfig(Section):
    """How copies of one story are found."""

    index: Annotated[Literal["compact", "datasketch"], one_of("compact", "datasketch")] = Field(
        default="compact",
        description="Which index finds candidates: riwaya's own or datasketch's, both with equal answers.",
    )
    # Of labelled copies of one story, 99 % came within 49 hours of one another and all within 56.
    window: Annotated[Duration, seconds_between(_HOUR, 366 * _DAY)] = Field(
        default=timedelta(days=3),
        description="How far back a new text is compared with older ones; memory grows with it.",
    )
    batch: Annotated[Whole, number_between(1, 10_000)] = Field(
        default=500, description="How many new texts are grouped in one transaction."
    )


class PagesConfig(Section):
    """How the pages of articles are read, for the sources whose `full_text` asks for it."""

    # Pages wait for the turns of their hosts, so a few at a time are enough for a few hundred articles a minute.
    concurrency: Annotated[Whole, number_between(1, 100)] = Field(
        default=4, description="How many article pages are read at the same time."
    )
    recheck: Annotated[
        tuple[Annotated[Duration, seconds_between(_MINUTE, 30 * _DAY)], ...], BeforeValidator(several)
    ] = Field(
        default=(),
        description="How long after its first reading a page is read again, to see silent edits; empty for never.",
    )

    @field_validator("recheck")
    @classmethod
    def _ascending(cls, value: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
        for before, after in pairwise(value):
            if after <= before:
                raise ValueError(f"{format_duration(after)} is not later than {format_duration(before)} before it")
        return value


class WebConfig(Section):
    """The pages, the HTTP API and the output feeds."""

    enabled: Truth = Field(default=True, description="Whether `riwaya run` serves the web interface.")
    host: Host = Field(
        default="127.0.0.1",
        description="The address that it listens on; any but this machine's own needs a token.",
    )
    port: Annotated[Whole, number_between(1, 65_535)] = Field(default=8080, description="The port that it listens on.")
    token: Secret | None = Field(
        default=None,
        description="What opens corrections, and everything when `host` is not this machine alone; from 16 characters.",
    )
    public_url: BaseUrl | None = Field(
        default=None,
        description="The address that people use, for links in feeds and alerts; needed behind a proxy.",
    )
    allow_origins: Annotated[tuple[Origin, ...], BeforeValidator(several)] = Field(
        default=(), description="Sites whose scripts may read the API in their visitors' browsers."
    )
    # Ten a second: a page is two or three requests, so nobody who reads comes near it.
    requests_a_minute: Annotated[Whole, number_between(0, 1_000_000)] = Field(
        default=600, description="How many requests one address may make; 0 for no limit."
    )

    @model_validator(mode="after")
    def _guarded(self) -> "WebConfig":
        if self.enabled and self.token is None and not is_loopback(self.host):
            raise ValueError(f"host {self.host} can be reached from elsewhere, which needs a token")
        return self


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach a server that listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class MetricsConfig(Section):
    """What a monitoring system may ask the service, at a door of its own."""

    enabled: Truth = Field(default=False, description="Whether the service answers /metrics, /healthz and /readyz.")
    host: Host = Field(default="127.0.0.1", description="The address that it listens on; there is no token.")
    # The range that Prometheus exporters take their ports from begins at 9100.
    port: Annotated[Whole, number_between(1, 65_535)] = Field(default=9464, description="The port that it listens on.")


class LimitsConfig(Section):
    """What the service may use of the machine."""

    # The largest transactions write some tens of megabytes; a backup or a log of others must not take the last ones.
    free_disk: Annotated[int, BeforeValidator(size), number_between(0, 10**15, format_size)] = Field(
        default=500_000_000,
        description="How much of SQLite's disk stays free: below it fetching and grouping pause; 0 for none.",
    )
    # A window of 100,000 texts, its tables and caches take some 400 MB.
    memory: Annotated[int, BeforeValidator(size), number_between(0, 10**15, format_size)] = Field(
        default=1_000_000_000,
        description="Above it the service says so and drops what it can do without; nothing is ended. 0 for none.",
    )


class RetentionConfig(Section):
    """How long things are kept. Stories that several outlets carry are kept for ever."""

    fetches: Annotated[Duration, seconds_between(_DAY, 36_500 * _DAY)] = Field(
        default=90 * _DAY, description="How long the record of each fetch is kept."
    )
    # A feed of 200 KB shrinks to 40 KB, and three of a feed are kept: room for 400 feeds that fail.
    raw_bodies: Annotated[int, BeforeValidator(size), number_between(0, 10_000_000_000, format_size)] = Field(
        default=50_000_000,
        description="How much is kept, compressed, of the raw bytes of feeds that could not be read; 0 keeps none.",
    )
    lone_articles: Annotated[Duration, seconds_between(7 * _DAY, 36_500 * _DAY)] | None = Field(
        default=None,
        description="How long an article is kept that no other outlet carries; without it, for ever.",
    )
    alerts: Annotated[Duration, seconds_between(_DAY, 36_500 * _DAY)] = Field(
        default=30 * _DAY,
        description="How long an alert is kept that was delivered or given up; while its story can grow in any case.",
    )
