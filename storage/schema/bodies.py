"""Texts, each stored once however many versions carry it."""

from sqlalchemy import ColumnClause, UniqueConstraint

from storage.schema.table import StoreTable, column


class Body(StoreTable):
    """A text that versions point at."""

    __tablename__ = "body"
    __table_args__ = (
        UniqueConstraint("digest"),
        {
            "comment": "A text, stored once: summaries and bodies of versions point at it; never changed",
            "sqlite_autoincrement": True,
        },
    )

    id: ColumnClause[int] = column(primary_key=True, comment="Never reused")
    digest: ColumnClause[bytes] = column(comment="SHA-256 of the text in UTF-8")
    text: ColumnClause[str] = column(comment="Plain text, one paragraph a line; never empty")
