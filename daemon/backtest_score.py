"""The figures of a backtest: of everything, of each file, by kind of error, and of one run beside another."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from clustering.evaluation import Figures, LabelledGroup, Mistake, mistakes, score
from daemon.backtest import Backtested, Pair

ErrorKind = Literal[
    "merged_by_verdict",
    "merged_by_others",
    "split_never_compared",
    "split_by_verdict",
    "split_by_others",
]

KINDS: Mapping[ErrorKind, str] = {
    "merged_by_verdict": "two stories in one cluster, and the pair was judged to be one story",
    "merged_by_others": "two stories in one cluster through other articles; the pair was refused or never compared",
    "split_never_compared": "one story in two clusters: the two were no candidates of one another",
    "split_by_verdict": "one story in two clusters: the two were compared and refused",
    "split_by_others": "one story in two clusters though the pair was judged to be one story: the others outvoted it",
}
"""What can have gone wrong with a labelled pair, in words."""


@dataclass(frozen=True, slots=True)
class Score:
    """The figures over all labels, over those of each file that has any, and the labelled pairs wrong by kind."""

    whole: Figures
    files: dict[str, Figures]
    errors: dict[ErrorKind, int]


@dataclass(frozen=True, slots=True)
class Change:
    """What a second run does otherwise with labelled pairs: put right (`mended`) or wrong (`broken`) by it."""

    mended: int
    broken: int


def labelled_pairs(groups: Sequence[LabelledGroup]) -> set[Pair]:
    """Return every pair of articles of one group."""
    return {
        Pair(pair) for group in groups for pair in combinations([one for story in group.stories for one in story], 2)
    }


def scored(groups: Sequence[LabelledGroup], files: Mapping[str, Collection[str]], run: Backtested) -> Score:
    """Score a run; `files` names the article ids of each file, and a group belongs to the file that holds all of it.

    Raises ValueError when no article is labelled.
    """
    by_file = {name: [group for group in groups if _inside(group, ids)] for name, ids in files.items()}
    errors: dict[ErrorKind, int] = dict.fromkeys(KINDS, 0)
    for mistake in mistakes(groups, run.clusters):
        errors[kind_of(mistake, run)] += 1
    return Score(
        whole=score(groups, run.clusters),
        files={name: score(those, run.clusters) for name, those in by_file.items() if those},
        errors=errors,
    )


def kind_of(mistake: Mistake, run: Backtested) -> ErrorKind:
    """Tell what went wrong with a pair."""
    log_odds = run.judged.get(Pair({mistake.left, mistake.right}))
    accepted = log_odds is not None and log_odds > 0
    if mistake.merged:
        return "merged_by_verdict" if accepted else "merged_by_others"
    if log_odds is None:
        return "split_never_compared"
    return "split_by_others" if accepted else "split_by_verdict"


def change(groups: Sequence[LabelledGroup], before: Backtested, after: Backtested) -> Change:
    """Compare two runs pair by pair."""
    wrong_before, wrong_after = (
        {Pair({one.left, one.right}) for one in mistakes(groups, run.clusters)} for run in (before, after)
    )
    return Change(mended=len(wrong_before - wrong_after), broken=len(wrong_after - wrong_before))


def same_clusters(before: Backtested, after: Backtested) -> int:
    """Count the clusters that hold the same articles in both runs."""
    return len(_members(before) & _members(after))


def _members(run: Backtested) -> set[frozenset[str]]:
    members: dict[int, set[str]] = {}
    for article, cluster in run.clusters.items():
        members.setdefault(cluster, set()).add(article)
    return {frozenset(those) for those in members.values()}


def _inside(group: LabelledGroup, ids: Collection[str]) -> bool:
    articles = [article for story in group.stories for article in story]
    return bool(articles) and all(article in ids for article in articles)
