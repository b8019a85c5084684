"""The textbook recipe for near-duplicates, for comparison: datasketch's threshold LSH, then connected components.

Shingles of the text as it stands, MinHash with datasketch's defaults (128 values, sha1), `MinHashLSH(threshold=...)`
with the bands that datasketch chooses for the threshold, and everything that any query returns is one cluster.
"""

from collections.abc import Iterator, Sequence
from time import process_time
from typing import Literal

from datasketch import MinHash, MinHashLSH

from benchmarks.disjoint_sets import DisjointSets
from benchmarks.outcome import Outcome
from clustering.version import Version

Kind = Literal["word 3-grams", "character 5-grams"]
KINDS: tuple[Kind, ...] = ("word 3-grams", "character 5-grams")
THRESHOLDS = (0.4, 0.5, 0.6, 0.7)

_PERMUTATIONS = 128
_SCHEME = "affine32"  # the default, which must be named when permutations are given


def textbook(versions: Sequence[Version], kind: Kind) -> Iterator[Outcome]:
    """Run the recipe at each threshold; the signatures are made once, and their time counts in each."""
    started = process_time()
    permutations = MinHash(num_perm=_PERMUTATIONS, scheme=_SCHEME).permutations
    signatures = []
    for version in versions:
        made = MinHash(num_perm=_PERMUTATIONS, permutations=permutations, scheme=_SCHEME)
        made.update_batch(list(_pieces(version.body or version.title, kind)))
        signatures.append(made)
    signing = process_time() - started
    for threshold in THRESHOLDS:
        started = process_time()
        index = MinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS)
        sets: DisjointSets[int] = DisjointSets()
        for version, signed in zip(versions, signatures, strict=True):
            sets.add(version.number)
            for other in index.query(signed):
                sets.join(other, version.number)
            index.insert(version.number, signed)
        yield Outcome(f"datasketch, {kind}, {threshold}", sets.roots(), signing + process_time() - started)


def _pieces(text: str, kind: Kind) -> set[bytes]:
    if kind == "word 3-grams":
        words = text.split()
        return {" ".join(words[at : at + 3]).encode() for at in range(max(1, len(words) - 2))}
    plain = " ".join(text.split())
    return {plain[at : at + 5].encode() for at in range(max(1, len(plain) - 4))}
