"""The clusterer on the store: a function of the stream, whatever the batches, restarts and rivals."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from clustering.clusterer import Clusterer
from clustering.settings import Settings
from daemon.clusterer_lease import LeaseLost
from daemon.demo.stories import load_outlets, load_stories, showings
from daemon.restored_clusterer import restored_clusterer
from daemon.stored_clusterer import StoredClusterer
from storage.engine import open_engine, reading, writing
from storage.leases import drop
from storage.migrate import upgrade
from tests.clustering.arabic_text import Writer, first_paragraphs, respelled
from tests.conftest import START, Desk

SETTINGS = Settings()

Written = dict[str, list[tuple[Any, ...]]]


def fill(desk: Desk) -> None:
    """Put the demonstration's articles, a later edit and some invented stories into the queue."""
    sources = [outlet.id for outlet in load_outlets()]
    desk.open(*sources)
    for minute, moment in enumerate((3.0, 60.0)):
        for outlet in load_outlets():
            shown = showings(outlet, load_stories(), START, moment)
            entries = [
                desk.entry(one.copy.path, "\n".join(one.paragraphs), title=one.title, published_at=one.published)
                for one in shown
            ]
            desk.save(outlet.id, *reversed(entries), minutes=minute)
    writer = Writer(3)
    for number in range(8):
        title, body = writer.story()
        forms = (body, respelled(body), first_paragraphs(body, 3), writer.reworded(body, 0.1))
        for source, form in zip(sources, forms, strict=False):
            desk.save(source, desk.entry(f"n{number}", form, title=title), minutes=10 + number)


def worked_off(clusterer: Callable[[], StoredClusterer]) -> None:
    """Work the queue off, with what `clusterer` gives for each step."""
    while True:
        worker = clusterer()
        assert worker.take_lease()
        if worker.step() is None:
            worker.drop_lease()
            return


def everything(engine: Engine) -> Written:
    """Return what the clusterer has written, times of writing aside."""
    queries = {
        "placed": "SELECT id, cluster_id, signature FROM version ORDER BY id",
        "articles": "SELECT id, cluster_id FROM article ORDER BY id",
        "clusters": "SELECT id, merged_into, title, articles, sources, versions FROM cluster ORDER BY id",
        "matches": "SELECT version_id, other_version_id, kind, score FROM match ORDER BY 1, 2",
        "events": "SELECT cluster_id, kind, version_id, other_cluster_id FROM event ORDER BY id",
    }
    with reading(engine) as conn:
        return {name: [tuple(map(_plain, row)) for row in conn.execute(text(query))] for name, query in queries.items()}


def _plain(value: Any) -> Any:
    # Drivers differ in the type of a blob; the last digits of a score are no business of a test.
    match value:
        case bytes() | memoryview():
            return bytes(value)
        case float():
            return round(value, 9)
        case _:
            return value


