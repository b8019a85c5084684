"""What an article costs while a stream grows to a million: ``python -m benchmarks.long_stream CORPUS [ARTICLES]``.

The labelled corpus, then the same again and again months later, with the words of each turn written otherwise: letters
are exchanged for one another beyond the head of a text, so that the words are new and the copies still copies. Measured
is all of grouping, from text to placement, and beside it the verdicts and the assignment alone.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path
from random import Random
from time import process_time

from benchmarks.corpus import read_corpus
from benchmarks.table import table
from clustering.clusterer import Clusterer
from clustering.settings import Settings
from clustering.version import Version

ARTICLES = 1_000_000
SLICES = 10
_BATCH = 200
_HEAD = 300
"""Characters that stay as they are: agencies and datelines are recognised by what they are called."""
_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
_BETWEEN_S = 30 * 86_400
"""Further apart than anything is remembered."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Articles of a stream: microseconds an article of all, and of verdicts and assignment alone; clusters founded."""

    articles: int
    all_us: float
    placing_us: float
    founded: int


def long_stream(versions: Sequence[Version], articles: int = ARTICLES) -> list[Slice]:
    """Measure. Raises AssertionError when a turn makes another number of stories than the first by more than 1 %."""
    clusterer = Clusterer(Settings())
    texts: dict[int, Version] = {}
    slices: list[Slice] = []
    stream = _continued(versions, articles)
    for _ in range(SLICES):
        done, whole, placing, founded = 0, 0.0, 0.0, 0
        part = islice(stream, articles // SLICES)
        while batch := list(islice(part, _BATCH)):
            texts.update((one.number, one) for one in batch)
            began = process_time()
            proposal = clusterer.propose(batch)
            proposed = process_time()
            placements = clusterer.place(proposal, texts)
            ended = process_time()
            whole += ended - began
            placing += ended - proposed
            founded += sum(placement.founded for placement in placements)
            done += len(batch)
            for old in [number for number in islice(texts, len(batch)) if number < batch[0].number - len(versions)]:
                del texts[old]
        slices.append(Slice(done, whole / done * 1e6, placing / done * 1e6, founded))
    return slices


def _continued(versions: Sequence[Version], articles: int) -> Iterator[Version]:
    turn_s = versions[-1].at - versions[0].at + _BETWEEN_S
    numbers = count(1)
    for turn in range(-(-articles // len(versions))):
        letters = list(_LETTERS)
        if turn:
            Random(turn).shuffle(letters)  # noqa: S311 - texts, not secrets
        otherwise = str.maketrans(_LETTERS, "".join(letters))
        for version, number in zip(versions, numbers, strict=False):
            if number > articles:
                return
            body = version.body[:_HEAD] + version.body[_HEAD:].translate(otherwise)
            yield replace(version, number=number, article=number, body=body, at=version.at + turn * turn_s)


def stream_table(slices: Sequence[Slice]) -> str:
    """Lay out what was measured."""
    rows, until = [], 0
    for one in slices:
        until += one.articles
        rows.append(
            [
                f"{until:,}",
                f"{one.all_us:,.0f}",
                f"{1e6 / one.all_us:,.0f}",
                f"{one.placing_us:,.0f}",
                f"{1e6 / one.placing_us:,.0f}",
                f"{one.founded / one.articles:.3f}",
            ]
        )
    columns = [
        "articles so far",
        "us of all",
        "a second",
        "us of verdict and assignment",
        "a second",
        "stories founded",
    ]
    return table(columns, rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long_stream", description=__doc__)
    parser.add_argument("corpus", type=Path, help="the labelled corpus")
    parser.add_argument("articles", nargs="?", type=int, default=ARTICLES)
    given = parser.parse_args()
    print(stream_table(long_stream(read_corpus(given.corpus).versions, given.articles)))


if __name__ == "__main__":
    main()
