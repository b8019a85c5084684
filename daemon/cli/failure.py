"""How a command ends when it cannot do what was asked: one clear message and an exit code."""

import logging
import sys

import click

from daemon.logs import in_journal, is_journal


class Failed(click.ClickException):
    """The command failed: exit code 1."""

    exit_code = 1

    def show(self, file: object = None) -> None:
        """Print the message, as an error where it goes to the journal."""
        del file
        complain(f"Error: {self.message}")


class Misconfigured(click.ClickException):
    """The configuration is wrong: exit code 2. The message holds a line for each mistake."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        """Print the mistakes as they are, one a line."""
        del file
        complain(self.message)


def complain(text: str) -> None:
    """Print why something ended to standard error, as an error where that is the journal."""
    click.echo(in_journal(text, logging.ERROR) if is_journal(sys.stderr) else text, err=True)
