"""A store of any size, filled by the database itself: rows that mean nothing and are spread as real ones are."""
# ruff: noqa: S608, ISC004 - the statements are our own words, several lines each

from dataclasses import dataclass

from sqlalchemy import Connection, Engine

from storage.engine import writing

SOURCES = 100
WORDS = 40
"""Words of a body; real ones have three hundred, which would only make the filling longer."""
EVERY_S = 17
"""Seconds between two articles: 5,000 a day."""
BEGAN = 1_700_000_000
COMMON, RARE, PHRASE = "خبر", "نادر7", ("مجلس", "امن")
"""A word of half the texts, one of 1 in 100,000, and two words that stand together in 1 of 50."""


@dataclass(frozen=True, slots=True)
class _Dialect:
    numbers: str
    time: str
    blob: str
    signature: str
    flag: tuple[str, str]


_SQLITE = _Dialect(
    "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) SELECT i FROM n)",
    f"strftime('%Y-%m-%dT%H:%M:%S.000000Z', {BEGAN} + {EVERY_S} * ({{i}}), 'unixepoch')",
    "CAST({i} AS blob)",
    "zeroblob({bytes})",
    ("0", "1"),
)
_POSTGRESQL = _Dialect(
    "(SELECT i FROM generate_series(CAST(1 AS bigint), {last}) AS n(i))",
    f"to_timestamp({BEGAN} + {EVERY_S} * ({{i}}))",
    "convert_to(CAST({i} AS text), 'UTF8')",
    "decode(repeat('00', {bytes}), 'hex')",
    ("false", "true"),
)


def fill(engine: Engine, versions: int, signature_bytes: int = 672) -> None:
    """Fill an empty store of this release with so many grouped versions, ten in eleven of them first ones.

    Of ten articles four are one story of four outlets, the others are alone.
    """
    articles = versions * 10 // 11
    with writing(engine) as conn:
        on_sqlite = conn.dialect.name == "sqlite"
        dialect = _SQLITE if on_sqlite else _POSTGRESQL
        for statement in _statements(dialect, articles, versions - articles, signature_bytes):
            # psycopg takes a single sign for a place of a value.
            conn.exec_driver_sql(statement if on_sqlite else statement.replace("%", "%%"))
        _index(conn, on_sqlite=on_sqlite)
    if not on_sqlite:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            # New rows are counted by autovacuum within a minute of a real store's life.
            conn.exec_driver_sql("VACUUM ANALYZE")


