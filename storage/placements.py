"""Writing down where the clusterer put each version, and why. All of it in the caller's transaction.

The clusterer decides; this file keeps the promises of the store: a version is placed once, an older cluster takes
over a younger one and never the reverse, a redirect points at a living cluster, and counts are right at every commit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, func, insert, or_, select, update

from storage.cluster_counts import recount
from storage.growth import Growth, growth_of
from storage.schema import Article, Cluster, Credit, Event, Match, Version
from storage.search_index import SearchText
from storage.search_queue import note_unindexed
from storage.wire import CreditRow

ACCEPTED_KINDS = ("copy", "revision")
"""The kinds of matches that say two versions are one story; the others relate a round-up and its item."""


class PlacementRefused(Exception):  # noqa: N818 (it says what happened)
    """The placements contradict the store: somebody else placed a version, or a cluster is not what it should be."""


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A comparison worth keeping with another version. `score` is in 0..1; the figures must be finite."""

    other_version_id: int
    kind: str
    score: float
    figures: Mapping[str, float | str]


@dataclass(frozen=True, slots=True)
class HeadChange:
    """A figure or a name of the title or the lead that stands where the article's text before had another."""

    place: str
    sort: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Placement:
    """One version's place.

    `founded` says that `cluster_id` is new. `merges` names the younger clusters that `cluster_id` takes over because
    of this version. `search_text` holds the words for the search index, into which they follow in a transaction of
    their own (`storage.search_queue`). `changes` are the figures and names of title and lead that differ from the
    article's text before.
    """

    version_id: int
    article_id: int
    cluster_id: int
    founded: bool
    dated_at: datetime
    fold_version: int
    signature: bytes
    search_text: SearchText
    matches: tuple[MatchRow, ...] = ()
    merges: tuple[int, ...] = ()
    credits: tuple[CreditRow, ...] = ()
    changes: tuple[HeadChange, ...] = ()


@dataclass(slots=True)
class _Ledger:
    """What a batch comes to, gathered placement by placement."""

    homes_before: Mapping[int, int]  # article -> cluster
    growth: Growth
    homes: dict[int, int] = field(default_factory=dict)  # the same, for articles placed by the batch so far
    founded: dict[int, Placement] = field(default_factory=dict)
    swallowed: dict[int, int] = field(default_factory=dict)  # cluster -> the one that took it over
    touched: set[int] = field(default_factory=set)
    events: list[dict[str, object]] = field(default_factory=list)

    def living(self, cluster_id: int) -> int:
        """Follow this batch's merges."""
        while cluster_id in self.swallowed:
            cluster_id = self.swallowed[cluster_id]
        return cluster_id

    def enter(self, placement: Placement, at: datetime) -> None:
        """Note what one placement founds, joins and merges."""
        cluster_id = placement.cluster_id
        if cluster_id in self.swallowed:
            raise PlacementRefused(f"cluster {cluster_id} was merged earlier in this batch")
        home = self.homes.get(placement.article_id, self.homes_before.get(placement.article_id))
        if placement.founded:
            if cluster_id in self.founded:
                raise PlacementRefused(f"cluster {cluster_id} is founded twice")
            self.founded[cluster_id] = placement
            self._event("born", placement, at)
        elif home is None:
            self._event("joined", placement, at)
        if home is not None and (before := self.living(home)) not in {cluster_id, *placement.merges}:
            self._event("moved", placement, at, before)
        self._swallow(placement, at)
        if placement.changes:
            self._event("figure_change", placement, at, cause=_changes(placement.changes))
        left = None if home is None else self.living(home)
        for step in self.growth.enter(placement.article_id, cluster_id, left, placement.merges):
            self._grown(cluster_id, step, at)
        if home is not None:
            self.touched.add(home)
        self.homes[placement.article_id] = cluster_id
        self.touched.add(cluster_id)

    def _swallow(self, placement: Placement, at: datetime) -> None:
        for other in placement.merges:
            if other <= placement.cluster_id:
                raise PlacementRefused(
                    f"cluster {other} is not younger than {placement.cluster_id} and cannot be merged into it"
                )
            if other in self.swallowed:
                raise PlacementRefused(f"cluster {other} is merged twice")
            self.swallowed[other] = placement.cluster_id
            self._event("merged", placement, at, other)

    def _grown(self, cluster_id: int, outlets: int, at: datetime) -> None:
        cause = {"sources": outlets}
        self.events.append(
            {"cluster_id": cluster_id, "kind": "grew_to_n", "article_id": None, "version_id": None}
            | {"other_cluster_id": None, "at": at, "cause": cause}
        )

    def _event(
        self,
        kind: str,
        placement: Placement,
        at: datetime,
        other: int | None = None,
        cause: Mapping[str, object] | None = None,
    ) -> None:
        self.events.append(
            {
                "cluster_id": placement.cluster_id,
                "kind": kind,
                "article_id": placement.article_id,
                "version_id": placement.version_id,
                "other_cluster_id": other,
                "at": at,
                "cause": _cause(placement.matches) if cause is None else cause,
            }
        )


