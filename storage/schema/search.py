"""What stands beside the search index, which is FTS5 on SQLite and a tsvector on PostgreSQL: see the migration."""

from sqlalchemy import CheckConstraint, ColumnClause, ForeignKey

from storage.schema.table import StoreTable, column


class SearchState(StoreTable):
    """The one row about the search index; none before anything is indexed."""

    __tablename__ = "search_state"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        {"comment": "Which edition of the rules the search index is of"},
    )

    id: ColumnClause[int] = column(primary_key=True, autoincrement=False, comment="Always 1: there is one row")
    edition: ColumnClause[int] = column(comment="Which edition of the rules prepared the indexed words")


class Unindexed(StoreTable):
    """A grouped version that the search index does not hold yet."""

    __tablename__ = "unindexed"
    __table_args__ = ({"comment": "Grouped versions that wait to be put into the search index"},)

    version_id: ColumnClause[int] = column(
        ForeignKey("version.id"), primary_key=True, autoincrement=False, comment="The version"
    )
