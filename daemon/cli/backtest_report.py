"""How `riwaya backtest` prints its figures."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from daemon.cli.table import Column, table

if TYPE_CHECKING:  # loaded by the command itself
    from clustering.evaluation import Figures
    from daemon.backtest import Backtested
    from daemon.backtest_score import Change, ErrorKind, Score

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Run:
    """A run: the changes of settings, what came out, the seconds it took, and its figures when there are labels."""

    changes: Sequence[str]
    result: "Backtested"
    seconds: float
    score: "Score | None"

    @property
    def clusters(self) -> int:
        """The number of clusters."""
        return len(set(self.result.clusters.values()))


def as_data(run: Run) -> dict[str, object]:
    """Return a run for programs."""
    articles = len(run.result.clusters)
    facts: dict[str, object] = {
        "articles": articles,
        "clusters": run.clusters,
        "seconds": round(run.seconds, 1),
        "articles_per_second": round(articles / run.seconds),
    }
    if run.score is not None:
        facts["labels"] = _rounded(run.score.whole)
        facts["files"] = {name: _rounded(figures) for name, figures in run.score.files.items()}
        facts["errors"] = run.score.errors
    return facts


def in_words(run: Run) -> str:
    """Return the line that begins a report."""
    under = f" with {', '.join(run.changes)}" if run.changes else ""
    return f"{len(run.result.clusters)} articles in {run.clusters} clusters, {run.seconds:.1f} s{under}"


def figures_of(score: "Score", meanings: "Mapping[ErrorKind, str]") -> str:
    """Return figures as a column for everything and one for each file, then the errors by kind."""
    whole, files = score.whole, score.files if len(score.files) > 1 else {}
    columns = [Column(""), Column("all", right=True), *(Column(Path(name).name, right=True) for name in files)]
    rows = [
        [name, *(_shown(value) for value in (all_of_it, *(_rounded(part)[name] for part in files.values())))]
        for name, all_of_it in _rounded(whole).items()
    ]
    errors = [[score.errors[kind], words] for kind, words in meanings.items()]
    kinds = table([Column("pairs", right=True), Column("kind of error", stretch=True)], errors)
    return f"{table(columns, rows)}\n\n{kinds}"


def compared(one: Run, other: Run, changed: "Change | None", same: int) -> str:
    """Return the figures of two runs side by side, of everything and of each file."""
    lines = [f"{same} clusters hold the same articles in both runs"]
    if one.score is None or other.score is None or changed is None:
        return lines[0]
    columns = [Column(""), *(Column(name, right=True) for name in ("first", "second", "difference"))]
    parts = {"all": (one.score.whole, other.score.whole)}
    if len(one.score.files) > 1:
        parts |= {Path(name).name: (figures, other.score.files[name]) for name, figures in one.score.files.items()}
    for part, (left, right) in parts.items():
        before, after = _rounded(left), _rounded(right)
        rows = [
            [name, _shown(before[name]), _shown(after[name]), _gained(before[name], after[name])] for name in before
        ]
        lines += ["", table([Column(part), *columns[1:]], rows)]
    errors = [
        [kind, before, other.score.errors[kind], _gained(before, other.score.errors[kind])]
        for kind, before in one.score.errors.items()
    ]
    lines += ["", table([Column("wrong pairs"), *columns[1:]], errors), ""]
    lines.append(f"labelled pairs put right by the second run: {changed.mended}, got wrong by it: {changed.broken}")
    return "\n".join(lines)


def _rounded(figures: "Figures") -> dict[str, int | float]:
    return {name: round(value, _DIGITS) for name, value in asdict(figures).items()}


def _shown(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.{_DIGITS}f}"


def _gained(before: float, after: float) -> str:
    return f"{after - before:+d}" if isinstance(before, int) else f"{after - before:+.{_DIGITS}f}"
