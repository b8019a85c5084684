"""Who a store is."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base


class StoreIdentity(Base):
    """The one row that tells this store from every other; written with the schema."""

    __tablename__ = "store_identity"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        {"comment": "What tells this store from every other; a backup keeps it"},
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, comment="Always 1: there is one row")
    uuid: Mapped[str] = mapped_column(comment="A random UUID; the ids of items in output feeds are made of it")
    made_at: Mapped[datetime] = mapped_column(comment="When the store was made")
