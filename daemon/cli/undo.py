"""`riwaya undo`: taking a correction back."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from datetime import datetime
from typing import TYPE_CHECKING

import click

from daemon.cli.correcting import author_option, hand_over
from daemon.cli.numbers import STORED_ID
from daemon.cli.printing import json_option
from daemon.cli.session import Session

if TYPE_CHECKING:  # loaded by the command itself
    from sqlalchemy import Connection


@click.command()
@click.argument("correction", type=STORED_ID)
@author_option()
@json_option()
@click.pass_obj
def command(session: Session, correction: int, author: str, as_json: bool) -> None:
    """Take a correction back: it is no longer obeyed, and what it moved returns.

    A story that a merge took over gets its id and its articles back. Articles that somebody moved on, or that joined
    later, stay where they are. See docs/corrections.md.

    \b
    Examples:
      riwaya undo 3
      riwaya undo 3 --author salma --json
    """
    from daemon.corrections import ask_undo  # noqa: PLC0415 - loads the store

    def write_down(conn: "Connection", now: datetime) -> int:
        ask_undo(conn, correction, author, now)
        return correction

    hand_over(session, write_down, as_json=as_json)
