"""People's corrections as rows: asked for, applied or refused, undone.

Whoever asks for one only writes it down; the process that clusters applies it under its lease. A correction is *in
force* from the moment it is applied until its undoing is.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, text, true, update

from storage.record import record
from storage.schema import OPEN, Correction, CorrectionArticle, CorrectionCluster

LEFT, RIGHT = 0, 1
"""The sides of a correction; see `storage.schema.CorrectionArticle`."""

# Two values an article in the widest statement, and one an id in an IN list.
BATCH = 1000


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction with what belongs to it.

    `sides` gives articles their side, `came_from` the moved ones their earlier cluster. `led_to` holds the clusters
    named (with None) and redirected (with where they led before). See `storage.schema.Correction` for the rest.
    """

    id: int
    kind: str
    author: str
    note: str
    made_at: datetime
    applied_at: datetime | None
    cluster_id: int | None
    refusal: str | None
    undone_at: datetime | None
    undone_by: str | None
    reverted_at: datetime | None
    sides: Mapping[int, int]
    came_from: Mapping[int, int]
    led_to: Mapping[int, int | None]

    @property
    def in_force(self) -> bool:
        """Whether clustering obeys it."""
        return self.applied_at is not None and self.reverted_at is None

    @property
    def open(self) -> bool:
        """Whether it, or its undoing, waits for the process that clusters."""
        if self.undone_at is not None:
            return self.reverted_at is None
        return self.applied_at is None and self.refusal is None


def ask(
    conn: Connection,
    kind: str,
    author: str,
    note: str,
    now: datetime,
    *,
    clusters: Sequence[int] = (),
    sides: Mapping[int, int] | None = None,
) -> int:
    """Write down a correction to be applied; return its id. `clusters` and the articles of `sides` are those named."""
    made = insert(Correction).values(kind=kind, author=author, note=note, made_at=now).returning(Correction.id)
    number = conn.execute(made).scalar_one()
    _add_articles(conn, number, sides or {}, {})
    _add_clusters(conn, number, dict.fromkeys(clusters))
    return number


def ask_undo(conn: Connection, number: int, author: str, now: datetime) -> None:
    """Write down that a correction is to be undone; one that was never applied is undone at once."""
    undone = update(Correction).where(Correction.id == number).values(undone_at=now, undone_by=author, refusal=None)
    conn.execute(undone)
    conn.execute(
        update(Correction).where(Correction.id == number, Correction.applied_at.is_(None)).values(reverted_at=now)
    )


def open_corrections(conn: Connection) -> list[int]:
    """Return the corrections that wait for the process that clusters, in the order of their ids."""
    return list(conn.execute(select(Correction.id).where(text(OPEN)).order_by(Correction.id)).scalars())


def corrections(conn: Connection, ids: Collection[int] | None = None) -> list[CorrectionRow]:
    """Return these corrections, or all of them, in the order of their ids; unknown ids are left out."""
    if ids is None:
        return _rows(conn, true(), true(), true())
    return _rows(
        conn,
        Correction.id.in_(ids),
        CorrectionArticle.correction_id.in_(ids),
        CorrectionCluster.correction_id.in_(ids),
    )


