"""Corrections while the service runs, and grouping again that is killed: real processes."""

import signal
import subprocess
import sys
import time
from random import Random

import pytest
from sqlalchemy import text

from clustering.settings import Settings
from daemon.clusterer_lease import ClustererLease
from daemon.correction_desk import hand_in
from daemon.corrections import ask
from storage.engine import open_engine, reading
from tests.clustering.arabic_text import Writer
from tests.daemon.corrected import assert_whole, done, filled, home, homes, leads
from tests.daemon.feed_server import Item
from tests.daemon.newsroom import Newsroom, clean_environment, eventually


def test_the_running_service_applies_a_correction_and_obeys_it(any_newsroom: Newsroom) -> None:
    newsroom = any_newsroom
    first, second, third = filled(newsroom)
    cluster = home(newsroom, first[0])
    with newsroom.service("--only", "cluster") as service:
        eventually(lambda: newsroom.count("lease") == 1)
        told = done(newsroom, "split", cluster, first[2])
        assert told["state"] == "in force"
        assert home(newsroom, first[2]) == told["cluster"]
        eventually(lambda: service.said("1 corrections applied"))
        # What the service knew is read again: a new text of the story does not bring the two together.
        newsroom.feed("three", Item("n0", *Writer(60).story()))
        assert newsroom.call("fetch", "--all").code == 0
        eventually(lambda: newsroom.count("version WHERE cluster_id IS NULL") == 0)
        assert home(newsroom, first[2]) == told["cluster"]
        merged = done(newsroom, "merge", home(newsroom, second[0]), home(newsroom, third[0]))
        assert home(newsroom, third[1]) == merged["cluster"]
        done(newsroom, "undo", merged["correction"])
        assert home(newsroom, third[1]) != home(newsroom, second[1])
        assert "apart" in newsroom.call("merge", cluster, told["cluster"]).err
        assert service.stop() < 10
    assert_whole(newsroom)
    assert newsroom.count("lease") == 0


def test_a_correction_waits_for_a_clusterer_that_does_not_answer(any_newsroom: Newsroom) -> None:
    newsroom = any_newsroom
    first, _, _ = filled(newsroom)
    cluster = home(newsroom, first[0])
    engine = open_engine(newsroom.database)
    elsewhere = ClustererLease(engine, "another-machine:1:1")
    assert elsewhere.take()
    row = hand_in(
        engine,
        Settings(),
        lambda conn, now: ask(conn, "split", "سلمى", "", now, clusters=[cluster], articles=first[:1]),
        0.2,
    )
    assert row.open
    assert home(newsroom, first[0]) == cluster
    (waiting,) = newsroom.call("corrections", "--json").rows
    assert waiting["state"] == "waiting"
    elsewhere.drop()
    engine.dispose()
    # Whoever clusters next applies it; here a round of fetching.
    assert newsroom.call("fetch").code == 0
    assert home(newsroom, first[0]) != cluster
    assert_whole(newsroom)


def test_a_correction_that_is_contradicted_before_it_is_applied_is_refused_then(any_newsroom: Newsroom) -> None:
    newsroom = any_newsroom
    first, second, _ = filled(newsroom)
    engine = open_engine(newsroom.database)
    elsewhere = ClustererLease(engine, "another-machine:1:1")
    assert elsewhere.take()
    one, two = home(newsroom, first[0]), home(newsroom, second[0])
    hand_in(engine, Settings(), lambda conn, now: ask(conn, "merge", "سلمى", "", now, clusters=[one, two]), 0)
    never = hand_in(
        engine, Settings(), lambda conn, now: ask(conn, "never", "هند", "", now, articles=[first[0], second[0]]), 0
    )
    elsewhere.drop()
    engine.dispose()
    assert newsroom.call("fetch").code == 0
    merge, refused = newsroom.call("corrections", "--json").rows
    assert (merge["state"], refused["state"]) == ("in force", "refused")
    assert refused["correction"] == never.id
    assert "correction 1 (merge by سلمى" in refused["refusal"]
    assert "never took effect" in newsroom.call("undo", never.id).err
    assert_whole(newsroom)


@pytest.mark.slow
def test_grouping_again_killed_at_any_moment_leaves_a_whole_store_and_is_finished_later(
    any_newsroom: Newsroom,
) -> None:
    newsroom = any_newsroom
    chance = Random(7)  # noqa: S311 - moments, not secrets
    filled(newsroom, 24)
    before = homes(newsroom)
    database = newsroom.database or f"sqlite:///{newsroom.folder / 'riwaya.db'}"
    subprocess.run([sys.executable, "-c", STREW.format(database=database)], env=clean_environment(), check=True)
    assert len(set(homes(newsroom).values())) == 48
    engine = open_engine(database, read_only=True)

    def merged() -> int:
        with reading(engine) as conn:
            return int(conn.execute(text("SELECT count(*) FROM event WHERE kind = 'merged'")).scalar_one())

    interrupted = 0
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", ONE_BY_ONE, "--config", str(newsroom.config), "recluster"],
            env=clean_environment(),
            stdout=subprocess.DEVNULL,
        ) as process:
            written = merged()
            eventually(lambda: merged() > written or process.poll() is not None)  # noqa: B023 - called at once
            time.sleep(chance.uniform(0, 0.01))
            process.kill()
            interrupted += process.wait(10) == -signal.SIGKILL
        assert_whole(newsroom)
    engine.dispose()
    assert interrupted
    assert newsroom.call("recluster").code == 0
    assert homes(newsroom) == before
    assert all(into is None or into in set(before.values()) for into in leads(newsroom).values())
    assert newsroom.call("recluster", "--json").data["moved"] == 0
    assert_whole(newsroom)


STREW = """
import datetime
from clustering.regrouping import Move, regrouped
from daemon.corrections import regrouping_rows
from sqlalchemy import text
from storage.engine import open_engine, writing
from storage.placements import next_cluster_id
from storage.regroupings import save_regrouping
from storage.standing import members_of

engine = open_engine({database!r})
with writing(engine) as conn:
    homes = conn.execute(text("SELECT id, cluster_id FROM article WHERE source_id = 'three' ORDER BY id")).all()
    first = next_cluster_id(conn)
    moves = [Move(article, cluster, first + place) for place, (article, cluster) in enumerate(homes)]
    members = members_of(conn, [move.source for move in moves])
    found = regrouped(moves, members, {{}}, [move.target for move in moves])
    save_regrouping(conn, regrouping_rows(found, {{}}), datetime.datetime.now(datetime.UTC))
"""

# A transaction for every story, so that a kill falls between some of them.
ONE_BY_ONE = """
import daemon.recluster
daemon.recluster.MOVES_AT_ONCE = 1
from daemon.cli import main
main()
"""
