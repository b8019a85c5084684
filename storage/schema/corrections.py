"""What people decided about groups: rows that every later run obeys."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnClause, ForeignKey, Index, text

from storage.schema.table import StoreTable, column, one_of

CORRECTION_KINDS = ("merge", "split", "pin", "never")

# Neither applied nor refused, or to be undone and not undone yet: what the clusterer looks for every second.
OPEN = "(applied_at IS NULL AND refusal IS NULL) OR (undone_at IS NOT NULL AND reverted_at IS NULL)"


class Correction(StoreTable):
    """A decision of people about stories or articles."""

    __tablename__ = "correction"
    __table_args__ = (
        CheckConstraint(one_of("kind", CORRECTION_KINDS), name="kind_known"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_by_somebody"),
        CheckConstraint("reverted_at IS NULL OR undone_at IS NOT NULL", name="reverted_when_undone"),
        Index("ix_correction_open", "id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_correction_cluster_id", "cluster_id"),
        {"comment": "A decision of people that clustering obeys; never deleted", "sqlite_autoincrement": True},
    )

    id: ColumnClause[int] = column(primary_key=True, comment="Never reused")
    kind: ColumnClause[str] = column(comment="merge, split, pin or never; docs/corrections.md defines them")
    author: ColumnClause[str] = column(comment="Who decided")
    note: ColumnClause[str] = column(comment="Why, in their words; may be empty")
    made_at: ColumnClause[datetime] = column(comment="When it was asked for")
    applied_at: ColumnClause[datetime | None] = column(
        comment="When the clusters were changed accordingly; NULL while it waits for the process that clusters"
    )
    cluster_id: ColumnClause[int | None] = column(
        ForeignKey("cluster.id"),
        comment="Where it put articles: kept by a merge, founded by a split or never, named by a pin; NULL if nowhere",
    )
    refusal: ColumnClause[str | None] = column(
        comment="Why it, or its undoing, could not take effect, one sentence; NULL otherwise"
    )
    undone_at: ColumnClause[datetime | None] = column(comment="When its undoing was asked for; NULL while it holds")
    undone_by: ColumnClause[str | None] = column(comment="Who took it back")
    reverted_at: ColumnClause[datetime | None] = column(
        comment="When the clusters were changed back; until then it is obeyed"
    )


class CorrectionArticle(StoreTable):
    """An article that a correction speaks of."""

    __tablename__ = "correction_article"
    __table_args__ = (
        CheckConstraint("side IN (0, 1)", name="side_known"),
        Index("ix_correction_article_article_id", "article_id"),
        {"comment": "An article that a correction speaks of, and where it was"},
    )

    correction_id: ColumnClause[int] = column(ForeignKey("correction.id"), primary_key=True, comment="The correction")
    article_id: ColumnClause[int] = column(ForeignKey("article.id"), primary_key=True, comment="The article")
    side: ColumnClause[int] = column(
        comment="0: merged, split off, pinned or named first; 1: stayed, named second, or the anchor of a pin"
    )
    came_from: ColumnClause[int | None] = column(
        ForeignKey("cluster.id"), comment="The cluster it was in when the correction moved it; NULL if it was not moved"
    )


class CorrectionCluster(StoreTable):
    """A cluster that a correction names or ended."""

    __tablename__ = "correction_cluster"
    __table_args__ = (
        Index("ix_correction_cluster_cluster_id", "cluster_id"),
        {"comment": "A cluster that a correction names, or whose id leads elsewhere because of it"},
    )

    correction_id: ColumnClause[int] = column(ForeignKey("correction.id"), primary_key=True, comment="The correction")
    cluster_id: ColumnClause[int] = column(ForeignKey("cluster.id"), primary_key=True, comment="The cluster")
    led_to: ColumnClause[int | None] = column(
        ForeignKey("cluster.id"),
        comment="Where its id led before the correction redirected it, itself if it lived; NULL if it was only named",
    )
