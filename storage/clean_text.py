"""The storage door for text: what no database can hold is replaced before it is hashed, compared or written.

PostgreSQL refuses NUL characters, and neither database can encode a lone surrogate. Both become U+FFFD, the sign for
"a character stood here", on SQLite as on PostgreSQL, so that one feed gives the same rows in both. The column types
`CleanText` and `CleanJson` apply it to whatever is written to or compared with a text column; `save_entries` and
`content_hash` apply it before they compare in Python.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import JSON, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

REPLACEMENT = "\ufffd"


def clean(text: str) -> str:
    """Return the text with NUL characters and lone surrogates replaced by U+FFFD; surrogate pairs are joined."""
    if "\0" in text:
        text = text.replace("\0", REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def clean_json(value: object) -> object:
    """Clean every string inside a JSON value, keys included; tuples become lists, as JSON has them."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): clean_json(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return [clean_json(item) for item in value]
    return value


class CleanText(TypeDecorator[str]):
    """Text that went through `clean`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean what goes in."""
        _ = dialect
        return None if value is None else clean(value)


class CleanJson(TypeDecorator[object]):
    """A JSON value whose strings went through `clean`: text on SQLite, jsonb on PostgreSQL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[object]:
        """Choose jsonb on PostgreSQL, where it can be indexed and compared."""
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON())
        from sqlalchemy.dialects.postgresql import JSONB  # noqa: PLC0415 - loads every driver that SQLAlchemy knows

        return dialect.type_descriptor(JSONB())

    def process_bind_param(self, value: object, dialect: Dialect) -> object:
        """Clean what goes in."""
        _ = dialect
        return clean_json(value)
