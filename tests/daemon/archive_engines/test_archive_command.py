"""`riwaya recluster --engine` as people give it."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from daemon.cli import root
from tests.daemon.archive_engines.archive_files import clusters_in, invented_rows, write_parquet


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_parquet(tmp_path / "archive.parquet", invented_rows(stories=10, template=10))


def given(*words: str | Path) -> tuple[int, str]:
    """Give a command; returns its exit code and all that it printed."""
    ended = CliRunner().invoke(root, ["recluster", *map(str, words)])
    return ended.exit_code, ended.output


def test_an_archive_is_grouped_without_a_configuration(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out.parquet"
    code, said = given("--engine", "local", "--input", archive, "--output", out, "--jobs", "1")
    assert code == 0, said
    clusters = clusters_in(out)
    assert f"{len(clusters)} articles in {len(set(clusters.values()))} clusters" in said


def test_figures_are_given_as_json(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    code, said = given(
        "--engine", "duckdb", "--input", archive, "--output", out, "--jobs", "1", "--set", "window=1d", "--json"
    )
    assert code == 0, said
    assert json.loads(said) | {"seconds": 0, "clusters": 0} == {
        "engine": "duckdb",
        "articles": len(clusters_in(out)),
        "clusters": 0,
        "seconds": 0,
    }


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--engine", "local", "--output", "b"], "--engine needs --input"),
        (["--engine", "local", "--input", "a"], "--engine needs --output"),
        (["--engine", "local", "--input", "a", "--output", "b", "--since", "7d"], "--since is not for an archive"),
        (["--engine", "local", "--input", "a", "--output", "b", "--dry-run"], "--dry-run is not for an archive"),
        (["--input", "a", "--output", "b"], "--input is for an archive: name an --engine"),
        (["--jobs", "2"], "--jobs is for an archive: name an --engine"),
        (
            ["--engine", "local", "--input", "a", "--output", "b", "--set", "windw=1d"],
            "--set windw=1d: write KEY=VALUE",
        ),
    ],
)
def test_options_that_do_not_go_together_are_refused(words: list[str], reason: str) -> None:
    code, said = given(*words)
    assert code == 2
    assert reason in said


@pytest.mark.parametrize(("engine", "package"), [("duckdb", "duckdb"), ("spark", "pyspark")])
def test_an_engine_that_is_not_installed_is_named(
    engine: str, package: str, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    code, said = given("--engine", engine, "--input", archive, "--output", tmp_path / "out.parquet")
    assert code == 1
    assert f"pip install 'riwaya[{engine}]'" in said
    assert [one.name for one in tmp_path.iterdir()] == ["archive.parquet"]


def test_files_that_are_there_are_not_overwritten_unasked(archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    out.write_text("mine")
    words = ["--engine", "local", "--input", str(archive), "--output", str(out), "--jobs", "1"]
    code, said = given(*words)
    assert (code, out.read_text()) == (1, "mine")
    assert "--force writes over it" in said
    assert given(*words, "--force")[0] == 0
    assert clusters_in(out)
    code, said = given("--engine", "local", "--input", archive, "--output", archive, "--force")
    assert code == 2
    assert "is read by this command" in said


def test_what_cannot_be_read_or_written_is_named(archive: Path, tmp_path: Path) -> None:
    code, said = given("--engine", "local", "--input", tmp_path / "no.parquet", "--output", tmp_path / "out.parquet")
    assert code == 1
    assert "no.parquet: there is no such file or folder" in said
    code, said = given("--engine", "local", "--input", archive, "--output", tmp_path / "no/out.parquet")
    assert code == 1
    assert "no/out.parquet: No such file or directory" in said
