"""Grouping the stored stream again, and making the store what comes of it.

The stream is run first, and nothing is written meanwhile. Then the articles that belong elsewhere move, in
transactions that each hold everything that hangs together; at every commit the store is whole. A run that was killed
is simply begun again: what is done already is found in its place.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine

from clustering.regrouping import Move, connected, regrouped
from clustering.settings import Settings
from clustering.succession import Fate, fates, succession
from daemon.clusterer_lease import ClustererLease, LeaseLost
from daemon.corrections import apply_open, regrouping_rows
from daemon.rerun import Rerun, rerun
from daemon.rerun_spool import Spool
from storage.engine import reading
from storage.regroupings import save_regrouping
from storage.standing import ids_leading_to, members_of
from storage.stored_stream import differing, replace_evidence
from storage.stream_counts import drop_counts, save_counts

MOVES_AT_ONCE = 500
"""Articles moved in one transaction, unless more hang together: tens of milliseconds for which other writers wait."""


class Busy(Exception):  # noqa: N818 - it names a state, as its readers say it
    """Another process clusters, and only one can."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a second grouping changes, or would change.

    `versions` were run again, `moved` articles change their cluster, `evidence` counts the versions whose stored
    evidence was replaced (0 when nothing is written). `fates` holds the clusters concerned, but those that keep all
    their articles; these are only counted, in `kept`.
    """

    versions: int
    articles: int
    moved: int
    evidence: int
    kept: int
    fates: tuple[Fate, ...]

    def count(self, kind: str) -> int:
        """Count the clusters of a fate: changed, merged, gone, born, or split (whatever else they are)."""
        return sum(1 for fate in self.fates if (fate.split if kind == "split" else fate.kind == kind))


Progress = Callable[[int, int], None]


def foresee(engine: Engine, settings: Settings, since: datetime | None, progress: Progress) -> Report:
    """Tell what grouping again would change; nothing is written."""
    with Spool() as spool:
        found = rerun(engine, settings, since, spool, progress)
        return _report(found, [] if found is None else _moves(found), 0)


def recluster(engine: Engine, settings: Settings, since: datetime | None, holder: str, progress: Progress) -> Report:
    """Group the versions again that were seen from `since` on, all unless given, and change the store accordingly.

    Raises Busy, and LeaseLost when another process took over in the middle; what was written by then is whole.
    """
    lease = ClustererLease(engine, holder)
    if not lease.take():
        raise Busy("another process groups at the moment")

    def each_batch(done: int, versions: int) -> None:
        if not lease.take():
            raise LeaseLost("another process has taken over the clustering")
        progress(done, versions)

    try:
        with lease.writing() as (conn, now):
            apply_open(conn, now)
        with lease.kept(), Spool() as spool:
            found = rerun(engine, settings, since, spool, each_batch)
            moves = [] if found is None else _moves(found)
            if found is not None:
                with lease.writing() as (conn, _):
                    drop_counts(conn)  # they follow the evidence, which is replaced now
            cause: dict[str, object] = {"recluster": datetime.now(UTC).isoformat(timespec="seconds")}
            evidence = sum(_carry_out(lease, part, cause, spool) for part in _parts(moves))
            evidence += sum(_replace(engine, lease, spool))
            if found is not None:
                with lease.writing() as (conn, now):
                    save_counts(conn, found.stretch.last, found.counts, now)
        return _report(found, moves, evidence)
    finally:
        lease.drop()


def _moves(found: Rerun) -> list[Move]:
    """Return who moves where; new clusters are numbered in the order in which they will be founded."""
    ids = succession(found.homes, found.places, found.kept, found.pinned)
    # A provisional id is above every stored one, and no new cluster gets one before all of them are numbered.
    moves = [
        Move(article, found.homes[article], ids[place] or place)
        for article, place in sorted(found.places.items())
        if found.homes[article] != ids[place]
    ]
    numbers: dict[int, int] = {}
    for group in connected(moves):
        for move in group:
            if move.target >= found.base:
                numbers.setdefault(move.target, found.base + len(numbers))
    return [Move(move.article, move.source, numbers.get(move.target, move.target)) for move in moves]


def _parts(moves: Sequence[Move]) -> Iterator[list[Move]]:
    """Cut moves into what one transaction carries out."""
    part: list[Move] = []
    for group in connected(moves):
        if part and len(part) + len(group) > MOVES_AT_ONCE:
            yield part
            part = []
        part += group
    if part:
        yield part


def _carry_out(lease: ClustererLease, moves: Sequence[Move], cause: dict[str, object], spool: Spool) -> int:
    """Move articles and replace the evidence of all that is in their clusters; return for how many versions."""
    with lease.writing() as (conn, now):
        sources, targets = {move.source for move in moves}, {move.target for move in moves}
        members = members_of(conn, sources | targets)
        founded = targets - members.keys()
        leading = ids_leading_to(conn, sources)
        save_regrouping(conn, regrouping_rows(regrouped(moves, members, leading, founded), cause), now)
        concerned = sorted(article for articles in members.values() for article in articles)
        return sum(replace_evidence(conn, some, now) for some in spool.of_articles(concerned))


def _replace(engine: Engine, lease: ClustererLease, spool: Spool) -> Iterator[int]:
    """Replace what evidence differs still, where nobody moved."""
    for some in spool.in_order():
        with reading(engine) as conn:
            other = differing(conn, some)
        if other:
            with lease.writing() as (conn, now):
                yield replace_evidence(conn, other, now)


def _report(found: Rerun | None, moves: Sequence[Move], evidence: int) -> Report:
    if found is None:
        return Report(0, 0, 0, 0, 0, ())
    final = {**found.homes, **{move.article: move.target for move in moves}}
    overlaps = Counter((found.homes[article], cluster) for article, cluster in final.items())
    every = list(fates(overlaps, found.kept))
    return Report(
        versions=found.stretch.versions,
        articles=len(final),
        moved=len(moves),
        evidence=evidence,
        kept=sum(fate.kind == "kept" for fate in every),
        fates=tuple(fate for fate in every if fate.kind != "kept"),
    )