def _statements(dialect: _Dialect, articles: int, revised: int, signature_bytes: int) -> list[str]:
    numbers = dialect.numbers.format(last=articles) + " AS numbers"
    no, yes = dialect.flag
    at = dialect.time.format(i="i")
    story = "CASE WHEN i % 10 < 4 THEN i - i % 10 + 1 ELSE i END"
    source = f"'s' || (i % {SOURCES})"
    words = " || ' ' || ".join(f"'ك' || ((i * {place * 7919 + 1}) % 20011)" for place in range(WORDS))
    phrase = " ".join(PHRASE)
    text = (
        f"{words} || CASE WHEN i % 2 = 0 THEN ' {COMMON}' ELSE '' END"
        f" || CASE WHEN i % 50 = 0 THEN ' {phrase}' ELSE '' END || ' نادر' || (i % 100000)"
    )
    signature = dialect.signature.format(bytes=signature_bytes)
    blob = dialect.blob
    sequences = _sequences(dialect, articles, revised)
    return [
        "INSERT INTO source (id, name, homepage, country, language, full_text, active, added_at) SELECT"
        f" 's' || (i - 1), 'صحيفة ' || i, 'https://s' || i || '.example/', 'JO', 'ar', 'false', {yes},"
        f" {dialect.time.format(i=0)} FROM {dialect.numbers.format(last=SOURCES)} AS numbers",
        "INSERT INTO feed (id, source_id, url, host, active, interval_s, failures, next_fetch_at, window_size,"
        " moved_times, lies, tries, identity_step) SELECT i, 's' || (i - 1), 'https://s' || i || '.example/rss',"
        f" 's' || i || '.example', {yes}, 900, 0, {at}, 20, 0, 0, 0, 0"
        f" FROM {dialect.numbers.format(last=SOURCES)} AS numbers",
        f"INSERT INTO body (id, digest, text) SELECT i, {blob.format(i='i')}, {text} FROM {numbers}",
        "INSERT INTO cluster (id, created_at, title, articles, sources, versions, first_seen_at, last_seen_at,"
        f" first_published_at) SELECT i, {at}, 'عنوان ' || i, CASE WHEN i % 10 = 1 THEN 4 ELSE 1 END,"
        f" CASE WHEN i % 10 = 1 THEN 4 ELSE 1 END, CASE WHEN i % 10 = 1 THEN 4 ELSE 1 END, {at}, {at}, {at}"
        f" FROM {numbers} WHERE i % 10 = 1 OR i % 10 > 3",
        "INSERT INTO article (id, source_id, key, link_key, url, published_at, published_marks, first_seen_at,"
        f" cluster_id, versions) SELECT i, {source}, 'guid:' || i, 'link:' || i, 'https://x.example/' || i, {at}, '[]',"
        f" {at}, (SELECT id FROM cluster WHERE id = {story}), CASE WHEN i <= {revised} THEN 2 ELSE 1 END"
        f" FROM {numbers}",
        "INSERT INTO version (id, article_id, number, title, body_id, from_page, content_hash, seen_at, published_at,"
        f" dated_at, fold_version, signature, cluster_id) SELECT i, i, 1, 'عنوان ' || i, i, {no}, {blob.format(i='i')},"
        f" {at}, {at}, {at}, 1, {signature}, article.cluster_id FROM {numbers} JOIN article ON article.id = i",
        "INSERT INTO version (id, article_id, number, title, body_id, from_page, content_hash, seen_at, published_at,"
        f" dated_at, fold_version, signature, cluster_id) SELECT i + {articles}, i, 2, 'عنوان جديد ' || i, i, {no},"
        f" {blob.format(i=f'i + {articles}')}, {at}, {at}, {at}, 1, {signature}, article.cluster_id"
        f" FROM {dialect.numbers.format(last=revised)} AS numbers JOIN article ON article.id = i",
        f"UPDATE article SET latest_version_id = CASE WHEN versions = 2 THEN id + {articles} ELSE id END",
        "UPDATE cluster SET versions = (SELECT count(*) FROM version WHERE version.cluster_id = cluster.id)"
        f" WHERE id <= {revised}",
        "INSERT INTO sighting (version_id, feed_id, article_id, first_seen_at, last_seen_at) SELECT i,"
        f" i % {SOURCES} + 1, i, {at}, {at} FROM {numbers}",
        'INSERT INTO "match" (version_id, other_version_id, kind, score, figures, created_at) SELECT i,'
        f" i - i % 10 + 1, 'copy', 0.9, '{{}}', {at} FROM {numbers} WHERE i % 10 IN (2, 3) AND i > 10",
        "INSERT INTO event (cluster_id, kind, article_id, version_id, at, cause) SELECT article.cluster_id,"
        f" CASE WHEN i % 10 IN (0, 2, 3) THEN 'joined' ELSE 'born' END, i, i, {at}, '{{}}'"
        f" FROM {numbers} JOIN article ON article.id = i WHERE article.cluster_id IS NOT NULL",
        "INSERT INTO credit (version_id, place, start_offset, end_offset, agency, kind) SELECT i, 'body', 0, 5,"
        f" 'reuters', 'credit' FROM {numbers} WHERE i % 5 = 0",
        'INSERT INTO "fetch" (feed_id, started_at, duration_ms, outcome, received_bytes, entries_seen, entries_new,'
        f" entries_changed, repairs) SELECT i % {SOURCES} + 1, {at}, 300, 'ok', 50000, 20, 1, 0, '[]' FROM {numbers}"
        " WHERE i % 2 = 0",
        *sequences,
    ]


def _sequences(dialect: _Dialect, articles: int, revised: int) -> list[str]:
    """Return what tells the next inserted row its id; SQLite learns it from the rows."""
    if dialect is _SQLITE:
        return []
    last = {"feed": SOURCES, "body": articles, "article": articles, "version": articles + revised}
    return [f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {number})" for table, number in last.items()]


def _index(conn: Connection, *, on_sqlite: bool) -> None:
    texts = "version JOIN body ON body.id = version.body_id WHERE version.cluster_id IS NOT NULL"
    if on_sqlite:
        conn.exec_driver_sql(
            f"INSERT INTO search (rowid, title, body) SELECT version.id, version.title, body.text FROM {texts}"
        )
        return
    # The index is built faster over rows that are there.
    conn.exec_driver_sql("DROP INDEX ix_search_words")
    conn.exec_driver_sql(
        "INSERT INTO search (version_id, words) SELECT version.id,"
        " setweight(to_tsvector('simple', version.title), 'A') || to_tsvector('simple', body.text)"
        f" FROM {texts}"
    )
    conn.exec_driver_sql("CREATE INDEX ix_search_words ON search USING gin (words)")
