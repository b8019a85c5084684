"""A document whose entries the store will not take: the attempt is recorded all the same."""

import sqlite3

from tests.daemon.invented_items import items
from tests.daemon.newsroom import Newsroom

REFUSE = """
CREATE TRIGGER refuse BEFORE INSERT ON article WHEN NEW.key = 'guid:n1'
BEGIN SELECT RAISE(ABORT, 'not this one'); END
"""


def test_a_document_that_cannot_be_stored_leaves_a_record_and_a_next_time(newsroom: Newsroom) -> None:
    newsroom.feed("one", *items(1, 0))
    newsroom.feed("two", *items(3, 2))
    newsroom.call("db", "upgrade")
    with sqlite3.connect(newsroom.folder / "riwaya.db") as store:
        store.execute(REFUSE)
    store.close()
    ended = newsroom.call("fetch", "--all", "--json")
    assert ended.code == 0
    rows = {row["source"]: row for row in ended.rows}
    assert rows["two"]["outcome"] == "ok"
    assert (rows["one"]["outcome"], rows["one"]["new"]) == ("internal", 0)
    assert "not this one" in rows["one"]["error"]
    assert newsroom.count("article WHERE source_id = 'one'") == 0
    assert newsroom.rows("SELECT outcome FROM fetch JOIN feed ON feed.id = feed_id WHERE source_id = 'one'") == [
        ("internal",)
    ]
    assert newsroom.count("feed WHERE source_id = 'one' AND etag IS NULL AND lease_by IS NULL AND failures > 0") == 1

    # Once the store takes it, the document is asked for whole again and nothing is missing.
    with sqlite3.connect(newsroom.folder / "riwaya.db") as store:
        store.execute("DROP TRIGGER refuse")
    store.close()
    assert newsroom.fetch_all()["one"]["new"] == 2
