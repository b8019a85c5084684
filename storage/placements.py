"""Writing down where the clusterer put each version, and why. All of it in the caller's transaction.

The clusterer decides; this file keeps the promises of the store: a version is placed once, an older cluster takes
over a younger one and never the reverse, a redirect points at a living cluster, and counts are right at every commit.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, func, insert, or_, select, update

from storage.alert_queue import note_unweighed
from storage.cluster_counts import recount
from storage.events import tell
from storage.growth import growth_of
from storage.placement_ledger import Ledger, PlacementRefused
from storage.placement_row import Placement
from storage.schema import Article, Cluster, Credit, Match, Version
from storage.search_queue import note_unindexed


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
    ledger = Ledger(homes, growth_of(conn, named, {placement.article_id for placement in placements}))
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
    tell(conn, ledger.events)
    told = {event["cluster_id"] for event in ledger.events}
    note_unweighed(conn, {ledger.living(placement.cluster_id) for placement in placements} - told, now)
    note_unindexed(conn, [placement.version_id for placement in placements])
    recount(conn, ledger.touched | set(ledger.swallowed))


def next_cluster_id(conn: Connection) -> int:
    """Return the first id never given to a cluster. Clusters are never deleted, so this is one past the highest."""
    return conn.execute(select(func.coalesce(func.max(Cluster.id), 0))).scalar_one() + 1


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


def _refuse_clusters(conn: Connection, placements: Sequence[Placement], ledger: Ledger) -> None:
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


def _found(conn: Connection, ledger: Ledger, now: datetime) -> None:
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


def _settle(conn: Connection, ledger: Ledger) -> None:
    """Put the articles where their newest placed version is; the older versions of a moved one go along."""
    homes = {article_id: ledger.living(cluster_id) for article_id, cluster_id in ledger.homes.items()}
    rows = [{"article": article_id, "cluster_id": cluster_id} for article_id, cluster_id in homes.items()]
    conn.execute(update(Article).where(Article.id == bindparam("article")), rows)
    moved = [row for row in rows if ledger.homes_before.get(row["article"], row["cluster_id"]) != row["cluster_id"]]
    if moved:
        conn.execute(
            update(Version).where(Version.article_id == bindparam("article"), Version.cluster_id.is_not(None)), moved
        )


def _merge(conn: Connection, ledger: Ledger) -> None:
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


def _insert(conn: Connection, table: type[Match | Cluster | Credit], rows: Iterable[Mapping[str, object]]) -> None:
    if rows := list(rows):
        conn.execute(insert(table), rows)
