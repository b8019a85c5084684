"""What a table of the store is: a class whose attributes are its columns, typed.

SQLAlchemy's own declarative classes belong to its ORM, of which nothing else is used here; importing it and preparing
it for the tables took a quarter of the time of a command that asks the store one question.
"""

from collections.abc import Mapping
from datetime import datetime
from inspect import get_annotations
from types import NoneType, UnionType
from typing import Any, ClassVar, TypeVar, get_args

from sqlalchemy import BigInteger, Boolean, Column, Float, FromClause, Integer, LargeBinary, MetaData, Table
from sqlalchemy.types import TypeEngine

from storage.clean_text import CleanJson, CleanText
from storage.utc_time import UtcTime

# On SQLite only a column declared INTEGER becomes the row id.
BIG = BigInteger().with_variant(Integer(), "sqlite")

_TYPES: Mapping[Any, TypeEngine[Any]] = {
    bool: Boolean(),
    bytes: LargeBinary(),
    datetime: UtcTime(),
    float: Float(53),
    int: BIG,
    str: CleanText(),
    Mapping[str, object]: CleanJson(),
    list[str]: CleanJson(),
}


def column(*parts: Any, **options: Any) -> Any:  # noqa: ANN401 - as the column itself, typed by its annotation
    """Declare a column of a :class:`StoreTable`: what SQLAlchemy's `Column` takes, but for name, type and NULL."""
    return _Declared(parts, options)


class _Declared:
    def __init__(self, parts: tuple[Any, ...], options: dict[str, Any]) -> None:
        self._parts, self._options = parts, options

    def made(self, name: str, annotation: object) -> Column[Any]:
        """Make the column; `annotation` is `ColumnClause[X]`, or `ColumnClause[X | None]` where it may be NULL."""
        (held,) = get_args(annotation)
        kinds = get_args(held) if isinstance(held, UnionType) else (held,)
        (kind,) = (one for one in kinds if one is not NoneType)
        return Column(name, _TYPES[kind], *self._parts, nullable=NoneType in kinds, **self._options)


class StoreTable:
    """A table: `Feed.url` is its column, and `Feed` stands for it in statements of SQLAlchemy Core.

    A subclass gives `__tablename__`, its columns as `name: ColumnClause[type] = column(...)`, and `__table_args__`:
    constraints and indexes, and last the options of SQLAlchemy's `Table`.
    """

    # Constraints without a fixed name cannot be dropped by a later migration.
    metadata: ClassVar = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    __tablename__: ClassVar[str]
    __table_args__: ClassVar[tuple[Any, ...]]
    __table__: ClassVar[FromClause]

    def __init_subclass__(cls) -> None:
        """Make the table."""
        columns = [
            declared.made(name, annotation)
            for name, annotation in get_annotations(cls).items()
            if isinstance(declared := getattr(cls, name, None), _Declared)
        ]
        *parts, options = cls.__table_args__
        cls.__table__ = Table(cls.__tablename__, cls.metadata, *columns, *parts, **options)
        for made in columns:
            setattr(cls, made.name, made)

    @classmethod
    def __clause_element__(cls) -> FromClause:
        return cls.__table__


_Named = TypeVar("_Named", bound=StoreTable)


def aliased(table: type[_Named], name: str | None = None) -> type[_Named]:
    """Return a second name for a table, for statements in which it stands twice."""
    alias = table.__table__.alias(name)
    return type.__new__(type, table.__name__, (_Alias,), {"__table__": alias, **alias.c})


class _Alias:
    __table__: ClassVar[FromClause]

    @classmethod
    def __clause_element__(cls) -> FromClause:
        return cls.__table__


def one_of(name: str, words: tuple[str, ...]) -> str:
    """Return the SQL condition that the column holds one of the words."""
    return f"{name} IN ({', '.join(repr(word) for word in words)})"
