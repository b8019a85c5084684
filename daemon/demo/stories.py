"""The demonstration's outlets and stories, read from the YAML files shipped beside this module."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import ClassVar, Literal

import yaml
from pydantic import ConfigDict, TypeAdapter

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented outlet and the shape of its one feed.

    `layout` says where an RSS item carries its text: `content` puts HTML into content:encoded and a summary
    into the description, `description` puts the whole text into the description. `tail` is the boilerplate
    that the outlet hangs below every article.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    id: str
    name: str
    country: str
    utc_offset_minutes: int
    format: Literal["rss", "atom"] = "rss"
    layout: Literal["content", "description"] = "content"
    charset: str = "utf-8"
    tail: tuple[str, ...] = ()

    @property
    def feed_path(self) -> str:
        """Where the server offers the outlet's feed."""
        return f"/{self.id}/feed.xml"

    @property
    def home_path(self) -> str:
        """Where the server offers the outlet's front page."""
        return f"/{self.id}/"


@dataclass(frozen=True, slots=True)
class Revision:
    """What a copy says from `after` seconds on, when its outlet edited it after publication."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    after: float
    title: str
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Copy:
    """One outlet's copy of a story.

    The feed shows it from `after` seconds after the start. It claims to have been published `minutes_ago`
    minutes before that, so that the demonstration has hours, not seconds, between the outlets. `body` holds
    paragraphs of plain text. `guid` is None where the outlet gives none.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    outlet: str
    after: float
    minutes_ago: int
    path: str
    title: str
    body: tuple[str, ...]
    guid: str | None = None
    summary: str | None = None
    revised: Revision | None = None

    def published(self, started: datetime) -> datetime:
        """When the copy claims to have been published, for a demonstration begun at `started`."""
        return started + timedelta(seconds=self.after) - timedelta(minutes=self.minutes_ago)


@dataclass(frozen=True, slots=True)
class Story:
    """A story and all its copies: what one cluster should hold. `shows` says what the story is there for."""

    __pydantic_config__: ClassVar[ConfigDict] = _STRICT

    id: str
    wire: str | None
    shows: str
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True)
class Showing:
    """A copy as its feed shows it at one moment. `updated` is None until the outlet edits it."""

    copy: Copy
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    published: datetime
    updated: datetime | None


@cache
def load_outlets() -> tuple[Outlet, ...]:
    """Return the invented outlets in the order of their file."""
    return TypeAdapter(tuple[Outlet, ...]).validate_python(_read(_data() / "outlets.yaml"))


@cache
def load_stories() -> tuple[Story, ...]:
    """Return every story, ordered by file name."""
    found = sorted((f for f in (_data() / "stories").iterdir() if f.name.endswith(".yaml")), key=_name)
    return tuple(TypeAdapter(Story).validate_python(_read(file)) for file in found)


def expected_groups() -> dict[str, frozenset[tuple[str, str]]]:
    """Return which articles belong together: story id to its (outlet id, path of the article) pairs."""
    return {story.id: frozenset((copy.outlet, copy.path) for copy in story.copies) for story in load_stories()}


def showings(outlet: Outlet, stories: Sequence[Story], started: datetime, elapsed: float) -> tuple[Showing, ...]:
    """Return what an outlet shows `elapsed` seconds after `started`, newest first."""
    shown = [
        _showing(outlet, copy, started, elapsed)
        for story in stories
        for copy in story.copies
        if copy.outlet == outlet.id and copy.after <= elapsed
    ]
    return tuple(sorted(shown, key=lambda one: (one.published, one.copy.path), reverse=True))


def _showing(outlet: Outlet, copy: Copy, started: datetime, elapsed: float) -> Showing:
    title, body, updated = copy.title, copy.body, None
    if copy.revised is not None and copy.revised.after <= elapsed:
        title, body = copy.revised.title, copy.revised.body
        updated = started + timedelta(seconds=copy.revised.after)
    return Showing(
        copy=copy,
        title=title,
        summary=copy.summary or body[0],
        paragraphs=body + outlet.tail,
        published=copy.published(started),
        updated=updated,
    )


def _data() -> Traversable:
    return files("daemon.demo")


def _name(file: Traversable) -> str:
    return file.name


def _read(file: Traversable) -> object:
    loaded: object = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded
