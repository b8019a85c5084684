"""The file tree of a small Debian and the wheels of riwaya's dependencies, made once and kept between runs.

`python -m tests.systemd.base_tree` makes them ahead of the tests, which then need not wait.
"""

import fcntl
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]

FOLDER_VARIABLE = "RIWAYA_TEST_BOOT"
"""Where both are kept, instead of a folder of root's among the temporary files."""

SUITE = "bookworm"
SUITE_PYTHON = "3.11"
PACKAGES = ("dbus", "make", "procps", "python3", "python3-venv", "systemd", "systemd-sysv")
"""What docs/operations.md asks for, and what makes a Debian boot."""

PROGRAMS = ("debootstrap", "nsenter", "systemd-nspawn")


class CannotBootError(Exception):
    """A systemd cannot be booted here; the message says why."""


@dataclass(frozen=True, slots=True)
class Base:
    """A tree to copy and boot, and a folder of wheels."""

    tree: Path
    wheels: Path


def prepare() -> Base:
    """Make what is missing. Raises CannotBootError."""
    _require()
    with _locked(_folder()) as folder:
        packages = sha256(" ".join(PACKAGES).encode()).hexdigest()[:8]
        locked = sha256((ROOT / "requirements.lock").read_bytes()).hexdigest()[:8]
        tree, wheels = folder / f"{SUITE}-{packages}", folder / f"wheels-{locked}"
        if not tree.exists():
            new = _emptied(folder / "new-tree")
            _run("debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", SUITE, str(new))
            new.rename(tree)
        if not wheels.exists():
            new = _emptied(folder / "new-wheels")
            download = ["-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--dest", str(new)]
            _run(sys.executable, *download, "--requirement", str(ROOT / "requirements.lock"))
            new.rename(wheels)
    return Base(tree, wheels)


def _require() -> None:
    if sys.platform != "linux":
        raise CannotBootError("only Linux boots systemd in a container")
    if os.geteuid() != 0:
        raise CannotBootError("only root can boot a container")
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        raise CannotBootError(f"not installed: {', '.join(missing)} (packages debootstrap and systemd-container)")
    if platform.python_version_tuple()[:2] != tuple(SUITE_PYTHON.split(".")):
        raise CannotBootError(
            f"wheels for the container's Python {SUITE_PYTHON} come from a Python {SUITE_PYTHON} only"
        )


def _folder() -> Path:
    folder = Path(os.environ.get(FOLDER_VARIABLE) or Path(tempfile.gettempdir(), "riwaya-boot"))
    folder.mkdir(mode=0o700, exist_ok=True)
    # Whoever owns it decides what is booted as root.
    if folder.stat().st_uid != 0 or folder.is_symlink():
        raise CannotBootError(f"{folder} belongs to somebody else")
    return folder


@contextmanager
def _locked(folder: Path) -> Iterator[Path]:
    """Wait for another process that prepares the same."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _run(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        last = "\n".join((done.stdout + done.stderr).splitlines()[-5:])
        raise CannotBootError(f"{Path(command[0]).name} failed: {last}")


if __name__ == "__main__":
    sys.stdout.write(f"{prepare()}\n")
