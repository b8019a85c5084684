"""The wheel holds everything that riwaya needs at run time, and nothing else."""

import os
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from daemon import __version__

pytestmark = pytest.mark.slow

DATA = (
    "clustering/verdict_weights.json",
    "daemon/demo/outlets.yaml",
    "daemon/demo/stories/talks-collapse.yaml",
    "storage/migrations/script.py.mako",
    "storage/migrations/versions/0001_baseline.py",
    "web/locale/ar/LC_MESSAGES/riwaya.po",
    "web/static/fonts/OFL.txt",
    "web/static/fonts/markazi-text-arabic-400-normal.woff2",
    "web/static/site.css",
    "web/static/site.js",
    "web/templates/story.html",
)


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with what is installed, as `pip install --no-build-isolation .` does."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def test_the_wheel_holds_the_tracked_files_of_the_packages(wheel: Path, root: Path, tracked: list[Path]) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    packages = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert {file.as_posix() for file in tracked if file.parts[0] in packages} <= held
    assert set(DATA) <= held
    assert {name.split("/")[0] for name in held} == set(packages)
    assert not [name for name in held if name.endswith((".pyc", ".db"))]


def test_the_wheel_tells_its_version_and_needs(unpacked: Path, root: Path) -> None:
    (metadata,) = unpacked.glob("*.dist-info/METADATA")
    facts = Parser().parsestr(metadata.read_text("utf-8"))
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    assert facts["Version"] == __version__
    assert facts["License-Expression"] == "Apache-2.0"
    extras = project["optional-dependencies"]
    assert facts.get_all("Provides-Extra") == sorted(extras)
    assert len(facts.get_all("Requires-Dist", [])) == sum(map(len, [project["dependencies"], *extras.values()]))


def test_riwaya_runs_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("sources: []\n", encoding="utf-8")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("RIWAYA_")}
    environ["PYTHONPATH"] = str(unpacked)

    def run(*arguments: str) -> str:
        command = [sys.executable, "-P", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environ, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    assert run("-c", "import storage; print(storage.__file__)") == str(unpacked / "storage" / "__init__.py")
    assert run("-m", "daemon", "--version").endswith(__version__)
    # Migrations, stories and weights are read from files beside the code.
    assert run("-m", "daemon", "db", "upgrade") == "the store has schema 0001"
    assert int(run("-c", "from daemon.demo.stories import load_stories; print(len(load_stories()))")) >= 8
    run("-c", "from clustering.verdict import fitted_weights; fitted_weights()")
