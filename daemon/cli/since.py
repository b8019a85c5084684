"""The option `--since`: a duration back from now, or a date."""

from datetime import UTC, datetime
from typing import Any

import click


class Since(click.ParamType[datetime]):
    """A moment, given as a duration back from now (24h, 7d) or as an ISO 8601 date or time (UTC without a zone)."""

    name = "DURATION|DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ANN401 - click's own
        """Read the value, or fail with what is accepted."""
        from daemon.config.duration import parse_duration  # noqa: PLC0415 - not needed by other commands

        if isinstance(value, datetime):
            return value
        try:
            return datetime.now(UTC) - parse_duration(str(value))
        except (ValueError, OverflowError):
            pass
        try:
            moment = datetime.fromisoformat(str(value))
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is neither a duration (24h, 7d) nor an ISO date (2026-11-23)", param, ctx)


SINCE = Since()
