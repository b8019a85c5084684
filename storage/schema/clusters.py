"""How articles were grouped: clusters, the evidence, and what happened to each cluster."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.schema.base import Base, one_of

EVENT_KINDS = ("born", "joined", "merged")


class Cluster(Base):
    """The articles that carry the same story text."""

    __tablename__ = "cluster"
    __table_args__ = (
        CheckConstraint("merged_into < id", name="older_id_lives"),
        Index("ix_cluster_merged_into", "merged_into"),
        Index(
            "ix_cluster_living",
            "last_seen_at",
            sqlite_where=text("merged_into IS NULL"),
            postgresql_where=text("merged_into IS NULL"),
        ),
        {"comment": "The articles that carry the same story; never deleted, its id never given to another story"},
    )

    id: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, comment="Given by the clusterer, one more than any before"
    )
    created_at: Mapped[datetime] = mapped_column(comment="When it was founded")
    merged_into: Mapped[int | None] = mapped_column(
        ForeignKey("cluster.id"),
        comment="The living, older cluster that took it over; NULL while it lives. Never points at a merged one",
    )
    title: Mapped[str] = mapped_column(comment="First headline of the article that stands for the earliest time")
    articles: Mapped[int] = mapped_column(comment="How many articles it holds; 0 once merged")
    sources: Mapped[int] = mapped_column(comment="How many outlets they come from")
    versions: Mapped[int] = mapped_column(comment="How many versions of them are grouped")
    first_seen_at: Mapped[datetime] = mapped_column(comment="When its first article was first seen")
    last_seen_at: Mapped[datetime] = mapped_column(comment="When its newest text was first seen")
    first_published_at: Mapped[datetime | None] = mapped_column(
        comment="Earliest publication time claimed by its articles; NULL when none claims one"
    )


class Match(Base):
    """Why a version is where it is: one accepted comparison."""

    __tablename__ = "match"
    __table_args__ = (
        UniqueConstraint("version_id", "other_version_id", "kind"),
        CheckConstraint("version_id <> other_version_id", name="two_versions"),
        Index("ix_match_other_version_id", "other_version_id"),
        {"comment": "An accepted pair of versions with its figures: the evidence", "sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Never reused")
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), comment="The version that was being placed")
    other_version_id: Mapped[int] = mapped_column(ForeignKey("version.id"), comment="The one it was compared with")
    kind: Mapped[str] = mapped_column(comment="The rule that accepted the pair")
    score: Mapped[float] = mapped_column(comment="How sure that rule was, 0 to 1")
    figures: Mapped[Mapping[str, object]] = mapped_column(comment="The measured similarities, JSON object")
    created_at: Mapped[datetime] = mapped_column(comment="When the pair was accepted")


class Event(Base):
    """Something that happened to a cluster."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint(one_of("kind", EVENT_KINDS), name="kind_known"),
        CheckConstraint("(kind = 'merged') = (other_cluster_id IS NOT NULL)", name="merged_names_other"),
        Index("ix_event_cluster_id", "cluster_id"),
        Index("ix_event_at", "at"),
        # For the story of an article; and deleting an article or a version asks who points at it.
        Index("ix_event_article_id", "article_id"),
        Index("ix_event_version_id", "version_id"),
        {"comment": "What happened to a cluster, in the order it happened", "sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, comment="Never reused; grows with time")
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), comment="The cluster, as it was called then")
    kind: Mapped[str] = mapped_column(comment="born, joined (an article came in) or merged (another was taken over)")
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), comment="The article that came in")
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"), comment="The version that caused it")
    other_cluster_id: Mapped[int | None] = mapped_column(
        ForeignKey("cluster.id"), comment="For merged: the cluster taken over"
    )
    at: Mapped[datetime] = mapped_column(comment="When it happened")
    cause: Mapped[Mapping[str, object]] = mapped_column(comment="Why, JSON object")