def save_placements(conn: Connection, placements: Sequence[Placement], now: datetime) -> None:
    """Write the placements, in the order in which the clusterer made them.

    Raises PlacementRefused, which must roll the transaction back: a version is placed already or unknown, a cluster
    does not live, a founded id was used before, or a merge would not keep the older id.
    """
    if not placements:
        return
    _refuse_placed(conn, placements)
    homes = _homes(conn, placements)
    named = {placement.cluster_id for placement in placements} | set(homes.values())
    ledger = _Ledger(homes, growth_of(conn, named, {placement.article_id for placement in placements}))
    for placement in placements:
        ledger.enter(placement, now)
    _refuse_clusters(conn, placements, ledger)
    _found(conn, ledger, now)
    conn.execute(
        update(Version).where(Version.id == bindparam("version")),
        [
            {
                "version": placement.version_id,
                "cluster_id": ledger.living(placement.cluster_id),
                "dated_at": placement.dated_at,
                "fold_version": placement.fold_version,
                "signature": placement.signature,
            }
            for placement in placements
        ],
    )
    _settle(conn, ledger)
    _merge(conn, ledger)
    _insert(conn, Match, _match_rows(placements, now))
    _insert(conn, Credit, _credit_rows(placements))
    _insert(conn, Event, ledger.events)
    note_unindexed(conn, [placement.version_id for placement in placements])
    recount(conn, ledger.touched | set(ledger.swallowed))


def next_cluster_id(conn: Connection) -> int:
    """Return the first id never given to a cluster. Clusters are never deleted, so this is one past the highest."""
    return conn.execute(select(func.coalesce(func.max(Cluster.id), 0))).scalar_one() + 1


def _cause(matches: tuple[MatchRow, ...]) -> dict[str, object]:
    accepted = [match for match in matches if match.kind in ACCEPTED_KINDS]
    if not accepted:
        return {}
    best = max(accepted, key=lambda match: match.score)
    return {"other_version_id": best.other_version_id, "kind": best.kind, "score": best.score}


def _changes(changes: tuple[HeadChange, ...]) -> dict[str, object]:
    return {"changes": [asdict(change) for change in changes]}


def _refuse_placed(conn: Connection, placements: Sequence[Placement]) -> None:
    wanted = {placement.version_id: placement.article_id for placement in placements}
    if len(wanted) < len(placements):
        raise PlacementRefused("a version is placed twice in one batch")
    waiting = dict(
        conn.execute(
            select(Version.id, Version.article_id)
            .where(Version.id.in_(wanted), Version.cluster_id.is_(None))
            # Not FOR UPDATE: a feed may note at this moment that it still shows the text.
            .with_for_update(key_share=True)
        ).all()
    )
    if waiting != wanted:
        strangers = sorted(wanted.items() - waiting.items())
        raise PlacementRefused(f"not waiting to be placed (version, article): {strangers[:5]}")


