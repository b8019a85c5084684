"""The reference index: ``datasketch.MinHashLSH`` itself, for ``clustering.index: datasketch``.

It needs about forty times the memory of the compact index and answers the same; it is here to be compared with.
"""

from collections.abc import Sequence

import numpy as np

from clustering.bands import BANDS, ROWS
from clustering.candidates import BUCKET, Item
from clustering.signature import SCHEME, SEED, VALUES, Signature


class DatasketchIndex:
    """Signatures in ``datasketch.MinHashLSH`` with the bands of :mod:`clustering.bands`."""

    def __init__(self) -> None:
        from datasketch import MinHash, MinHashLSH  # noqa: PLC0415 - 90 MB, only for those who choose it

        self._minhash = MinHash
        self._permutations = MinHash(num_perm=VALUES, seed=SEED, scheme=SCHEME).permutations
        # `params` spares the optimiser of (bands, rows), which is what datasketch needs scipy for.
        self._lsh = MinHashLSH(num_perm=VALUES, params=(BANDS, ROWS))
        self._signatures: dict[int, tuple[float, Signature]] = {}
        self._before = float("-inf")

    def _wrapped(self, values: Signature) -> object:
        return self._minhash(
            num_perm=VALUES,
            seed=SEED,
            hashvalues=values,
            permutations=self._permutations,
            scheme=SCHEME,
        )

    def add(self, items: Sequence[Item]) -> None:
        """Take in signatures, in the order of their numbers."""
        for number, time, values in items:
            if time < self._before:
                continue
            self._lsh.insert(number, self._wrapped(values))
            self._signatures[number] = (time, values)

    def candidates(self, values: Signature) -> dict[int, int]:
        """Return the numbers of all signatures that share a band with `values`, each with how many bands it shares."""
        found = [(number, self._signatures[number][1]) for number in self._lsh.query(self._wrapped(values))]
        return _counted(values, found, most=len(found))

    def in_turn(self, items: Sequence[Item], latest: float, seconds: float) -> list[dict[int, int]]:
        """Return the candidates of each item, as if it were asked first and added then, one item after the other.

        See :class:`clustering.candidates.CandidateIndex`. Unlike the compact index this one looks at whole buckets.
        """
        answers = []
        for place, (_, at, values) in enumerate(items):
            latest = max(latest, at)
            stored = [(number, *self._signatures[number]) for number in self._lsh.query(self._wrapped(values))]
            meant = [
                (number, other)
                for number, time, other in (*stored, *items[:place])
                if max(latest - seconds, self._before) <= time <= at + seconds
            ]
            answers.append(_counted(values, meant, most=BUCKET))
        return answers

    def expire(self, before: float) -> None:
        """Forget signatures whose time is before `before` (seconds)."""
        self._before = max(self._before, before)
        for number in [n for n, (time, _) in self._signatures.items() if time < self._before]:
            self._lsh.remove(number)
            del self._signatures[number]

    def __len__(self) -> int:
        """Count the signatures that can still be candidates."""
        return len(self._signatures)


def _counted(values: Signature, others: Sequence[tuple[int, Signature]], most: int) -> dict[int, int]:
    """Count by number the bands in which a signature is equal and among the `most` newest that are."""
    if not others:
        return {}
    newest_first = sorted(others, key=lambda other: -other[0])
    equal = (np.stack([other for _, other in newest_first]) == values).reshape(-1, BANDS, ROWS).all(axis=2)
    counted = (equal & (np.cumsum(equal, axis=0) <= most)).sum(axis=1).tolist()
    return {number: bands for (number, _), bands in zip(newest_first, counted, strict=True) if bands}
