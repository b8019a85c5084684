"""How the reading of article pages goes: the figures of `riwaya status`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from storage.record import record
from storage.schema import Article, Page, Source

LATELY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PagesOfOutcome:
    """Pages of an active source whose latest attempt, within LATELY, ended so; `error` is one of their reasons."""

    source_id: str
    outcome: str
    pages: int
    error: str | None


@dataclass(frozen=True, slots=True)
class PageFigures:
    """Pages that are to be read (now, or again later), and what became of those that were tried lately."""

    waiting: int
    outcomes: tuple[PagesOfOutcome, ...]

    def count(self, *outcomes: str) -> int:
        """Return how many pages ended with one of these outcomes lately."""
        return sum(group.pages for group in self.outcomes if group.outcome in outcomes)


def page_figures(conn: Connection, now: datetime) -> PageFigures:
    """Count the pages of the active sources that want pages, as of `now`."""
    waiting = (
        select(func.count())
        .select_from(Page)
        .join(Article, Article.id == Page.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(Page.due_at.is_not(None), Source.active, Source.full_text != "false")
    )
    rows = conn.execute(
        select(Article.source_id, Page.outcome, func.count().label("pages"), func.max(Page.error).label("error"))
        .join(Article, Article.id == Page.article_id)
        .join(Source, Source.id == Article.source_id)
        .where(Page.tried_at >= now - LATELY, Source.active)
        .group_by(Article.source_id, Page.outcome)
        .order_by(Article.source_id, func.count().desc(), Page.outcome)
    )
    return PageFigures(conn.execute(waiting).scalar_one(), tuple(record(PagesOfOutcome, row) for row in rows))
