"""How well stories are grouped on the labelled corpus: other ways beside riwaya, in one run."""

import sys
from collections.abc import Iterable, Iterator

from benchmarks.corpus import Corpus
from benchmarks.honest_figures import fitted_on_half, streamed_across_halves
from benchmarks.labelled_pairs import UNFITTED, labelled_pairs
from benchmarks.newsblur_rule import newsblur_rule
from benchmarks.outcome import Outcome
from benchmarks.reader_rule import reader_rule
from benchmarks.streaming import Streamed
from benchmarks.table import table
from benchmarks.textbook import KINDS, textbook
from clustering.evaluation import Figures, score


def grouping_quality(corpus: Corpus, ours: Streamed) -> str:
    """Cluster the whole corpus in every other way, and return the table; `ours` is riwaya's way, as it is shipped.

    riwaya as shipped was fitted on these very groups, and so is the choice of the best threshold above it: the last
    row is the one to compare with other days. Fails when a labelled article is missing from a clustering.
    """
    rows = []
    for outcome in _others(corpus):
        rows.append(_row(outcome.name, _scored(corpus, outcome.clusters), corpus, outcome.seconds))
        _say("  ".join(rows[-1]))
    rows.append(_row("riwaya, as shipped", _scored(corpus, ours.clusters), corpus, ours.seconds))
    for name in corpus.parts:
        part = corpus.part(name)
        if part.groups:
            figures = _scored(part, {number: ours.clusters[number] for number in part.ids})
            rows.append(_row(f"  of it {name}", figures, corpus, None))
    _say("riwaya, twice: with weights fitted on either half of the groups")
    unseen = streamed_across_halves(corpus, fitted_on_half(corpus, labelled_pairs(corpus, UNFITTED)))
    rows.append(_row("riwaya, weights fitted on the other half of the groups", unseen, corpus, ours.seconds))
    head = f"{len(corpus.versions):,} articles, {len(corpus.groups)} labelled groups"
    return table([head, "ari", "pair precision", "pair recall", "articles/s"], rows)


def _others(corpus: Corpus) -> Iterator[Outcome]:
    for kind in KINDS:
        _say(f"signing {len(corpus.versions):,} articles by {kind}, as datasketch does")
        yield from best_and_worst(corpus, textbook(corpus.versions, kind))
    yield reader_rule(corpus.versions)
    yield newsblur_rule(corpus.versions)


def best_and_worst(corpus: Corpus, outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Return the outcomes of the lowest and of the highest adjusted Rand index, named so."""
    ranked = sorted(outcomes, key=lambda outcome: _scored(corpus, outcome.clusters).ari)
    return [
        Outcome(f"{outcome.name} (its {word})", outcome.clusters, outcome.seconds)
        for word, outcome in (("worst", ranked[0]), ("best", ranked[-1]))
    ]


def _scored(corpus: Corpus, clusters: dict[int, int]) -> Figures:
    figures = score(corpus.groups, {corpus.ids[number]: cluster for number, cluster in clusters.items()})
    assert figures.missing == 0, f"{figures.missing} labelled articles are in no cluster"
    return figures


def _row(name: str, figures: Figures, corpus: Corpus, seconds: float | None) -> list[str]:
    shares = (figures.ari, figures.pair_precision, figures.pair_recall)
    speed = "" if seconds is None else f"{len(corpus.versions) / seconds:,.0f}"
    return [name, *(f"{share:.3f}" for share in shares), speed]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
