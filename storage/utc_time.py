"""Times in the store: always UTC, always aware."""

from datetime import UTC, datetime

from sqlalchemy import DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

# Fixed width, so that text order is time order; the Z keeps the zone visible to whoever opens the file, and SQLite's
# own date functions read this form.
SQLITE_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"
SQLITE_WIDTH = 27


class UtcTime(TypeDecorator[datetime]):
    """An instant: timestamptz on PostgreSQL, sortable text on SQLite. Naive datetimes are refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str] | TypeEngine[datetime]:
        """SQLite has no time type."""
        return String(SQLITE_WIDTH) if dialect.name == "sqlite" else DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Turn an aware datetime into UTC."""
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        value = value.astimezone(UTC)
        if dialect.name != "sqlite":
            return value
        # strftime does not pad years below 1000, which would break the order of the text.
        return f"{value.year:04d}{value.strftime(SQLITE_FORM)[-23:]}"

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:
        """Return aware UTC."""
        _ = dialect
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC)
