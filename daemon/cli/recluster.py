"""`riwaya recluster`: the stored articles grouped again."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from collections.abc import Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from daemon.cli.archive_grouping import group_archive
from daemon.cli.failure import Failed
from daemon.cli.numbers import COUNT
from daemon.cli.printing import echo_json, json_option
from daemon.cli.progress import progress_bar
from daemon.cli.session import Session
from daemon.cli.since import SINCE
from daemon.cli.terminal import isolated, plain

if TYPE_CHECKING:  # loaded by the command itself
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from clustering.succession import Fate
    from daemon.recluster import Progress, Report

_ENGINES = ("local", "duckdb", "spark")
_KINDS = ("changed", "split", "merged", "gone", "born")


@click.command()
@click.option("--since", type=SINCE, help="Only texts seen since then: 24h, 7d, 2026-11-23. What lies before stays.")
@click.option("--dry-run", is_flag=True, help="Only print what would change.")
@click.option("-n", "--limit", type=COUNT, default=10, show_default=True, help="How many examples to print.")
@click.option("--engine", type=click.Choice(_ENGINES), help="Group an archive instead of the store, on this engine.")
@click.option("--input", "source", type=click.Path(path_type=Path), help="Parquet file of the archive, or a folder.")
@click.option("--output", "target", type=click.Path(path_type=Path, dir_okay=False), help="Parquet file to write.")
@click.option("--jobs", type=COUNT, help="Processes that prepare texts of an archive.  [default: one a core]")
@click.option(
    "--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change a setting for an archive: window=5d."
)
@click.option("--force", is_flag=True, help="Write over the output of an archive that is there.")
@json_option()
@click.pass_obj
def command(
    session: Session,
    *,
    since: datetime | None,
    dry_run: bool,
    limit: int,
    as_json: bool,
    engine: str | None,
    source: Path | None,
    target: Path | None,
    jobs: int | None,
    changes: tuple[str, ...],
    force: bool,
) -> None:
    """Group the stored articles again, with the settings and the release of today.

    People's corrections are obeyed. Stories keep their ids wherever they are mostly the same; ids that are no longer
    needed lead to where most of their articles went. Needs the service to be stopped, except with --dry-run.

    With --engine, the articles of Parquet files are grouped as the service would have, without a store or a
    configuration. The columns are id, source, title, text and published; the output has id, cluster and articles (how
    many the cluster has). All engines give the same clusters; duckdb and spark are optional packages.

    \b
    Examples:
      riwaya recluster --dry-run
      riwaya recluster --since 7d --json
      riwaya recluster --engine local --input archive.parquet --output clusters.parquet
    """
    _refuse_mixed(click.get_current_context(), engine)
    if engine is None:
        _recluster_store(session, since, limit, dry_run=dry_run, as_json=as_json)
    elif source is None or target is None:
        raise click.UsageError(f"--engine needs {'--input' if source is None else '--output'}")
    else:
        group_archive(engine, source, target, jobs=jobs, changes=changes, force=force, as_json=as_json)


_OF_STORE = {"since": "--since", "dry_run": "--dry-run", "limit": "--limit"}
_OF_ARCHIVE = {"source": "--input", "target": "--output", "jobs": "--jobs", "changes": "--set", "force": "--force"}


def _refuse_mixed(context: click.Context, engine: str | None) -> None:
    """Raise click.UsageError for options of the store with an engine, and for those of an archive without one."""
    reason = "is for an archive: name an --engine" if engine is None else "is not for an archive"
    for name, option in (_OF_ARCHIVE if engine is None else _OF_STORE).items():
        if context.get_parameter_source(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"{option} {reason}")


def _recluster_store(session: Session, since: datetime | None, limit: int, *, dry_run: bool, as_json: bool) -> None:
    from daemon.clusterer_lease import LeaseLost  # noqa: PLC0415 - loads the store
    from daemon.clustering_settings import clustering_settings  # noqa: PLC0415 - loads the configuration
    from daemon.holder import holder_name  # noqa: PLC0415 - as above
    from daemon.recluster import Busy, foresee, recluster  # noqa: PLC0415 - loads numpy
    from daemon.start import free_dead_leases  # noqa: PLC0415 - as above
    from storage.migrate import require_current  # noqa: PLC0415 - as above

    settings = clustering_settings(session.config)
    if dry_run:
        with session.existing_store() as engine:
            require_current(engine)
            with _progress() as progress:
                report = foresee(engine, settings, since, progress)
            titles = _titles(engine, _examples(report, limit))
    else:
        with session.writable_store() as engine:
            free_dead_leases(engine)
            try:
                with _progress() as progress:
                    report = recluster(engine, settings, since, holder_name(), progress)
            except Busy as busy:
                raise Failed(f"{busy}: stop the service first, or see what would change with --dry-run") from busy
            except LeaseLost as lost:
                raise Failed(f"{lost}; what was written is whole, and a second call goes on") from lost
            titles = _titles(engine, _examples(report, limit))
    if as_json:
        echo_json(_data(report, _examples(report, limit), titles, dry_run=dry_run))
        return
    _print(report, _examples(report, limit), titles, dry_run=dry_run)


@contextmanager
def _progress() -> "Iterator[Progress]":
    with progress_bar("grouping", 1000) as advance:
        shown = 0

        def told(done: int, versions: int) -> None:
            nonlocal shown
            advance(done * 1000 // versions - shown)
            shown = done * 1000 // versions

        yield told


def _examples(report: "Report", limit: int) -> "list[Fate]":
    """Choose clusters to show, of every kind in turn."""
    by_kind = [[fate for fate in report.fates if fate.kind == kind] for kind in ("changed", "merged", "gone", "born")]
    turns = [fates[turn] for turn in range(limit) for fates in by_kind if turn < len(fates)]
    return sorted(turns[:limit], key=lambda fate: fate.cluster)


def _titles(engine: "Engine", examples: "Sequence[Fate]") -> dict[int, str]:
    from storage.clusters import cluster_summaries  # noqa: PLC0415 - loads the store
    from storage.engine import reading  # noqa: PLC0415 - as above

    with reading(engine) as conn:
        return {one.id: one.title for one in cluster_summaries(conn, [fate.cluster for fate in examples]).values()}


def _data(report: "Report", examples: "Sequence[Fate]", titles: dict[int, str], *, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "versions": report.versions,
        "articles": report.articles,
        "moved": report.moved,
        "evidence": report.evidence,
        "clusters": {"kept": report.kept, **{kind: report.count(kind) for kind in _KINDS}},
        "examples": [
            {
                "cluster": fate.cluster,
                "title": titles.get(fate.cluster),
                "kind": fate.kind,
                "came_from": list(fate.came_from),
                "went_to": list(fate.went_to),
            }
            for fate in examples
        ],
    }


def _print(report: "Report", examples: "Sequence[Fate]", titles: dict[int, str], *, dry_run: bool) -> None:
    would = "would move" if dry_run else "moved"
    click.echo(f"{report.versions} texts of {report.articles} articles grouped again; {report.moved} articles {would}")
    counts = ", ".join(f"{report.count(kind)} {kind}" for kind in _KINDS)
    click.echo(f"stories: {report.kept} kept, {counts}")
    for fate in examples:
        title = f": {isolated(plain(titles[fate.cluster]))}" if titles.get(fate.cluster) else ""
        click.echo(f"  story {fate.cluster} {_words(fate)}{title}")


def _words(fate: "Fate") -> str:
    came_from = ", ".join(str(cluster) for cluster in fate.came_from if cluster != fate.cluster)
    went_to = ", ".join(str(cluster) for cluster in fate.went_to if cluster != fate.cluster)
    gained = f", gained from {came_from}" if came_from else ""
    match fate.kind:
        case "born":
            return f"is new, out of {came_from}"
        case "merged" | "gone":
            return f"goes to {went_to}"
        case _:
            return f"changed{gained}{f', lost to {went_to}' if went_to else ''}"
