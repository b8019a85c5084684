"""The views that people query: what they mean, and how each database spells them.

A view and its columns keep their names and meanings; later releases add columns and views, and drop none without a year
of notice. docs/sql.md lists them for readers. They hold no data, so every change of the schema makes them anew; a
release that changes nothing else still needs a revision.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, inspect


@dataclass(frozen=True, slots=True)
class View:
    """A view: its columns with what each means, and its query, with {seconds:A|B} for the seconds from B to A."""

    name: str
    comment: str
    columns: tuple[tuple[str, str], ...]
    query: str


VIEWS = (
    View(
        "v_source",
        "An outlet",
        (
            ("source_id", "Its permanent id"),
            ("name", "Its name"),
            ("country", "The country it speaks from, ISO 3166"),
            ("homepage", "Its front page"),
            ("active", "Whether the configuration still has it"),
        ),
        "SELECT id, name, country, homepage, active FROM source",
    ),
    View(
        "v_article",
        "An article with its newest title",
        (
            ("article_id", "The article"),
            ("source_id", "Its outlet"),
            ("source_name", "The outlet's name"),
            ("cluster_id", "The story it is in; NULL until it is grouped"),
            ("url", "Its link"),
            ("title", "Its newest headline"),
            ("published", "When the outlet claims to have published it"),
            ("updated", "When the outlet claims to have last changed it"),
            ("first_seen", "When riwaya first saw it"),
            ("versions", "How many texts it has had"),
        ),
        "SELECT article.id, article.source_id, source.name, article.cluster_id, article.url, version.title,"
        " article.published_at, article.updated_at, article.first_seen_at, article.versions FROM article"
        " JOIN source ON source.id = article.source_id"
        " LEFT JOIN version ON version.id = article.latest_version_id",
    ),
    View(
        "v_version",
        "A text of an article as it stood when seen",
        (
            ("version_id", "The version"),
            ("article_id", "Its article"),
            ("cluster_id", "The story it is in; NULL until it is grouped"),
            ("source_id", "Its outlet"),
            ("source_name", "The outlet's name"),
            ("number", "1 for the first text of the article, then 2, ..."),
            ("title", "Its headline"),
            ("summary", "The feed's description"),
            ("text", "The fullest text given"),
            ("from_page", "Whether that was read from the article's page"),
            ("published", "When the outlet claims to have published it"),
            ("updated", "When the outlet claims to have last changed it"),
            ("dated", "The time it stands for in timelines; NULL until it is grouped"),
            ("first_seen", "When riwaya first saw this text"),
        ),
        "SELECT version.id, version.article_id, version.cluster_id, article.source_id, source.name, version.number,"
        " version.title, coalesce(summary_body.text, ''), coalesce(text_body.text, ''), version.from_page,"
        " version.published_at, version.updated_at, version.dated_at, version.seen_at FROM version"
        " JOIN article ON article.id = version.article_id JOIN source ON source.id = article.source_id"
        " LEFT JOIN body AS summary_body ON summary_body.id = version.summary_id"
        " LEFT JOIN body AS text_body ON text_body.id = version.body_id",
    ),
    View(
        "v_cluster",
        "A living story",
        (
            ("cluster_id", "The story"),
            ("title", "The first headline of its earliest article"),
            ("articles", "How many articles carry it"),
            ("sources", "How many outlets they come from"),
            ("versions", "How many texts of them"),
            ("first_published", "The earliest time of publication that is claimed"),
            ("first_seen", "When riwaya first saw an article of it"),
            ("last_seen", "When riwaya first saw its newest text"),
        ),
        "SELECT id, title, articles, sources, versions, first_published_at, first_seen_at, last_seen_at FROM cluster"
        " WHERE merged_into IS NULL AND articles > 0",
    ),
    View(
        "v_timeline",
        "The articles of a story in the order of the time that they stand for",
        (
            ("cluster_id", "The story"),
            ("place", "1 for the earliest article, then 2, ..."),
            ("article_id", "The article"),
            ("version_id", "Its first text"),
            ("source_id", "Its outlet"),
            ("source_name", "The outlet's name"),
            ("title", "Its first headline"),
            ("dated", "The time it stands for: of publication where that can be believed, else of first sight"),
            ("first_seen", "When riwaya first saw it"),
            ("lag_seconds", "How long after the earliest article"),
        ),
        "SELECT cluster_id, row_number() OVER story, article_id, id, source_id, name, title, dated_at, seen_at,"
        " {seconds:dated_at|min(dated_at) OVER (PARTITION BY cluster_id)} FROM (SELECT version.cluster_id,"
        " version.article_id, version.id, article.source_id, source.name, version.title, version.dated_at,"
        " version.seen_at FROM version JOIN article ON article.id = version.article_id"
        " JOIN source ON source.id = article.source_id"
        " WHERE version.number = 1 AND version.cluster_id IS NOT NULL) AS first_text"
        " WINDOW story AS (PARTITION BY cluster_id ORDER BY dated_at, id)",
    ),
    View(
        "v_match",
        "The evidence of a story: a pair of texts and how sure it is that they are one, or a round-up and its item",
        (
            ("match_id", "Grows with time"),
            ("version_id", "The text that was being placed"),
            ("other_version_id", "The one it was compared with"),
            ("kind", "copy, revision (two texts of one article), contains or inside (a round-up and its item)"),
            ("score", "0 to 1: how sure it is; of a round-up, the share of the item that it carries"),
            ("figures", "The measured similarities, JSON"),
            ("created", "When the pair was accepted"),
        ),
        'SELECT id, version_id, other_version_id, kind, score, figures, created_at FROM "match"',
    ),
    View(
        "v_copy",
        "An article and the earlier article of another outlet that its text matches best: the likely way of the story",
        (
            ("cluster_id", "The story"),
            ("article_id", "The later article"),
            ("source_id", "Its outlet"),
            ("from_article_id", "The earlier article"),
            ("from_source_id", "Its outlet"),
            ("score", "0 to 1: how sure it is that both are one story"),
            ("lag_seconds", "How long after the earlier one"),
        ),
        "SELECT cluster_id, article_id, source_id, from_article_id, from_source_id, score,"
        " {seconds:dated_at|from_dated_at} FROM (SELECT later.cluster_id, later.article_id,"
        " later_article.source_id, earlier.article_id AS from_article_id,"
        " earlier_article.source_id AS from_source_id, pair.score, later.dated_at,"
        " earlier.dated_at AS from_dated_at, row_number() OVER (PARTITION BY later.article_id"
        " ORDER BY pair.score DESC, earlier.dated_at, earlier.id) AS place FROM"
        " (SELECT score, version_id AS one, other_version_id AS two FROM \"match\" WHERE kind = 'copy'"
        " UNION ALL SELECT score, other_version_id, version_id FROM \"match\" WHERE kind = 'copy') AS pair"
        " JOIN version AS one ON one.id = pair.one JOIN version AS two ON two.id = pair.two"
        # An article stands for the time of its first text, whichever of its texts the match was found with.
        " JOIN version AS later ON later.article_id = one.article_id AND later.number = 1"
        " JOIN version AS earlier ON earlier.article_id = two.article_id AND earlier.number = 1"
        " JOIN article AS later_article ON later_article.id = later.article_id"
        " JOIN article AS earlier_article ON earlier_article.id = earlier.article_id"
        " WHERE later.cluster_id = earlier.cluster_id AND earlier_article.source_id <> later_article.source_id"
        " AND (earlier.dated_at < later.dated_at OR (earlier.dated_at = later.dated_at AND earlier.id < later.id)))"
        " AS best WHERE place = 1",
    ),
    View(
        "v_source_lag",
        "Who carries after whom: a pair of outlets, with how many articles and how long after",
        (
            ("source_id", "The outlet that carries later"),
            ("from_source_id", "The one that carried before it"),
            ("articles", "How many articles"),
            ("mean_lag_seconds", "How long after, on average"),
            ("least_lag_seconds", "How long after at the least"),
        ),
        "SELECT source_id, from_source_id, count(*), avg(lag_seconds), min(lag_seconds) FROM v_copy"
        " GROUP BY source_id, from_source_id",
    ),
    View(
        "v_credit",
        "A passage of a text that names a news agency",
        (
            ("version_id", "The text"),
            ("article_id", "Its article"),
            ("cluster_id", "The story it is in"),
            ("source_id", "Its outlet"),
            ("agency", "The agency: reuters, afp, spa ..."),
            ("kind", "credit (the text is credited to it) or quote (it is only quoted or mentioned)"),
            ("place", "title or body"),
            ("passage", "The words"),
        ),
        "SELECT credit.version_id, version.article_id, version.cluster_id, article.source_id, credit.agency,"
        " credit.kind, credit.place, substr(CASE WHEN credit.place = 'title' THEN version.title"
        " ELSE coalesce(text_body.text, summary_body.text, '') END, CAST(credit.start_offset + 1 AS integer),"
        " CAST(credit.end_offset - credit.start_offset AS integer)) FROM credit"
        " JOIN version ON version.id = credit.version_id JOIN article ON article.id = version.article_id"
        " LEFT JOIN body AS summary_body ON summary_body.id = version.summary_id"
        " LEFT JOIN body AS text_body ON text_body.id = version.body_id",
    ),
    View(
        "v_event",
        "What happened to stories, in the order it happened",
        (
            ("event_id", "Grows with time"),
            ("at", "When it happened"),
            ("kind", "born, joined, merged, split, moved, grew_to_n, figure_change or vanished"),
            ("cluster_id", "The story, as it was called then"),
            ("article_id", "The article that it is about"),
            ("version_id", "The text that caused it"),
            ("other_cluster_id", "merged: the story taken over; split: the one that came out; moved: the one left"),
            ("cause", "Why, JSON"),
        ),
        "SELECT id, at, kind, cluster_id, article_id, version_id, other_cluster_id, cause FROM event",
    ),
    View(
        "v_figure_change",
        "A number or a name that an article changed in its title or its lead",
        (
            ("event_id", "The event that tells it"),
            ("at", "When it was seen"),
            ("cluster_id", "The story, as it was called then"),
            ("article_id", "The article"),
            ("version_id", "The text that has the new words"),
            ("source_id", "The outlet"),
            ("place", "title or lead"),
            ("sort", "figure or name"),
            ("was", "What stood there before"),
            ("now", "What stands there since"),
        ),
        "SELECT event.id, event.at, event.cluster_id, event.article_id, event.version_id, article.source_id,"
        " {field:place}, {field:sort}, {field:was}, {field:now} FROM event"
        " JOIN article ON article.id = event.article_id {each_change} WHERE event.kind = 'figure_change'",
    ),
    View(
        "v_alert",
        "An alert to a target and what became of it",
        (
            ("alert_id", "Its permanent id, which every attempt carries"),
            ("created", "When it rang"),
            ("rule", "The rule that rang"),
            ("target", "The target it is for"),
            ("cluster_id", "The story, as it was called then"),
            ("event_id", "The event that rang; NULL when the story as a whole did"),
            ("state", "waiting, delivered, or dead: given up"),
            ("attempts", "How often delivery was tried"),
            ("next_attempt", "When it is tried next; NULL unless it waits"),
            ("settled", "When it was delivered or given up"),
            ("last_error", "Why the latest attempt failed"),
            ("payload", "What is sent, JSON"),
        ),
        "SELECT id, created_at, rule, target, cluster_id, event_id, state, attempts, next_attempt_at, settled_at,"
        " last_error, payload FROM alert",
    ),
    View(
        "v_sighting",
        "How long a feed showed a text",
        (
            ("version_id", "The text"),
            ("article_id", "Its article"),
            ("source_id", "The outlet"),
            ("feed_url", "The feed"),
            ("first_seen", "The first document that held it"),
            ("last_seen", "The latest document that held it"),
        ),
        "SELECT sighting.version_id, sighting.article_id, feed.source_id, feed.url, sighting.first_seen_at,"
        " coalesce(sighting.last_seen_at, feed.shown_at) FROM sighting JOIN feed ON feed.id = sighting.feed_id",
    ),
    View(
        "v_feed_health",
        "How a feed is doing",
        (
            ("feed_id", "The feed"),
            ("source_id", "Its outlet"),
            ("url", "Its address in the configuration"),
            ("active", "Whether the configuration still has it"),
            ("last_fetch", "Start of the latest fetch"),
            ("last_outcome", "How that ended, one word"),
            ("last_error", "Why it failed; NULL after a success"),
            ("last_ok", "Start of the latest fetch that succeeded"),
            ("failing_since", "Start of the first failure since then; NULL while it is well"),
            ("next_fetch", "When it is due"),
            ("interval_seconds", "How often it is asked"),
            ("items_a_day", "How many new items it brings; NULL until known"),
            ("missed_from", "Start of the latest span in which items may have been missed; NULL when there was none"),
            ("missed_until", "End of that span"),
        ),
        "SELECT id, source_id, url, active, last_fetch_at, last_outcome, last_error, last_ok_at, failing_since,"
        " next_fetch_at, interval_s, rate * 86400, missed_from, missed_until FROM feed",
    ),
)


def create_views(conn: Connection) -> None:
    """Create every view; on PostgreSQL with comments on it and its columns."""
    dialect = conn.dialect.name
    for view in VIEWS:
        columns = ", ".join(name for name, _ in view.columns)
        conn.exec_driver_sql(f"CREATE VIEW {view.name} ({columns}) AS {_spelled(view.query, dialect)}")
        if dialect == "postgresql":
            conn.exec_driver_sql(f"COMMENT ON VIEW {view.name} IS {_quoted(view.comment)}")
            for name, comment in view.columns:
                conn.exec_driver_sql(f"COMMENT ON COLUMN {view.name}.{name} IS {_quoted(comment)}")


def drop_views(conn: Connection) -> None:
    """Drop every view that is there, those of older releases too."""
    there = [name for name in inspect(conn).get_view_names() if name.startswith("v_")]
    # In no order that all releases share: some look at others.
    cascade = " CASCADE" if conn.dialect.name == "postgresql" else ""
    for name in there:
        conn.exec_driver_sql(f"DROP VIEW IF EXISTS {name}{cascade}")


def _spelled(query: str, dialect: str) -> str:
    """Return a query with its marks put in the words of a database."""
    on_postgresql = dialect == "postgresql"
    each = (
        "CROSS JOIN LATERAL jsonb_array_elements(event.cause -> 'changes') AS change"
        if on_postgresql
        else "JOIN json_each(event.cause, '$.changes') AS change"
    )
    query = query.replace("{each_change}", each)
    for name in ("place", "sort", "was", "now"):
        field = f"change ->> '{name}'" if on_postgresql else f"json_extract(change.value, '$.{name}')"
        query = query.replace(f"{{field:{name}}}", field)
    while "{seconds:" in query:
        before, rest = query.split("{seconds:", 1)
        pair, after = rest.split("}", 1)
        later, earlier = pair.split("|")
        seconds = (
            f"CAST(extract(epoch FROM {later} - {earlier}) AS double precision)"
            if on_postgresql
            else f"round((julianday({later}) - julianday({earlier})) * 86400, 3)"
        )
        query = f"{before}{seconds}{after}"
    return query


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
