"""Articles in the order in which they are placed, and what was prepared of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from clustering.profile import Profile, profile
from clustering.signature import Signature, from_bytes, signature
from clustering.version import Version

BATCH = 200
"""Articles prepared and placed at a time; the result does not depend on it."""


@dataclass(frozen=True, slots=True)
class Turn:
    """An article whose turn has come: its id, its only version, and what an engine found out before.

    `signature` is in its stored form; `candidates` are the best that share a band with it, best first. Both are None
    where they are still to be found.
    """

    id: str
    version: Version
    signature: bytes | None = None
    candidates: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Some articles with all that placing them needs; `candidates` is None where the index is to be asked for them."""

    ids: Sequence[str]
    profiles: Sequence[Profile]
    signatures: Sequence[Signature]
    candidates: Sequence[tuple[int, ...]] | None


def prepare(turns: Sequence[Turn]) -> Prepared:
    """Make the profiles of some articles, and their signatures where there are none."""
    profiles = [profile(turn.version) for turn in turns]
    candidates = [turn.candidates for turn in turns if turn.candidates is not None]
    return Prepared(
        ids=[turn.id for turn in turns],
        profiles=profiles,
        signatures=[_signature(turn, one) for turn, one in zip(turns, profiles, strict=True)],
        candidates=candidates if len(candidates) == len(turns) else None,
    )


def _signature(turn: Turn, one: Profile) -> Signature:
    return signature(one.shingles, one.lead, one.title) if turn.signature is None else from_bytes(turn.signature)


def version_of(number: int, source: str, title: str, text: str, moment: float) -> Version:
    """Return the only version of an article, which has the same number."""
    return Version(number, number, source, title, text, moment)


def batched(turns: Iterable[Turn]) -> Iterator[Sequence[Turn]]:
    """Cut a stream into parts of :data:`BATCH`."""
    rest = iter(turns)
    while batch := list(islice(rest, BATCH)):
        yield batch


def with_candidates(turns: Iterable[Turn], pairs: Iterable[tuple[int, int]]) -> Iterator[Turn]:
    """Give each article its candidates; `pairs` of numbers are in the order of the articles and then from the best on.

    Raises ValueError when either is out of order.
    """
    rest = iter(pairs)
    pair = next(rest, None)
    last = -1
    for turn in turns:
        number = turn.version.number
        if number <= last or (pair is not None and pair[0] < number):
            raise ValueError(f"article {number} comes after {last} or {pair}")
        last, found = number, []
        while pair is not None and pair[0] == number:
            found.append(pair[1])
            pair = next(rest, None)
        yield Turn(turn.id, turn.version, turn.signature, tuple(found))
    if pair is not None:
        raise ValueError(f"there is no article for the pair {pair}")
