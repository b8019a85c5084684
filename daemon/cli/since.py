"""The options `--since` and `--until`: a duration back from now, or a date."""

from datetime import UTC, datetime
from typing import Any

import click


class Since(click.ParamType[datetime]):
    """A moment, given as a duration back from now (24h, 7d) or as an ISO 8601 date or time (UTC without a zone)."""

    name = "DURATION|DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: ANN401 - click's own
        """Read the value, or fail with what is accepted."""
        from daemon.moments import moment_of  # noqa: PLC0415 - not needed by other commands

        if isinstance(value, datetime):
            return value
        try:
            return moment_of(str(value), datetime.now(UTC))
        except ValueError as error:
            self.fail(str(error), param, ctx)


SINCE = Since()
