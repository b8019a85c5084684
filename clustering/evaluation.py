"""How good a clustering is, measured against groups that people have labelled.

A labelled group lists articles whose texts overlap and says which of them are versions of one story; nothing is
known about pairs of different groups, so every figure looks inside groups only (clusters are cut at group borders).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True, slots=True)
class LabelledGroup:
    """A group: each inner sequence of article ids is one story."""

    name: str
    stories: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A pair that was put together and is not one story (`merged`), or the other way round."""

    group: str
    left: str
    right: str
    merged: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a clustering; all shares are between 0 and 1.

    `pair_*` count pairs of one group, `bcubed_*` average over articles (Bagga and Baldwin 1998), `ari` is the
    adjusted Rand index over all labelled articles (Hubert and Arabie 1985), which is 0 for chance and 1 for
    agreement. `missing` counts labelled articles that the clustering does not hold; each counts as alone.
    """

    articles: int
    pair_precision: float
    pair_recall: float
    pair_f1: float
    bcubed_precision: float
    bcubed_recall: float
    bcubed_f1: float
    ari: float
    wrong_merges: int
    wrong_splits: int
    missing: int


def mistakes(groups: Iterable[LabelledGroup], clusters: Mapping[str, object]) -> list[Mistake]:
    """List every pair of labelled articles that the clustering gets wrong; `clusters` maps article ids."""
    found = []
    for group in groups:
        gold, cut = _partitions(group, clusters)
        for left, right in combinations(gold, 2):
            together = cut[left] == cut[right]
            if together != (gold[left] == gold[right]):
                found.append(Mistake(group.name, left, right, merged=together))
    return found


def score(groups: Sequence[LabelledGroup], clusters: Mapping[str, object]) -> Figures:
    """Score a clustering (article id to cluster). Raises ValueError when no article is labelled."""
    both = gold_only = cut_only = articles = missing = 0
    precision = recall = 0.0
    gold_of: list[object] = []
    cut_of: list[object] = []
    for group in groups:
        gold, cut = _partitions(group, clusters)
        missing += sum(article not in clusters for article in gold)
        for left, right in combinations(gold, 2):
            same, together = gold[left] == gold[right], cut[left] == cut[right]
            both += same and together
            gold_only += same and not together
            cut_only += together and not same
        for article in gold:
            mine = {other for other in gold if cut[other] == cut[article]}
            truth = {other for other in gold if gold[other] == gold[article]}
            precision += len(mine & truth) / len(mine)
            recall += len(mine & truth) / len(truth)
        articles += len(gold)
        gold_of += [(group.name, story) for story in gold.values()]
        cut_of += [(group.name, cluster) for cluster in cut.values()]
    if not articles:
        raise ValueError("there is no labelled article to score with")
    pair_precision, pair_recall = _share(both, both + cut_only), _share(both, both + gold_only)
    return Figures(
        articles=articles,
        pair_precision=pair_precision,
        pair_recall=pair_recall,
        pair_f1=_harmonic(pair_precision, pair_recall),
        bcubed_precision=precision / articles,
        bcubed_recall=recall / articles,
        bcubed_f1=_harmonic(precision, recall) / articles,
        ari=_adjusted_rand(gold_of, cut_of),
        wrong_merges=cut_only,
        wrong_splits=gold_only,
        missing=missing,
    )


def _partitions(
    group: LabelledGroup, clusters: Mapping[str, object]
) -> tuple[dict[str, int], dict[str, tuple[str, object]]]:
    gold = {article: number for number, story in enumerate(group.stories) for article in story}
    cut = {a: ("cluster", clusters[a]) if a in clusters else ("alone", a) for a in gold}
    return gold, cut


def _adjusted_rand(left: Sequence[object], right: Sequence[object]) -> float:
    together = _pairs(Counter(zip(left, right, strict=True)))
    left_pairs, right_pairs = _pairs(Counter(left)), _pairs(Counter(right))
    expected = left_pairs * right_pairs / max(1, len(left) * (len(left) - 1) / 2)
    largest = (left_pairs + right_pairs) / 2
    return 1.0 if largest == expected else (together - expected) / (largest - expected)


def _pairs(counts: Mapping[object, int]) -> float:
    return sum(count * (count - 1) / 2 for count in counts.values())


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _harmonic(left: float, right: float) -> float:
    return _share(2 * left * right, left + right)
