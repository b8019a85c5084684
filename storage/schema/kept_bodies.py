"""The bytes of answers that could not be read, or that looked different from before, kept for a closer look."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnClause, ForeignKey, Index, UniqueConstraint

from storage.schema.table import StoreTable, column


class KeptBody(StoreTable):
    """The body of an answer, compressed."""

    __tablename__ = "kept_body"
    __table_args__ = (
        UniqueConstraint("feed_id", "body_hash"),
        CheckConstraint("size_bytes > 0", name="size_positive"),
        Index("ix_kept_body_last_kept_at", "last_kept_at"),
        {
            "comment": "The raw bytes of an answer, kept while they are among the last few of their feed",
            "sqlite_autoincrement": True,
        },
    )

    id: ColumnClause[int] = column(primary_key=True, comment="Never reused")
    feed_id: ColumnClause[int] = column(ForeignKey("feed.id"), comment="The feed that answered so")
    body_hash: ColumnClause[str] = column(comment="SHA-256 of the bytes; the same answer again is kept once")
    last_kept_at: ColumnClause[datetime] = column(comment="When a fetch last brought it; the oldest goes first")
    size_bytes: ColumnClause[int] = column(comment="Its size as it came, content codings undone")
    packed_bytes: ColumnClause[int] = column(comment="Its size as kept")
    # The last column: sums over the others then need not read it.
    packed: ColumnClause[bytes] = column(comment="The bytes, compressed with zlib")


class KeptFetch(StoreTable):
    """A fetch whose body is kept, with all that reading it again needs."""

    __tablename__ = "kept_fetch"
    __table_args__ = (
        Index("ix_kept_fetch_body_id", "body_id"),
        {"comment": "A fetch whose raw bytes are kept, with what is needed to read them again in the same way"},
    )

    fetch_id: ColumnClause[int] = column(
        ForeignKey("fetch.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, comment="The fetch"
    )
    body_id: ColumnClause[int] = column(ForeignKey("kept_body.id", ondelete="CASCADE"), comment="What it brought")
    reason: ColumnClause[str] = column(comment="Why it is kept, one plain sentence")
    url: ColumnClause[str] = column(comment="The address that answered, redirects followed")
    content_type: ColumnClause[str | None] = column(comment="Content-Type of the answer")
    timezone: ColumnClause[str | None] = column(comment="IANA zone that dates without one were read in")
    answered_at: ColumnClause[datetime] = column(comment="When the answer was there; bounds which dates are believed")
