"""`riwaya never`: two articles that are never one story."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import click

from daemon.cli.correcting import correct, correction_options
from daemon.cli.numbers import STORED_ID
from daemon.cli.session import Session


@click.command()
@click.argument("left", metavar="ARTICLE", type=STORED_ID)
@click.argument("right", metavar="ARTICLE", type=STORED_ID)
@correction_options()
@click.pass_obj
def command(session: Session, left: int, right: int, note: str, author: str, as_json: bool) -> None:
    """Keep two articles in two stories for ever.

    If they are in one story now, the second leaves it for a new one.

    \b
    Examples:
      riwaya never 12 31
      riwaya never 12 31 --note "Sunday's weather and Monday's"
    """
    correct(session, "never", articles=[left, right], author=author, note=note, as_json=as_json)
