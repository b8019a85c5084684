"""What outlets published: articles, their versions, and when each text was seen."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnClause, ForeignKey, Index, UniqueConstraint, false
from sqlalchemy import text as sql

from storage.schema.table import StoreTable, column


class Article(StoreTable):
    """One outlet's item."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("source_id", "key"),
        CheckConstraint("versions >= 0", name="versions_not_negative"),
        # With the outlet, so that the outlets of a story are read without its articles.
        Index("ix_article_cluster_id_source_id", "cluster_id", "source_id"),
        Index("ix_article_source_id_link_key", "source_id", "link_key"),
        # With the story, so that what grew is counted without the articles.
        Index("ix_article_first_seen_at_cluster_id", "first_seen_at", "cluster_id"),
        # Deleting a version asks who points at it.
        Index("ix_article_latest_version_id", "latest_version_id"),
        {"comment": "One item of one outlet; never shared by outlets", "sqlite_autoincrement": True},
    )

    id: ColumnClause[int] = column(primary_key=True, comment="Never reused")
    source_id: ColumnClause[str] = column(ForeignKey("source.id"), comment="The outlet that published it")
    key: ColumnClause[str] = column(
        comment="Its identity at its outlet when first seen: guid:, link:, link+date:, title: or content: and a value"
    )
    link_key: ColumnClause[str | None] = column(
        comment="What all spellings of its link have in common, to recognise it by; never to be fetched"
    )
    url: ColumnClause[str | None] = column(comment="Its link, as of the newest version")
    published_at: ColumnClause[datetime | None] = column(
        comment="When the outlet first claimed to have published it; NULL when it never said so readably"
    )
    updated_at: ColumnClause[datetime | None] = column(
        comment="When the outlet claims to have last changed it, as of the newest version"
    )
    published_raw: ColumnClause[str | None] = column(
        comment="The publication date as it stood in the feed, letter by letter"
    )
    published_marks: ColumnClause[list[str]] = column(
        comment="What was supplied to that date, corrected or found wrong, JSON list; empty when it was whole"
    )
    first_seen_at: ColumnClause[datetime] = column(comment="When a fetch first brought it")
    cluster_id: ColumnClause[int | None] = column(
        ForeignKey("cluster.id"), comment="The living cluster it is in; NULL until first grouped"
    )
    latest_version_id: ColumnClause[int | None] = column(
        # The two tables point at each other, so one constraint has to follow the tables.
        ForeignKey("version.id", use_alter=True),
        comment="Its newest version; a return to an older text is a sighting of that text and changes nothing here",
    )
    versions: ColumnClause[int] = column(comment="How many versions it has")


class Version(StoreTable):
    """An article's text as it stood when seen. Never changed once written; only its place among clusters is."""

    __tablename__ = "version"
    __table_args__ = (
        UniqueConstraint("article_id", "number"),
        UniqueConstraint("article_id", "content_hash"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint(
            "cluster_id IS NULL OR (dated_at IS NOT NULL AND fold_version IS NOT NULL AND signature IS NOT NULL)",
            name="placed_whole",
        ),
        Index("ix_version_cluster_id", "cluster_id"),
        Index("ix_version_dated_at", "dated_at"),
        # Deleting a text asks who points at it.
        Index("ix_version_summary_id", "summary_id"),
        Index("ix_version_body_id", "body_id"),
        Index(
            "ix_version_queue",
            "id",
            sqlite_where=sql("cluster_id IS NULL"),
            postgresql_where=sql("cluster_id IS NULL"),
        ),
        {
            "comment": "The text of an article as it stood when seen; without a cluster it waits to be grouped",
            "sqlite_autoincrement": True,
        },
    )

    id: ColumnClause[int] = column(primary_key=True, comment="Never reused; versions are grouped in this order")
    article_id: ColumnClause[int] = column(ForeignKey("article.id"), comment="The article")
    number: ColumnClause[int] = column(comment="1 for the first text seen of the article, then 2, ...")
    title: ColumnClause[str] = column(comment="Headline, plain text on one line")
    summary_id: ColumnClause[int | None] = column(
        ForeignKey("body.id"), comment="The feed's description; NULL when there is none"
    )
    body_id: ColumnClause[int | None] = column(
        ForeignKey("body.id"), comment="The fullest text given, of the feed or of the page; NULL when there is none"
    )
    from_page: ColumnClause[bool] = column(
        server_default=false(),
        comment="Whether the body was read from the article's page; title and summary are always the feed's",
    )
    content_hash: ColumnClause[bytes] = column(
        comment="What makes two texts the same: a hash of title, summary and body"
    )
    seen_at: ColumnClause[datetime] = column(comment="When a fetch first brought this text")
    published_at: ColumnClause[datetime | None] = column(comment="Publication time claimed with this text")
    updated_at: ColumnClause[datetime | None] = column(comment="Time of change claimed with this text")
    dated_at: ColumnClause[datetime | None] = column(
        comment="The time this text stands for in timelines and the window of comparison; set when grouped"
    )
    fold_version: ColumnClause[int | None] = column(
        comment="Which edition of the fold and signature made the signature; set when grouped"
    )
    signature: ColumnClause[bytes | None] = column(
        comment="MinHash of the folded text, little-endian uint32 values; set when grouped"
    )
    cluster_id: ColumnClause[int | None] = column(
        ForeignKey("cluster.id"), comment="The living cluster it is in; NULL means it waits to be grouped"
    )


class Sighting(StoreTable):
    """When a feed showed a text."""

    __tablename__ = "sighting"
    __table_args__ = (
        CheckConstraint("first_seen_at <= last_seen_at", name="in_order"),
        Index("ix_sighting_article_id", "article_id"),
        Index("ix_sighting_feed_id_last_seen_at", "feed_id", "last_seen_at"),
        {"comment": "First and last document of a feed that showed a text; unread documents (304) do not count"},
    )

    version_id: ColumnClause[int] = column(ForeignKey("version.id"), primary_key=True, comment="The text shown")
    feed_id: ColumnClause[int] = column(ForeignKey("feed.id"), primary_key=True, comment="The feed that showed it")
    article_id: ColumnClause[int] = column(ForeignKey("article.id"), comment="The article the text belongs to")
    first_seen_at: ColumnClause[datetime] = column(comment="First document of the feed that held this text")
    last_seen_at: ColumnClause[datetime | None] = column(
        comment="Last document of the feed that held this text; NULL while that is its newest, see feed.shown_at"
    )
    mark: ColumnClause[bytes | None] = column(
        comment="What knows the item in the feed's next document unread; NULL where it must be read, or has gone"
    )
