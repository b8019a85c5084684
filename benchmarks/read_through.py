"""Print clusters and refused pairs of candidates for somebody to read and judge.

    python -m benchmarks.read_through CORPUS-DIRECTORY --seed N

Figures on labelled groups say nothing of the stories that nobody labelled; reading a sample does. Printed are clusters
of different sizes, every large one, and pairs of candidates that ended in different clusters: some of all, most of
which are plainly different stories, and some that were refused narrowly, where mistakes are to be expected.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.corpus import Corpus, read_corpus
from benchmarks.streaming import stream
from clustering.clusterer import Clusterer, Proposal
from clustering.version import Version

SIZES = ((2, 2), (3, 3), (4, 5), (6, 9), (10, 14))
"""Classes of cluster sizes, from and to; equally many are drawn of each."""

LARGE = 15
"""Articles; clusters of so many are all printed."""

NARROW = -3.0
"""Log-odds above which a refusal is narrow: a probability of one story of 5 % or more."""

_SHOWN = 300  # characters of a text; of those of large clusters, where the titles tell most, a third
_LOOKED_AT = 0.1  # of the articles, drawn at random: judging every pair a second time takes ten minutes
_KEPT = 40  # pairs held for each that is printed, since some end up in one cluster after all


@dataclass(slots=True)
class Drawn:
    """A sample of fixed size of pairs that come one by one, each of them equally likely (Vitter's algorithm R)."""

    most: int
    shuffler: random.Random
    seen: int = 0
    pairs: list[tuple[int, int, float]] = field(default_factory=list)

    def offer(self, left: int, right: int, log_odds: float) -> None:
        """Take a pair into the sample, or not."""
        self.seen += 1
        if len(self.pairs) < self.most:
            self.pairs.append((left, right, log_odds))
        elif (place := self.shuffler.randrange(self.seen)) < self.most:
            self.pairs[place] = (left, right, log_odds)


class Refusals:
    """Watches a stream and keeps samples of the pairs of candidates that were judged to be different stories."""

    def __init__(self, versions: Iterable[Version], shuffler: random.Random, pairs: int) -> None:
        self._shuffler = shuffler
        self._texts = {version.number: version for version in versions}
        self.of_all = Drawn(pairs * _KEPT, shuffler)
        self.narrow = Drawn(pairs * _KEPT, shuffler)

    def watch(self, clusterer: Clusterer, proposal: Proposal) -> None:
        """Judge the pairs of some of a batch again, as they stand after it."""
        for one, candidates in zip(proposal.profiles, proposal.candidates, strict=True):
            if self._shuffler.random() >= _LOOKED_AT:
                continue
            for other in candidates:
                odds = clusterer.compare(self._texts[other], one.version).log_odds
                self.of_all.offer(other, one.version.number, odds)
                if odds > NARROW:
                    self.narrow.offer(other, one.version.number, odds)


def draw_clusters(clusters: Mapping[int, Sequence[int]], shuffler: random.Random, number: int) -> list[int]:
    """Draw equally many clusters of each class of sizes, or all where there are fewer."""
    drawn = []
    for least, most in SIZES:
        fitting = sorted(cluster for cluster, members in clusters.items() if least <= len(members) <= most)
        drawn += shuffler.sample(fitting, min(len(fitting), number // len(SIZES)))
    return drawn


def main(arguments: Sequence[str] | None = None) -> None:
    """Stream a corpus and print what was drawn."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.read_through", description=__doc__)
    parser.add_argument("directory", type=Path, help="folder of *.jsonl.gz files of articles and labels*.jsonl")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--number", type=int, default=60, help="of clusters, and of each kind of pairs")
    asked = parser.parse_args(arguments)
    corpus, shuffler = read_corpus(asked.directory), random.Random(asked.seed)  # noqa: S311 (a sample, not a secret)
    refusals = Refusals(corpus.versions, shuffler, asked.number)
    cluster_of = stream(corpus.versions, watch=refusals.watch).clusters
    clusters: dict[int, list[int]] = defaultdict(list)
    for number, cluster in cluster_of.items():
        clusters[cluster].append(number)
    printer = _Printer(corpus)
    for cluster in draw_clusters(clusters, shuffler, asked.number):
        print("\n".join(printer.cluster(clusters[cluster], _SHOWN)))
    for members in clusters.values():
        if len(members) >= LARGE:
            print("\n".join(printer.cluster(members, _SHOWN // 3)))
    for kind, sample in (("of all", refusals.of_all), ("refused narrowly", refusals.narrow)):
        apart = [pair for pair in sample.pairs if cluster_of[pair[0]] != cluster_of[pair[1]]]
        for left, right, odds in shuffler.sample(apart, min(len(apart), asked.number)):
            print(f"== pair {kind}, log-odds {odds:.1f}", *printer.members([left, right], _SHOWN), sep="\n")


@dataclass(frozen=True, slots=True)
class _Printer:
    corpus: Corpus

    def cluster(self, numbers: Sequence[int], most: int) -> Iterator[str]:
        yield f"== cluster of {len(numbers)}"
        yield from self.members(numbers, most)

    def members(self, numbers: Sequence[int], most: int) -> Iterator[str]:
        for number in numbers:
            # The corpus numbers its versions from 1, in their order.
            version = self.corpus.versions[number - 1]
            at = datetime.fromtimestamp(version.at, UTC)
            yield f"{self.corpus.ids[number]} | {version.source} | {at:%Y-%m-%d %H:%M} | {version.title}"
            yield "    " + " ".join(version.body.split())[:most]


if __name__ == "__main__":
    main()
