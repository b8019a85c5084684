"""Whether true copies meet at all, how many candidates that takes, and what a bucket full of a template costs."""

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import mean, median

from benchmarks.corpus import Corpus
from benchmarks.disjoint_sets import DisjointSets
from benchmarks.streaming import BATCH
from benchmarks.table import table
from clustering.bands import band_keys
from clustering.candidates import best
from clustering.compact_index import CompactIndex
from clustering.evaluation import LabelledGroup
from clustering.profile import profile
from clustering.settings import Settings
from clustering.signature import Signature, signature
from clustering.version import Version


@dataclass(frozen=True, slots=True)
class Met:
    """By version number: how many candidates there were, and which of them are looked at."""

    counts: dict[int, int]
    kept: dict[int, tuple[int, ...]]
    largest_bucket: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """Labelled pairs of one story inside the window: all, candidates of one another, linked over their story."""

    pairs: int
    direct: int
    linked: int


def candidate_coverage(corpus: Corpus, met: Met, settings: Settings) -> str:
    """Return the tables of what the candidates of a corpus cover and how many they are."""
    rows = [_coverage_row("all", corpus, met, settings)]
    rows += [_coverage_row(name, part, met, settings) for name in corpus.parts if (part := corpus.part(name)).groups]
    head = f"labelled pairs of one story within {settings.window.days} days"
    columns = [head, "pairs", "candidates of one another", "linked over their story"]
    counted = [
        _counts_row("found in the index", list(met.counts.values())),
        _counts_row(f"looked at, {settings.candidates} at most", [len(kept) for kept in met.kept.values()]),
    ]
    head = f"candidates of an article (largest bucket: {met.largest_bucket})"
    return "\n\n".join([table(columns, rows), table([head, "mean", "median", "p99", "max"], counted)])


def meet(versions: Sequence[Version], settings: Settings) -> Met:
    """Put a stream through the index, as the clusterer does."""
    index, latest, seconds = CompactIndex(), float("-inf"), settings.window.total_seconds()
    counts, kept, buckets = {}, {}, _Buckets(seconds)
    for start in range(0, len(versions), BATCH):
        items = [(one.number, one.at, _signed(one)) for one in versions[start : start + BATCH]]
        for (number, at, values), found in zip(items, index.in_turn(items, latest, seconds), strict=True):
            counts[number] = len(found)
            kept[number] = best(found, settings.candidates)
            buckets.add(at, values)
        index.add(items)
        latest = max(latest, *(at for _, at, _ in items))
        index.expire(latest - seconds)
    return Met(counts, kept, buckets.largest)


def _signed(version: Version) -> Signature:
    one = profile(version)
    return signature(one.shingles, one.lead, one.title)


def covered(
    groups: Sequence[LabelledGroup], at: Mapping[str, float], candidates: Mapping[str, set[str]], seconds: float
) -> Coverage:
    """Count the pairs of one story that lie no further apart than `seconds`, and those that candidates bring together.

    `candidates` and the times `at` are by article id. Linked is a pair that a chain of candidates inside its own story
    connects.
    """
    pairs = direct = linked = 0
    for story in (story for group in groups for story in group.stories):
        near = [pair for pair in combinations(story, 2) if abs(at[pair[0]] - at[pair[1]]) <= seconds]
        meeting = {pair for pair in near if pair[1] in candidates[pair[0]] or pair[0] in candidates[pair[1]]}
        sets = DisjointSets(story)
        for pair in meeting:
            sets.join(*pair)
        pairs += len(near)
        direct += len(meeting)
        linked += sum(sets.root(left) == sets.root(right) for left, right in near)
    return Coverage(pairs, direct, linked)


class _Buckets:
    """How full buckets get: signatures come in the order of their time and leave after the window."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._sizes: Counter[tuple[int, int]] = Counter()
        self._kept: deque[tuple[float, Signature]] = deque()
        self.largest = 0

    def add(self, at: float, values: Signature) -> None:
        self._kept.append((at, values))
        for key in enumerate(band_keys(values).tolist()):
            self._sizes[key] += 1
            self.largest = max(self.largest, self._sizes[key])
        while self._kept[0][0] < at - self._seconds:
            self._sizes.subtract(enumerate(band_keys(self._kept.popleft()[1]).tolist()))


def _coverage_row(name: str, corpus: Corpus, met: Met, settings: Settings) -> list[str]:
    at = {corpus.ids[version.number]: version.at for version in corpus.versions}
    found = {
        article: {corpus.ids[other] for other in met.kept[number] if other in corpus.ids}
        for number, article in corpus.ids.items()
    }
    coverage = covered(corpus.groups, at, found, settings.window.total_seconds())
    shares = (f"{100 * share / max(1, coverage.pairs):.1f} %" for share in (coverage.direct, coverage.linked))
    return [name, f"{coverage.pairs:,}", *shares]


def _counts_row(name: str, counts: Sequence[int]) -> list[str]:
    ordered = sorted(counts)
    last = ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]
    return [name, f"{mean(ordered):.1f}", f"{median(ordered):.0f}", f"{last:,}", f"{ordered[-1]:,}"]
