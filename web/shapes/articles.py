"""An article and its history."""

from collections.abc import Iterable

from typing_extensions import TypedDict

from storage.cluster_detail import ArticleDetail, VersionDetail
from storage.events import EventRow
from web.moments import moment
from web.shapes import Moment, documented
from web.shapes.events import EventShape, event_shape


@documented
class Article(TypedDict):
    """An outlet's item."""

    article: int
    """Its id."""
    source: str
    """The outlet's id."""
    source_name: str
    """The outlet's name."""
    url: str | None
    """Its link, as the feed gave it: text of somebody else."""
    cluster: int | None
    """The story it is in; null until it is grouped."""
    published: Moment | None
    """When the outlet first claimed to have published it."""
    published_raw: str | None
    """That date as it stood in the feed, letter by letter."""
    published_marks: list[str]
    """What was supplied to that date, corrected or found wrong."""
    updated: Moment | None
    """When the outlet claims to have last changed it."""
    first_seen: Moment
    """When a fetch first brought it."""


@documented
class ArticleVersion(TypedDict):
    """A text of an article."""

    version: int
    """Its number in the whole store."""
    number: int
    """1 for the article's first text, then 2, ..."""
    title: str
    """Headline, plain text."""
    summary: str
    """The feed's description, plain text; may be empty."""
    text: str
    """The fullest text given, plain text, one paragraph a line; may be empty."""
    from_page: bool
    """Whether the text was read in the article's page."""
    published: Moment | None
    """When the outlet claims to have published this text."""
    updated: Moment | None
    """When it claims to have changed it."""
    first_seen: Moment
    """When a fetch first brought this text."""
    last_seen: Moment
    """When a fetch last brought it."""


@documented
class History(Article):
    """An article with every text of it, and what became of it."""

    versions: list[ArticleVersion]
    """Its texts, in the order in which they appeared."""
    events: list[EventShape]
    """The stories it joined or left, what it changed, and whether its feed took it back; oldest first."""


def article_shape(found: ArticleDetail) -> Article:
    """Return an article without its texts."""
    return {
        "article": found.id,
        "source": found.source_id,
        "source_name": found.source_name,
        "url": found.url,
        "cluster": found.cluster_id,
        "published": moment(found.published),
        "published_raw": found.published_raw,
        "published_marks": found.published_marks,
        "updated": moment(found.updated),
        "first_seen": moment(found.first_seen),
    }


def history_shape(found: ArticleDetail, events: Iterable[EventRow]) -> History:
    """Return an article with every text of it, and what became of it."""
    return {
        **article_shape(found),
        "versions": [_version(version) for version in found.versions],
        "events": [event_shape(event) for event in events],
    }


def _version(version: VersionDetail) -> ArticleVersion:
    return {
        "version": version.version_id,
        "number": version.number,
        "title": version.title,
        "summary": version.summary,
        "text": version.text,
        "from_page": version.from_page,
        "published": moment(version.published),
        "updated": moment(version.updated),
        "first_seen": moment(version.first_seen),
        "last_seen": moment(version.last_seen),
    }
