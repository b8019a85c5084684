"""`riwaya recluster --engine`: the articles of Parquet files grouped without a store."""

import time
from pathlib import Path

import click

from daemon.cli.failure import Failed
from daemon.cli.printing import echo_json
from daemon.cli.progress import progress_bar
from daemon.cli.setting_changes import changed_settings


def group_archive(
    engine: str,
    source: Path,
    target: Path,
    *,
    jobs: int | None,
    changes: tuple[str, ...],
    force: bool,
    as_json: bool,
) -> None:
    """Group the articles at `source` into the file `target` and say what came of it. Raises Failed."""
    from daemon.archive_engines.article_files import ArticleFileError, count_articles  # noqa: PLC0415 - loads pyarrow
    from daemon.archive_engines.engine import EngineError  # noqa: PLC0415 - as above
    from daemon.archive_engines.grouped_file import OutputError  # noqa: PLC0415 - as above
    from daemon.archive_engines.recluster_archive import recluster_archive  # noqa: PLC0415 - as above
    from daemon.archive_engines.work_crew import WorkerLostError, usable_cores  # noqa: PLC0415 - as above

    settings = changed_settings(changes)
    if target.exists() and not force:
        raise Failed(f"{target} exists already; --force writes over it")
    if target.exists() and source.exists() and target.samefile(source):
        raise click.UsageError(f"{target} is read by this command and would be overwritten")
    begun = time.perf_counter()
    try:
        with progress_bar("grouping", count_articles(source)) as done:
            made = recluster_archive(engine, source, target, settings, jobs or usable_cores(), done)
    except (ArticleFileError, EngineError, OutputError, WorkerLostError) as error:
        raise Failed(str(error)) from error
    seconds = time.perf_counter() - begun
    if as_json:
        figures = {"articles": made.articles, "clusters": made.clusters, "seconds": round(seconds, 1)}
        echo_json({"engine": engine, **figures})
        return
    click.echo(f"{made.articles} articles in {made.clusters} clusters, in {seconds:.1f} s, written to {target}")
