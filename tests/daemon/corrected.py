"""A newsroom with a few stories of several outlets, for the tests of corrections."""

from typing import Any

from tests.clustering.arabic_text import Writer, respelled
from tests.daemon.feed_server import Item
from tests.daemon.newsroom import Ended, Newsroom

OUTLETS = ("one", "two", "three")


def filled(newsroom: Newsroom, stories: int = 3, *, seed: int = 60) -> list[list[int]]:
    """Let every outlet publish every story and group them; return the articles of each story, by outlet."""
    writer = Writer(seed)
    texts = [writer.story() for _ in range(stories)]
    for place, outlet in enumerate(OUTLETS):
        newsroom.feed(
            outlet,
            *(Item(f"n{n}", title, respelled(body) if place else body) for n, (title, body) in enumerate(texts)),
        )
    newsroom.fetch_all()
    keys = [[(outlet, f"guid:n{n}") for outlet in OUTLETS] for n in range(stories)]
    ids = {(source, key): article for article, source, key in newsroom.rows("SELECT id, source_id, key FROM article")}
    found = [[ids[key] for key in story] for story in keys]
    assert len({home(newsroom, article) for story in found for article in story}) == stories
    return found


def home(newsroom: Newsroom, article: int) -> int:
    """Return the cluster that an article is in."""
    ((cluster,),) = newsroom.rows("SELECT cluster_id FROM article WHERE id = :article", article=article)
    return int(cluster)


def homes(newsroom: Newsroom) -> dict[int, int]:
    """Return the cluster of every article."""
    return dict(newsroom.rows("SELECT id, cluster_id FROM article"))


def leads(newsroom: Newsroom) -> dict[int, int | None]:
    """Return where every id leads, None for itself."""
    return dict(newsroom.rows("SELECT id, merged_into FROM cluster"))


def done(newsroom: Newsroom, *args: object) -> dict[str, Any]:
    """Run a command that must succeed; return the object that it prints."""
    ended: Ended = newsroom.call(*args, "--author", "سلمى", "--json")
    assert ended.code == 0, ended.err
    return ended.data


def refused(newsroom: Newsroom, *args: object) -> str:
    """Run a command that must fail; return its message. Nothing in the store may change."""
    before = state(newsroom)
    ended = newsroom.call(*args)
    assert ended.code == 1, ended.out
    assert state(newsroom) == before
    return ended.err


def state(newsroom: Newsroom) -> list[list[tuple[Any, ...]]]:
    """Return everything that corrections and grouping write."""
    return [
        newsroom.rows(f"SELECT {columns} ORDER BY 1, 2")
        for columns in (
            "id, cluster_id FROM article",
            "id, cluster_id FROM version",
            "id, merged_into, title, articles, sources, versions, created_at FROM cluster",
            "id, cluster_id, kind, article_id, other_cluster_id FROM event",
            "version_id, other_version_id, kind, score, created_at FROM match",
            "id, kind, author, note, applied_at, undone_at, reverted_at, refusal, cluster_id FROM correction",
            "correction_id, article_id, side, came_from FROM correction_article",
            "correction_id, cluster_id, led_to FROM correction_cluster",
        )
    ]


def assert_whole(newsroom: Newsroom) -> None:
    """Check what holds at every commit: counts, redirects, versions with their articles, corrections."""
    members: dict[int, set[int]] = {}
    for article, cluster in homes(newsroom).items():
        members.setdefault(cluster, set()).add(article)
    for cluster, into, articles in newsroom.rows("SELECT id, merged_into, articles FROM cluster"):
        assert articles == len(members.get(cluster, ())), cluster
        assert (into is None) == (cluster in members), cluster
        assert into is None or into in members, cluster
    astray = "SELECT v.id FROM version v JOIN article a ON a.id = v.article_id WHERE v.cluster_id <> a.cluster_id"
    assert newsroom.rows(astray) == []
    held = "c.applied_at IS NOT NULL AND c.reverted_at IS NULL"
    parted = f"""
        SELECT c.id FROM correction c
        JOIN correction_article l ON l.correction_id = c.id AND l.side = 0 JOIN article la ON la.id = l.article_id
        JOIN correction_article r ON r.correction_id = c.id AND r.side = 1 JOIN article ra ON ra.id = r.article_id
        WHERE {held} AND c.kind IN ('split', 'never') AND la.cluster_id = ra.cluster_id
    """  # noqa: S608 - a test's own words
    assert newsroom.rows(parted) == []
    strewn = f"""
        SELECT c.id FROM correction c
        JOIN correction_article s ON s.correction_id = c.id JOIN article a ON a.id = s.article_id
        WHERE {held} AND (c.kind IN ('merge', 'pin') OR c.kind = 'split' AND s.side = 0)
        GROUP BY c.id HAVING count(DISTINCT a.cluster_id) > 1
    """  # noqa: S608 - a test's own words
    assert newsroom.rows(strewn) == []
