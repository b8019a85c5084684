"""Who a store is: what its ids mean outside of it is made of this."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from storage.schema import StoreIdentity


@dataclass(frozen=True, slots=True)
class Identity:
    """A store's own UUID, and when it was made. Copies and backups have those of the original."""

    uuid: UUID
    made_at: datetime


def identity_of(conn: Connection) -> Identity:
    """Return who this store is."""
    uuid, made_at = conn.execute(select(StoreIdentity.uuid, StoreIdentity.made_at)).one()
    return Identity(UUID(uuid), made_at)
