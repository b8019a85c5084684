"""Between rows and the dataclasses whose fields have the names of their columns."""

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Row

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

RecordT = TypeVar("RecordT")


def record(kind: type[RecordT], row: Row[*tuple[Any, ...]], **more: object) -> RecordT:
    """Build the record from the row's columns and what is given beside them."""
    return kind(**row._mapping, **more)  # noqa: SLF001 (the documented name of a row's mapping)


def columns(kept: "DataclassInstance") -> dict[str, Any]:
    """Return the fields of a record as they are; dataclasses.asdict copies each to its depth, ten times as slowly."""
    return {field.name: getattr(kept, field.name) for field in fields(kept)}