def _homes(conn: Connection, placements: Sequence[Placement]) -> dict[int, int]:
    """Return the clusters of the articles this batch may touch, and lock those articles, by id.

    By id, as everyone updates articles: two transactions must not wait for each other's rows.
    """
    articles = {placement.article_id for placement in placements}
    swallowed = {other for placement in placements for other in placement.merges}
    rows = conn.execute(
        select(Article.id, Article.cluster_id)
        .where(or_(Article.id.in_(articles), Article.cluster_id.in_(swallowed)))
        .order_by(Article.id)
        .with_for_update(key_share=True)
    )
    return {article_id: cluster_id for article_id, cluster_id in rows if cluster_id is not None}


def _refuse_clusters(conn: Connection, placements: Sequence[Placement], ledger: _Ledger) -> None:
    named = {placement.cluster_id for placement in placements} | set(ledger.swallowed)
    stored = dict(conn.execute(select(Cluster.id, Cluster.merged_into).where(Cluster.id.in_(named))).all())
    taken = sorted(stored.keys() & ledger.founded.keys())
    if taken or (ledger.founded and min(ledger.founded) < next_cluster_id(conn)):
        raise PlacementRefused(f"founded under an id used before: {taken or sorted(ledger.founded)[:5]}")
    missing = sorted(named - stored.keys() - ledger.founded.keys())
    if missing:
        raise PlacementRefused(f"there are no such clusters: {missing[:5]}")
    dead = sorted(cluster_id for cluster_id, target in stored.items() if target is not None)
    if dead:
        raise PlacementRefused(f"these clusters were merged already: {dead[:5]}")


def _found(conn: Connection, ledger: _Ledger, now: datetime) -> None:
    # The counts are those of an empty cluster; `recount` sets them at the end of the batch.
    _insert(
        conn,
        Cluster,
        [
            {
                "id": cluster_id,
                "created_at": now,
                "title": "",
                "articles": 0,
                "sources": 0,
                "versions": 0,
                "first_seen_at": now,
                "last_seen_at": now,
            }
            for cluster_id in ledger.founded
        ],
    )


def _settle(conn: Connection, ledger: _Ledger) -> None:
    """Put the articles where their newest placed version is; the older versions of a moved one go along."""
    homes = {article_id: ledger.living(cluster_id) for article_id, cluster_id in ledger.homes.items()}
    rows = [{"article": article_id, "cluster_id": cluster_id} for article_id, cluster_id in homes.items()]
    conn.execute(update(Article).where(Article.id == bindparam("article")), rows)
    moved = [row for row in rows if ledger.homes_before.get(row["article"], row["cluster_id"]) != row["cluster_id"]]
    if moved:
        conn.execute(
            update(Version).where(Version.article_id == bindparam("article"), Version.cluster_id.is_not(None)), moved
        )


def _merge(conn: Connection, ledger: _Ledger) -> None:
    """Move the members of swallowed clusters and keep every redirect one step long."""
    if not ledger.swallowed:
        return
    moves = [{"old": other, "new": ledger.living(other)} for other in ledger.swallowed]
    old: BindParameter[int] = bindparam("old")
    new: BindParameter[int] = bindparam("new")
    conn.execute(update(Article).where(Article.cluster_id == old).values(cluster_id=new), moves)
    conn.execute(update(Version).where(Version.cluster_id == old).values(cluster_id=new), moves)
    redirected = or_(Cluster.id == old, Cluster.merged_into == old)
    conn.execute(update(Cluster).where(redirected).values(merged_into=new), moves)


def _match_rows(placements: Sequence[Placement], now: datetime) -> list[dict[str, object]]:
    return [
        {
            "version_id": placement.version_id,
            "other_version_id": match.other_version_id,
            "kind": match.kind,
            "score": match.score,
            "figures": match.figures,
            "created_at": now,
        }
        for placement in placements
        for match in placement.matches
    ]


def _credit_rows(placements: Sequence[Placement]) -> list[dict[str, object]]:
    return [
        {
            "version_id": placement.version_id,
            "agency": credit.agency,
            "kind": credit.kind,
            "place": credit.place,
            "start_offset": credit.start,
            "end_offset": credit.end,
        }
        for placement in placements
        for credit in placement.credits
    ]


def _insert(
    conn: Connection, table: type[Match | Event | Cluster | Credit], rows: Iterable[Mapping[str, object]]
) -> None:
    if rows := list(rows):
        conn.execute(insert(table), rows)
