"""`riwaya backtest`: files of articles in, clusters and figures out."""

import gzip
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clustering.settings import Settings
from daemon.backtest import backtest
from daemon.corpus import read_articles
from daemon.demo.stories import load_stories
from tests.clustering.arabic_text import Writer
from tests.daemon.newsroom import called

STARTED = datetime(2026, 3, 2, 10, tzinfo=UTC)


def demonstration() -> tuple[list[dict[str, str]], list[list[str]]]:
    """Return the demonstration's copies as articles of a corpus, and which of them are one story."""
    articles = [
        {
            "id": copy.path,
            "source": copy.outlet,
            "title": copy.title,
            "text": "\n".join(copy.body),
            "published": copy.published(STARTED).isoformat(),
        }
        for story in load_stories()
        for copy in story.copies
    ]
    return articles, [[copy.path for copy in story.copies] for story in load_stories()]


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(lines.encode()))
    else:
        path.write_text(lines, "utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write(tmp_path / "articles.jsonl", demonstration()[0])


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    return write(tmp_path / "labels.jsonl", [{"group": "all", "stories": demonstration()[1]}])


def groups_of(path: Path) -> set[frozenset[str]]:
    members: dict[int, set[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        assert set(row) == {"id", "cluster"}
        members.setdefault(row["cluster"], set()).add(row["id"])
    return {frozenset(group) for group in members.values()}


def test_the_demonstration_is_grouped_and_scored_as_json(corpus: Path, labels: Path, tmp_path: Path) -> None:
    out = tmp_path / "clusters.jsonl"
    ended = called("backtest", corpus, "--labels", labels, "--out", out, "--json")
    assert (ended.code, ended.err) == (0, "")
    facts = ended.data
    assert set(facts) == {"articles", "clusters", "seconds", "articles_per_second", "labels", "files", "errors"}
    assert facts["articles"] == len(demonstration()[0])
    assert facts["clusters"] == len(load_stories())
    assert groups_of(out) == {frozenset(story) for story in demonstration()[1]}
    assert set(facts["labels"]) == {
        "articles", "pair_precision", "pair_recall", "pair_f1", "bcubed_precision", "bcubed_recall", "bcubed_f1",
        "ari", "wrong_merges", "wrong_splits", "missing",
    }  # fmt: skip
    assert facts["labels"]["ari"] == 1.0
    assert facts["labels"]["missing"] == 0


def test_figures_for_people(corpus: Path, labels: Path) -> None:
    lines = called("backtest", corpus, "--labels", labels).out.splitlines()
    assert lines[0].startswith(f"{len(demonstration()[0])} articles in {len(load_stories())} clusters, ")
    figures = dict(line.split() for line in lines[3:14])
    assert float(figures["ari"]) == 1.0
    assert figures["wrong_merges"] == "0"
    assert [line.split()[0] for line in lines[16:]] == ["0"] * 5


def test_without_labels_there_are_no_figures(corpus: Path) -> None:
    assert "labels" not in called("backtest", corpus, "--json").data
    assert len(called("backtest", corpus).out.splitlines()) == 1


def test_files_in_any_order_packed_or_not_give_the_same_clusters(tmp_path: Path) -> None:
    articles = demonstration()[0]
    shuffled = list(articles)
    random.Random(5).shuffle(shuffled)  # noqa: S311 - an order, no secret
    whole = write(tmp_path / "whole.jsonl", articles)
    one, two = write(tmp_path / "one.jsonl.gz", shuffled[:20]), write(tmp_path / "two.jsonl", shuffled[20:])
    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    assert called("backtest", whole, "--out", a).code == 0
    assert called("backtest", one, two, "--out", b).code == 0
    assert a.read_text("utf-8") == b.read_text("utf-8")


def test_the_other_index_gives_the_same_clusters(corpus: Path, tmp_path: Path) -> None:
    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    assert called("backtest", corpus, "--out", a).code == 0
    assert called("backtest", corpus, "--set", "index=datasketch", "--out", b).code == 0
    assert a.read_text("utf-8") == b.read_text("utf-8")


def test_a_setting_can_be_changed(corpus: Path) -> None:
    facts = called("backtest", corpus, "--set", "join=1000", "--set", "merge=1000", "--json").data
    assert facts["clusters"] == facts["articles"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("window", "write KEY=VALUE with one of index, window, join"),
        ("windw=5d", "write KEY=VALUE with one of"),
        ("window=5", "without a unit"),
        ("index=redis", "compact or datasketch"),
        ("join=much", "could not convert"),
        ("members=2.5", "invalid literal"),
    ],
)
def test_a_setting_that_cannot_be_is_wrong_usage(corpus: Path, change: str, reason: str) -> None:
    ended = called("backtest", corpus, "--set", change)
    assert (ended.code, ended.out) == (2, "")
    assert f"--set {change}: " in ended.err
    assert reason in ended.err


GOOD = {"id": "a", "source": "s", "title": "عنوان", "text": "نص", "published": "2026-03-01T10:00:00+03:00"}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        (json.dumps({**GOOD, "id": 7}), "id must be a text, not 7"),
        (json.dumps({**GOOD, "published": "yesterday"}), "published is no ISO 8601 time: 'yesterday'"),
        (json.dumps({**GOOD, "published": None}), "published must be a text, not null"),
        (json.dumps({**GOOD, "text": ["x"]}, ensure_ascii=False), 'text must be a text, not ["x"]'),
        (json.dumps({key: value for key, value in GOOD.items() if key != "source"}), "source must be a text"),
    ],
)
def test_an_article_that_cannot_be_read_is_named_with_file_and_line(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_text(json.dumps(GOOD) + "\n\n" + line + "\n", "utf-8")
    ended = called("backtest", path)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.startswith(f"Error: {path}:3: {reason}")
    assert len(ended.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("none.jsonl", None, "No such file"),
        ("torn.jsonl.gz", gzip.compress(json.dumps(GOOD).encode() * 50, mtime=0)[:60], "end-of-stream"),
        ("plain.jsonl.gz", b"{}", "Not a gzipped file"),
        ("latin.jsonl", "é".encode("latin-1"), "codec"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes | None, reason: str) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    for command in (["backtest", path], ["backtest", write(tmp_path / "good.jsonl", [GOOD]), "--labels", path]):
        ended = called(*command)
        assert (ended.code, ended.out) == (1, "")
        (message,) = ended.err.splitlines()
        assert str(path) in message
        assert reason in message


def test_an_id_that_occurs_twice_is_refused(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one.jsonl", [GOOD]), write(tmp_path / "two.jsonl", [GOOD])
    ended = called("backtest", one, two)
    assert ended.code == 1
    assert ended.err == "Error: an article id occurs twice: a\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"group": "g"}, "stories must be a list of lists"),
        ({"group": "g", "stories": [["a"], "b"]}, "stories must be a list of lists"),
        ({"group": "g", "stories": [[1]]}, "stories must be a list of lists"),
        ({"group": "g", "stories": [["a", "b"], ["b"]]}, "article b stands in the group twice"),
    ],
)
def test_labels_that_cannot_be_read(tmp_path: Path, corpus: Path, row: dict[str, object], reason: str) -> None:
    ended = called("backtest", corpus, "--labels", write(tmp_path / "labels.jsonl", [row]))
    assert ended.code == 1
    assert f"labels.jsonl:1: {reason}" in ended.err


@pytest.mark.parametrize("stories", [None, [], [[]]], ids=["no line", "no story", "no article"])
def test_labels_without_an_article_are_told(tmp_path: Path, corpus: Path, stories: list[list[str]] | None) -> None:
    rows = [] if stories is None else [{"group": "g", "stories": stories}]
    ended = called("backtest", corpus, "--labels", write(tmp_path / "labels.jsonl", rows))
    assert (ended.code, ended.out) == (1, "")
    assert "no labelled" in ended.err


def test_an_output_that_cannot_be_written(tmp_path: Path, corpus: Path) -> None:
    ended = called("backtest", corpus, "--out", tmp_path / "none" / "out.jsonl")
    assert ended.code == 1
    assert ended.err == f"Error: {tmp_path}/none/out.jsonl: No such file or directory\n"


def test_files_without_an_article_are_told(tmp_path: Path) -> None:
    one, two = write(tmp_path / "none.jsonl", []), write(tmp_path / "nothing.jsonl", [])
    ended = called("backtest", one, two, "--json")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"Error: {one}, {two}: no article\n"


def test_labels_of_other_articles_are_told(tmp_path: Path, corpus: Path) -> None:
    labels = write(tmp_path / "labels.jsonl", [{"group": "g", "stories": [["x", "y"]]}])
    ended = called("backtest", corpus, "--labels", labels)
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == f"Error: {labels}: not one of the labelled articles is among those read\n"


def test_the_summary_stands_in_for_a_text_and_utc_for_a_zone(tmp_path: Path) -> None:
    rows = [{**GOOD, "text": None, "summary": "ملخص", "published": "2026-03-01T10:00:00"}]
    (article,) = read_articles(write(tmp_path / "a.jsonl", rows))
    assert article.text == "ملخص"
    assert article.published == datetime(2026, 3, 1, 10, tzinfo=UTC)
    (article,) = read_articles(write(tmp_path / "b.jsonl", [GOOD]))
    assert article.published == datetime(2026, 3, 1, 7, tzinfo=UTC)


def test_progress_counts_every_article(tmp_path: Path) -> None:
    writer = Writer(60)
    rows = []
    for number in range(450):
        title, text = writer.story(1)
        published = (STARTED + timedelta(minutes=number)).isoformat()
        rows.append({"id": f"n{number}", "source": "s", "title": title, "text": text, "published": published})
    done: list[int] = []
    clusters = backtest(list(read_articles(write(tmp_path / "a.jsonl", rows))), Settings(), done.append).clusters
    assert sum(done) == len(clusters) == 450
    assert len(done) > 1


def test_wrong_pairs_are_written_with_what_is_wrong_about_them(tmp_path: Path, corpus: Path) -> None:
    stories = demonstration()[1]
    (first, *rest), (second, *_) = stories[0], stories[1]
    # Labels that are wrong on purpose: one copy away from its story, and with a copy of another.
    labels = write(tmp_path / "wrong.jsonl", [{"group": "g", "stories": [[first, second], rest]}])
    found = tmp_path / "mistakes.jsonl"
    assert called("backtest", corpus, "--labels", labels, "--mistakes", found).code == 0
    rows = [json.loads(line) for line in found.read_text("utf-8").splitlines()]
    assert {(frozenset({row["left"], row["right"]}), row["merged"]) for row in rows} == {
        (frozenset({first, second}), False),
        *((frozenset({first, other}), True) for other in rest),
    }
    assert {row["group"] for row in rows} == {"g"}
    assert {row["kind"] for row in rows if not row["merged"]} == {"split_never_compared"}
    assert {row["kind"] for row in rows if row["merged"]} <= {"merged_by_verdict", "merged_by_others"}


def test_mistakes_cannot_be_told_without_labels(tmp_path: Path, corpus: Path) -> None:
    ended = called("backtest", corpus, "--mistakes", tmp_path / "mistakes.jsonl")
    assert ended.code == 2
    assert "--mistakes needs --labels" in ended.err


def test_figures_stand_for_each_file_and_for_all(tmp_path: Path) -> None:
    articles, stories = demonstration()
    half = {article for story in stories[::2] for article in story}
    one = write(tmp_path / "one.jsonl", [article for article in articles if article["id"] in half])
    two = write(tmp_path / "two.jsonl", [article for article in articles if article["id"] not in half])
    across = [stories[0][:1], stories[1][:1]]
    labels = write(
        tmp_path / "labels.jsonl",
        [
            {"group": "one", "stories": stories[::2]},
            {"group": "two", "stories": stories[1::2]},
            {"group": "both", "stories": across},
        ],
    )
    facts = called("backtest", one, two, "--labels", labels, "--json").data
    assert {name: part["articles"] for name, part in facts["files"].items()} == {
        str(one): len(half),
        str(two): len(articles) - len(half),
    }
    assert facts["labels"]["articles"] == len(articles) + 2
    lines = called("backtest", one, two, "--labels", labels).out.splitlines()
    assert lines[2].split() == ["all", "one.jsonl", "two.jsonl"]
    assert next(line for line in lines if line.startswith("ari")).split() == ["ari", "1.0000", "1.0000", "1.0000"]


def test_wrong_pairs_are_counted_by_what_went_wrong(corpus: Path, tmp_path: Path) -> None:
    stories = demonstration()[1]
    every_two = [article for story in stories[:2] for article in story]
    torn = write(tmp_path / "torn.jsonl", [{"group": "g", "stories": [[article] for article in stories[0]]}])
    glued = write(tmp_path / "glued.jsonl", [{"group": "g", "stories": [every_two]}])
    pairs = len(stories[0]) * (len(stories[0]) - 1) // 2
    errors = called("backtest", corpus, "--labels", torn, "--json").data["errors"]
    assert errors["merged_by_verdict"] + errors["merged_by_others"] == pairs
    assert errors["merged_by_verdict"] > 0
    errors = called("backtest", corpus, "--labels", glued, "--json").data["errors"]
    assert errors["split_never_compared"] == len(stories[0]) * len(stories[1])
    truth = write(tmp_path / "truth.jsonl", [{"group": "g", "stories": stories}])
    held_apart = called("backtest", corpus, "--labels", truth, "--set", "join=1000", "--set", "merge=1000", "--json")
    errors = held_apart.data["errors"]
    assert errors["split_by_others"] > 0
    assert errors["merged_by_verdict"] == errors["merged_by_others"] == 0


def test_two_settings_side_by_side(corpus: Path, labels: Path, tmp_path: Path) -> None:
    apart = ("--against", "join=1000", "--against", "merge=1000")
    out = tmp_path / "out.jsonl"
    facts = called("backtest", corpus, "--labels", labels, *apart, "--out", out, "--json").data
    other = facts["against"]
    assert (facts["labels"]["ari"], facts["clusters"]) == (1.0, len(load_stories()))
    assert (other["labels"]["ari"], other["clusters"]) == (0.0, other["articles"])
    assert (other["mended"], other["broken"]) == (0, other["labels"]["wrong_splits"])
    assert groups_of(out) == {frozenset(story) for story in demonstration()[1]}
    alone = sum(len(story) == 1 for story in demonstration()[1])
    assert other["same_clusters"] == alone
    lines = called("backtest", corpus, "--labels", labels, *apart).out.splitlines()
    assert lines[1].endswith("with join=1000, merge=1000")
    assert next(line for line in lines if line.startswith("ari")).split() == ["ari", "1.0000", "0.0000", "-1.0000"]
    assert lines[-1].endswith(f"wrong by it: {other['broken']}")


def test_two_settings_are_compared_without_labels_too(corpus: Path) -> None:
    facts = called("backtest", corpus, "--set", "join=1000", "--against", "merge=1000", "--json").data
    assert set(facts["against"]) == {"articles", "clusters", "seconds", "articles_per_second", "same_clusters"}
    lines = called("backtest", corpus, "--against", "members=7").out.splitlines()
    assert lines[2] == f"{len(load_stories())} clusters hold the same articles in both runs"


def test_a_second_setting_that_cannot_be_is_wrong_usage(corpus: Path) -> None:
    ended = called("backtest", corpus, "--against", "windw=5d")
    assert (ended.code, ended.out) == (2, "")
    assert "windw=5d: write KEY=VALUE" in ended.err
