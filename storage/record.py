"""From a row to the dataclass whose fields have the names of its columns."""

from typing import Any, TypeVar

from sqlalchemy import Row

RecordT = TypeVar("RecordT")


def record(kind: type[RecordT], row: Row[*tuple[Any, ...]], **more: object) -> RecordT:
    """Build the record from the row's columns and what is given beside them."""
    return kind(**row._mapping, **more)  # noqa: SLF001 (the documented name of a row's mapping)
