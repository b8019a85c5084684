"""Numbers that commands take, within what a database can hold."""

import click

STORED_ID = click.IntRange(1, 2**63 - 1)
"""An id of a cluster or an article."""

COUNT = click.IntRange(1, 1_000_000_000)
"""How many of something."""
