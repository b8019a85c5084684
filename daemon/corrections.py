"""People's corrections between the store and the planner: asked for, applied, undone, obeyed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Connection

from clustering.correcting import Applied, Plan, Refused, Request, World, plan, plan_undo
from clustering.corrections import Correction, CorrectionKind, Corrections, obeyed
from clustering.regrouping import Regrouping
from storage import corrections as stored
from storage.corrections import CorrectionRow
from storage.engine import serialise
from storage.placements import next_cluster_id
from storage.regroupings import EventRow, RegroupingRows, save_regrouping
from storage.standing import homes_of, ids_leading_to, living_clusters, members_of
from storage.stored_stream import articles_before


class CorrectionRefused(Exception):  # noqa: N818 - it says what happened
    """A correction cannot be, for the reason in the message."""


def ask(
    conn: Connection,
    kind: CorrectionKind,
    author: str,
    note: str,
    now: datetime,
    *,
    clusters: Sequence[int] = (),
    articles: Sequence[int] = (),
) -> int:
    """Write down a correction that fits the clusters as they stand; return its id. Raises CorrectionRefused."""
    serialise(conn, "corrections")
    known = living_clusters(conn, clusters)
    for cluster in clusters:
        if cluster not in known:
            raise CorrectionRefused(f"there is no story {cluster}; `riwaya clusters` lists them")
    grouped = homes_of(conn, articles)
    for article in articles:
        if article not in grouped:
            raise CorrectionRefused(f"there is no article {article}; `riwaya search` and `riwaya show` name them")
        if grouped[article] is None:
            raise CorrectionRefused(f"article {article} is not grouped yet")
    in_force = stored.corrections_in_force(conn)
    _planned(conn, Request(0, kind, tuple(clusters), tuple(articles)), in_force)
    sides = dict.fromkeys(articles, stored.LEFT)
    if kind == "never":
        sides[articles[1]] = stored.RIGHT
    return stored.ask(conn, kind, author, note, now, clusters=sorted(set(clusters)), sides=sides)


def ask_undo(conn: Connection, number: int, author: str, now: datetime) -> None:
    """Write down that a correction is to be undone. Raises CorrectionRefused."""
    serialise(conn, "corrections")
    found = stored.corrections(conn, [number])
    if not found:
        raise CorrectionRefused(f"there is no correction {number}; `riwaya corrections` lists them")
    (row,) = found
    if row.undone_at is not None:
        raise CorrectionRefused(f"correction {number} was undone already, by {row.undone_by}")
    if row.applied_at is None and row.refusal is not None:
        raise CorrectionRefused(f"correction {number} never took effect: {row.refusal}")
    if row.in_force:
        _planned_undo(conn, row, stored.corrections_in_force(conn))
    stored.ask_undo(conn, number, author, now)


def apply_open(conn: Connection, now: datetime) -> int:
    """Apply, or refuse, every correction and every undoing that waits; return how many. For whoever clusters."""
    numbers = stored.open_corrections(conn)
    for number in numbers:
        (row,) = stored.corrections(conn, [number])
        in_force = stored.corrections_in_force(conn)
        try:
            if row.undone_at is None:
                _apply(conn, row, in_force, now)
            else:
                done = _planned_undo(conn, row, in_force)
                _save(conn, done, {"correction": number, "undone": True}, now)
                stored.note_reverted(conn, number, now)
        except CorrectionRefused as refused:
            stored.note_refused(conn, number, str(refused))
    return len(numbers)


def obeyed_corrections(
    conn: Connection, first: int | None = None, standing: frozenset[int] = frozenset()
) -> Corrections:
    """Return what the clusterer obeys.

    When the stream is run again from version `first` on, only articles that lie before have a place to begin with; see
    `Corrections` for `standing`.
    """
    in_force = [_decision(row) for row in stored.corrections_in_force(conn)]
    homes = _homes(conn, in_force)
    if first is not None:
        before = articles_before(conn, sorted(homes), first)
        homes = {article: cluster for article, cluster in homes.items() if article in before}
    return obeyed(in_force, homes, living_clusters(conn, _pinned(in_force)), standing)


def pinned_articles(conn: Connection) -> dict[int, int]:
    """Return the living cluster of every article that people pinned."""
    pins = [row for row in stored.corrections_in_force(conn) if row.kind == "pin" and row.cluster_id is not None]
    living = living_clusters(conn, {row.cluster_id for row in pins if row.cluster_id is not None})
    return {
        article: living[row.cluster_id]
        for row in pins
        if row.cluster_id is not None
        for article, side in row.sides.items()
        if side == stored.LEFT
    }


def _apply(conn: Connection, row: CorrectionRow, in_force: Sequence[CorrectionRow], now: datetime) -> None:
    kind = cast("CorrectionKind", row.kind)
    articles = tuple(sorted(row.sides, key=lambda article: (row.sides[article], article)))
    planned = _planned(conn, Request(row.id, kind, tuple(sorted(row.led_to)), articles), in_force)
    led_to = _led_to(conn, planned.regrouping)
    _save(conn, planned, {"correction": row.id}, now)
    targets = {move.target for move in planned.regrouping.moves}
    stored.note_applied(
        conn,
        row.id,
        now,
        cluster_id=planned.correction.cluster if planned.correction.cluster is not None else min(targets, default=None),
        sides={
            **dict.fromkeys(planned.correction.left, stored.LEFT),
            **dict.fromkeys(planned.correction.right, stored.RIGHT),
        },
        came_from={move.article: move.source for move in planned.regrouping.moves},
        led_to=led_to,
    )


def _led_to(conn: Connection, regrouping: Regrouping) -> dict[int, int]:
    """Return where the ids that a plan redirects lead now."""
    return living_clusters(conn, regrouping.leads)


def _planned(conn: Connection, request: Request, in_force: Sequence[CorrectionRow]) -> Plan:
    world = _world(conn, in_force, request.clusters, request.articles)
    try:
        return plan(request, world)
    except Refused as refused:
        raise _told(refused, in_force) from refused


def _planned_undo(conn: Connection, row: CorrectionRow, in_force: Sequence[CorrectionRow]) -> Plan:
    applied = Applied(
        correction=_decision(row),
        target=row.cluster_id,
        came_from=row.came_from,
        led_to={cluster: before for cluster, before in row.led_to.items() if before is not None},
    )
    target = () if row.cluster_id is None else (row.cluster_id,)
    world = _world(conn, in_force, (*target, *row.led_to, *row.came_from.values()), tuple(row.sides))
    try:
        return plan_undo(applied, world)
    except Refused as refused:
        raise _told(refused, in_force) from refused


def _told(refused: Refused, in_force: Iterable[CorrectionRow]) -> CorrectionRefused:
    """Put a refusal into words that name the correction in the way."""
    for row in in_force:
        if row.id == refused.number:
            note = f": {row.note}" if row.note else ""
            named = f"correction {row.id} ({row.kind} by {row.author}, {row.made_at:%Y-%m-%d}{note})"
            return CorrectionRefused(f"{named} {refused}; `riwaya undo {row.id}` takes it back")
    return CorrectionRefused(str(refused))


def _world(
    conn: Connection, in_force: Sequence[CorrectionRow], clusters: Sequence[int], articles: Sequence[int]
) -> World:
    decisions = tuple(_decision(row) for row in in_force)
    living = living_clusters(conn, {*clusters, *_pinned(decisions)})
    living |= {cluster: cluster for cluster in living.values()}
    named = {article: cluster for article, cluster in homes_of(conn, articles).items() if cluster is not None}
    touched = {living[cluster] for cluster in clusters} | set(named.values())
    members = members_of(conn, touched)
    return World(
        living=living,
        members=members,
        leading=ids_leading_to(conn, touched),
        homes=_homes(conn, decisions) | named | _at_home(members),
        in_force=decisions,
        next_cluster=next_cluster_id(conn),
    )


def _at_home(members: Mapping[int, Sequence[int]]) -> dict[int, int]:
    return {article: cluster for cluster, articles in members.items() for article in articles}


def _homes(conn: Connection, decisions: Iterable[Correction]) -> dict[int, int]:
    concerned = {article for one in decisions for article in one.left | one.right}
    return {article: cluster for article, cluster in homes_of(conn, concerned).items() if cluster is not None}


def _pinned(decisions: Iterable[Correction]) -> set[int]:
    return {one.cluster for one in decisions if one.cluster is not None}


def _decision(row: CorrectionRow) -> Correction:
    sides = row.sides.items()
    return Correction(
        number=row.id,
        kind=cast("CorrectionKind", row.kind),
        left=frozenset(article for article, side in sides if side == stored.LEFT),
        right=frozenset(article for article, side in sides if side == stored.RIGHT),
        cluster=row.cluster_id if row.kind == "pin" else None,
    )


def _save(conn: Connection, planned: Plan, cause: Mapping[str, object], now: datetime) -> None:
    save_regrouping(conn, regrouping_rows(planned.regrouping, cause), now)
    for number, anchor in planned.anchors.items():
        stored.note_anchor(conn, number, anchor)


def regrouping_rows(regrouping: Regrouping, cause: Mapping[str, object]) -> RegroupingRows:
    """Return what the store is told of a regrouping."""
    return RegroupingRows(
        moves={move.article: (move.source, move.target) for move in regrouping.moves},
        founded=regrouping.founded,
        revived=regrouping.revived,
        redirects=regrouping.leads,
        events=[EventRow(one.cluster, one.kind, one.other, one.article) for one in regrouping.changes],
        cause=cause,
    )
