"""How articles were grouped: clusters, the evidence, and what happened to each cluster."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnClause, ForeignKey, Index, UniqueConstraint, text

from storage.schema.table import StoreTable, column, one_of

MATCH_KINDS = ("copy", "revision", "contains", "inside")

EVENT_KINDS = ("born", "joined", "merged", "split", "moved", "grew_to_n", "figure_change", "vanished")


LIVING = "articles > 0"
"""Which clusters people see: merged ones hold no article, and neither do those that lost all of theirs to corrections.
The indexes hold only these, and a question has to say it in these words to use them."""

SHARED_STEPS = (5, 2)
"""Numbers of outlets from which on clusters have an index of their own: most stories have one outlet, a tenth have two,
a fiftieth five, and whoever asks for the widely carried ones must not go through all the others."""


def shared(outlets: int) -> str:
    """Return which living clusters so many outlets carry, in the words of their index."""
    return f"sources >= {outlets}"


class Cluster(StoreTable):
    """The articles that carry the same story text."""

    __tablename__ = "cluster"
    __table_args__ = (
        CheckConstraint("merged_into <> id", name="leads_elsewhere"),
        Index(
            "ix_cluster_merged_into",
            "merged_into",
            # Were the living ones in it, SQLite would take it for the way to find them.
            sqlite_where=text("merged_into IS NOT NULL"),
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
        Index(
            "ix_cluster_living",
            "last_seen_at",
            "id",
            "articles",
            sqlite_where=text(LIVING),
            postgresql_where=text(LIVING),
        ),
        # Few, so that the others are counted as the rest.
        Index("ix_cluster_empty", "id", sqlite_where=text("articles = 0"), postgresql_where=text("articles = 0")),
        *(
            Index(
                f"ix_cluster_shared_{step}",
                "last_seen_at",
                "id",
                "sources",
                sqlite_where=text(shared(step)),
                postgresql_where=text(shared(step)),
            )
            for step in SHARED_STEPS
        ),
        Index(
            "ix_cluster_size",
            "sources",
            "articles",
            "last_seen_at",
            "id",
            sqlite_where=text(shared(SHARED_STEPS[-1])),
            postgresql_where=text(shared(SHARED_STEPS[-1])),
        ),
        {"comment": "The articles that carry the same story; never deleted, its id never given to another story"},
    )

    id: ColumnClause[int] = column(
        primary_key=True, autoincrement=False, comment="Given by the clusterer, one more than any before"
    )
    created_at: ColumnClause[datetime] = column(comment="When it was founded")
    merged_into: ColumnClause[int | None] = column(
        ForeignKey("cluster.id"),
        comment="The living cluster that took it over; NULL while it lives. Never points at a merged one",
    )
    title: ColumnClause[str] = column(comment="First headline of the article that stands for the earliest time")
    articles: ColumnClause[int] = column(comment="How many articles it holds; 0 once merged")
    sources: ColumnClause[int] = column(comment="How many outlets they come from")
    versions: ColumnClause[int] = column(comment="How many versions of them are grouped")
    first_seen_at: ColumnClause[datetime] = column(comment="When its first article was first seen")
    last_seen_at: ColumnClause[datetime] = column(comment="When its newest text was first seen")
    first_published_at: ColumnClause[datetime | None] = column(
        comment="Earliest publication time claimed by its articles; NULL when none claims one"
    )


class Match(StoreTable):
    """What a comparison found: why a version is where it is, or that one text carries another as an item."""

    __tablename__ = "match"
    __table_args__ = (
        UniqueConstraint("version_id", "other_version_id", "kind"),
        CheckConstraint("version_id <> other_version_id", name="two_versions"),
        CheckConstraint(one_of("kind", MATCH_KINDS), name="kind_known"),
        Index("ix_match_other_version_id", "other_version_id"),
        {
            "comment": "A pair of versions with its figures: the evidence of one story, or a round-up and its item",
            "sqlite_autoincrement": True,
        },
    )

    id: ColumnClause[int] = column(primary_key=True, comment="Never reused")
    version_id: ColumnClause[int] = column(ForeignKey("version.id"), comment="The version that was being placed")
    other_version_id: ColumnClause[int] = column(ForeignKey("version.id"), comment="The one it was compared with")
    kind: ColumnClause[str] = column(
        comment="copy, revision (the article's other text), contains or inside (a round-up and its item: no match)"
    )
    score: ColumnClause[float] = column(
        comment="0 to 1: how sure it is that both are one story; of a round-up, the share of the item it carries"
    )
    figures: ColumnClause[Mapping[str, object]] = column(comment="The measured similarities, JSON object")
    created_at: ColumnClause[datetime] = column(comment="When the pair was accepted")


class Event(StoreTable):
    """Something that happened to a cluster."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint(one_of("kind", EVENT_KINDS), name="kind_known"),
        CheckConstraint("(kind IN ('merged', 'split', 'moved')) = (other_cluster_id IS NOT NULL)", name="other_named"),
        Index("ix_event_cluster_id", "cluster_id"),
        Index("ix_event_at", "at"),
        # For the story of an article; and deleting an article, a version or a story asks who points at it.
        Index("ix_event_article_id", "article_id"),
        Index("ix_event_version_id", "version_id"),
        Index(
            "ix_event_other_cluster_id",
            "other_cluster_id",
            sqlite_where=text("other_cluster_id IS NOT NULL"),
            postgresql_where=text("other_cluster_id IS NOT NULL"),
        ),
        {"comment": "What happened to a cluster, in the order it happened", "sqlite_autoincrement": True},
    )

    id: ColumnClause[int] = column(primary_key=True, comment="Never reused; grows with time")
    cluster_id: ColumnClause[int] = column(ForeignKey("cluster.id"), comment="The cluster, as it was called then")
    kind: ColumnClause[str] = column(
        comment="born, joined (an article came in), merged (took another over), split (another came out of it),"
        " moved (an article came in from another), grew_to_n (so many outlets carry it), figure_change (an article"
        " changed a number or a name in its title or lead) or vanished (a feed took an article back)"
    )
    article_id: ColumnClause[int | None] = column(
        ForeignKey("article.id"), comment="The article that it is about; NULL for growth"
    )
    version_id: ColumnClause[int | None] = column(
        ForeignKey("version.id"), comment="The version that caused it; NULL for growth"
    )
    other_cluster_id: ColumnClause[int | None] = column(
        ForeignKey("cluster.id"),
        comment="merged: the cluster taken over; split: the one that came out; moved: the one that was left",
    )
    at: ColumnClause[datetime] = column(comment="When it happened")
    cause: ColumnClause[Mapping[str, object]] = column(comment="Why, JSON object")


class StreamCounts(StoreTable):
    """A copy of what the clusterer has counted of its stream, so that a start need not read two weeks again."""

    __tablename__ = "stream_counts"
    __table_args__ = ({"comment": "How common passages and words are in the recent stream; one row, may be deleted"},)

    version_id: ColumnClause[int] = column(
        ForeignKey("version.id"), primary_key=True, autoincrement=False, comment="The last version that was counted"
    )
    counts: ColumnClause[bytes] = column(comment="The tables, in the clusterer's own compressed form")
    saved_at: ColumnClause[datetime] = column(comment="When it was written")
