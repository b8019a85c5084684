"""What may ring: changes not yet looked at, and the alerts that came of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnClause, ForeignKey, Index, text

from storage.schema.table import StoreTable, column, one_of

ALERT_STATES = ("waiting", "delivered", "dead")


class Unweighed(StoreTable):
    """A change of a story that the alert rules have not been asked about."""

    __tablename__ = "unweighed"
    __table_args__ = (
        Index("ix_unweighed_cluster_id", "cluster_id"),
        Index("ix_unweighed_event_id", "event_id"),
        {"comment": "Changes of stories that wait to be weighed by the alert rules", "sqlite_autoincrement": True},
    )

    id: ColumnClause[int] = column(primary_key=True, comment="Never reused")
    cluster_id: ColumnClause[int] = column(ForeignKey("cluster.id"), comment="The story, as it was called then")
    event_id: ColumnClause[int | None] = column(
        ForeignKey("event.id"), comment="The event; NULL for a text that came without one"
    )
    at: ColumnClause[datetime] = column(comment="When it happened")


class Alert(StoreTable):
    """A message for one target: the outbox."""

    __tablename__ = "alert"
    __table_args__ = (
        CheckConstraint(one_of("state", ALERT_STATES), name="state_known"),
        CheckConstraint("(state = 'waiting') = (next_attempt_at IS NOT NULL)", name="waiting_has_a_time"),
        CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name="settled_has_a_time"),
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        # Once for each story, or for each event.
        Index(
            "ix_alert_story_once",
            "rule",
            "target",
            "cluster_id",
            unique=True,
            sqlite_where=text("event_id IS NULL"),
            postgresql_where=text("event_id IS NULL"),
        ),
        Index(
            "ix_alert_event_once",
            "event_id",
            "rule",
            "target",
            unique=True,
            sqlite_where=text("event_id IS NOT NULL"),
            postgresql_where=text("event_id IS NOT NULL"),
        ),
        Index("ix_alert_cluster_id", "cluster_id"),
        Index(
            "ix_alert_waiting",
            "target",
            "next_attempt_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        # Counting what waits and what was given up must not pass a month of what was delivered.
        Index(
            "ix_alert_unsent",
            "target",
            "created_at",
            sqlite_where=text("state <> 'delivered'"),
            postgresql_where=text("state <> 'delivered'"),
        ),
        Index("ix_alert_state_settled_at", "state", "settled_at"),
        Index("ix_alert_created_at", "created_at"),
        {"comment": "Alerts to targets, with what became of them"},
    )

    id: ColumnClause[str] = column(primary_key=True, comment="Random and permanent: every attempt carries it")
    rule: ColumnClause[str] = column(comment="The rule that rang")
    target: ColumnClause[str] = column(comment="The target that it is for")
    cluster_id: ColumnClause[int] = column(ForeignKey("cluster.id"), comment="The story, as it was called then")
    event_id: ColumnClause[int | None] = column(
        ForeignKey("event.id"), comment="The event that rang; NULL when the story as a whole did"
    )
    payload: ColumnClause[str] = column(comment="What is sent: a JSON object, letter by letter")
    created_at: ColumnClause[datetime] = column(comment="When it rang")
    state: ColumnClause[str] = column(comment="waiting, delivered, or dead: given up")
    attempts: ColumnClause[int] = column(comment="How often delivery was tried and ended")
    next_attempt_at: ColumnClause[datetime | None] = column(comment="When to try next; NULL unless it waits")
    settled_at: ColumnClause[datetime | None] = column(comment="When it was delivered or given up; NULL while it waits")
    last_error: ColumnClause[str | None] = column(
        comment="Why the latest attempt failed, one plain sentence; NULL when none did"
    )
