"""What texts say of news agencies."""

from sqlalchemy import CheckConstraint, ColumnClause, ForeignKey, Index

from storage.schema.table import StoreTable, column, one_of

CREDIT_KINDS = ("credit", "quote")
CREDIT_PLACES = ("title", "body")


class Credit(StoreTable):
    """A passage of a version that names an agency."""

    __tablename__ = "credit"
    __table_args__ = (
        CheckConstraint(one_of("kind", CREDIT_KINDS), name="kind_known"),
        CheckConstraint(one_of("place", CREDIT_PLACES), name="place_known"),
        CheckConstraint("0 <= start_offset AND start_offset < end_offset", name="passage_whole"),
        Index("ix_credit_agency_version_id", "agency", "version_id"),
        {"comment": "A passage of a text that names a news agency; found when the text is grouped"},
    )

    version_id: ColumnClause[int] = column(ForeignKey("version.id"), primary_key=True, comment="The text")
    place: ColumnClause[str] = column(primary_key=True, comment="title or body")
    start_offset: ColumnClause[int] = column(primary_key=True, comment="First character of the passage, from 0")
    end_offset: ColumnClause[int] = column(comment="One past its last character")
    agency: ColumnClause[str] = column(comment="The agency named: reuters, afp, spa ...")
    kind: ColumnClause[str] = column(comment="credit: the text is credited to it; quote: only quoted or mentioned")
