"""Grouping the stored stream again: same stream, same clusters; ids follow their articles; nothing changes twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from clustering.fold import FOLD_VERSION
from clustering.settings import Settings
from daemon.backtest import backtest
from daemon.corpus import CorpusArticle
from daemon.recluster import Busy, foresee, recluster
from daemon.stored_clusterer import StoredClusterer
from storage.engine import open_engine, reading, writing
from tests.clustering.arabic_text import Writer, first_paragraphs, respelled
from tests.conftest import Desk
from tests.daemon.corrected import assert_whole, done, filled, home, homes, leads, refused, state
from tests.daemon.feed_server import Item
from tests.daemon.newsroom import Newsroom, eventually
from tests.daemon.test_stored_clusterer import everything, fill, new_store, worked_off

SETTINGS = Settings()


def quiet(_done: int, _all: int) -> None:
    """Show no progress."""


def grouped(desk: Desk, settings: Settings = SETTINGS) -> None:
    worked_off(lambda: StoredClusterer(desk.engine, settings, "here", 50))


def again(desk: Desk, settings: Settings = SETTINGS, since: datetime | None = None) -> Any:
    return recluster(desk.engine, settings, since, "here", quiet)


def rows(engine: Engine, query: str) -> list[tuple[Any, ...]]:
    with reading(engine) as conn:
        return [tuple(row) for row in conn.execute(text(query))]


def partition(engine: Engine) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for article, cluster in rows(engine, "SELECT id, cluster_id FROM article WHERE cluster_id IS NOT NULL"):
        found.setdefault(cluster, set()).add(article)
    return {frozenset(group) for group in found.values()}


def test_the_same_stream_and_settings_change_nothing(desk: Desk) -> None:
    fill(desk)
    grouped(desk)
    before = everything(desk.engine)
    report = again(desk)
    assert (report.moved, report.evidence, report.fates) == (0, 0, ())
    assert report.versions == len(before["placed"])
    assert report.kept == len(before["clusters"])
    assert everything(desk.engine) == before


def test_other_settings_change_what_they_would_have_changed_and_nothing_the_second_time(desk: Desk) -> None:
    fill(desk)
    grouped(desk, Settings(join=-5.0, merge=-5.0))
    loose = partition(desk.engine)
    old = dict(rows(desk.engine, "SELECT id, cluster_id FROM article"))
    foreseen = foresee(desk.engine, SETTINGS, None, quiet)
    report = again(desk)
    assert foreseen.fates == report.fates
    assert foreseen.moved == report.moved > 0
    assert partition(desk.engine) != loose
    # What a service with these settings would have come to.
    other = everything(desk.engine)
    assert rows(desk.engine, "SELECT count(*) FROM event WHERE kind = 'split'") != [(0,)]
    second = again(desk)
    assert (second.moved, second.evidence, second.fates) == (0, 0, ())
    assert everything(desk.engine) == other
    # And back: every story has its old members; those that kept their id have the old one.
    again(desk, Settings(join=-5.0, merge=-5.0))
    assert partition(desk.engine) == loose
    now = dict(rows(desk.engine, "SELECT id, cluster_id FROM article"))
    kept = {fate.cluster for fate in report.fates if fate.kind == "changed"}
    assert all(now[article] == cluster for article, cluster in old.items() if cluster in kept)


def test_it_gives_the_clusters_of_a_fresh_store(desk: Desk, tmp_path: Any) -> None:
    fill(desk)
    grouped(desk, Settings(members=1, candidates=1, join=4.0))
    again(desk)
    fresh = new_store(tmp_path / "fresh.db")
    fill(Desk(fresh))
    grouped(Desk(fresh))
    assert partition(desk.engine) == partition(fresh)
    matches = "SELECT version_id, other_version_id, kind FROM match ORDER BY 1, 2"
    assert rows(desk.engine, matches) == rows(fresh, matches)
    fresh.dispose()


def corpus(stories: int = 12, *, seed: int = 71) -> list[CorpusArticle]:
    """Write stories in several forms that come one after the other."""
    writer = Writer(seed)
    begun = datetime(2026, 3, 1, tzinfo=UTC)
    found = []
    for number in range(stories):
        title, body = writer.story(4)
        forms = (body, respelled(body), first_paragraphs(body, 2), writer.reworded(body, 0.3))
        for place, form in enumerate(forms):
            minute = 20 * number + 7 * place + place
            found.append(
                CorpusArticle(f"{number:03}-{place}", f"s{place}", title, form, begun + timedelta(minutes=minute))
            )
    return sorted(found, key=lambda article: (article.published, article.id))


def store_corpus(desk: Desk, articles: Sequence[CorpusArticle]) -> dict[int, str]:
    """Store articles in their order; return the corpus id of each article."""
    desk.open(*sorted({article.source for article in articles}))
    for minute, one in enumerate(articles):
        desk.save(one.source, desk.entry(one.id, one.text, title=one.title, published_at=one.published), minutes=minute)
    return dict(rows(desk.engine, "SELECT id, key FROM article"))


def test_it_is_the_partition_of_a_backtest(desk: Desk) -> None:
    articles = corpus()
    names = store_corpus(desk, articles)
    grouped(desk, Settings(join=6.0))
    again(desk)
    groups: dict[int, set[str]] = {}
    for article, cluster in backtest(articles, SETTINGS).clusters.items():
        groups.setdefault(cluster, set()).add(article)
    stored = {frozenset(names[article] for article in group) for group in partition(desk.engine)}
    assert stored == {frozenset(group) for group in groups.values()}


def test_since_leaves_what_lies_before(desk: Desk) -> None:
    articles = corpus()
    store_corpus(desk, articles)
    grouped(desk, Settings(join=6.0))
    since = desk.at(24)
    early = "SELECT id, cluster_id FROM article WHERE id <= 24 ORDER BY id"  # ids are given as they are stored
    before = rows(desk.engine, early)
    report = again(desk, SETTINGS, since)
    assert report.versions == len(articles) - 24
    assert report.moved > 0
    assert rows(desk.engine, early) == before
    other = everything(desk.engine)
    second = again(desk, SETTINGS, since)
    assert (second.moved, second.evidence) == (0, 0)
    assert everything(desk.engine) == other


def test_a_since_after_everything_is_no_work(desk: Desk) -> None:
    fill(desk)
    grouped(desk)
    report = again(desk, since=datetime.now(UTC) + timedelta(days=900))
    assert (report.versions, report.articles) == (0, 0)


def test_an_empty_store_is_no_work(desk: Desk) -> None:
    assert again(desk).versions == 0


def test_signatures_of_another_edition_are_made_anew(desk: Desk) -> None:
    fill(desk)
    grouped(desk)
    before = everything(desk.engine)
    with writing(desk.engine) as conn:
        conn.execute(text("UPDATE version SET fold_version = 0, signature = :junk"), {"junk": b"\x01" * 512})
    report = again(desk, since=desk.at(11))
    assert report.evidence == report.versions > 0
    assert report.moved == 0
    assert again(desk).moved == 0
    assert everything(desk.engine) == before
    assert rows(desk.engine, "SELECT DISTINCT fold_version FROM version") == [(FOLD_VERSION,)]


def test_only_one_process_at_a_time(desk: Desk) -> None:
    fill(desk)
    service = StoredClusterer(desk.engine, SETTINGS, "service", 50)
    assert service.take_lease()
    with pytest.raises(Busy):
        again(desk)
    service.drop_lease()


def test_waiting_texts_stay_in_the_queue(desk: Desk) -> None:
    fill(desk)
    worker = StoredClusterer(desk.engine, SETTINGS, "here", 20)
    assert worker.take_lease()
    worker.step()
    worker.drop_lease()
    left = len(desk.queue())
    assert again(desk).versions == 20
    assert len(desk.queue()) == left > 0
    grouped(desk)
    assert everything(desk.engine)["placed"]


def test_corrections_are_obeyed_and_ids_stay(any_newsroom: Newsroom) -> None:
    first, second, third = filled(any_newsroom)
    one, two, three = (home(any_newsroom, story[0]) for story in (first, second, third))
    done(any_newsroom, "split", one, first[2])
    done(any_newsroom, "merge", two, three)
    done(any_newsroom, "pin", first[1], max(two, three))
    done(any_newsroom, "never", first[0], second[0])
    before, written = homes(any_newsroom), state(any_newsroom)
    dry = any_newsroom.call("recluster", "--dry-run", "--json").data
    assert state(any_newsroom) == written
    assert (dry["moved"], dry["dry_run"]) == (0, True)
    told = any_newsroom.call("recluster", "--json").data
    assert told["moved"] == 0
    assert homes(any_newsroom) == before
    assert_whole(any_newsroom)
    again = any_newsroom.call("recluster", "--json").data
    assert (again["moved"], again["evidence"]) == (0, 0)
    assert any_newsroom.call("recluster", "--since", "1h", "--json").data["moved"] == 0
    assert homes(any_newsroom) == before


def test_what_an_undone_correction_left_is_put_right(any_newsroom: Newsroom) -> None:
    first, _, _ = filled(any_newsroom)
    before = homes(any_newsroom)
    cluster = before[first[0]]
    split = done(any_newsroom, "split", cluster, first[1], first[2])
    # The two that left are most of the story: asked again after an undoing, all is as it was.
    done(any_newsroom, "undo", split["correction"])
    told = any_newsroom.call("recluster", "--json").data
    assert told["moved"] == 0
    assert homes(any_newsroom) == before


def test_the_command_tells_what_changes(newsroom: Newsroom) -> None:
    first, _, _ = filled(newsroom)
    cluster = home(newsroom, first[0])
    # As an earlier release might have left it: two stories of one, without anybody's decision.
    told = done(newsroom, "split", cluster, first[2])
    engine = open_engine(f"sqlite:///{newsroom.folder / 'riwaya.db'}")
    with writing(engine) as conn:
        for table in ("correction_article", "correction_cluster"):
            conn.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - a test's own words
        conn.execute(text("DELETE FROM correction"))
    engine.dispose()
    dry = newsroom.call("recluster", "--dry-run")
    assert "1 articles would move" in dry.out
    assert f"story {told['cluster']} goes to {cluster}" in dry.out
    ended = newsroom.call("recluster", "--json").data
    assert ended["clusters"] == {"kept": 2, "changed": 1, "split": 0, "merged": 1, "gone": 0, "born": 0}
    assert leads(newsroom)[told["cluster"]] == cluster
    assert_whole(newsroom)
    assert newsroom.call("recluster", "--json").data["moved"] == 0


def test_a_running_service_is_not_disturbed(newsroom: Newsroom) -> None:
    filled(newsroom)
    newsroom.feed("four", Item("x", *Writer(5).story()))
    with newsroom.service("--only", "cluster") as service:
        eventually(lambda: newsroom.count("lease") == 1)
        assert "stop the service first" in refused(newsroom, "recluster")
        assert newsroom.call("recluster", "--dry-run").code == 0
        assert service.stop() < 10


def test_replaced_settings_are_those_of_the_configuration(desk: Desk) -> None:
    fill(desk)
    grouped(desk, replace(SETTINGS, window=timedelta(minutes=5)))
    assert again(desk).moved > 0
