"""How commands print data: JSON with Arabic letters as they are, and times."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import click

from web.moments import moment

_F = TypeVar("_F", bound=Callable[..., Any])


def json_option(lines: str = "") -> Callable[[_F], _F]:
    """Return the option `--json`, with what it prints (`lines`) in its help."""
    return click.option("--json", "as_json", is_flag=True, help=f"Print JSON{lines}, with Arabic letters as they are.")


def echo_json(value: object) -> None:
    """Print a value as one line of JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def local(value: datetime | None) -> str:
    """Write a time for people, in the zone of their machine."""
    return "" if value is None else f"{value.astimezone():%Y-%m-%d %H:%M}"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return moment(value)
    raise TypeError(f"cannot be printed as JSON: {type(value).__name__}")
