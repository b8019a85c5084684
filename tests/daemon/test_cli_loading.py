"""What commands load: reading ones should start quickly, and the service should stay small."""

import subprocess
import sys
from collections.abc import Iterable

from tests.daemon.newsroom import ROOT, Newsroom, clean_environment

FINDING = (["clusters", "--json"], ["search", "الهدنة", "--json"], ["status", "--json"])
COMPARING = (["show", "1", "--json"], ["why", "1", "2", "--json"])


def loaded(archive: Newsroom, commands: Iterable[list[str]]) -> set[str]:
    """Return the modules that these commands load, top-level ones and those of SQLAlchemy."""
    script = (
        "import sys\n"
        "from daemon.cli import root\n"
        f"for command in {commands!r}:\n"
        f"    root(['--config', {str(archive.config)!r}, *command], standalone_mode=False)\n"
        "names = [name.split('.') for name in sys.modules]\n"
        "print(*sorted({'.'.join(name[: 2 if name[0] == 'sqlalchemy' else 1]) for name in names}), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=clean_environment(), cwd=ROOT, check=True
    )
    return set(done.stderr.splitlines()[-1].split())


def test_reading_commands_load_neither_datasketch_nor_alembic(archive: Newsroom) -> None:
    modules = loaded(archive, (*FINDING, *COMPARING))
    assert "sqlalchemy" in modules
    assert modules.isdisjoint({"datasketch", "scipy", "alembic", "apscheduler", "httpx", "feedparser"})


def test_commands_that_compare_no_texts_load_neither_numpy_nor_the_orm(archive: Newsroom) -> None:
    modules = loaded(archive, FINDING)
    assert "sqlalchemy.sql" in modules
    assert modules.isdisjoint({"numpy", "sqlalchemy.orm"})


def test_the_service_loads_neither_datasketch_nor_the_web() -> None:
    # A signature is made, as at the first article: the permutations of datasketch are ours to draw.
    script = (
        "import sys\n"
        "import daemon.cli.serving\n"
        "from daemon.stored_versions import signed\n"
        "signed('عنوان', 'نص الخبر')\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=clean_environment(), cwd=ROOT, check=True
    )
    modules = set(done.stdout.split())
    assert "apscheduler" in modules
    assert modules.isdisjoint({"datasketch", "scipy", "fastapi", "uvicorn", "trafilatura", "feedparser", "pyarrow"})
