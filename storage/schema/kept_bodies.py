"""The bytes of answers that could not be read, or that looked different from before, kept for a closer look."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base


class KeptBody(Base):
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

    id: Mapped[int] = mapped_column(primary_key=True, comment="Never reused")
    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id"), comment="The feed that answered so")
    body_hash: Mapped[str] = mapped_column(comment="SHA-256 of the bytes; the same answer again is kept once")
    last_kept_at: Mapped[datetime] = mapped_column(comment="When a fetch last brought it; the oldest goes first")
    size_bytes: Mapped[int] = mapped_column(comment="Its size as it came, content codings undone")
    packed_bytes: Mapped[int] = mapped_column(comment="Its size as kept")
    # The last column: sums over the others then need not read it.
    packed: Mapped[bytes] = mapped_column(comment="The bytes, compressed with zlib")


class KeptFetch(Base):
    """A fetch whose body is kept, with all that reading it again needs."""

    __tablename__ = "kept_fetch"
    __table_args__ = (
        Index("ix_kept_fetch_body_id", "body_id"),
        {"comment": "A fetch whose raw bytes are kept, with what is needed to read them again in the same way"},
    )

    fetch_id: Mapped[int] = mapped_column(
        ForeignKey("fetch.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, comment="The fetch"
    )
    body_id: Mapped[int] = mapped_column(ForeignKey("kept_body.id", ondelete="CASCADE"), comment="What it brought")
    reason: Mapped[str] = mapped_column(comment="Why it is kept, one plain sentence")
    url: Mapped[str] = mapped_column(comment="The address that answered, redirects followed")
    content_type: Mapped[str | None] = mapped_column(comment="Content-Type of the answer")
    timezone: Mapped[str | None] = mapped_column(comment="IANA zone that dates without one were read in")
    answered_at: Mapped[datetime] = mapped_column(comment="When the answer was there; bounds which dates are believed")
