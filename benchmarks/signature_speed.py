"""How fast signatures are made: ours beside the two ways that datasketch offers, on the same shingles."""

from collections.abc import Callable, Sequence
from typing import Any

from datasketch import MinHash

from benchmarks.invented_texts import invented_texts
from benchmarks.stopwatch import best_seconds
from benchmarks.table import table
from clustering.fold import fold, fold_units
from clustering.shingles import SHINGLE_LENGTH, Shingles, distinct, shingle_stream
from clustering.signature import PERMUTATIONS, SCHEME, SEED, Signature, minhash

HashFunction = Callable[[Any], int]

_TEXTS = 200
_TEXTS_FOR_PLAIN_UPDATE = 10  # a hundred times slower; ten are enough to see that


def signature_speed() -> str:
    """Measure, and return the table. Fails when a signature of ours is not datasketch's."""
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
    return "\n\n".join(
        [
            f"{PERMUTATIONS} values, texts of {sum(map(len, shingles)) / len(shingles):,.0f} shingles",
            _compared("from hashes (equal values asserted)", from_hashes),
            _compared("from text (fold, shingles; datasketch with its own sha1)", from_text),
        ]
    )


def _compared(head: str, ways: Sequence[tuple[str, Callable[[], object], int]]) -> str:
    micros = [(name, best_seconds(work) / count * 1e6) for name, work, count in ways]
    fastest = micros[0][1]
    return table([head, "us a text", "ratio"], [[name, f"{us:,.0f}", f"{us / fastest:,.1f}x"] for name, us in micros])


def _itself(one: int) -> int:
    return one


def _shingles(text: str) -> Shingles:
    return distinct(shingle_stream(fold_units(text)))


def _pieces(text: str) -> list[object]:
    folded = fold(text)
    return list({folded[at : at + SHINGLE_LENGTH].encode() for at in range(len(folded) - SHINGLE_LENGTH + 1)})
