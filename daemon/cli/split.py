"""`riwaya split`: articles that do not belong to their story."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import click

from daemon.cli.correcting import correct, correction_options
from daemon.cli.numbers import STORED_ID
from daemon.cli.session import Session


@click.command()
@click.argument("cluster", type=STORED_ID)
@click.argument("articles", metavar="ARTICLE...", type=STORED_ID, nargs=-1, required=True)
@correction_options()
@click.pass_obj
def command(session: Session, cluster: int, articles: tuple[int, ...], note: str, author: str, as_json: bool) -> None:
    """Let articles leave story CLUSTER for a new story of their own.

    They stay together, and apart from those that stay. `riwaya undo` takes them back. See docs/corrections.md.

    \b
    Examples:
      riwaya split 4 31
      riwaya split 4 31 37 --note "another cable, to the other president"
    """
    correct(session, "split", clusters=[cluster], articles=articles, author=author, note=note, as_json=as_json)
