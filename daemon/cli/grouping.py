"""Grouping what waits, at the end of a command that brought articles."""

from typing import TYPE_CHECKING

import click

from daemon.cli.progress import progress_bar

if TYPE_CHECKING:  # loaded by the commands themselves
    from sqlalchemy import Engine

    from daemon.config import Config


def group_waiting(engine: "Engine", config: "Config") -> int | None:
    """Group what waits, and apply the corrections that do; None when a running service does so."""
    from daemon.clustering_settings import clustering_settings  # noqa: PLC0415 - as below
    from daemon.holder import holder_name  # noqa: PLC0415 - loads the store
    from daemon.stored_clusterer import StoredClusterer  # noqa: PLC0415 - loads numpy
    from daemon.upkeep import index_left  # noqa: PLC0415 - as above
    from storage.corrections import open_corrections  # noqa: PLC0415 - as above
    from storage.engine import reading  # noqa: PLC0415 - as above
    from storage.queue import count_unclustered  # noqa: PLC0415 - as above

    with reading(engine) as conn:
        waiting = count_unclustered(conn)
        if not waiting and not open_corrections(conn):
            return 0
    clusterer = StoredClusterer(engine, clustering_settings(config), holder_name(), config.clustering.batch)
    if not clusterer.take_lease():
        return None
    grouped = 0
    try:
        with progress_bar("grouping", waiting) as done:
            while (step := clusterer.step()) is not None:
                grouped += step.placed
                done(step.placed)
        while index_left(engine):
            pass
    finally:
        clusterer.drop_lease()
    return grouped


def echo_grouped(grouped: int | None) -> None:
    """Say what became of the articles that waited."""
    if grouped is None:
        click.echo("the running service groups what is new")
    elif grouped:
        click.echo(f"{grouped} texts grouped")
