"""The alerts on their way: an outbox whose rows are written once and settled once.

Whatever rings is written here in the transaction that takes its cause off the queue. Delivery comes later, as often as
it must, under the same id.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, delete, func, insert, literal_column, select, update

from storage.record import record
from storage.schema import Alert
from storage.standing import ids_leading_to

# Spelled out, for only so is the partial index seen to hold it.
_UNSENT = Alert.state != literal_column("'delivered'")


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert for one target, not yet written. `event_id` is None when the story as a whole rang."""

    id: str
    rule: str
    target: str
    cluster_id: int
    event_id: int | None
    payload: str


@dataclass(frozen=True, slots=True)
class DueAlert:
    """An alert to deliver now; `attempts` is how often that was tried already."""

    id: str
    rule: str
    target: str
    payload: str
    attempts: int


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert and what became of it, as lists show it."""

    id: str
    rule: str
    target: str
    cluster_id: int
    event_id: int | None
    created_at: datetime
    state: str
    attempts: int
    next_attempt_at: datetime | None
    settled_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class TargetFigures:
    """What waits for a target or was given up, with the latest reason why."""

    target: str
    waiting: int
    failing: int
    """Of those that wait, how many were tried in vain."""
    dead: int
    oldest: datetime | None
    """When the oldest that waits rang."""
    next_attempt_at: datetime | None
    last_error: str | None


def add_alerts(conn: Connection, alerts: Sequence[NewAlert], now: datetime) -> None:
    """Write new alerts, due at once."""
    if alerts:
        fixed = {"created_at": now, "state": "waiting", "attempts": 0, "next_attempt_at": now}
        conn.execute(
            insert(Alert),
            [
                {
                    "id": alert.id,
                    "rule": alert.rule,
                    "target": alert.target,
                    "cluster_id": alert.cluster_id,
                    "event_id": alert.event_id,
                    "payload": alert.payload,
                    **fixed,
                }
                for alert in alerts
            ],
        )


def rung_for(conn: Connection, cluster_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """Return, for living stories, the rules that rang for them as a whole, under any id that leads there."""
    leading = ids_leading_to(conn, cluster_ids)
    home = {other: cluster for cluster, others in leading.items() for other in others}
    home |= {cluster: cluster for cluster in cluster_ids}
    rows = conn.execute(
        select(Alert.cluster_id, Alert.rule).where(Alert.cluster_id.in_(home), Alert.event_id.is_(None)).distinct()
    )
    found: dict[int, set[str]] = {}
    for cluster, rule in rows:
        found.setdefault(home[cluster], set()).add(rule)
    return {cluster: frozenset(rules) for cluster, rules in found.items()}


def due_alerts(conn: Connection, target: str, now: datetime, limit: int, without: Collection[str]) -> list[DueAlert]:
    """Return the alerts of a target that are due, those first that have been due longest; some may be left out."""
    chosen = (
        select(Alert.id, Alert.rule, Alert.target, Alert.payload, Alert.attempts)
        .where(Alert.state == "waiting", Alert.target == target, Alert.next_attempt_at <= now)
        .order_by(Alert.next_attempt_at, Alert.created_at, Alert.id)
    )
    # Those under way are few; leaving them out here spares a condition that grows.
    rows = [record(DueAlert, row) for row in conn.execute(chosen.limit(limit + len(without)))]
    return [row for row in rows if row.id not in without][:limit]


def note_delivered(conn: Connection, alert_id: str, now: datetime) -> None:
    """Note that the target took an alert."""
    _settle(conn, alert_id, state="delivered", next_attempt_at=None, settled_at=now, last_error=None)


def note_failed(conn: Connection, alert_id: str, error: str, now: datetime, again_at: datetime | None) -> None:
    """Note that an attempt failed, and when to try again; None gives the alert up."""
    if again_at is None:
        _settle(conn, alert_id, state="dead", next_attempt_at=None, settled_at=now, last_error=error)
    else:
        _settle(conn, alert_id, next_attempt_at=again_at, last_error=error)


def _settle(conn: Connection, alert_id: str, **values: object) -> None:
    waiting = update(Alert).where(Alert.id == alert_id, Alert.state == "waiting")
    conn.execute(waiting.values(attempts=Alert.attempts + 1, **values))


def give_up_strays(conn: Connection, targets: Collection[str], now: datetime) -> int:
    """Give up what waits for targets that the configuration has no more; return how many."""
    error = "the configuration has no target of this name any more"
    strays = update(Alert).where(Alert.state == "waiting", Alert.target.not_in(targets))
    return conn.execute(strays.values(state="dead", next_attempt_at=None, settled_at=now, last_error=error)).rowcount


def revive(conn: Connection, alert_ids: Collection[str] | None, now: datetime) -> int:
    """Let alerts that were given up be tried again, all of them for None; return how many there were."""
    dead = update(Alert).where(Alert.state == "dead")
    if alert_ids is not None:
        dead = dead.where(Alert.id.in_(alert_ids))
    return conn.execute(dead.values(state="waiting", attempts=0, next_attempt_at=now, settled_at=None)).rowcount


def delete_settled(conn: Connection, before: datetime, limit: int) -> int:
    """Delete up to `limit` alerts that were delivered, or given up, before a time; return how many."""
    old = (
        select(Alert.id)
        .where(Alert.state.in_(("delivered", "dead")), Alert.settled_at < before)
        .order_by(Alert.settled_at)
        .limit(limit)
    )
    return conn.execute(delete(Alert).where(Alert.id.in_(old.scalar_subquery()))).rowcount


def alert_log(conn: Connection, limit: int, states: Collection[str], rule: str | None = None) -> list[AlertRow]:
    """Return the latest alerts in one of these states, newest first."""
    chosen = _rows().where(Alert.state.in_(states)).order_by(Alert.created_at.desc(), Alert.id).limit(limit)
    if rule is not None:
        chosen = chosen.where(Alert.rule == rule)
    return [record(AlertRow, row) for row in conn.execute(chosen)]


def last_rung(conn: Connection) -> dict[str, tuple[datetime, int]]:
    """Return, for each rule that rang, when it did last and for how many stories or events, as far as they are kept."""
    causes = func.count((func.coalesce(Alert.event_id, -Alert.cluster_id)).distinct())
    rows = conn.execute(select(Alert.rule, func.max(Alert.created_at), causes).group_by(Alert.rule))
    return {rule: (at, count) for rule, at, count in rows}


def target_figures(conn: Connection) -> tuple[TargetFigures, ...]:
    """Count what waits and what was given up, by target; targets of which neither can be said are left out."""
    waiting, dead = Alert.state == "waiting", Alert.state == "dead"
    rows = conn.execute(
        select(
            Alert.target,
            func.count().filter(waiting).label("waiting"),
            func.count().filter(waiting, Alert.attempts > 0).label("failing"),
            func.count().filter(dead).label("dead"),
            func.min(Alert.created_at).filter(waiting).label("oldest"),
            func.min(Alert.next_attempt_at).label("next_attempt_at"),
        )
        .where(_UNSENT)
        .group_by(Alert.target)
        .order_by(Alert.target)
    ).all()
    return tuple(record(TargetFigures, row, last_error=_last_error(conn, row.target)) for row in rows)


def _last_error(conn: Connection, target: str) -> str | None:
    failed = select(Alert.last_error).where(Alert.target == target, _UNSENT, Alert.last_error.is_not(None))
    return conn.execute(failed.order_by(Alert.created_at.desc()).limit(1)).scalar_one_or_none()


def _rows() -> Select[*tuple[object, ...]]:
    return select(
        Alert.id,
        Alert.rule,
        Alert.target,
        Alert.cluster_id,
        Alert.event_id,
        Alert.created_at,
        Alert.state,
        Alert.attempts,
        Alert.next_attempt_at,
        Alert.settled_at,
        Alert.last_error,
    )
