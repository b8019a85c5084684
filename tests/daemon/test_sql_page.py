"""docs/sql.md and docs/datasette.yaml: every view as it is, every question answered on both databases."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import inspect, text

from storage.engine import open_engine, reading
from storage.migrate import upgrade
from storage.views import VIEWS
from tests.clustering.arabic_text import Writer
from tests.daemon.feed_server import Item, page
from tests.daemon.newsroom import Newsroom, clean_environment, eventually

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/sql.md").read_text("utf-8")
QUESTIONS = dict(re.findall(r"^### ([^\n]+\?)\n\n```sql\n(.+?)\n```$", PAGE, re.MULTILINE | re.DOTALL))
VIEW_NAMES = [view.name for view in VIEWS]

WRITER = Writer(44)
NOON = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
TITLE, BODY = WRITER.story(5)
OTHERS = [WRITER.story(4) for _ in range(6)]
CREDITED = f"إسطنبول (رويترز) - {BODY}"


def story(guid: str, text: str, minutes: float, title: str = TITLE) -> Item:
    return Item(guid, title, text, NOON + timedelta(minutes=minutes))


def others() -> list[Item]:
    return [Item(f"o{n}", *one, NOON - timedelta(hours=n + 1)) for n, one in enumerate(OTHERS)]


@pytest.fixture
def told(any_newsroom: Newsroom) -> Newsroom:
    """Three outlets of one story, the first of which credits an agency, the second edits, the third takes it back."""
    one, two, three = (story("a", CREDITED, 0), story("b", BODY, 30), story("c", BODY, 90))
    any_newsroom.feed("almarfa", one)
    edited = any_newsroom.feed("sariya", Item("b", "12 قتيلا في حادث قطار", f"قتل 12 شخصا. {BODY}", two.published))
    returned = any_newsroom.feed("mizwala", three, *others())
    any_newsroom.publish("broken", page(b"", status=500))
    any_newsroom.fetch_all()
    edited.items = [Item("b", "19 قتيلا في حادث قطار", f"قتل 19 شخصا. {BODY}", two.published)]
    returned.items = others()
    any_newsroom.fetch_all()
    return any_newsroom


def asked(newsroom: Newsroom, query: str) -> list[dict[str, Any]]:
    engine = open_engine(newsroom.database, read_only=True)
    with reading(engine) as conn:
        rows = [dict(row) for row in conn.exec_driver_sql(query.rstrip(";")).mappings()]
    engine.dispose()
    return rows


def test_every_question_is_answered(told: Newsroom) -> None:
    assert len(QUESTIONS) >= 15
    answers = {question: asked(told, query) for question, query in QUESTIONS.items()}
    # What a test cannot know is the id of a story: those questions run, and may find nothing.
    by_id = {question for question, query in QUESTIONS.items() if re.search(r"_id = \d+", query)}
    empty = {question for question, rows in answers.items() if not rows} - by_id
    assert empty <= {"Which stories stayed with a single country?"}


def test_the_answers_are_right(told: Newsroom) -> None:
    ((cluster,),) = told.rows("SELECT cluster_id FROM v_cluster WHERE sources = 3")
    timeline = asked(told, "SELECT * FROM v_timeline ORDER BY place")
    assert [
        (row["place"], row["source_id"], row["lag_seconds"]) for row in timeline if row["cluster_id"] == cluster
    ] == [
        (1, "almarfa", 0.0),
        (2, "sariya", 1800.0),
        (3, "mizwala", 5400.0),
    ]
    copies = {row["source_id"]: row for row in asked(told, "SELECT * FROM v_copy")}
    assert copies.keys() == {"sariya", "mizwala"}
    assert copies["sariya"]["from_source_id"] == "almarfa"
    assert copies["sariya"]["lag_seconds"] == 1800.0
    lags = asked(told, "SELECT * FROM v_source_lag WHERE source_id = 'sariya'")
    assert [(row["from_source_id"], row["articles"], row["mean_lag_seconds"]) for row in lags] == [
        ("almarfa", 1, 1800.0)
    ]
    (credit,) = asked(told, "SELECT * FROM v_credit WHERE kind = 'credit'")
    assert (credit["agency"], credit["source_id"], credit["passage"]) == ("reuters", "almarfa", "رويترز")
    changes = asked(told, "SELECT * FROM v_figure_change ORDER BY place")
    assert {(row["source_id"], row["sort"], row["was"], row["now"]) for row in changes} == {
        ("sariya", "figure", "12", "19")
    }
    (vanished,) = asked(told, "SELECT * FROM v_event WHERE kind = 'vanished'")
    ((source,),) = told.rows("SELECT source_id FROM v_article WHERE article_id = :id", id=vanished["article_id"])
    assert source == "mizwala"
    (health,) = asked(told, "SELECT * FROM v_feed_health WHERE failing_since IS NOT NULL")
    assert (health["source_id"], health["last_outcome"]) == ("broken", "http_error")
    texts = asked(told, "SELECT number, title, text FROM v_version WHERE source_id = 'sariya' ORDER BY number")
    assert [row["number"] for row in texts] == [1, 2]
    assert texts[1]["text"].startswith("قتل 19 شخصا")


def test_the_views_of_the_page_are_those_of_the_store(store_url: str) -> None:
    engine = open_engine(store_url)
    upgrade(engine)
    with reading(engine) as conn:
        looked = inspect(conn)
        stored = {name: [column["name"] for column in looked.get_columns(name)] for name in looked.get_view_names()}
        if conn.dialect.name == "postgresql":
            silent = conn.execute(
                text(
                    "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                    " WHERE c.relkind = 'v' AND c.relname LIKE 'v~_%' ESCAPE '~'"
                    " AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid) IS NULL)"
                )
            ).all()
            assert silent == []
    engine.dispose()
    assert {name: columns for name, columns in stored.items() if name.startswith("v_")} == {
        view.name: [name for name, _ in view.columns] for view in VIEWS
    }


@pytest.mark.parametrize("view", VIEWS, ids=VIEW_NAMES)
def test_the_page_and_datasette_say_what_the_view_says(view: Any) -> None:
    part = PAGE.split(f"### {view.name}\n", 1)[1].split("\n#", 1)[0]
    assert view.comment in part
    assert re.findall(r"^\| `(\w+)` \| (.+) \|$", part, re.MULTILINE) == list(view.columns)
    tables = yaml.safe_load((ROOT / "docs/datasette.yaml").read_text("utf-8"))["databases"]["riwaya"]["tables"]
    assert tables[view.name] == {"description": view.comment, "columns": dict(view.columns)}


@pytest.fixture
def datasette(told: Newsroom) -> Iterator[str]:
    """Datasette on the store, as the page says to start it."""
    if "postgresql" in told.database:
        pytest.skip("Datasette opens SQLite files")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        "-m",
        "datasette",
        "riwaya.db",
        "-m",
        str(ROOT / "docs/datasette.yaml"),
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
    ]
    path = Path(told.database.removeprefix("sqlite:///"))
    store = path.with_name("riwaya.db")
    if path != store:
        path.rename(store)
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=store.parent,
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        base = f"http://127.0.0.1:{port}"
        eventually(lambda: _answers(base), 60)
        yield base
        process.terminate()


def _answers(base: str) -> bool:
    try:
        return httpx.get(base).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


@pytest.mark.slow
def test_datasette_opens_a_store(datasette: str) -> None:
    front = httpx.get(f"{datasette}/riwaya")
    assert front.status_code == httpx.codes.OK
    for name in (*VIEW_NAMES, "article", "version", "cluster", "event", "feed"):
        shown = httpx.get(f"{datasette}/riwaya/{name}")
        assert shown.status_code == httpx.codes.OK, name
    assert TITLE in httpx.get(f"{datasette}/riwaya/v_cluster").text
    # Foreign keys are links that carry the name of what they lead to.
    articles = httpx.get(f"{datasette}/riwaya/article").text
    assert f">{TITLE}</a>" in articles
    assert 'href="/riwaya/source/almarfa"' in articles
    for question, query in QUESTIONS.items():
        answer = httpx.get(f"{datasette}/riwaya.json", params={"sql": query})
        assert answer.status_code == httpx.codes.OK, (question, answer.text[:300])
