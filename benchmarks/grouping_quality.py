"""How well stories are grouped on the labelled corpus: the textbook recipe beside riwaya, in one run."""

import sys

from benchmarks.corpus import Corpus
from benchmarks.honest_figures import streamed_across_halves
from benchmarks.labelled_pairs import labelled_pairs
from benchmarks.streaming import stream
from benchmarks.table import table
from benchmarks.textbook import KINDS, textbook
from clustering.evaluation import Figures, score


def grouping_quality(corpus: Corpus) -> str:
    """Cluster the whole corpus in every way, and return the table; a few minutes for 37,000 articles.

    riwaya as shipped was fitted on these very groups, and so is the choice of the best threshold above it: the last
    row is the one to compare with other days. Fails when a labelled article is missing from a clustering.
    """
    rows = []
    for kind in KINDS:
        _say(f"signing {len(corpus.versions):,} articles by {kind}, as datasketch does")
        for outcome in textbook(corpus.versions, kind):
            figures = _scored(corpus, outcome.clusters)
            rows.append(_row(f"datasketch, {kind}, {outcome.threshold}", figures, corpus, outcome.seconds))
            _say("  ".join(rows[-1]))
    _say("riwaya, three times: as it is shipped, and with weights fitted on either half of the groups")
    ours = stream(corpus.versions)
    rows.append(_row("riwaya, as shipped", _scored(corpus, ours.clusters), corpus, ours.seconds))
    unseen = streamed_across_halves(corpus, labelled_pairs(corpus))
    rows.append(_row("riwaya, weights fitted on the other half of the groups", unseen, corpus, ours.seconds))
    head = f"{len(corpus.versions):,} articles, {len(corpus.groups)} labelled groups"
    return table([head, "ari", "pair precision", "pair recall", "articles/s"], rows)


def _scored(corpus: Corpus, clusters: dict[int, int]) -> Figures:
    figures = score(corpus.groups, {corpus.ids[number]: cluster for number, cluster in clusters.items()})
    assert figures.missing == 0, f"{figures.missing} labelled articles are in no cluster"
    return figures


def _row(name: str, figures: Figures, corpus: Corpus, seconds: float) -> list[str]:
    speed = len(corpus.versions) / seconds
    shares = (figures.ari, figures.pair_precision, figures.pair_recall)
    return [name, *(f"{share:.3f}" for share in shares), f"{speed:,.0f}"]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
