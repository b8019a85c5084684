"""The ordered pass: the clusterer of the service over articles that an engine has prepared.

A verdict goes by what the whole stream has said before, and that depends on where every earlier article went
(:mod:`clustering.rarity`), so there is one pass in one order, whichever engine does the rest.
"""

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from clustering.clusterer import Clusterer
from clustering.settings import Settings
from clustering.version import Version
from daemon.archive_engines.turn import Prepared


@dataclass(slots=True)
class Grouping:
    """What became of the articles, in their order: 8 bytes for each."""

    clusters: "array[int]" = field(default_factory=lambda: array("q"))
    redirects: dict[int, int] = field(default_factory=dict)

    def living(self) -> npt.NDArray[np.int64]:
        """Return the cluster of each article, in the order of the pass."""
        most = max(max(self.clusters, default=0), max(self.redirects, default=0))
        homes = np.arange(most + 1)
        for gone in sorted(self.redirects):  # a cluster is swallowed by an older one, whose home is known by then
            homes[gone] = homes[self.redirects[gone]]
        return homes[np.frombuffer(self.clusters, dtype=np.int64)] if self.clusters else np.empty(0, dtype=np.int64)


def place_in_order(prepared: Iterable[Prepared], settings: Settings, keep: Callable[[Sequence[str]], None]) -> Grouping:
    """Place articles one after the other; `keep` is handed their ids as they are placed.

    Texts of the window lie on disk, so that memory is bounded by the profiles in the clusterer's cache.
    """
    clusterer = Clusterer(settings)
    grouping = Grouping()
    seconds, latest = settings.window.total_seconds(), float("-inf")
    with closing(_WindowTexts()) as texts:
        for part in prepared:
            versions = [one.version for one in part.profiles]
            texts.add(versions)
            proposal = clusterer.propose_prepared(part.profiles, part.signatures, part.candidates)
            placements = clusterer.place(proposal, texts.of(proposal.needed))
            clusterer.stored()
            for placement in placements:
                grouping.clusters.append(placement.cluster)
                grouping.redirects.update(dict.fromkeys(placement.swallowed, placement.cluster))
            latest = max([latest, *(version.at for version in versions)])
            texts.forget(latest - seconds)
            keep(part.ids)
    return grouping


class _WindowTexts:
    """The texts of the window, in a nameless database that the system removes."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.execute("PRAGMA journal_mode = OFF")
        self._file.execute(
            "CREATE TABLE text (number INTEGER PRIMARY KEY, source TEXT NOT NULL, title TEXT NOT NULL,"
            " body TEXT NOT NULL, moment REAL NOT NULL)"
        )
        self._file.execute("CREATE INDEX by_moment ON text (moment)")

    def add(self, versions: Iterable[Version]) -> None:
        self._file.execute("BEGIN")
        rows = [(one.number, one.source, one.title, one.body, one.at) for one in versions]
        self._file.executemany("INSERT INTO text VALUES (?, ?, ?, ?, ?)", rows)
        self._file.execute("COMMIT")

    def of(self, numbers: Iterable[int]) -> Mapping[int, Version]:
        return {version.number: version for number in numbers for version in self._one(number)}

    def _one(self, number: int) -> Iterator[Version]:
        query = "SELECT source, title, body, moment FROM text WHERE number = ?"
        for source, title, body, moment in self._file.execute(query, (number,)):
            yield Version(number, number, source, title, body, moment)

    def forget(self, before: float) -> None:
        self._file.execute("DELETE FROM text WHERE moment < ?", (before,))

    def close(self) -> None:
        self._file.close()
