"""The compact index with a million stories and more: ``python -m benchmarks.index_at_scale [STORIES]``.

Memory, queries with insertions in batches as the service makes them, expiry of a part, and how soon it stands again
from stored signatures. One in ten of those asked for is a copy of a story, drawn from all: it must be found, with as
many bands as the two share. :mod:`benchmarks.index_speed` holds every answer against datasketch's, at 20,000 stories.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from time import process_time

import numpy as np

from benchmarks.table import table
from clustering.bands import shared_bands
from clustering.compact_index import CompactIndex
from clustering.signature import VALUES, Signature, from_bytes

STORIES = 1_000_000
ASKED = 10_000
BATCH = 50
_CHUNK = 200_000
_EVERY = 10
_KEPT = 0.5
"""Of a copy's values: such a copy shares 21 of 84 bands on average, and not one in a thousand million of them none."""
_MOST_FALSE = 0.01
"""False candidates a query that are no error: of ten million stories one query in two hundred sees one."""
_EXPIRING = 0.6


@dataclass(frozen=True, slots=True)
class Figures:
    """Microseconds and bytes are a story's; `restart` is stories a second, `expiry_s` seconds for 60 % of them."""

    stories: int
    query_us: float
    insert_us: float
    bytes: float
    restart: float
    expiry_s: float
    false: int


def index_at_scale(stories: int = STORIES) -> Figures:
    """Measure. Raises AssertionError when a copy is not found or what was found is not there."""
    index, restart = CompactIndex(), 0.0
    for first, stored in _stored(stories):
        began = process_time()
        index.add([(first + place, float(first + place), from_bytes(one)) for place, one in enumerate(stored)])
        restart += process_time() - began
    size = index.nbytes
    query, insert, false = _asked(index, stories)
    began = process_time()
    index.expire(stories * _EXPIRING)
    expiry = process_time() - began
    left = len(index)
    assert left == stories + ASKED - int(stories * _EXPIRING), f"{left} signatures are left"
    return Figures(stories, query, insert, size / stories, stories / restart, expiry, false)


def _values(chunk: int) -> np.ndarray[tuple[int, int], np.dtype[np.uint32]]:
    return np.random.default_rng(chunk).integers(0, 2**32, (_CHUNK, VALUES), dtype=np.uint32)


def _stored(stories: int) -> Iterator[tuple[int, list[bytes]]]:
    for first in range(0, stories, _CHUNK):
        yield first, [row.tobytes() for row in _values(first // _CHUNK)[: stories - first]]


def _questions(stories: int) -> list[tuple[Signature, int | None, int]]:
    """Return signatures to ask for: of copies with the number of the original and how many bands they share."""
    random = np.random.default_rng(stories)
    made: list[tuple[Signature, int | None, int]] = []
    chunk = -1
    values = _values(0)
    originals = np.sort(random.integers(stories, size=ASKED // _EVERY)).tolist()
    for original in originals:
        if original // _CHUNK != chunk:
            chunk = original // _CHUNK
            values = _values(chunk)
        model = values[original % _CHUNK]
        fresh = random.integers(0, 2**32, (_EVERY, VALUES), dtype=np.uint32)
        copy = np.where(random.random(VALUES) < _KEPT, model, fresh[0])
        made.append((copy, original, shared_bands(copy, model)))
        made += [(one, None, 0) for one in fresh[1:]]
    order = random.permutation(len(made)).tolist()
    return [made[place] for place in order]


def _asked(index: CompactIndex, stories: int) -> tuple[float, float, int]:
    queries, inserts, false = [], [], 0
    questions = _questions(stories)
    for start in range(0, len(questions), BATCH):
        part = questions[start : start + BATCH]
        numbers = range(stories + start, stories + start + len(part))
        items = [(number, float(number), one) for number, (one, _, _) in zip(numbers, part, strict=True)]
        began = process_time()
        found = index.in_turn(items, float(stories), 2.0 * stories)
        asked = process_time()
        index.add(items)
        inserts.append((process_time() - asked) / len(part))
        queries.append((asked - began) / len(part))
        for answer, (_, original, bands) in zip(found, part, strict=True):
            assert original is None or answer.get(original, 0) == bands, f"a copy of {original} was not found"
            false += len(answer) - (original is not None)
    assert false <= _MOST_FALSE * len(questions), f"{false} false candidates of {len(questions)} queries"
    # A large merge is a matter of a second, once in a hundred thousand stories: it belongs to the mean of insertions.
    return median(queries) * 1e6, sum(inserts) / len(inserts) * 1e6, false


def index_table(every: list[Figures]) -> str:
    """Lay out what was measured."""
    head = ["stories", "query us", "insert us", "bytes a story", "restart, a second", "expiry s", "false candidates"]
    return table(
        head,
        [
            [
                f"{one.stories:,}",
                f"{one.query_us:.0f}",
                f"{one.insert_us:.0f}",
                f"{one.bytes:.0f}",
                f"{one.restart:,.0f}",
                f"{one.expiry_s:.1f}",
                f"{one.false} of {ASKED:,}",
            ]
            for one in every
        ],
    )


if __name__ == "__main__":
    print(index_table([index_at_scale(int(sys.argv[1]) if len(sys.argv) > 1 else STORIES)]))
