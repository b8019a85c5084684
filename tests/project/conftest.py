"""The repository as its own tests see it."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


@pytest.fixture(scope="session")
def tracked(root: Path) -> list[Path]:
    """Every file under version control, relative to the root."""
    git = shutil.which("git")
    if git is None or not (root / ".git").exists():
        pytest.skip("not a git checkout: nothing tells the project's files from others")
    # A checkout that belongs to another user is one all the same.
    listing = subprocess.run(
        [git, "-c", f"safe.directory={root}", "ls-files", "-z"], cwd=root, check=True, capture_output=True
    )
    files = [Path(name) for name in listing.stdout.decode().split("\0") if name]
    return [file for file in files if (root / file).is_file()]
