"""The baseline: every table of the first release, and the search index of each database.

Revision 0001, the first. Types are spelled out here, not taken from the models: a released revision never changes.
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
REAL = sa.Float(53)
TEXT = sa.Text()
TIME = sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")
OPEN = "(applied_at IS NULL AND refusal IS NULL) OR (undone_at IS NOT NULL AND reverted_at IS NULL)"
OUTCOMES = (
    "('ok', 'not_modified', 'unchanged', 'http_error', 'unreachable', 'timeout', 'too_large'"
    ", 'refused', 'not_a_feed', 'empty', 'broken', 'parser_killed', 'abandoned', 'internal')"
)
PAGE_OUTCOMES = (
    "('read', 'no_fuller', 'other_text', 'no_text', 'robots', 'robots_unknown', 'http_error', 'unreachable'"
    ", 'timeout', 'too_large', 'refused', 'broken', 'parser_killed', 'abandoned', 'internal')"
)


def upgrade() -> None:
    """Create everything."""
    _bodies()
    _clusters()
    _search_state()
    _store_identity()
    _tables()
    _pages()
    _alerts()
    if op.get_bind().dialect.name == "sqlite":
        # The letters 'rwya' in the file's header.
        op.execute("PRAGMA application_id = 1920432481")
        op.execute(
            "CREATE VIRTUAL TABLE search USING fts5(title, body, content='', tokenize='unicode61 remove_diacritics 0')"
        )
        return
    op.create_foreign_key("fk_article_latest_version_id", "article", "version", ["latest_version_id"], ["id"])
    op.execute(
        "CREATE TABLE search (version_id bigint NOT NULL CONSTRAINT pk_search PRIMARY KEY"
        " CONSTRAINT fk_search_version_id REFERENCES version (id) ON DELETE CASCADE, words tsvector NOT NULL)"
    )
    op.execute("COMMENT ON TABLE search IS 'Full-text index: the folded, bare words of each grouped version'")
    op.execute("COMMENT ON COLUMN search.version_id IS 'The version'")
    op.execute("COMMENT ON COLUMN search.words IS 'Its words with their positions; those of the title weigh A'")
    op.execute("CREATE INDEX ix_search_words ON search USING gin (words)")


def _bodies() -> None:
    op.create_table(
        "body",
        sa.Column("id", BIG, nullable=False, comment="Never reused"),
        sa.Column("digest", sa.LargeBinary(), nullable=False, comment="SHA-256 of the text in UTF-8"),
        sa.Column("text", TEXT, nullable=False, comment="Plain text, one paragraph a line; never empty"),
        sa.PrimaryKeyConstraint("id", name="pk_body"),
        sa.UniqueConstraint("digest", name="uq_body_digest"),
        comment="A text, stored once: summaries and bodies of versions point at it; never changed",
        sqlite_autoincrement=True,
    )


def _alerts() -> None:
    op.create_table(
        "unweighed",
        sa.Column("id", BIG, nullable=False, comment="Never reused"),
        sa.Column("cluster_id", BIG, nullable=False, comment="The story, as it was called then"),
        sa.Column("event_id", BIG, nullable=True, comment="The event; NULL for a text that came without one"),
        sa.Column("at", TIME, nullable=False, comment="When it happened"),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name="fk_unweighed_cluster_id"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_unweighed_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_unweighed"),
        comment="Changes of stories that wait to be weighed by the alert rules",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unweighed_cluster_id", "unweighed", ["cluster_id"])
    op.create_index("ix_unweighed_event_id", "unweighed", ["event_id"])
    op.create_table(
        "alert",
        sa.Column("id", TEXT, nullable=False, comment="Random and permanent: every attempt carries it"),
        sa.Column("rule", TEXT, nullable=False, comment="The rule that rang"),
        sa.Column("target", TEXT, nullable=False, comment="The target that it is for"),
        sa.Column("cluster_id", BIG, nullable=False, comment="The story, as it was called then"),
        sa.Column("event_id", BIG, nullable=True, comment="The event that rang; NULL when the story as a whole did"),
        sa.Column("payload", TEXT, nullable=False, comment="What is sent: a JSON object, letter by letter"),
        sa.Column("created_at", TIME, nullable=False, comment="When it rang"),
        sa.Column("state", TEXT, nullable=False, comment="waiting, delivered, or dead: given up"),
        sa.Column("attempts", BIG, nullable=False, comment="How often delivery was tried and ended"),
        sa.Column("next_attempt_at", TIME, nullable=True, comment="When to try next; NULL unless it waits"),
        sa.Column("settled_at", TIME, nullable=True, comment="When it was delivered or given up; NULL while it waits"),
        sa.Column(
            "last_error",
            TEXT,
            nullable=True,
            comment="Why the latest attempt failed, one plain sentence; NULL when none did",
        ),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'dead')", name=op.f("ck_alert_state_known")),
        sa.CheckConstraint(
            "(state = 'waiting') = (next_attempt_at IS NOT NULL)", name=op.f("ck_alert_waiting_has_a_time")
        ),
        sa.CheckConstraint("(state = 'waiting') = (settled_at IS NULL)", name=op.f("ck_alert_settled_has_a_time")),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_alert_attempts_not_negative")),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name="fk_alert_cluster_id"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_alert_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        comment="Alerts to targets, with what became of them",
    )
    for name, columns, condition, unique in (
        ("ix_alert_story_once", ["rule", "target", "cluster_id"], "event_id IS NULL", True),
        ("ix_alert_event_once", ["event_id", "rule", "target"], "event_id IS NOT NULL", True),
        ("ix_alert_waiting", ["target", "next_attempt_at"], "state = 'waiting'", False),
        ("ix_alert_unsent", ["target", "created_at"], "state <> 'delivered'", False),
    ):
        where = sa.text(condition)
        op.create_index(name, "alert", columns, unique=unique, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_alert_cluster_id", "alert", ["cluster_id"])
    op.create_index("ix_alert_state_settled_at", "alert", ["state", "settled_at"])
    op.create_index("ix_alert_created_at", "alert", ["created_at"])


def _unindexed() -> None:
    op.create_table(
        "unindexed",
        sa.Column("version_id", BIG, autoincrement=False, nullable=False, comment="The version"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_unindexed_version_id"),
        sa.PrimaryKeyConstraint("version_id", name="pk_unindexed"),
        comment="Grouped versions that wait to be put into the search index",
    )


def _search_state() -> None:
    op.create_table(
        "search_state",
        sa.Column("id", BIG, autoincrement=False, nullable=False, comment="Always 1: there is one row"),
        sa.Column("edition", BIG, nullable=False, comment="Which edition of the rules prepared the indexed words"),
        sa.CheckConstraint("id = 1", name=op.f("ck_search_state_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_search_state"),
        comment="Which edition of the rules the search index is of",
    )


def _store_identity() -> None:
    table = op.create_table(
        "store_identity",
        sa.Column("id", BIG, autoincrement=False, nullable=False, comment="Always 1: there is one row"),
        sa.Column(
            "uuid", TEXT, nullable=False, comment="A random UUID; the ids of items in output feeds are made of it"
        ),
        sa.Column("made_at", TIME, nullable=False, comment="When the store was made"),
        sa.CheckConstraint("id = 1", name=op.f("ck_store_identity_one_row")),
        sa.PrimaryKeyConstraint("id", name="pk_store_identity"),
        comment="What tells this store from every other; a backup keeps it",
    )
    now = datetime.now(UTC)
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    made_at = now.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if on_sqlite else now
    op.bulk_insert(table, [{"id": 1, "uuid": str(uuid4()), "made_at": made_at}])


def _clusters() -> None:
    op.create_table(
        "cluster",
        sa.Column(
            "id", BIG, autoincrement=False, nullable=False, comment="Given by the clusterer, one more than any before"
        ),
        sa.Column("created_at", TIME, nullable=False, comment="When it was founded"),
        sa.Column(
            "merged_into",
            BIG,
            nullable=True,
            comment="The living cluster that took it over; NULL while it lives. Never points at a merged one",
        ),
        sa.Column(
            "title", TEXT, nullable=False, comment="First headline of the article that stands for the earliest time"
        ),
        sa.Column("articles", BIG, nullable=False, comment="How many articles it holds; 0 once merged"),
        sa.Column("sources", BIG, nullable=False, comment="How many outlets they come from"),
        sa.Column("versions", BIG, nullable=False, comment="How many versions of them are grouped"),
        sa.Column("first_seen_at", TIME, nullable=False, comment="When its first article was first seen"),
        sa.Column("last_seen_at", TIME, nullable=False, comment="When its newest text was first seen"),
        sa.Column(
            "first_published_at",
            TIME,
            nullable=True,
            comment="Earliest publication time claimed by its articles; NULL when none claims one",
        ),
        sa.CheckConstraint("merged_into <> id", name=op.f("ck_cluster_leads_elsewhere")),
        sa.ForeignKeyConstraint(["merged_into"], ["cluster.id"], name="fk_cluster_merged_into"),
        sa.PrimaryKeyConstraint("id", name="pk_cluster"),
        comment="The articles that carry the same story; never deleted, its id never given to another story",
    )
    for name, columns, where in (
        ("ix_cluster_living", ["last_seen_at", "id", "articles"], "articles > 0"),
        ("ix_cluster_empty", ["id"], "articles = 0"),
        ("ix_cluster_shared_5", ["last_seen_at", "id", "sources"], "sources >= 5"),
        ("ix_cluster_shared_2", ["last_seen_at", "id", "sources"], "sources >= 2"),
        ("ix_cluster_size", ["sources", "articles", "last_seen_at", "id"], "sources >= 2"),
        ("ix_cluster_merged_into", ["merged_into"], "merged_into IS NOT NULL"),
    ):
        op.create_index(name, "cluster", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _pages() -> None:
    op.create_table(
        "page",
        sa.Column("article_id", BIG, autoincrement=False, nullable=False, comment="The article"),
        sa.Column(
            "version_id",
            BIG,
            nullable=False,
            comment="The version, as the feed gave it, that the page is to complete",
        ),
        sa.Column("url", TEXT, nullable=False, comment="The address to ask"),
        sa.Column("host", TEXT, nullable=False, comment="Its lower-case host name; reading is fair across hosts"),
        sa.Column(
            "due_at",
            TIME,
            nullable=True,
            comment="When it is to be read, or when the present reader's claim lapses; NULL when nothing is left to do",
        ),
        sa.Column("read_by", TEXT, nullable=True, comment="Process that is reading it now; NULL when nobody is"),
        sa.Column("tries", BIG, nullable=False, comment="Attempts without a result since it was last wanted"),
        sa.Column("rounds", BIG, nullable=False, comment="How often it was to be read again after a success"),
        sa.Column(
            "outcome",
            TEXT,
            nullable=True,
            comment="How the latest attempt ended, one word; NULL before the first",
        ),
        sa.Column("status", BIG, nullable=True, comment="HTTP status of the latest attempt; NULL when no answer came"),
        sa.Column("error", TEXT, nullable=True, comment="Why there is no text, one plain sentence; NULL when there is"),
        sa.Column("tried_at", TIME, nullable=True, comment="When the latest attempt ended"),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_page_tries_not_negative")),
        sa.CheckConstraint("rounds >= 0", name=op.f("ck_page_rounds_not_negative")),
        sa.CheckConstraint(f"outcome IS NULL OR outcome IN {PAGE_OUTCOMES}", name=op.f("ck_page_outcome_known")),
        sa.CheckConstraint("(outcome IS NULL) = (tried_at IS NULL)", name=op.f("ck_page_tried_whole")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_page_article_id"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_page_version_id"),
        sa.PrimaryKeyConstraint("article_id", name="pk_page"),
        comment="The page of an article that is read besides the feed, with what became of it",
    )
    op.create_index(
        "ix_page_due",
        "page",
        ["due_at"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "ix_page_read_by",
        "page",
        ["read_by"],
        sqlite_where=sa.text("read_by IS NOT NULL"),
        postgresql_where=sa.text("read_by IS NOT NULL"),
    )
    op.create_index("ix_page_tried_at", "page", ["tried_at"])
    op.create_index("ix_page_version_id", "page", ["version_id"])


def _tables() -> None:
    op.create_table(
        "lease",
        sa.Column("name", TEXT, nullable=False, comment="The job"),
        sa.Column("holder", TEXT, nullable=False, comment="The process that has it"),
        sa.Column("until", TIME, nullable=False, comment="When its claim lapses unless renewed"),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
        comment="A job that one process at a time may do, such as clustering",
    )
    op.create_table(
        "host",
        sa.Column("name", TEXT, nullable=False, comment="Lower-case host name"),
        sa.Column("next_at", TIME, nullable=True, comment="The next request to it begins no sooner"),
        sa.Column(
            "request_s",
            REAL,
            nullable=True,
            comment="Forgetting mean of how long its requests take, seconds; failures never lower it",
        ),
        sa.Column(
            "gap_s",
            REAL,
            nullable=False,
            comment="Seconds that must lie between two requests, as it has earned them",
        ),
        sa.Column(
            "errors",
            BIG,
            nullable=False,
            comment="Requests in a row without an answer, refused, or with a server error",
        ),
        sa.Column("answered_at", TIME, nullable=True, comment="When it last answered, with anything"),
        sa.Column("silent_at", TIME, nullable=True, comment="When a request last got no answer"),
        sa.Column("refused_feed", BIG, nullable=True, comment="The feed that it last told to stay away"),
        sa.Column("refused_until", TIME, nullable=True, comment="Until when that feed was to stay away"),
        sa.Column(
            "wide_at",
            TIME,
            nullable=True,
            comment="When it last showed that such a refusal means every feed; NULL when it showed that it does not",
        ),
        sa.Column("quiet_until", TIME, nullable=True, comment="Nothing of it is asked for before this time"),
        sa.CheckConstraint("errors >= 0", name=op.f("ck_host_errors_not_negative")),
        sa.PrimaryKeyConstraint("name", name="pk_host"),
        comment="A host that feeds or article pages were asked of, with the pace that it is given",
    )
    op.create_table(
        "source",
        sa.Column("id", TEXT, nullable=False, comment="The id given in the configuration"),
        sa.Column("name", TEXT, nullable=False, comment="The outlet's name as shown to readers"),
        sa.Column("homepage", TEXT, nullable=False, comment="Address of the outlet's front page"),
        sa.Column("country", TEXT, nullable=False, comment="Country of the outlet, ISO 3166-1 alpha-2"),
        sa.Column("language", TEXT, nullable=False, comment="Language of its texts, BCP 47"),
        sa.Column("timezone", TEXT, nullable=True, comment="IANA zone for feed dates that name none; NULL means UTC"),
        sa.Column(
            "full_text", TEXT, nullable=False, comment="Whether article pages are read as well: true, false or auto"
        ),
        sa.Column("active", sa.Boolean(), nullable=False, comment="Whether the configuration still names it"),
        sa.Column("added_at", TIME, nullable=False, comment="When it first stood in the configuration"),
        sa.Column("removed_at", TIME, nullable=True, comment="When it left the configuration; NULL while active"),
        sa.CheckConstraint("id <> ''", name=op.f("ck_source_id_not_empty")),
        sa.CheckConstraint("full_text IN ('true', 'false', 'auto')", name=op.f("ck_source_full_text_known")),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
        comment="An outlet, as named in the configuration; never deleted, so its articles stay readable",
    )
    op.create_table(
        "article",
        sa.Column("id", BIG, nullable=False, comment="Never reused"),
        sa.Column("source_id", TEXT, nullable=False, comment="The outlet that published it"),
        sa.Column(
            "key",
            TEXT,
            nullable=False,
            comment="Its identity at its outlet when first seen: guid:, link:, link+date:, title: or content: and a"
            " value",
        ),
        sa.Column(
            "link_key",
            TEXT,
            nullable=True,
            comment="What all spellings of its link have in common, to recognise it by; never to be fetched",
        ),
        sa.Column("url", TEXT, nullable=True, comment="Its link, as of the newest version"),
        sa.Column(
            "published_at",
            TIME,
            nullable=True,
            comment="When the outlet first claimed to have published it; NULL when it never said so readably",
        ),
        sa.Column(
            "updated_at",
            TIME,
            nullable=True,
            comment="When the outlet claims to have last changed it, as of the newest version",
        ),
        sa.Column(
            "published_raw",
            TEXT,
            nullable=True,
            comment="The publication date as it stood in the feed, letter by letter",
        ),
        sa.Column(
            "published_marks",
            JSON,
            nullable=False,
            comment="What was supplied to that date, corrected or found wrong, JSON list; empty when it was whole",
        ),
        sa.Column("first_seen_at", TIME, nullable=False, comment="When a fetch first brought it"),
        sa.Column("cluster_id", BIG, nullable=True, comment="The living cluster it is in; NULL until first grouped"),
        sa.Column(
            "latest_version_id",
            BIG,
            nullable=True,
            comment="Its newest version; a return to an older text is a sighting of that text and changes nothing here",
        ),
        sa.Column("versions", BIG, nullable=False, comment="How many versions it has"),
        sa.CheckConstraint("versions >= 0", name=op.f("ck_article_versions_not_negative")),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name="fk_article_cluster_id"),
        sa.ForeignKeyConstraint(
            ["latest_version_id"], ["version.id"], name="fk_article_latest_version_id", use_alter=True
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_article_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("source_id", "key", name="uq_article_source_id_key"),
        comment="One item of one outlet; never shared by outlets",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_cluster_id_source_id", "article", ["cluster_id", "source_id"])
    op.create_index("ix_article_source_id_link_key", "article", ["source_id", "link_key"])
    op.create_index("ix_article_first_seen_at_cluster_id", "article", ["first_seen_at", "cluster_id"])
    op.create_index("ix_article_latest_version_id", "article", ["latest_version_id"])
    op.create_table(
        "feed",
        sa.Column("id", BIG, nullable=False, comment="Never reused"),
        sa.Column("source_id", TEXT, nullable=False, comment="The outlet it belongs to"),
        sa.Column("url", TEXT, nullable=False, comment="Address as written in the configuration"),
        sa.Column(
            "host",
            TEXT,
            nullable=False,
            comment="Lower-case host name of the address that is asked; polling is fair across hosts",
        ),
        sa.Column("category", TEXT, nullable=True, comment="Section of the outlet, as the configuration names it"),
        sa.Column("active", sa.Boolean(), nullable=False, comment="Whether the configuration still names it"),
        sa.Column("etag", TEXT, nullable=True, comment="ETag of the last document whose entries are stored"),
        sa.Column(
            "last_modified", TEXT, nullable=True, comment="Last-Modified of the last document whose entries are stored"
        ),
        sa.Column("body_hash", TEXT, nullable=True, comment="Hash of the last document whose entries are stored"),
        sa.Column(
            "shape",
            TEXT,
            nullable=True,
            comment="What the last document looked like: format, charset, letters; when it changes, bytes are kept",
        ),
        sa.Column("interval_s", REAL, nullable=False, comment="Present polling interval, seconds"),
        sa.Column("failures", REAL, nullable=False, comment="Weight of the failures in a row; 0 after a success"),
        sa.Column("next_fetch_at", TIME, nullable=False, comment="When it is due"),
        sa.Column("lease_by", TEXT, nullable=True, comment="Worker that is fetching it now"),
        sa.Column("lease_until", TIME, nullable=True, comment="When that worker's claim lapses"),
        sa.Column("last_fetch_at", TIME, nullable=True, comment="Start of the latest fetch"),
        sa.Column("last_outcome", TEXT, nullable=True, comment="Outcome of the latest fetch"),
        sa.Column(
            "last_error", TEXT, nullable=True, comment="Plain words for the latest failure; NULL after a success"
        ),
        sa.Column("last_ok_at", TIME, nullable=True, comment="Start of the latest fetch that succeeded"),
        sa.Column("rate", REAL, nullable=True, comment="New entries a second, a forgetting mean; NULL until known"),
        sa.Column(
            "window_size", BIG, nullable=False, comment="Entries that its last document held; 0 before the first"
        ),
        sa.Column(
            "update_every_s",
            REAL,
            nullable=True,
            comment="How often the document says that it changes (ttl, sy:updatePeriod), seconds",
        ),
        sa.Column(
            "asked_url",
            TEXT,
            nullable=True,
            comment="Address asked instead of the configured one since a permanent redirect has held; else NULL",
        ),
        sa.Column("moved_to", TEXT, nullable=True, comment="Where its permanent redirects lead; NULL without one"),
        sa.Column("moved_since", TIME, nullable=True, comment="When that redirect was first met"),
        sa.Column("moved_times", BIG, nullable=False, comment="How many answers in a row came by that redirect"),
        sa.Column("checked_at", TIME, nullable=True, comment="When its server last sent a whole document"),
        sa.Column(
            "shown_at",
            TIME,
            nullable=True,
            comment="When the newest document with items was read; its sightings are those without an end",
        ),
        sa.Column(
            "lied_at",
            TIME,
            nullable=True,
            comment="When a 304 (not modified) of its server was last found to be wrong; NULL when never",
        ),
        sa.Column("lies", BIG, nullable=False, comment="How often that was found"),
        sa.Column(
            "failing_since",
            TIME,
            nullable=True,
            comment="Start of its first failed fetch since the last success; NULL while it is well",
        ),
        sa.Column("tries", BIG, nullable=False, comment="Failed fetches since the last success"),
        sa.Column(
            "last_status", BIG, nullable=True, comment="HTTP status of the latest fetch; NULL when no answer came"
        ),
        sa.Column(
            "missed_from",
            TIME,
            nullable=True,
            comment="Start of the latest span in which items may have come and gone unseen; NULL when there was none",
        ),
        sa.Column("missed_until", TIME, nullable=True, comment="End of that span"),
        sa.Column(
            "identity_step",
            BIG,
            nullable=False,
            server_default="0",
            comment="What names its items: 0 guid, 1 link, 2 link and date, 3 title too, 4 text too; never falls",
        ),
        sa.Column(
            "clock_offset_s",
            REAL,
            nullable=True,
            comment="How far its server's clock is ahead of ours, seconds, smoothed; evidence only",
        ),
        sa.Column(
            "stamps_ahead_s",
            REAL,
            nullable=True,
            comment="How far the newest date of its last document was ahead of our clock, seconds; below 0 behind",
        ),
        sa.CheckConstraint(
            f"last_outcome IS NULL OR last_outcome IN {OUTCOMES}", name=op.f("ck_feed_last_outcome_known")
        ),
        sa.CheckConstraint("(lease_by IS NULL) = (lease_until IS NULL)", name=op.f("ck_feed_lease_whole")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_feed_failures_not_negative")),
        sa.CheckConstraint("(missed_from IS NULL) = (missed_until IS NULL)", name=op.f("ck_feed_missed_whole")),
        sa.CheckConstraint("identity_step BETWEEN 0 AND 4", name=op.f("ck_feed_identity_step_known")),
        sa.CheckConstraint("interval_s > 0", name=op.f("ck_feed_interval_positive")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_feed_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sa.UniqueConstraint("source_id", "url", name="uq_feed_source_id_url"),
        comment="One RSS, Atom or JSON Feed address of a source, with its validators and next fetch",
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_feed_due", "feed", ["next_fetch_at"], sqlite_where=sa.text("active"), postgresql_where=sa.text("active")
    )
    op.create_index(
        "ix_feed_leased",
        "feed",
        ["lease_until"],
        sqlite_where=sa.text("lease_until IS NOT NULL"),
        postgresql_where=sa.text("lease_until IS NOT NULL"),
    )
    op.create_table(
        "fetch",
        sa.Column("id", BIG, nullable=False, comment="Never reused"),
        sa.Column("feed_id", BIG, nullable=False, comment="The feed asked for"),
        sa.Column("started_at", TIME, nullable=False, comment="When the attempt began"),
        sa.Column("duration_ms", BIG, nullable=False, comment="How long it took, milliseconds"),
        sa.Column("outcome", TEXT, nullable=False, comment="How it ended, one word"),
        sa.Column("status", BIG, nullable=True, comment="HTTP status; NULL when no answer came"),
        sa.Column("received_bytes", BIG, nullable=False, comment="Bytes received, as sent (before decompression)"),
        sa.Column("entries_seen", BIG, nullable=False, comment="Entries read from the document"),
        sa.Column("entries_new", BIG, nullable=False, comment="Entries that became a new article"),
        sa.Column(
            "entries_changed", BIG, nullable=False, comment="Entries that became a new version of a known article"
        ),
        sa.Column(
            "entries_shared",
            BIG,
            nullable=True,
            comment="Entries that the document before held too; NULL when none was read or there was none before",
        ),
        sa.Column(
            "missed_from",
            TIME,
            nullable=True,
            comment="When nothing was shared, the look before: items may have been missed between the two",
        ),
        sa.Column("declared_charset", TEXT, nullable=True, comment="Character set the document claimed"),
        sa.Column("used_charset", TEXT, nullable=True, comment="Character set it was read with"),
        sa.Column("repairs", JSON, nullable=False, comment="Names of the repairs needed to read it, JSON list"),
        sa.Column("error", TEXT, nullable=True, comment="What went wrong, one plain sentence; NULL on success"),
        sa.CheckConstraint(f"outcome IN {OUTCOMES}", name=op.f("ck_fetch_outcome_known")),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_fetch_feed_id"),
        sa.PrimaryKeyConstraint("id", name="pk_fetch"),
        comment="One attempt to fetch a feed, whatever became of it",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_fetch_feed_id_started_at", "fetch", ["feed_id", "started_at"])
    op.create_index("ix_fetch_started_at", "fetch", ["started_at"])
    op.create_table(
        "kept_body",
        sa.Column("id", BIG, nullable=False, comment="Never reused"),
        sa.Column("feed_id", BIG, nullable=False, comment="The feed that answered so"),
        sa.Column(
            "body_hash", TEXT, nullable=False, comment="SHA-256 of the bytes; the same answer again is kept once"
        ),
        sa.Column("last_kept_at", TIME, nullable=False, comment="When a fetch last brought it; the oldest goes first"),
        sa.Column("size_bytes", BIG, nullable=False, comment="Its size as it came, content codings undone"),
        sa.Column("packed_bytes", BIG, nullable=False, comment="Its size as kept"),
        sa.Column("packed", sa.LargeBinary(), nullable=False, comment="The bytes, compressed with zlib"),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_kept_body_size_positive")),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_kept_body_feed_id"),
        sa.PrimaryKeyConstraint("id", name="pk_kept_body"),
        sa.UniqueConstraint("feed_id", "body_hash", name="uq_kept_body_feed_id_body_hash"),
        comment="The raw bytes of an answer, kept while they are among the last few of their feed",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_kept_body_last_kept_at", "kept_body", ["last_kept_at"])
    op.create_table(
        "kept_fetch",
        sa.Column("fetch_id", BIG, autoincrement=False, nullable=False, comment="The fetch"),
        sa.Column("body_id", BIG, nullable=False, comment="What it brought"),
        sa.Column("reason", TEXT, nullable=False, comment="Why it is kept, one plain sentence"),
        sa.Column("url", TEXT, nullable=False, comment="The address that answered, redirects followed"),
        sa.Column("content_type", TEXT, nullable=True, comment="Content-Type of the answer"),
        sa.Column("timezone", TEXT, nullable=True, comment="IANA zone that dates without one were read in"),
        sa.Column(
            "answered_at",
            TIME,
            nullable=False,
            comment="When the answer was there; bounds which dates are believed",
        ),
        sa.ForeignKeyConstraint(["body_id"], ["kept_body.id"], name="fk_kept_fetch_body_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.id"], name="fk_kept_fetch_fetch_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fetch_id", name="pk_kept_fetch"),
        comment="A fetch whose raw bytes are kept, with what is needed to read them again in the same way",
    )
    op.create_index("ix_kept_fetch_body_id", "kept_fetch", ["body_id"])
    op.create_table(
        "version",
        sa.Column("id", BIG, nullable=False, comment="Never reused; versions are grouped in this order"),
        sa.Column("article_id", BIG, nullable=False, comment="The article"),
        sa.Column("number", BIG, nullable=False, comment="1 for the first text seen of the article, then 2, ..."),
        sa.Column("title", TEXT, nullable=False, comment="Headline, plain text on one line"),
        sa.Column("summary_id", BIG, nullable=True, comment="The feed's description; NULL when there is none"),
        sa.Column(
            "body_id",
            BIG,
            nullable=True,
            comment="The fullest text given, of the feed or of the page; NULL when there is none",
        ),
        sa.Column(
            "from_page",
            sa.Boolean(),
            server_default=sa.false(),
            nullable=False,
            comment="Whether the body was read from the article's page; title and summary are always the feed's",
        ),
        sa.Column(
            "content_hash",
            sa.LargeBinary(),
            nullable=False,
            comment="What makes two texts the same: a hash of title, summary and body",
        ),
        sa.Column("seen_at", TIME, nullable=False, comment="When a fetch first brought this text"),
        sa.Column("published_at", TIME, nullable=True, comment="Publication time claimed with this text"),
        sa.Column("updated_at", TIME, nullable=True, comment="Time of change claimed with this text"),
        sa.Column(
            "dated_at",
            TIME,
            nullable=True,
            comment="The time this text stands for in timelines and the window of comparison; set when grouped",
        ),
        sa.Column(
            "fold_version",
            BIG,
            nullable=True,
            comment="Which edition of the fold and signature made the signature; set when grouped",
        ),
        sa.Column(
            "signature",
            sa.LargeBinary(),
            nullable=True,
            comment="MinHash of the folded text, little-endian uint32 values; set when grouped",
        ),
        sa.Column(
            "cluster_id", BIG, nullable=True, comment="The living cluster it is in; NULL means it waits to be grouped"
        ),
        sa.CheckConstraint(
            "cluster_id IS NULL OR (dated_at IS NOT NULL AND fold_version IS NOT NULL AND signature IS NOT NULL)",
            name=op.f("ck_version_placed_whole"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_version_number_from_one")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_version_article_id"),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name="fk_version_body_id"),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name="fk_version_cluster_id"),
        sa.ForeignKeyConstraint(["summary_id"], ["body.id"], name="fk_version_summary_id"),
        sa.PrimaryKeyConstraint("id", name="pk_version"),
        sa.UniqueConstraint("article_id", "content_hash", name="uq_version_article_id_content_hash"),
        sa.UniqueConstraint("article_id", "number", name="uq_version_article_id_number"),
        comment="The text of an article as it stood when seen; without a cluster it waits to be grouped",
        sqlite_autoincrement=True,
    )
    _unindexed()
    op.create_index("ix_version_body_id", "version", ["body_id"])
    op.create_index("ix_version_cluster_id", "version", ["cluster_id"])
    op.create_index("ix_version_dated_at", "version", ["dated_at"])
    op.create_index("ix_version_summary_id", "version", ["summary_id"])
    op.create_index(
        "ix_version_queue",
        "version",
        ["id"],
        sqlite_where=sa.text("cluster_id IS NULL"),
        postgresql_where=sa.text("cluster_id IS NULL"),
    )
    op.create_table(
        "event",
        sa.Column("id", BIG, nullable=False, comment="Never reused; grows with time"),
        sa.Column("cluster_id", BIG, nullable=False, comment="The cluster, as it was called then"),
        sa.Column(
            "kind",
            TEXT,
            nullable=False,
            comment="born, joined (an article came in), merged (took another over), split (another came out of it),"
            " moved (an article came in from another), grew_to_n (so many outlets carry it), figure_change (an article"
            " changed a number or a name in its title or lead) or vanished (a feed took an article back)",
        ),
        sa.Column("article_id", BIG, nullable=True, comment="The article that it is about; NULL for growth"),
        sa.Column("version_id", BIG, nullable=True, comment="The version that caused it; NULL for growth"),
        sa.Column(
            "other_cluster_id",
            BIG,
            nullable=True,
            comment="merged: the cluster taken over; split: the one that came out; moved: the one that was left",
        ),
        sa.Column("at", TIME, nullable=False, comment="When it happened"),
        sa.Column("cause", JSON, nullable=False, comment="Why, JSON object"),
        sa.CheckConstraint(
            "(kind IN ('merged', 'split', 'moved')) = (other_cluster_id IS NOT NULL)", name=op.f("ck_event_other_named")
        ),
        sa.CheckConstraint(
            "kind IN ('born', 'joined', 'merged', 'split', 'moved', 'grew_to_n', 'figure_change', 'vanished')",
            name=op.f("ck_event_kind_known"),
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_event_article_id"),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name="fk_event_cluster_id"),
        sa.ForeignKeyConstraint(["other_cluster_id"], ["cluster.id"], name="fk_event_other_cluster_id"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_event_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
        comment="What happened to a cluster, in the order it happened",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_article_id", "event", ["article_id"])
    op.create_index("ix_event_at", "event", ["at"])
    op.create_index("ix_event_cluster_id", "event", ["cluster_id"])
    op.create_index(
        "ix_event_other_cluster_id",
        "event",
        ["other_cluster_id"],
        sqlite_where=sa.text("other_cluster_id IS NOT NULL"),
        postgresql_where=sa.text("other_cluster_id IS NOT NULL"),
    )
    op.create_index("ix_event_version_id", "event", ["version_id"])
    op.create_table(
        "match",
        sa.Column("id", BIG, nullable=False, comment="Never reused"),
        sa.Column("version_id", BIG, nullable=False, comment="The version that was being placed"),
        sa.Column("other_version_id", BIG, nullable=False, comment="The one it was compared with"),
        sa.Column(
            "kind",
            TEXT,
            nullable=False,
            comment="copy, revision (the article's other text), contains or inside (a round-up and its item: no match)",
        ),
        sa.Column(
            "score",
            REAL,
            nullable=False,
            comment="0 to 1: how sure it is that both are one story; of a round-up, the share of the item it carries",
        ),
        sa.Column("figures", JSON, nullable=False, comment="The measured similarities, JSON object"),
        sa.Column("created_at", TIME, nullable=False, comment="When the pair was accepted"),
        sa.CheckConstraint("version_id <> other_version_id", name=op.f("ck_match_two_versions")),
        sa.CheckConstraint("kind IN ('copy', 'revision', 'contains', 'inside')", name=op.f("ck_match_kind_known")),
        sa.ForeignKeyConstraint(["other_version_id"], ["version.id"], name="fk_match_other_version_id"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_match_version_id"),
        sa.PrimaryKeyConstraint("id", name="pk_match"),
        sa.UniqueConstraint("version_id", "other_version_id", "kind", name="uq_match_version_id_other_version_id_kind"),
        comment="A pair of versions with its figures: the evidence of one story, or a round-up and its item",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_match_other_version_id", "match", ["other_version_id"])
    op.create_table(
        "stream_counts",
        sa.Column("version_id", BIG, autoincrement=False, nullable=False, comment="The last version that was counted"),
        sa.Column(
            "counts", sa.LargeBinary(), nullable=False, comment="The tables, in the clusterer's own compressed form"
        ),
        sa.Column("saved_at", TIME, nullable=False, comment="When it was written"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_stream_counts_version_id"),
        sa.PrimaryKeyConstraint("version_id", name="pk_stream_counts"),
        comment="How common passages and words are in the recent stream; one row, may be deleted",
    )
    op.create_table(
        "credit",
        sa.Column("version_id", BIG, nullable=False, comment="The text"),
        sa.Column("place", TEXT, nullable=False, comment="title or body"),
        sa.Column("start_offset", BIG, nullable=False, comment="First character of the passage, from 0"),
        sa.Column("end_offset", BIG, nullable=False, comment="One past its last character"),
        sa.Column("agency", TEXT, nullable=False, comment="The agency named: reuters, afp, spa ..."),
        sa.Column(
            "kind",
            TEXT,
            nullable=False,
            comment="credit: the text is credited to it; quote: only quoted or mentioned",
        ),
        sa.CheckConstraint("kind IN ('credit', 'quote')", name=op.f("ck_credit_kind_known")),
        sa.CheckConstraint("place IN ('title', 'body')", name=op.f("ck_credit_place_known")),
        sa.CheckConstraint("0 <= start_offset AND start_offset < end_offset", name=op.f("ck_credit_passage_whole")),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_credit_version_id"),
        sa.PrimaryKeyConstraint("version_id", "place", "start_offset", name="pk_credit"),
        comment="A passage of a text that names a news agency; found when the text is grouped",
    )
    op.create_index("ix_credit_agency_version_id", "credit", ["agency", "version_id"])
    op.create_table(
        "sighting",
        sa.Column("version_id", BIG, nullable=False, comment="The text shown"),
        sa.Column("feed_id", BIG, nullable=False, comment="The feed that showed it"),
        sa.Column("article_id", BIG, nullable=False, comment="The article the text belongs to"),
        sa.Column("first_seen_at", TIME, nullable=False, comment="First document of the feed that held this text"),
        sa.Column(
            "last_seen_at",
            TIME,
            nullable=True,
            comment="Last document of the feed that held this text; NULL while that is its newest, see feed.shown_at",
        ),
        sa.Column(
            "mark",
            sa.LargeBinary(),
            nullable=True,
            comment="What knows the item in the feed's next document unread; NULL where it must be read, or has gone",
        ),
        sa.CheckConstraint("first_seen_at <= last_seen_at", name=op.f("ck_sighting_in_order")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_sighting_article_id"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_sighting_feed_id"),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name="fk_sighting_version_id"),
        sa.PrimaryKeyConstraint("version_id", "feed_id", name="pk_sighting"),
        comment="First and last document of a feed that showed a text; unread documents (304) do not count",
    )
    op.create_index("ix_sighting_article_id", "sighting", ["article_id"])
    op.create_index("ix_sighting_feed_id_last_seen_at", "sighting", ["feed_id", "last_seen_at"])
    op.create_table(
        "correction",
        sa.Column("id", BIG, nullable=False, comment="Never reused"),
        sa.Column("kind", TEXT, nullable=False, comment="merge, split, pin or never; docs/corrections.md defines them"),
        sa.Column("author", TEXT, nullable=False, comment="Who decided"),
        sa.Column("note", TEXT, nullable=False, comment="Why, in their words; may be empty"),
        sa.Column("made_at", TIME, nullable=False, comment="When it was asked for"),
        sa.Column(
            "applied_at",
            TIME,
            nullable=True,
            comment="When the clusters were changed accordingly; NULL while it waits for the process that clusters",
        ),
        sa.Column(
            "cluster_id",
            BIG,
            nullable=True,
            comment="Where it put articles: kept by a merge, founded by a split or never, named by a pin;"
            " NULL if nowhere",
        ),
        sa.Column(
            "refusal",
            TEXT,
            nullable=True,
            comment="Why it, or its undoing, could not take effect, one sentence; NULL otherwise",
        ),
        sa.Column("undone_at", TIME, nullable=True, comment="When its undoing was asked for; NULL while it holds"),
        sa.Column("undone_by", TEXT, nullable=True, comment="Who took it back"),
        sa.Column(
            "reverted_at", TIME, nullable=True, comment="When the clusters were changed back; until then it is obeyed"
        ),
        sa.CheckConstraint("kind IN ('merge', 'split', 'pin', 'never')", name=op.f("ck_correction_kind_known")),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name=op.f("ck_correction_undone_by_somebody")),
        sa.CheckConstraint(
            "reverted_at IS NULL OR undone_at IS NOT NULL", name=op.f("ck_correction_reverted_when_undone")
        ),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name="fk_correction_cluster_id"),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        comment="A decision of people that clustering obeys; never deleted",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_correction_cluster_id", "correction", ["cluster_id"])
    op.create_index(
        "ix_correction_open", "correction", ["id"], sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN)
    )
    op.create_table(
        "correction_article",
        sa.Column("correction_id", BIG, nullable=False, comment="The correction"),
        sa.Column("article_id", BIG, nullable=False, comment="The article"),
        sa.Column(
            "side",
            BIG,
            nullable=False,
            comment="0: merged, split off, pinned or named first; 1: stayed, named second, or the anchor of a pin",
        ),
        sa.Column(
            "came_from",
            BIG,
            nullable=True,
            comment="The cluster it was in when the correction moved it; NULL if it was not moved",
        ),
        sa.CheckConstraint("side IN (0, 1)", name=op.f("ck_correction_article_side_known")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_correction_article_article_id"),
        sa.ForeignKeyConstraint(["came_from"], ["cluster.id"], name="fk_correction_article_came_from"),
        sa.ForeignKeyConstraint(["correction_id"], ["correction.id"], name="fk_correction_article_correction_id"),
        sa.PrimaryKeyConstraint("correction_id", "article_id", name="pk_correction_article"),
        comment="An article that a correction speaks of, and where it was",
    )
    op.create_index("ix_correction_article_article_id", "correction_article", ["article_id"])
    op.create_table(
        "correction_cluster",
        sa.Column("correction_id", BIG, nullable=False, comment="The correction"),
        sa.Column("cluster_id", BIG, nullable=False, comment="The cluster"),
        sa.Column(
            "led_to",
            BIG,
            nullable=True,
            comment="Where its id led before the correction redirected it, itself if it lived;"
            " NULL if it was only named",
        ),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name="fk_correction_cluster_cluster_id"),
        sa.ForeignKeyConstraint(["correction_id"], ["correction.id"], name="fk_correction_cluster_correction_id"),
        sa.ForeignKeyConstraint(["led_to"], ["cluster.id"], name="fk_correction_cluster_led_to"),
        sa.PrimaryKeyConstraint("correction_id", "cluster_id", name="pk_correction_cluster"),
        comment="A cluster that a correction names, or whose id leads elsewhere because of it",
    )
    op.create_index("ix_correction_cluster_cluster_id", "correction_cluster", ["cluster_id"])
