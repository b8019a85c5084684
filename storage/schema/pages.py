"""The pages of articles that are read besides their feeds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnClause, ForeignKey, Index, text

from storage.schema.table import StoreTable, column, one_of

# The words an attempt can end with. The part that reads pages uses the same ones; the database accepts these.
PAGE_OUTCOMES = (
    "read",
    "no_fuller",
    "other_text",
    "no_text",
    "robots",
    "robots_unknown",
    "http_error",
    "unreachable",
    "timeout",
    "too_large",
    "refused",
    "broken",
    "parser_killed",
    "abandoned",
    "internal",
)


class Page(StoreTable):
    """The page of an article whose feed gives a summary only."""

    __tablename__ = "page"
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        CheckConstraint("rounds >= 0", name="rounds_not_negative"),
        CheckConstraint("outcome IS NULL OR " + one_of("outcome", PAGE_OUTCOMES), name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (tried_at IS NULL)", name="tried_whole"),
        Index(
            "ix_page_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_page_read_by",
            "read_by",
            sqlite_where=text("read_by IS NOT NULL"),
            postgresql_where=text("read_by IS NOT NULL"),
        ),
        Index("ix_page_tried_at", "tried_at"),
        Index("ix_page_version_id", "version_id"),
        {"comment": "The page of an article that is read besides the feed, with what became of it"},
    )

    article_id: ColumnClause[int] = column(
        ForeignKey("article.id"), primary_key=True, autoincrement=False, comment="The article"
    )
    version_id: ColumnClause[int] = column(
        ForeignKey("version.id"), comment="The version, as the feed gave it, that the page is to complete"
    )
    url: ColumnClause[str] = column(comment="The address to ask")
    host: ColumnClause[str] = column(comment="Its lower-case host name; reading is fair across hosts")
    due_at: ColumnClause[datetime | None] = column(
        comment="When it is to be read, or when the present reader's claim lapses; NULL when nothing is left to do"
    )
    read_by: ColumnClause[str | None] = column(comment="Process that is reading it now; NULL when nobody is")
    tries: ColumnClause[int] = column(comment="Attempts without a result since it was last wanted")
    rounds: ColumnClause[int] = column(comment="How often it was to be read again after a success")
    outcome: ColumnClause[str | None] = column(comment="How the latest attempt ended, one word; NULL before the first")
    status: ColumnClause[int | None] = column(comment="HTTP status of the latest attempt; NULL when no answer came")
    error: ColumnClause[str | None] = column(comment="Why there is no text, one plain sentence; NULL when there is")
    tried_at: ColumnClause[datetime | None] = column(comment="When the latest attempt ended")
