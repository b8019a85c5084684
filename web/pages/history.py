"""The history of one article: every text of it, each with what changed since the one before."""

from dataclasses import dataclass
from datetime import datetime

from storage.cluster_detail import ArticleDetail, VersionDetail
from storage.events import EventRow
from web.pages.marked_text import Paragraph, marked_paragraphs
from web.pages.side_by_side import SideBySide, side_by_side

MOST_COMPARED = 50
"""Texts of an article that are compared with the one before; of an article edited more often, the newest so many."""


@dataclass(frozen=True, slots=True)
class ArticleText:
    """A text of an article; `compared` holds what changed since the text `before` it, None for the first."""

    id: int
    number: int
    title: str
    from_page: bool
    first_seen: datetime
    last_seen: datetime
    claimed: datetime | None
    before: int | None
    compared: SideBySide | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class History:
    """An article for its page; `vanished` is the event that tells that its feed took it back."""

    article: ArticleDetail
    title: str
    texts: tuple[ArticleText, ...]
    events: tuple[EventRow, ...]
    vanished: EventRow | None


def history(article: ArticleDetail, events: list[EventRow]) -> History:
    """Put an article together for its page.

    A text that the article's page gave is compared with the page's text before it, one that the feed gave with the
    feed's.
    """
    before: dict[bool, VersionDetail] = {}
    texts = []
    compared_from = len(article.versions) - MOST_COMPARED
    for place, version in enumerate(article.versions):
        former = before.get(version.from_page) if place >= compared_from else None
        texts.append(_text(version, former))
        before[version.from_page] = version
    return History(
        article=article,
        title=article.versions[-1].title,
        texts=tuple(texts),
        events=tuple(events),
        vanished=next((event for event in events if event.kind == "vanished"), None),
    )


def _text(version: VersionDetail, former: VersionDetail | None) -> ArticleText:
    return ArticleText(
        id=version.version_id,
        number=version.number,
        title=version.title,
        from_page=version.from_page,
        first_seen=version.first_seen,
        last_seen=version.last_seen,
        claimed=version.updated or version.published,
        before=None if former is None else former.number,
        compared=None if former is None else side_by_side(former, version),
        paragraphs=marked_paragraphs(version.text or version.summary),
    )
