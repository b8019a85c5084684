"""Files of articles: which columns, types and times are read, and what is said of those that cannot be."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from clustering.settings import Settings
from daemon.archive_engines.article_files import SCHEMA, ArticleFileError, common_columns, count_articles, read_batches
from daemon.archive_engines.recluster_archive import recluster_archive
from storage.export import EXPORTS
from tests.daemon.archive_engines.archive_files import BEGIN, Row, article, write_parquet

SECONDS = BEGIN.timestamp()
GOOD = article("1", "almarfa", "عنوان", "نص", BEGIN)


def read(path: Path) -> list[Row]:
    batches = list(read_batches(path))
    assert all(batch.schema == SCHEMA for batch in batches)
    return [row for batch in batches for row in batch.to_pylist()]


def written(path: Path, **columns: Any) -> Path:
    parquet.write_table(pa.table(columns), path)
    return path


def of_times(path: Path, times: pa.Array) -> Path:
    count = len(times)
    names = [str(row) for row in range(count)]
    return written(path, id=names, source=["s"] * count, title=[""] * count, text=["t"] * count, published=times)


@pytest.mark.parametrize(
    "times",
    [
        pa.array([BEGIN], pa.timestamp("us", tz="UTC")),
        pa.array([BEGIN], pa.timestamp("ns", tz="UTC")),
        pa.array([BEGIN], pa.timestamp("s", tz="Asia/Riyadh")),
        pa.array([BEGIN.replace(tzinfo=None)], pa.timestamp("ms")),
        pa.array(["2026-03-01T09:00:00+03:00"]),
        pa.array(["2026-03-01T06:00:00"], pa.large_string()),
    ],
)
def test_times_of_every_usual_type_are_read(times: pa.Array, tmp_path: Path) -> None:
    (row,) = read(of_times(tmp_path / "a.parquet", times))
    assert row["moment"] == SECONDS


def test_times_are_exact_to_the_microsecond(tmp_path: Path) -> None:
    moment = datetime(2026, 3, 1, 6, 0, 0, 123457, UTC)
    (row,) = read(of_times(tmp_path / "a.parquet", pa.array([moment], pa.timestamp("us", tz="UTC"))))
    assert row["moment"] == moment.timestamp()


def test_the_columns_of_exported_versions_are_read(tmp_path: Path) -> None:
    values: Row = {
        "version_id": 7,
        "article_id": 5,
        "cluster_id": 3,
        "source_id": "almarfa",
        "title": "عنوان",
        "summary": "ملخص",
        "text": "",
        "published": datetime(1970, 1, 1, tzinfo=UTC),
        "dated": BEGIN,
    }
    rows = [{name: values.get(name) for name, _ in EXPORTS["versions"].columns}] * 2
    rows[1] = {**rows[1], "version_id": 8, "text": "نص", "dated": None, "published": BEGIN}
    found = read(write_parquet(tmp_path / "versions.parquet", rows))
    assert found == [
        {"id": "7", "source": "almarfa", "title": "عنوان", "text": "ملخص", "moment": SECONDS},
        {"id": "8", "source": "almarfa", "title": "عنوان", "text": "نص", "moment": SECONDS},
    ]


def test_files_of_a_folder_may_have_other_columns_and_what_is_being_written_is_no_part(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", [GOOD])
    write_parquet(tmp_path / "b.parquet", [{**GOOD, "id": 2, "text": None, "summary": "ملخص"}])
    (tmp_path / ".c.parquet").write_bytes(b"half")
    assert [(row["id"], row["text"]) for row in read(tmp_path)] == [("1", "نص"), ("2", "ملخص")]
    assert count_articles(tmp_path) == 2
    with pytest.raises(ArticleFileError, match=r"b\.parquet: has other columns than .*a\.parquet"):
        common_columns(tmp_path)


def test_missing_titles_and_texts_are_empty(tmp_path: Path) -> None:
    (row,) = read(write_parquet(tmp_path / "a.parquet", [{**GOOD, "title": None, "text": None}]))
    assert (row["title"], row["text"]) == ("", "")


def test_dictionaries_and_zeros_in_texts_are_read(tmp_path: Path) -> None:
    source = pa.array(["almarfa", "almarfa"]).dictionary_encode()
    path = written(
        tmp_path / "a.parquet", id=["a", "b"], source=source, title=["x\0y", ""], text=["", ""], published=[BEGIN] * 2
    )
    assert [(row["source"], row["title"]) for row in read(path)] == [("almarfa", "x\0y"), ("almarfa", "")]
    assert recluster_archive("local", path, tmp_path / "out.parquet", Settings(), 1).articles == 2


@pytest.mark.parametrize("name", ["id", "source", "title", "text", "published"])
def test_a_missing_column_is_named(name: str, tmp_path: Path) -> None:
    row = {key: value for key, value in GOOD.items() if key != name}
    with pytest.raises(ArticleFileError, match=rf"a\.parquet: no column .*\b{name}\b.*; its columns are: "):
        read(write_parquet(tmp_path / "a.parquet", [row]))


@pytest.mark.parametrize("name", ["id", "source", "published"])
def test_an_empty_cell_is_named_with_its_row(name: str, tmp_path: Path) -> None:
    rows = [{**GOOD, "id": str(number)} for number in range(5_000)]
    rows[4_321][name] = None
    with pytest.raises(ArticleFileError, match=rf"a\.parquet: row 4322: {name} is empty"):
        read(write_parquet(tmp_path / "a.parquet", rows))


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("id", 1.5, "row 1: id holds double, not texts or whole numbers"),
        ("source", 4, "row 1: source holds int64, not texts"),
        ("title", b"x", "row 1: title holds binary, not texts"),
        ("text", ["x"], "row 1: text holds list"),
        ("published", 1_700_000_000, "row 1: published holds int64, not texts"),
        ("published", "gestern", "row 1: published is no ISO 8601 time: 'gestern'"),
        ("published", date(2026, 3, 1), "row 1: published holds date32"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(name: str, value: object, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ArticleFileError, match=reason):
        read(write_parquet(tmp_path / "a.parquet", [{**GOOD, name: value}]))


def test_what_is_no_parquet_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 or so")
    with pytest.raises(ArticleFileError, match=r"a\.parquet: not a Parquet file that can be read"):
        count_articles(path)
    with pytest.raises(ArticleFileError, match="there is no such file or folder"):
        count_articles(tmp_path / "b.parquet")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ArticleFileError, match=r"the folder holds no \*\.parquet file"):
        count_articles(tmp_path / "empty")


def test_a_damaged_file_is_named_with_the_row_that_was_reached(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", [{**GOOD, "id": str(number)} for number in range(5_000)])
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 4 : len(damaged) // 3] = b"\xff" * (len(damaged) // 3 - len(damaged) // 4)
    path.write_bytes(damaged)
    with pytest.raises(ArticleFileError, match=r"a\.parquet: cannot be read after row \d+"):
        read(path)


@pytest.mark.parametrize("engine", ["local", "duckdb"])
def test_an_id_that_occurs_twice_is_named(engine: str, tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", [GOOD, {**GOOD, "id": "2"}, GOOD])
    with pytest.raises(ArticleFileError, match=r"a\.parquet: an article id occurs twice: 1"):
        recluster_archive(engine, path, tmp_path / "out.parquet", Settings(), 1)
    assert [one.name for one in tmp_path.iterdir()] == ["a.parquet"]


@pytest.mark.parametrize("engine", ["local", "duckdb"])
def test_an_archive_without_articles_has_no_clusters(engine: str, tmp_path: Path) -> None:
    empty = pa.Table.from_pylist([GOOD]).slice(0, 0)
    parquet.write_table(empty, tmp_path / "a.parquet")
    made = recluster_archive(engine, tmp_path / "a.parquet", tmp_path / "out.parquet", Settings(), 1)
    assert (made.articles, made.clusters) == (0, 0)
    assert parquet.read_table(tmp_path / "out.parquet").num_rows == 0