@pytest.fixture(scope="module")
def in_one_go(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """What comes of one clusterer that takes everything at once."""
    engine = new_store(tmp_path_factory.mktemp("reference") / "riwaya.db")
    fill(Desk(engine))
    worker = StoredClusterer(engine, SETTINGS, "here", 10_000)
    worked_off(lambda: worker)
    found = everything(engine)
    engine.dispose()
    return found


def new_store(path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine)
    return engine


def test_it_groups_at_all(in_one_go: Written) -> None:
    assert all(cluster is not None for _, cluster, _ in in_one_go["placed"])
    assert len(in_one_go["clusters"]) == len(load_stories()) + 8


@pytest.mark.parametrize("batch", [1, 7])
def test_restarts_between_batches_change_nothing(desk: Desk, in_one_go: Written, batch: int) -> None:
    fill(desk)
    names = count()
    worked_off(lambda: StoredClusterer(desk.engine, SETTINGS, "here", batch + next(names) % 3))
    assert everything(desk.engine) == in_one_go


def test_small_batches_without_a_restart_change_nothing(tmp_path: Path, in_one_go: Written) -> None:
    engine = new_store(tmp_path / "riwaya.db")
    fill(Desk(engine))
    worker = StoredClusterer(engine, SETTINGS, "here", 3)
    worked_off(lambda: worker)
    assert everything(engine) == in_one_go
    engine.dispose()


def test_the_index_of_datasketch_gives_the_same_clusters(tmp_path: Path, in_one_go: Written) -> None:
    engine = new_store(tmp_path / "riwaya.db")
    fill(Desk(engine))
    worked_off(lambda: StoredClusterer(engine, replace(SETTINGS, index="datasketch"), "here", 50))
    assert everything(engine) == in_one_go
    engine.dispose()


def test_one_process_clusters_at_a_time(desk: Desk) -> None:
    one, two = StoredClusterer(desk.engine, SETTINGS, "one", 10), StoredClusterer(desk.engine, SETTINGS, "two", 10)
    assert one.take_lease()
    assert not two.take_lease()
    assert one.take_lease()
    one.drop_lease()
    assert two.take_lease()


def test_a_clusterer_that_lost_its_lease_writes_nothing(desk: Desk) -> None:
    fill(desk)
    one, two = StoredClusterer(desk.engine, SETTINGS, "one", 10), StoredClusterer(desk.engine, SETTINGS, "two", 10)
    assert one.take_lease()
    assert one.step() is not None
    with writing(desk.engine) as conn:
        drop(conn, "clusterer", "one")
    assert two.take_lease()
    assert two.step() is not None
    before = everything(desk.engine)
    with pytest.raises(LeaseLost):
        one.step()
    assert everything(desk.engine) == before


def test_a_clusterer_that_slept_while_another_came_and_went_knows_that_it_knows_nothing(
    desk: Desk, in_one_go: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.clusterer_lease._RENEW_S", 0)
    fill(desk)
    one, two = StoredClusterer(desk.engine, SETTINGS, "one", 10), StoredClusterer(desk.engine, SETTINGS, "two", 10)
    assert one.take_lease()
    assert one.step() is not None
    with writing(desk.engine) as conn:
        drop(conn, "clusterer", "one")
    assert two.take_lease()
    assert two.step() is not None
    two.drop_lease()
    assert not one.take_lease()
    worked_off(lambda: one)
    assert everything(desk.engine) == in_one_go


def test_a_long_step_keeps_its_lease(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daemon.clusterer_lease.LEASE_TIME", timedelta(seconds=0.6))
    monkeypatch.setattr("daemon.clusterer_lease._RENEW_S", 0.1)
    one, two = StoredClusterer(desk.engine, SETTINGS, "one", 10), StoredClusterer(desk.engine, SETTINGS, "two", 10)
    assert one.take_lease()
    with one.lease_kept():
        for _ in range(12):
            time.sleep(0.1)
            assert not two.take_lease()
    time.sleep(0.7)
    assert two.take_lease()


def test_a_clusterer_that_got_its_lease_back_goes_on_from_what_the_other_stored(desk: Desk, in_one_go: Written) -> None:
    fill(desk)
    workers = StoredClusterer(desk.engine, SETTINGS, "one", 9), StoredClusterer(desk.engine, SETTINGS, "two", 9)
    turns = count()

    def next_worker() -> StoredClusterer:
        turn = next(turns)
        workers[(turn + 1) % 2].drop_lease()
        return workers[turn % 2]

    worked_off(next_worker)
    assert everything(desk.engine) == in_one_go


def test_a_batch_that_could_not_be_written_is_done_again(
    desk: Desk, in_one_go: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(desk)
    worker = StoredClusterer(desk.engine, SETTINGS, "one", 20)
    assert worker.take_lease()
    worker.step()

    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("daemon.stored_clusterer.save_placements", broken)
        for _ in range(2):
            with pytest.raises(OSError, match="disk is full"):
                worker.step()
    worked_off(lambda: worker)
    assert everything(desk.engine) == in_one_go


def test_an_empty_queue_is_no_work(desk: Desk) -> None:
    worker = StoredClusterer(desk.engine, SETTINGS, "one", 10)
    assert worker.take_lease()
    assert worker.step() is None


def test_copies_outside_the_window_are_two_stories(desk: Desk) -> None:
    desk.open("one", "two")
    title, body = Writer(9).story()
    for source, days in (("one", 0), ("two", 30)):
        published = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=days)
        desk.save(source, desk.entry("a", body, title=title, published_at=published))
    worked_off(lambda: StoredClusterer(desk.engine, SETTINGS, "one", 1))
    assert len(everything(desk.engine)["clusters"]) == 2


@pytest.mark.parametrize("harm", [None, b"no counts at all", b""], ids=["whole", "damaged", "empty"])
def test_counts_of_the_stream_are_copied_and_taken_up_again(
    desk: Desk, in_one_go: Written, monkeypatch: pytest.MonkeyPatch, harm: bytes | None
) -> None:
    monkeypatch.setattr("daemon.stored_clusterer.SAVE_EVERY", 10)
    fill(desk)
    worker = StoredClusterer(desk.engine, SETTINGS, "here", 6)
    assert worker.take_lease()
    for _ in range(4):
        assert worker.step() is not None
    with writing(desk.engine) as conn:
        kept = conn.execute(text("SELECT version_id FROM stream_counts")).scalars().all()
        if harm is not None:
            conn.execute(text("UPDATE stream_counts SET counts = :harm"), {"harm": harm})
    placed = [number for number, cluster, _ in everything(desk.engine)["placed"] if cluster is not None]
    assert kept == [placed[-1]]  # in place of the one before
    worker.drop_lease()
    worked_off(lambda: StoredClusterer(desk.engine, SETTINGS, "here", 6))
    assert everything(desk.engine) == in_one_go


def fill_with_late_texts(desk: Desk) -> None:
    """Put stories into the queue, every third of which stands for a time weeks before the others; some come twice."""
    sources = [outlet.id for outlet in load_outlets()]
    desk.open(*sources)
    writer = Writer(5)
    for number in range(12):
        title, body = writer.story()
        at = START - timedelta(days=20 + number) if number % 3 == 2 else START + timedelta(minutes=number)
        for source, form in zip(sources, (body, respelled(body), writer.reworded(body, 0.1)), strict=False):
            desk.save(source, desk.entry(f"n{number}", form, title=title, published_at=at), minutes=number)


@pytest.mark.parametrize("batch", [1, 5])
def test_late_texts_and_restarts_between_change_nothing(tmp_path: Path, batch: int) -> None:
    found = []
    for name in ("restarted", "kept"):
        engine = new_store(tmp_path / f"{name}.db")
        fill_with_late_texts(Desk(engine))
        new = partial(StoredClusterer, engine, SETTINGS, "one", batch)
        worked_off(new if name == "restarted" else cache(new))
        found.append(everything(engine))
        engine.dispose()
    assert found[0] == found[1]
    clusters = {cluster for _, cluster, _ in found[0]["placed"]}
    assert len(clusters) == 12  # late copies found one another


def test_a_late_text_does_not_make_the_clusterer_read_its_window_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = new_store(tmp_path / "riwaya.db")
    fill_with_late_texts(Desk(engine))
    restored: list[Clusterer] = []

    def restore(*given: Any) -> Clusterer:
        restored.append(restored_clusterer(*given))
        return restored[-1]

    monkeypatch.setattr("daemon.stored_clusterer.restored_clusterer", restore)
    worker = StoredClusterer(engine, SETTINGS, "one", 1)
    worked_off(lambda: worker)
    engine.dispose()
    assert len(restored) == 1
