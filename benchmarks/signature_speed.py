"""How fast signatures are made: ours beside the two ways that datasketch offers, on the same shingles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
from datasketch import MinHash

from benchmarks.invented_texts import invented_texts
from benchmarks.stopwatch import best_seconds
from benchmarks.table import table
from clustering.fold import fold
from clustering.folded_units import fold_units
from clustering.shingles import SHINGLE_LENGTH, Shingles, distinct, shingle_stream
from clustering.signature import PERMUTATIONS, SCHEME, SEED, Signature, minhash

HashFunction = Callable[[Any], int]

_TEXTS = 200
_TEXTS_FOR_PLAIN_UPDATE = 10  # a hundred times slower; ten are enough to see that


@dataclass(frozen=True, slots=True)
class Way:
    """A way to make signatures, and the microseconds that a text takes."""

    name: str
    us: float


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured; texts have so many shingles on average."""

    shingles: float
    from_hashes: Sequence[Way]
    from_text: Sequence[Way]


def signature_speed() -> Figures:
    """Measure. Raises AssertionError when a signature of ours is not datasketch's."""
    texts = invented_texts(_TEXTS)
    shingles = [_shingles(text) for text in texts]
    permutations = MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme=SCHEME).permutations

    def empty(function: HashFunction) -> MinHash:
        return MinHash(num_perm=PERMUTATIONS, seed=SEED, hashfunc=function, permutations=permutations, scheme=SCHEME)

    def batched(hashes: Sequence[object], function: HashFunction) -> Signature:
        made = empty(function)
        made.update_batch(hashes)
        values: Signature = made.hashvalues
        return values

    def plain(hashes: Sequence[object], function: HashFunction) -> Signature:
        made = empty(function)
        for one in hashes:
            made.update(one)
        values: Signature = made.hashvalues
        return values

    for one in shingles[:_TEXTS_FOR_PLAIN_UPDATE]:
        ours = minhash(one).tolist()
        assert ours == batched(one.tolist(), _itself).tolist() == plain(one.tolist(), _itself).tolist(), (
            "a signature of ours is not the one that datasketch makes of the same shingles"
        )

    few = texts[:_TEXTS_FOR_PLAIN_UPDATE]
    default = MinHash().hashfunc
    from_hashes = [
        ("riwaya", lambda: [minhash(one) for one in shingles], len(shingles)),
        ("datasketch update_batch", lambda: [batched(one.tolist(), _itself) for one in shingles], len(shingles)),
        ("datasketch update", lambda: [plain(one.tolist(), _itself) for one in shingles[: len(few)]], len(few)),
    ]
    from_text = [
        ("riwaya", lambda: [minhash(_shingles(text)) for text in texts], len(texts)),
        ("datasketch update_batch", lambda: [batched(_pieces(text), default) for text in texts], len(texts)),
        ("datasketch update", lambda: [plain(_pieces(text), default) for text in few], len(few)),
    ]
    return Figures(
        sum(map(len, shingles)) / len(shingles),
        [*map(_timed, from_hashes), *_rensa(shingles)],
        list(map(_timed, from_text)),
    )


def _rensa(shingles: Sequence[Shingles]) -> Sequence[Way]:
    """Measure rensa where it is installed: other permutations and a loop in Rust, from the same ready hashes."""
    try:
        rensa = import_module("rensa")
    except ImportError:
        return ()
    flat = np.concatenate(shingles).astype(np.uint64)
    ends = np.cumsum([0, *map(len, shingles)]).astype(np.uint64)
    work = partial(rensa.RMinHash.digest_matrix_from_flat_token_hashes, flat, ends, PERMUTATIONS, SEED)
    return [_timed(("rensa", work, len(shingles)))]


def signature_table(found: Figures) -> str:
    """Lay out what was measured."""
    return "\n\n".join(
        [
            f"{PERMUTATIONS} values, texts of {found.shingles:,.0f} shingles",
            _compared("from hashes (equal values asserted)", found.from_hashes),
            _compared("from text (fold, shingles; datasketch with its own sha1)", found.from_text),
        ]
    )


def _timed(way: tuple[str, Callable[[], object], int]) -> Way:
    name, work, count = way
    return Way(name, best_seconds(work) / count * 1e6)


def _compared(head: str, ways: Sequence[Way]) -> str:
    ours = ways[0].us
    return table([head, "us a text", "ratio"], [[one.name, f"{one.us:,.0f}", f"{one.us / ours:,.1f}x"] for one in ways])


def _itself(one: int) -> int:
    return one


def _shingles(text: str) -> Shingles:
    return distinct(shingle_stream(fold_units(text)))


def _pieces(text: str) -> list[object]:
    folded = fold(text)
    return list({folded[at : at + SHINGLE_LENGTH].encode() for at in range(len(folded) - SHINGLE_LENGTH + 1)})
