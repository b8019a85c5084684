"""What is fetched and how it went: sources, feeds, fetches, and the leases of single jobs."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnClause, ForeignKey, Index, UniqueConstraint, text

from storage.schema.table import StoreTable, column, one_of

# The words a fetch can end with. The part that fetches uses the same ones; this list is what the database accepts.
OUTCOMES = (
    "ok",
    "not_modified",
    "unchanged",
    "http_error",
    "unreachable",
    "timeout",
    "too_large",
    "refused",
    "not_a_feed",
    "empty",
    "broken",
    "parser_killed",
    "abandoned",
    "internal",
)


class Source(StoreTable):
    """An outlet."""

    __tablename__ = "source"
    __table_args__ = (
        CheckConstraint("id <> ''", name="id_not_empty"),
        CheckConstraint(one_of("full_text", ("true", "false", "auto")), name="full_text_known"),
        {"comment": "An outlet, as named in the configuration; never deleted, so its articles stay readable"},
    )

    id: ColumnClause[str] = column(primary_key=True, comment="The id given in the configuration")
    name: ColumnClause[str] = column(comment="The outlet's name as shown to readers")
    homepage: ColumnClause[str] = column(comment="Address of the outlet's front page")
    country: ColumnClause[str] = column(comment="Country of the outlet, ISO 3166-1 alpha-2")
    language: ColumnClause[str] = column(comment="Language of its texts, BCP 47")
    timezone: ColumnClause[str | None] = column(comment="IANA zone for feed dates that name none; NULL means UTC")
    full_text: ColumnClause[str] = column(comment="Whether article pages are read as well: true, false or auto")
    active: ColumnClause[bool] = column(comment="Whether the configuration still names it")
    added_at: ColumnClause[datetime] = column(comment="When it first stood in the configuration")
    removed_at: ColumnClause[datetime | None] = column(comment="When it left the configuration; NULL while active")


class Feed(StoreTable):
    """One feed URL of a source, with the state of its polling."""

    __tablename__ = "feed"
    __table_args__ = (
        UniqueConstraint("source_id", "url"),
        CheckConstraint("interval_s > 0", name="interval_positive"),
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        CheckConstraint("(missed_from IS NULL) = (missed_until IS NULL)", name="missed_whole"),
        CheckConstraint("last_outcome IS NULL OR " + one_of("last_outcome", OUTCOMES), name="last_outcome_known"),
        CheckConstraint("identity_step BETWEEN 0 AND 4", name="identity_step_known"),
        CheckConstraint("(lease_by IS NULL) = (lease_until IS NULL)", name="lease_whole"),
        Index(
            "ix_feed_due",
            "next_fetch_at",
            sqlite_where=text("active"),
            postgresql_where=text("active"),
        ),
        Index(
            "ix_feed_leased",
            "lease_until",
            sqlite_where=text("lease_until IS NOT NULL"),
            postgresql_where=text("lease_until IS NOT NULL"),
        ),
        {
            "comment": "One RSS, Atom or JSON Feed address of a source, with its validators and next fetch",
            "sqlite_autoincrement": True,
        },
    )

    id: ColumnClause[int] = column(primary_key=True, comment="Never reused")
    source_id: ColumnClause[str] = column(ForeignKey("source.id"), comment="The outlet it belongs to")
    url: ColumnClause[str] = column(comment="Address as written in the configuration")
    host: ColumnClause[str] = column(
        comment="Lower-case host name of the address that is asked; polling is fair across hosts"
    )
    category: ColumnClause[str | None] = column(comment="Section of the outlet, as the configuration names it")
    active: ColumnClause[bool] = column(comment="Whether the configuration still names it")
    etag: ColumnClause[str | None] = column(comment="ETag of the last document whose entries are stored")
    last_modified: ColumnClause[str | None] = column(
        comment="Last-Modified of the last document whose entries are stored"
    )
    body_hash: ColumnClause[str | None] = column(comment="Hash of the last document whose entries are stored")
    shape: ColumnClause[str | None] = column(
        comment="What the last document looked like: format, charset, letters; when it changes, bytes are kept"
    )
    interval_s: ColumnClause[float] = column(comment="Present polling interval, seconds")
    failures: ColumnClause[float] = column(comment="Weight of the failures in a row; 0 after a success")
    next_fetch_at: ColumnClause[datetime] = column(comment="When it is due")
    lease_by: ColumnClause[str | None] = column(comment="Worker that is fetching it now")
    lease_until: ColumnClause[datetime | None] = column(comment="When that worker's claim lapses")
    last_fetch_at: ColumnClause[datetime | None] = column(comment="Start of the latest fetch")
    last_outcome: ColumnClause[str | None] = column(comment="Outcome of the latest fetch")
    last_error: ColumnClause[str | None] = column(comment="Plain words for the latest failure; NULL after a success")
    last_ok_at: ColumnClause[datetime | None] = column(comment="Start of the latest fetch that succeeded")
    rate: ColumnClause[float | None] = column(comment="New entries a second, a forgetting mean; NULL until known")
    window_size: ColumnClause[int] = column(comment="Entries that its last document held; 0 before the first")
    update_every_s: ColumnClause[float | None] = column(
        comment="How often the document says that it changes (ttl, sy:updatePeriod), seconds"
    )
    asked_url: ColumnClause[str | None] = column(
        comment="Address asked instead of the configured one since a permanent redirect has held; else NULL"
    )
    moved_to: ColumnClause[str | None] = column(comment="Where its permanent redirects lead; NULL without one")
    moved_since: ColumnClause[datetime | None] = column(comment="When that redirect was first met")
    moved_times: ColumnClause[int] = column(comment="How many answers in a row came by that redirect")
    checked_at: ColumnClause[datetime | None] = column(comment="When its server last sent a whole document")
    shown_at: ColumnClause[datetime | None] = column(
        comment="When the newest document with items was read; its sightings are those without an end"
    )
    lied_at: ColumnClause[datetime | None] = column(
        comment="When a 304 (not modified) of its server was last found to be wrong; NULL when never"
    )
    lies: ColumnClause[int] = column(comment="How often that was found")
    failing_since: ColumnClause[datetime | None] = column(
        comment="Start of its first failed fetch since the last success; NULL while it is well"
    )
    tries: ColumnClause[int] = column(comment="Failed fetches since the last success")
    last_status: ColumnClause[int | None] = column(comment="HTTP status of the latest fetch; NULL when no answer came")
    missed_from: ColumnClause[datetime | None] = column(
        comment="Start of the latest span in which items may have come and gone unseen; NULL when there was none"
    )
    missed_until: ColumnClause[datetime | None] = column(comment="End of that span")
    identity_step: ColumnClause[int] = column(
        server_default="0",
        comment="What names its items: 0 guid, 1 link, 2 link and date, 3 title too, 4 text too; never falls",
    )
    clock_offset_s: ColumnClause[float | None] = column(
        comment="How far its server's clock is ahead of ours, seconds, smoothed; evidence only"
    )
    stamps_ahead_s: ColumnClause[float | None] = column(
        comment="How far the newest date of its last document was ahead of our clock, seconds; below 0 behind"
    )


class Fetch(StoreTable):
    """One HTTP request for a feed."""

    __tablename__ = "fetch"
    __table_args__ = (
        CheckConstraint(one_of("outcome", OUTCOMES), name="outcome_known"),
        Index("ix_fetch_feed_id_started_at", "feed_id", "started_at"),
        Index("ix_fetch_started_at", "started_at"),
        {"comment": "One attempt to fetch a feed, whatever became of it", "sqlite_autoincrement": True},
    )

    id: ColumnClause[int] = column(primary_key=True, comment="Never reused")
    feed_id: ColumnClause[int] = column(ForeignKey("feed.id"), comment="The feed asked for")
    started_at: ColumnClause[datetime] = column(comment="When the attempt began")
    duration_ms: ColumnClause[int] = column(comment="How long it took, milliseconds")
    outcome: ColumnClause[str] = column(comment="How it ended, one word")
    status: ColumnClause[int | None] = column(comment="HTTP status; NULL when no answer came")
    received_bytes: ColumnClause[int] = column(comment="Bytes received, as sent (before decompression)")
    entries_seen: ColumnClause[int] = column(comment="Entries read from the document")
    entries_new: ColumnClause[int] = column(comment="Entries that became a new article")
    entries_changed: ColumnClause[int] = column(comment="Entries that became a new version of a known article")
    entries_shared: ColumnClause[int | None] = column(
        comment="Entries that the document before held too; NULL when none was read or there was none before"
    )
    missed_from: ColumnClause[datetime | None] = column(
        comment="When nothing was shared, the look before: items may have been missed between the two"
    )
    declared_charset: ColumnClause[str | None] = column(comment="Character set the document claimed")
    used_charset: ColumnClause[str | None] = column(comment="Character set it was read with")
    repairs: ColumnClause[list[str]] = column(comment="Names of the repairs needed to read it, JSON list")
    error: ColumnClause[str | None] = column(comment="What went wrong, one plain sentence; NULL on success")


class Host(StoreTable):
    """How a host bears being asked; the pace of all feeds and pages of it."""

    __tablename__ = "host"
    __table_args__ = (
        CheckConstraint("errors >= 0", name="errors_not_negative"),
        {"comment": "A host that feeds or article pages were asked of, with the pace that it is given"},
    )

    name: ColumnClause[str] = column(primary_key=True, comment="Lower-case host name")
    next_at: ColumnClause[datetime | None] = column(comment="The next request to it begins no sooner")
    request_s: ColumnClause[float | None] = column(
        comment="Forgetting mean of how long its requests take, seconds; failures never lower it"
    )
    gap_s: ColumnClause[float] = column(comment="Seconds that must lie between two requests, as it has earned them")
    errors: ColumnClause[int] = column(comment="Requests in a row without an answer, refused, or with a server error")
    answered_at: ColumnClause[datetime | None] = column(comment="When it last answered, with anything")
    silent_at: ColumnClause[datetime | None] = column(comment="When a request last got no answer")
    refused_feed: ColumnClause[int | None] = column(comment="The feed that it last told to stay away")
    refused_until: ColumnClause[datetime | None] = column(comment="Until when that feed was to stay away")
    wide_at: ColumnClause[datetime | None] = column(
        comment="When it last showed that such a refusal means every feed; NULL when it showed that it does not"
    )
    quiet_until: ColumnClause[datetime | None] = column(comment="Nothing of it is asked for before this time")


class Lease(StoreTable):
    """A job that only one process may do at a time."""

    __tablename__ = "lease"
    __table_args__ = ({"comment": "A job that one process at a time may do, such as clustering"},)

    name: ColumnClause[str] = column(primary_key=True, comment="The job")
    holder: ColumnClause[str] = column(comment="The process that has it")
    until: ColumnClause[datetime] = column(comment="When its claim lapses unless renewed")
