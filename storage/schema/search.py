"""How the search index was made. The index itself is FTS5 on SQLite and a tsvector on PostgreSQL: see the migration."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base


class SearchState(Base):
    """The one row about the search index; none before anything is indexed."""

    __tablename__ = "search_state"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        {"comment": "How the search index was made, and how far a rebuilding of it has come"},
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="Always 1: there is one row")
    edition: Mapped[int] = mapped_column(comment="Which edition of the rules prepared the indexed words")
    done_through: Mapped[int] = mapped_column(comment="The last version that a rebuilding has indexed")
    until: Mapped[int] = mapped_column(comment="The last version that it has to; later ones come by themselves")
