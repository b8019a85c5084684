"""`riwaya backtest`: the clusterer of the service over a file of articles."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from daemon.cli.failure import Failed
from daemon.cli.printing import echo_json, json_option
from daemon.cli.progress import progress_bar

if TYPE_CHECKING:  # loaded by the command itself
    from clustering.evaluation import Figures
    from clustering.settings import Settings


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--labels", type=click.Path(path_type=Path), help="Labelled groups to score the result against.")
@click.option(
    "--mistakes", "mistakes_file", type=click.Path(path_type=Path), help="Write each labelled pair that came out wrong."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write a line for each article: its id and its cluster.")
@click.option(
    "--set", "changes", multiple=True, metavar="KEY=VALUE", help="Change a setting of clustering, such as window=5d."
)
@json_option()
def command(
    files: tuple[Path, ...],
    labels: Path | None,
    mistakes_file: Path | None,
    out: Path | None,
    changes: tuple[str, ...],
    as_json: bool,
) -> None:
    """Group the articles of JSON Lines files (plain or .gz) in the order of their publication.

    An article has id, source, title, text and published, and may have summary. With --labels the result is scored:
    pairs, B-cubed and the adjusted Rand index.

    \b
    Examples:
      riwaya backtest week.jsonl.gz --out clusters.jsonl
      riwaya backtest a.jsonl b.jsonl --labels labels.jsonl --mistakes wrong.jsonl --set window=2d
    """
    from clustering.evaluation import mistakes, score  # noqa: PLC0415 - not needed by --help
    from daemon.backtest import backtest  # noqa: PLC0415 - loads numpy
    from daemon.corpus import CorpusError, read_articles, read_labels  # noqa: PLC0415 - as above

    settings = _settings(changes)
    if mistakes_file is not None and labels is None:
        raise click.UsageError("--mistakes needs --labels")
    read = {path.absolute() for path in (*files, labels) if path is not None}
    for written in (out, mistakes_file):
        if written is not None and written.absolute() in read:
            raise click.UsageError(f"{written} is read by this command and would be overwritten")
    try:
        groups = read_labels(labels) if labels else None
        articles = [article for file in files for article in read_articles(file)]
        begun = time.perf_counter()
        with progress_bar("grouping", len(articles)) as done:
            clusters = backtest(articles, settings, done)
    except CorpusError as error:
        raise Failed(str(error)) from error
    seconds = time.perf_counter() - begun
    if out is not None:
        _write(out, ({"id": article, "cluster": cluster} for article, cluster in clusters.items()))
    if mistakes_file is not None:
        _write(mistakes_file, (asdict(mistake) for mistake in mistakes(groups or [], clusters)))
    facts: dict[str, object] = {
        "articles": len(clusters),
        "clusters": len(set(clusters.values())),
        "seconds": round(seconds, 1),
        "articles_per_second": round(len(clusters) / seconds) if clusters else 0,
    }
    figures = score(groups, clusters) if groups else None
    if as_json:
        echo_json({**facts, **({"labels": _rounded(figures)} if figures else {})})
        return
    click.echo("{articles} articles in {clusters} clusters, {seconds} s".format(**facts))
    if figures:
        for name, value in _rounded(figures).items():
            click.echo(f"{name:18}  {value}")


def _settings(changes: tuple[str, ...]) -> "Settings":
    from clustering.settings import Settings  # noqa: PLC0415 - not needed by --help
    from daemon.config import parse_duration  # noqa: PLC0415 - loads pydantic

    values: dict[str, Any] = {field.name: field.default for field in fields(Settings)}
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals or key not in values:
            raise click.UsageError(f"--set {change}: write KEY=VALUE with one of {', '.join(values)}")
        if key == "index" and value not in {"compact", "datasketch"}:
            raise click.UsageError(f"--set {change}: compact or datasketch")
        kind = type(values[key])
        try:
            values[key] = parse_duration(value) if kind is timedelta else kind(value)
        except ValueError as error:
            raise click.UsageError(f"--set {change}: {error}") from error
    return Settings(**values)


def _write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    try:
        with path.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    except OSError as error:
        raise Failed(f"{path}: {error.strerror}") from error


def _rounded(figures: "Figures") -> dict[str, int | float]:
    return {name: round(value, 4) for name, value in asdict(figures).items()}
