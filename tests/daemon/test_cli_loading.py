"""What commands load: reading ones should start quickly, and the service should stay small."""

import subprocess
import sys

from tests.daemon.newsroom import ROOT, Newsroom, clean_environment

READING = (
    ["clusters", "--json"],
    ["search", "الهدنة", "--json"],
    ["status", "--json"],
    ["show", "1", "--json"],
    ["why", "1", "2", "--json"],
)


def test_reading_commands_load_neither_datasketch_nor_alembic(archive: Newsroom) -> None:
    script = (
        "import sys\n"
        "from daemon.cli import root\n"
        f"for command in {READING!r}:\n"
        f"    root(['--config', {str(archive.config)!r}, *command], standalone_mode=False)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=clean_environment(), cwd=ROOT, check=True
    )
    modules = set(done.stderr.splitlines()[-1].split())
    assert "sqlalchemy" in modules
    assert modules.isdisjoint({"datasketch", "scipy", "alembic", "apscheduler", "httpx", "feedparser"})


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
