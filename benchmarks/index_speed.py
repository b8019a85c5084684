"""How fast and how large the index is: the compact one beside datasketch's MinHashLSH with the same bands."""

import tracemalloc
from collections.abc import Callable, Sequence
from time import process_time

from datasketch import LeanMinHash, MinHashLSH

from benchmarks.invented_texts import invented_signatures
from benchmarks.streaming import BATCH
from benchmarks.table import table
from clustering.bands import BANDS, ROWS
from clustering.compact_index import CompactIndex
from clustering.signature import SCHEME, SEED, VALUES, Signature

STORIES = 20_000

_MOST_FALSE = 3


def index_speed(stories: int = STORIES) -> str:
    """Measure, and return the table. Fails when the two find different candidates.

    The compact index may show a false one (two keys of one hash: the chance is some 5 % in 20,000 queries over as
    many signatures); a missing one is an error.
    """
    signatures = invented_signatures(stories)
    wrapped = [LeanMinHash(hashvalues=values, seed=SEED, scheme=SCHEME) for values in signatures]
    compact_query, compact_insert, ours = _timed(signatures)
    reference_query, reference_insert, theirs = _timed_datasketch(wrapped)
    extra = _extra(ours, theirs)
    compact_bytes = _bytes(lambda: _built(signatures)) / stories
    reference_bytes = _bytes(lambda: _built_datasketch(wrapped)) / stories
    rows = [
        ("riwaya, compact", compact_query, compact_insert, compact_bytes),
        ("datasketch MinHashLSH", reference_query, reference_insert, reference_bytes),
    ]
    head = f"{stories:,} signatures, {BANDS} bands of {ROWS} (candidates compared: {extra} false)"
    columns = [head, "query us", "insert us", "both", "ratio", "bytes a story", "ratio"]
    fastest = compact_query + compact_insert
    return table(
        columns,
        [
            [
                name,
                f"{query / stories * 1e6:,.0f}",
                f"{insert / stories * 1e6:,.0f}",
                f"{(query + insert) / stories * 1e6:,.0f}",
                f"{(query + insert) / fastest:,.1f}x",
                f"{size:,.0f}",
                f"{size / compact_bytes:,.1f}x",
            ]
            for name, query, insert, size in rows
        ],
    )


def _extra(ours: Sequence[set[int]], theirs: Sequence[set[int]]) -> int:
    extra = 0
    for number, (found, expected) in enumerate(zip(ours, theirs, strict=True)):
        assert found >= expected, f"candidates of signature {number} are missing: {expected - found}"
        extra += len(found - expected)
    assert extra <= _MOST_FALSE, f"{extra} candidates that share no band"
    return extra


def _timed(signatures: Sequence[Signature]) -> tuple[float, float, list[set[int]]]:
    index, querying, inserting, found = CompactIndex(), 0.0, 0.0, []
    for start in range(0, len(signatures), BATCH):
        batch = signatures[start : start + BATCH]
        started = process_time()
        answers = [index.candidates(values) for values in batch]
        queried = process_time()
        index.add([(start + place, 0.0, values) for place, values in enumerate(batch)])
        inserting += process_time() - queried
        querying += queried - started
        found += [set(answer) for answer in answers]
    return querying, inserting, found


def _timed_datasketch(wrapped: Sequence[LeanMinHash]) -> tuple[float, float, list[set[int]]]:
    index, querying, inserting, found = MinHashLSH(num_perm=VALUES, params=(BANDS, ROWS)), 0.0, 0.0, []
    for start in range(0, len(wrapped), BATCH):
        batch = wrapped[start : start + BATCH]
        started = process_time()
        answers = [index.query(one) for one in batch]
        queried = process_time()
        for place, one in enumerate(batch):
            index.insert(start + place, one)
        inserting += process_time() - queried
        querying += queried - started
        found += [set(answer) for answer in answers]
    return querying, inserting, found


def _built(signatures: Sequence[Signature]) -> object:
    index = CompactIndex()
    for start in range(0, len(signatures), BATCH):
        batch = signatures[start : start + BATCH]
        index.add([(start + place, 0.0, values) for place, values in enumerate(batch)])
    return index


def _built_datasketch(wrapped: Sequence[LeanMinHash]) -> object:
    index = MinHashLSH(num_perm=VALUES, params=(BANDS, ROWS))
    for number, one in enumerate(wrapped):
        index.insert(number, one)
    return index


def _bytes(build: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        built = build()
        size, _ = tracemalloc.get_traced_memory()
        del built
    finally:
        tracemalloc.stop()
    return size
