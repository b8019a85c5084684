"""`riwaya backtest`: the clusterer of the service over a file of articles."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from daemon.cli.backtest_report import Run, as_data, compared, figures_of, in_words
from daemon.cli.failure import Failed
from daemon.cli.printing import echo_json, json_option
from daemon.cli.progress import progress_bar
from daemon.cli.setting_changes import changed_settings

if TYPE_CHECKING:  # loaded by the command itself
    from clustering.evaluation import LabelledGroup
    from clustering.settings import Settings
    from daemon.corpus import CorpusArticle


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
@click.option(
    "--against",
    "other_changes",
    multiple=True,
    metavar="KEY=VALUE",
    help="Run a second time with this setting changed as well, and compare.",
)
@json_option()
def command(
    files: tuple[Path, ...],
    labels: Path | None,
    mistakes_file: Path | None,
    out: Path | None,
    changes: tuple[str, ...],
    other_changes: tuple[str, ...],
    as_json: bool,
) -> None:
    """Group the articles of JSON Lines files (plain or .gz) in the order of their publication.

    An article has id, source, title, text and published, and may have summary. With --labels the result is scored
    as a whole, for each file and by kind of error: pairs, B-cubed and the adjusted Rand index. With --against two
    settings are compared; --out and --mistakes write what the first of them gives.

    \b
    Examples:
      riwaya backtest week.jsonl.gz --out clusters.jsonl
      riwaya backtest a.jsonl b.jsonl --labels labels.jsonl --mistakes wrong.jsonl --set window=2d
      riwaya backtest a.jsonl --labels labels.jsonl --against join=1
    """
    from clustering.evaluation import mistakes  # noqa: PLC0415 - not needed by --help
    from daemon.backtest_score import kind_of  # noqa: PLC0415 - loads numpy
    from daemon.corpus import CorpusError  # noqa: PLC0415 - as above

    under = [changes] if not other_changes else [changes, (*changes, *other_changes)]
    settings = [changed_settings(one) for one in under]
    if mistakes_file is not None and labels is None:
        raise click.UsageError("--mistakes needs --labels")
    read = {path.absolute() for path in (*files, labels) if path is not None}
    for written in (out, mistakes_file):
        if written is not None and written.absolute() in read:
            raise click.UsageError(f"{written} is read by this command and would be overwritten")
    try:
        material = _Material.read(files, labels)
        runs = [material.run(one, with_it) for one, with_it in zip(under, settings, strict=True)]
    except CorpusError as error:
        raise Failed(str(error)) from error
    first = runs[0].result
    if out is not None:
        _write(out, ({"id": article, "cluster": cluster} for article, cluster in first.clusters.items()))
    if mistakes_file is not None:
        wrong = mistakes(material.groups or [], first.clusters)
        _write(mistakes_file, ({**asdict(one), "kind": kind_of(one, first)} for one in wrong))
    if len(runs) == 1:
        _print_one(runs[0], as_json=as_json)
    else:
        _print_two(runs[0], runs[1], material, as_json=as_json)


def _print_one(run: Run, *, as_json: bool) -> None:
    from daemon.backtest_score import KINDS  # noqa: PLC0415 - loads numpy

    if as_json:
        echo_json(as_data(run))
        return
    click.echo(in_words(run))
    if run.score:
        click.echo(f"\n{figures_of(run.score, KINDS)}")


def _print_two(one: Run, other: Run, material: "_Material", *, as_json: bool) -> None:
    from daemon.backtest_score import change, same_clusters  # noqa: PLC0415 - loads numpy

    same = same_clusters(one.result, other.result)
    changed = change(material.groups, one.result, other.result) if material.groups else None
    if as_json:
        against = {**as_data(other), "same_clusters": same, **(asdict(changed) if changed else {})}
        echo_json({**as_data(one), "against": against})
        return
    click.echo(in_words(one))
    click.echo(in_words(other))
    click.echo(compared(one, other, changed, same))


@dataclass(frozen=True, slots=True)
class _Material:
    """What is read before anything runs: articles, the ids of each file, and labelled groups if there are labels."""

    articles: "list[CorpusArticle]"
    files: dict[str, frozenset[str]]
    groups: "list[LabelledGroup] | None"

    @classmethod
    def read(cls, files: Sequence[Path], labels: Path | None) -> "_Material":
        """Read all files. Raises CorpusError, also for no article at all and for labels of other articles."""
        from daemon.corpus import CorpusError, read_articles, read_labels  # noqa: PLC0415 - loads numpy

        groups = read_labels(labels) if labels else None
        by_file = [(str(file), list(read_articles(file))) for file in files]
        articles = [article for _, those in by_file for article in those]
        if not articles:
            raise CorpusError(f"{', '.join(str(file) for file in files)}: no article")
        ids = {article.id for article in articles}
        if groups and not any(one in ids for group in groups for story in group.stories for one in story):
            raise CorpusError(f"{labels}: not one of the labelled articles is among those read")
        return cls(articles, {file: frozenset(one.id for one in those) for file, those in by_file}, groups)

    def run(self, changes: Sequence[str], settings: "Settings") -> Run:
        """Group the articles and score the result. Raises CorpusError when an id occurs twice."""
        from daemon.backtest import backtest  # noqa: PLC0415 - loads numpy
        from daemon.backtest_score import labelled_pairs, scored  # noqa: PLC0415 - as above

        begun = time.perf_counter()
        with progress_bar("grouping", len(self.articles)) as done:
            result = backtest(self.articles, settings, done, labelled_pairs(self.groups or ()))
        seconds = time.perf_counter() - begun
        return Run(changes, result, seconds, scored(self.groups, self.files, result) if self.groups else None)


def _write(path: Path, rows: Iterable[dict[str, object]]) -> None:
    try:
        with path.open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    except OSError as error:
        raise Failed(f"{path}: {error.strerror}") from error
