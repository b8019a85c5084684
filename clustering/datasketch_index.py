"""The reference index: ``datasketch.MinHashLSH`` itself, for ``clustering.index: datasketch``.

It needs about forty times the memory of the compact index and answers the same; it is here to be compared with.
"""

from collections.abc import Sequence

from clustering.bands import BANDS, ROWS
from clustering.signature import PERMUTATIONS, SCHEME, SEED, Signature


class DatasketchIndex:
    """Signatures in ``datasketch.MinHashLSH`` with the bands of :mod:`clustering.bands`."""

    def __init__(self) -> None:
        from datasketch import MinHash, MinHashLSH  # noqa: PLC0415 - 90 MB, only for those who choose it

        self._minhash = MinHash
        self._permutations = MinHash(num_perm=PERMUTATIONS, seed=SEED, scheme=SCHEME).permutations
        # `params` spares the optimiser of (bands, rows), which is what datasketch needs scipy for.
        self._lsh = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS))
        self._signatures: dict[int, tuple[float, Signature]] = {}
        self._before = float("-inf")

    def _wrapped(self, values: Signature) -> object:
        return self._minhash(
            num_perm=PERMUTATIONS,
            seed=SEED,
            hashvalues=values,
            permutations=self._permutations,
            scheme=SCHEME,
        )

    def add(self, items: Sequence[tuple[int, float, Signature]]) -> None:
        """Take in signatures: each with its number (unique, never re-used) and its time in seconds."""
        for number, time, values in items:
            if time < self._before:
                continue
            self._lsh.insert(number, self._wrapped(values))
            self._signatures[number] = (time, values)

    def candidates(self, values: Signature) -> dict[int, int]:
        """Return the numbers of signatures that share a band with `values`, each with how many bands it shares."""
        found: dict[int, int] = {}
        for number in self._lsh.query(self._wrapped(values)):
            _, other = self._signatures[number]
            equal = (values == other).reshape(BANDS, ROWS).all(axis=1)
            found[number] = int(equal.sum())
        return found

    def expire(self, before: float) -> None:
        """Forget signatures whose time is before `before` (seconds)."""
        self._before = max(self._before, before)
        for number in [n for n, (time, _) in self._signatures.items() if time < self._before]:
            self._lsh.remove(number)
            del self._signatures[number]

    def __len__(self) -> int:
        """Count the signatures that can still be candidates."""
        return len(self._signatures)
