"""How a command ends when it cannot do what was asked: one clear message and an exit code."""

import click


class Failed(click.ClickException):
    """The command failed: exit code 1."""

    exit_code = 1


class Misconfigured(click.ClickException):
    """The configuration is wrong: exit code 2. The message holds a line for each mistake."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        """Print the mistakes as they are, one a line."""
        del file
        click.echo(self.message, err=True)
