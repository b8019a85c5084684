"""`riwaya pin`: an article that stays in its story."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import click

from daemon.cli.correcting import correct, correction_options
from daemon.cli.numbers import STORED_ID
from daemon.cli.session import Session


@click.command()
@click.argument("article", type=STORED_ID)
@click.argument("cluster", type=STORED_ID)
@correction_options()
@click.pass_obj
def command(session: Session, article: int, cluster: int, note: str, author: str, as_json: bool) -> None:
    """Put ARTICLE into story CLUSTER, where it stays whatever becomes of its text.

    \b
    Examples:
      riwaya pin 31 4
      riwaya pin 31 4 --note "a short form of the same news"
    """
    correct(session, "pin", clusters=[cluster], articles=[article], author=author, note=note, as_json=as_json)
