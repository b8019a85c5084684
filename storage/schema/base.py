"""What all tables share: column types, constraint names, the two spellings of a big integer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Boolean, Float, Integer, LargeBinary, MetaData
from sqlalchemy.orm import DeclarativeBase

from storage.clean_text import CleanJson, CleanText
from storage.utc_time import UtcTime

# On SQLite only a column declared INTEGER becomes the row id.
BIG = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """The metadata of the store."""

    # Constraints without a fixed name cannot be dropped by a later migration.
    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        bool: Boolean(),
        bytes: LargeBinary(),
        datetime: UtcTime(),
        float: Float(53),
        int: BIG,
        str: CleanText(),
        Mapping[str, object]: CleanJson(),
        list[str]: CleanJson(),
    }


def one_of(column: str, words: tuple[str, ...]) -> str:
    """Return the SQL condition that the column holds one of the words."""
    return f"{column} IN ({', '.join(repr(word) for word in words)})"