def correction_page(conn: Connection, before: int | None, limit: int) -> list[CorrectionRow]:
    """Return the corrections made before one, or the last of all, the newest first."""
    chosen = select(Correction.id).order_by(Correction.id.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(Correction.id < before)
    return corrections(conn, list(conn.execute(chosen).scalars()))[::-1]


def corrections_in_force(conn: Connection) -> list[CorrectionRow]:
    """Return the corrections that clustering obeys, in the order of their ids."""
    held = Correction.applied_at.is_not(None) & Correction.reverted_at.is_(None)
    ids = select(Correction.id).where(held).scalar_subquery()
    return _rows(conn, held, CorrectionArticle.correction_id.in_(ids), CorrectionCluster.correction_id.in_(ids))


def corrections_about(
    conn: Connection, *, articles: Collection[int] = (), cluster_id: int | None = None
) -> list[CorrectionRow]:
    """Return the corrections, undone ones too, that speak of one of these articles or of the cluster."""
    ids: set[int] = set()
    ordered = sorted(articles)
    for start in range(0, len(ordered), BATCH):
        chosen = CorrectionArticle.article_id.in_(ordered[start : start + BATCH])
        ids.update(conn.execute(select(CorrectionArticle.correction_id).where(chosen)).scalars())
    if cluster_id is not None:
        named = select(CorrectionCluster.correction_id).where(CorrectionCluster.cluster_id == cluster_id)
        ids.update(conn.execute(named).scalars())
        ids.update(conn.execute(select(Correction.id).where(Correction.cluster_id == cluster_id)).scalars())
    return corrections(conn, ids) if ids else []


def note_applied(
    conn: Connection,
    number: int,
    now: datetime,
    *,
    cluster_id: int | None,
    sides: Mapping[int, int],
    came_from: Mapping[int, int],
    led_to: Mapping[int, int],
) -> None:
    """Note what a correction did, with everything that undoing it takes."""
    conn.execute(update(Correction).where(Correction.id == number).values(applied_at=now, cluster_id=cluster_id))
    conn.execute(delete(CorrectionArticle).where(CorrectionArticle.correction_id == number))
    _add_articles(conn, number, sides, came_from)
    named = select(CorrectionCluster.cluster_id).where(CorrectionCluster.correction_id == number)
    known: dict[int, int | None] = dict.fromkeys(conn.execute(named).scalars())
    conn.execute(delete(CorrectionCluster).where(CorrectionCluster.correction_id == number))
    _add_clusters(conn, number, {**known, **led_to})


def note_reverted(conn: Connection, number: int, now: datetime) -> None:
    """Note that the clusters were changed back."""
    conn.execute(update(Correction).where(Correction.id == number).values(reverted_at=now))


def note_refused(conn: Connection, number: int, reason: str) -> None:
    """Note that a correction, or its undoing, contradicts another one; an undoing is off the table then."""
    refused = update(Correction).where(Correction.id == number)
    conn.execute(refused.values(refusal=reason, undone_at=None, undone_by=None))


def note_anchor(conn: Connection, number: int, article_id: int | None) -> None:
    """Let another article, or none, stand for the cluster of a pin."""
    anchors = delete(CorrectionArticle).where(
        CorrectionArticle.correction_id == number, CorrectionArticle.side == RIGHT
    )
    conn.execute(anchors)
    if article_id is not None:
        _add_articles(conn, number, {article_id: RIGHT}, {})


def _add_articles(conn: Connection, number: int, sides: Mapping[int, int], came_from: Mapping[int, int]) -> None:
    rows = [
        {"correction_id": number, "article_id": article, "side": side, "came_from": came_from.get(article)}
        for article, side in sorted(sides.items())
    ]
    if rows:
        conn.execute(insert(CorrectionArticle), rows)


def _add_clusters(conn: Connection, number: int, led_to: Mapping[int, int | None]) -> None:
    rows = [
        {"correction_id": number, "cluster_id": cluster, "led_to": before} for cluster, before in sorted(led_to.items())
    ]
    if rows:
        conn.execute(insert(CorrectionCluster), rows)


def _rows(
    conn: Connection, chosen: ColumnElement[bool], of_articles: ColumnElement[bool], of_clusters: ColumnElement[bool]
) -> list[CorrectionRow]:
    sides: defaultdict[int, dict[int, int]] = defaultdict(dict)
    came_from: defaultdict[int, dict[int, int]] = defaultdict(dict)
    led_to: defaultdict[int, dict[int, int | None]] = defaultdict(dict)
    for number, article, side, before in conn.execute(
        select(
            CorrectionArticle.correction_id,
            CorrectionArticle.article_id,
            CorrectionArticle.side,
            CorrectionArticle.came_from,
        ).where(of_articles)
    ):
        sides[number][article] = side
        if before is not None:
            came_from[number][article] = before
    for number, cluster, before in conn.execute(
        select(CorrectionCluster.correction_id, CorrectionCluster.cluster_id, CorrectionCluster.led_to).where(
            of_clusters
        )
    ):
        led_to[number][cluster] = before
    rows = conn.execute(select(*Correction.__table__.columns).where(chosen).order_by(Correction.id))
    return [
        record(CorrectionRow, row, sides=sides[row.id], came_from=came_from[row.id], led_to=led_to[row.id])
        for row in rows
    ]
