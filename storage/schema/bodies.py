"""Texts, each stored once however many versions carry it."""

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base


class Body(Base):
    """A text that versions point at."""

    __tablename__ = "body"
    __table_args__ = (
        UniqueConstraint("digest"),
        {
            "comment": "A text, stored once: summaries and bodies of versions point at it; never changed",
            "sqlite_autoincrement": True,
        },
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Never reused")
    digest: Mapped[bytes] = mapped_column(comment="SHA-256 of the text in UTF-8")
    text: Mapped[str] = mapped_column(comment="Plain text, one paragraph a line; never empty")
