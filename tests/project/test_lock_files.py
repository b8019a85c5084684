"""What is installed is pinned, hashed, and says nothing about where it was downloaded from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-spark.lock")


def pins(lock: Path) -> dict[str, Version]:
    """Return the pinned packages of a lock file; every one of them must carry a hash."""
    entries = re.sub(r"\s*\\\n\s*", " ", lock.read_text("utf-8")).splitlines()
    found: dict[str, Version] = {}
    for entry in entries:
        pinned = re.fullmatch(r"([\w.-]+)==(\S+)( ; .+?)?(?: --hash=sha256:[0-9a-f]{64})+", entry)
        assert pinned, f"{lock.name}: {entry[:80]}"
        found[canonicalize_name(pinned[1])] = Version(pinned[2])
    return found


def wanted(root: Path) -> dict[str, list[Requirement]]:
    """Return what pyproject.toml asks for, by the lock file that must hold it."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    groups, extras = project["dependency-groups"], project["project"]["optional-dependencies"]
    run = [*project["project"]["dependencies"], *groups["build"], *project["build-system"]["requires"]]
    return {
        "requirements.lock": [Requirement(line) for line in run],
        "requirements-dev.lock": [Requirement(line) for line in [*run, *groups["dev"], *extras["duckdb"]]],
        "requirements-spark.lock": [Requirement(line) for line in [*run, *groups["dev"], *extras["spark"]]],
    }


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(root: Path, name: str) -> None:
    text = (root / name).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links|-f)\b", text, re.MULTILINE)
    assert " @ " not in text


@pytest.mark.parametrize("name", LOCKS)
def test_every_requirement_is_pinned_to_a_release_that_fits(root: Path, name: str) -> None:
    locked = pins(root / name)
    for requirement in wanted(root)[name]:
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, requirement
        assert requirement.specifier.contains(version), f"{requirement}: {version}"


def test_development_runs_on_the_releases_of_the_service(root: Path) -> None:
    run, dev, spark = (pins(root / name) for name in LOCKS)
    assert run.items() <= dev.items() <= spark.items()


def test_no_lock_with_addresses_is_kept(tracked: list[Path]) -> None:
    forbidden = re.compile(r"(uv|poetry|pdm|Pipfile)\.lock|pylock(\.\w+)?\.toml")
    assert not [str(file) for file in tracked if forbidden.fullmatch(file.name)]
