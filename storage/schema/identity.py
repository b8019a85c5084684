"""Who a store is."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnClause

from storage.schema.table import StoreTable, column


class StoreIdentity(StoreTable):
    """The one row that tells this store from every other; written with the schema."""

    __tablename__ = "store_identity"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        {"comment": "What tells this store from every other; a backup keeps it"},
    )

    id: ColumnClause[int] = column(primary_key=True, autoincrement=False, comment="Always 1: there is one row")
    uuid: ColumnClause[str] = column(comment="A random UUID; the ids of items in output feeds are made of it")
    made_at: ColumnClause[datetime] = column(comment="When the store was made")
