"""The command line: one program, `riwaya`, one file a command."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import faulthandler
import gc
import sys
from pathlib import Path

import click

from daemon import __version__
from daemon.cli.failure import complain
from daemon.cli.lazy import LazyGroup
from daemon.cli.session import Session
from daemon.logs import configure

_COMMANDS = {
    "run": "Start the service: fetch, group, until it is told to stop.",
    "fetch": "Fetch feeds once, group what they brought, and exit.",
    "check": "Check the configuration and print what would run.",
    "status": "Tell how the feeds and the store are doing.",
    "replay": "Read the kept bytes of a fetch that failed once more.",
    "sources": "List the sources, find and add feeds, import and export OPML.",
    "clusters": "List stories, and who carries them.",
    "show": "Show every version of a story, in order.",
    "history": "Show every text of an article and what changed.",
    "search": "Find articles by their words.",
    "why": "Explain why two articles are one story or not.",
    "merge": "Make one story of several.",
    "split": "Let articles leave a story for a new one.",
    "pin": "Put an article into a story, where it stays.",
    "never": "Keep two articles in two stories for ever.",
    "undo": "Take a correction back.",
    "corrections": "List the corrections that people made.",
    "alerts": "List alert rules, test targets, see what was sent.",
    "recluster": "Group the stored articles again.",
    "backtest": "Group a file of articles and score the result.",
    "export": "Write stories and texts to Parquet, CSV or JSON Lines.",
    "import": "Load articles from a file.",
    "backup": "Copy the store while it is in use.",
    "restore": "Put a backup in the place of the store.",
    "db": "Look after the store.",
    "demo": "Run on invented feeds; needs no network.",
}

_YOUNG = 50_000
"""New objects before garbage is looked for, instead of 700: importing makes a hundred thousand that stay, and looking
through them again and again was a sixth of what a query takes. The service works as fast with either."""

_LEVELS = ("debug", "info", "warning", "error")


@click.group(cls=LazyGroup, commands_of="daemon.cli", summaries=_COMMANDS)
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    envvar="RIWAYA_CONFIG",
    help="The configuration file.  [default: ./config.yaml, then /etc/riwaya/config.yaml]",
)
@click.option("--log-level", type=click.Choice(_LEVELS), default="info", show_default=True, help="What to log.")
@click.version_option(__version__, prog_name="riwaya")
@click.pass_context
def root(context: click.Context, config_path: Path | None, log_level: str) -> None:
    """Watch Arabic news feeds, group the copies of one wire story, keep every version of it.

    \b
    Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.
    Example:    riwaya --config config.yaml clusters --since 24h --min-sources 3
    """
    configure(log_level)
    context.obj = Session(config_path)


def main() -> None:
    """Run the program."""
    gc.set_threshold(_YOUNG)
    # A pager or `head` that goes away early is no error of ours, and Arabic needs UTF-8 whatever the locale says.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    # systemd ends a service that hangs with SIGABRT: the log then holds what every thread was doing.
    faulthandler.enable()
    try:
        root(prog_name="riwaya")
    except OSError as error:  # a full disk behind `>`; what commands open themselves they report themselves
        complain(f"Error: {error.filename or 'output'}: {error.strerror}")
        sys.exit(1)
