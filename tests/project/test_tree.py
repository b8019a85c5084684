"""Rules that hold for every file of the project."""

import re
import tomllib
from pathlib import Path

PACKAGES = ("clustering", "daemon", "sources", "storage")
LONGEST_FILE = 400
# Spelled in two halves, so that this file does not name what it forbids.
UNFINISHED = re.compile(
    "|".join([r"\bTO" + "DO\\b", r"\bFIX" + "ME\\b", "NotImplemented" + "Error", "pragma: " + "no"])
)
# Names that say nothing about what is inside.
MEANINGLESS = {"utils", "util", "helpers", "helper", "manager", "base_classes", "common", "misc"}


def test_no_file_of_code_is_too_long(root: Path, tracked: list[Path]) -> None:
    lengths = {
        str(file): len((root / file).read_text("utf-8").splitlines())
        for file in tracked
        # A migration is one piece, however much it moves; tests grow by cases.
        if file.suffix == ".py" and file.parts[0] != "tests" and "migrations" not in file.parts
    }
    assert len(lengths) > 50
    assert not {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE}


def test_nothing_is_left_unfinished(root: Path, tracked: list[Path]) -> None:
    marks = [
        f"{file}: {mark.group()}"
        for file in tracked
        if (mark := UNFINISHED.search((root / file).read_text("utf-8", "replace")))
    ]
    assert not marks


def test_every_module_says_what_it_holds(root: Path, tracked: list[Path]) -> None:
    code = [file for file in tracked if file.suffix == ".py" and file.parts[0] in PACKAGES]
    assert not [str(file) for file in code if not (root / file).read_text("utf-8").startswith('"""')]
    assert not [str(file) for file in code if file.stem in MEANINGLESS]


def test_every_package_is_shipped_and_held_to_the_import_rule(root: Path, tracked: list[Path]) -> None:
    packages = {file.parts[0] for file in tracked if file.name == "__init__.py" and len(file.parts) == 2}
    packages -= {"benchmarks"}
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]
    assert packages == set(project["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert packages == set(project["importlinter"]["root_packages"])
    assert packages <= set(project["mypy"]["packages"])


def test_names_of_test_files_are_unique(tracked: list[Path]) -> None:
    # Without packages in tests/, pytest tells modules apart by their base names only.
    names = [file.name for file in tracked if file.parts[0] == "tests" and file.match("test_*.py")]
    assert len(names) == len(set(names))
