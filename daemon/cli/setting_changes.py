"""`--set KEY=VALUE`: settings of clustering for one command."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:  # loaded by the command itself
    from clustering.settings import Settings


def changed_settings(changes: Sequence[str]) -> "Settings":
    """Return the default settings with these changes. Raises click.UsageError."""
    from clustering.settings import Settings  # noqa: PLC0415 - not needed by --help
    from daemon.config import parse_duration  # noqa: PLC0415 - loads pydantic

    values: dict[str, Any] = {field.name: field.default for field in fields(Settings)}
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals or key not in values:
            raise click.UsageError(f"--set {change}: write KEY=VALUE with one of {', '.join(values)}")
        if key == "index" and value not in {"compact", "datasketch"}:
            raise click.UsageError(f"--set {change}: compact or datasketch")
        kind = type(values[key])
        try:
            values[key] = parse_duration(value) if kind is timedelta else kind(value)
        except ValueError as error:
            raise click.UsageError(f"--set {change}: {error}") from error
    return Settings(**values)
