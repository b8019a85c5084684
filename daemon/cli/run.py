"""`riwaya run`: the service."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import click

from daemon.cli.session import Session


@click.command()
@click.option(
    "--only",
    type=click.Choice(["fetch", "cluster"]),
    help="Do only this part; other processes do the rest on the same store.",
)
@click.pass_obj
def command(session: Session, only: str | None) -> None:
    """Start the service and run until SIGTERM or Ctrl-C.

    SIGHUP reads the configuration again; one with mistakes is refused and the old one stays.

    \b
    Example:
      riwaya --config /etc/riwaya/config.yaml run
    """
    from daemon.cli.serving import serve  # noqa: PLC0415 - loads everything

    serve(session, only)
