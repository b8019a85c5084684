"""What the program says of itself, and what it loads to say it."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from daemon import __version__
from daemon.cli import root
from tests.daemon.newsroom import ROOT, called, clean_environment, program

COMMANDS = (
    *("run", "fetch", "check", "status", "replay", "sources", "clusters", "show", "history", "search", "why"),
    *(
        "merge",
        "split",
        "pin",
        "never",
        "undo",
        "corrections",
        "alerts",
        "recluster",
        "backtest",
        "export",
        "import",
        "backup",
        "restore",
        "db",
        "demo",
    ),
)


def _commands() -> Iterator[tuple[str, ...]]:
    context = click.Context(root)
    for name in root.list_commands(context):
        yield (name,)
        command = root.get_command(context, name)
        if isinstance(command, click.Group):
            yield from ((name, inner) for inner in command.commands)


EVERY_COMMAND = list(_commands())


def test_the_list_of_commands() -> None:
    ended = called("--help")
    assert ended.code == 0
    listed = [line.split()[0] for line in ended.out.partition("Commands:\n")[2].splitlines()]
    assert tuple(listed) == COMMANDS


@pytest.mark.parametrize("names", EVERY_COMMAND, ids=" ".join)
def test_every_help_shows_an_example_on_a_line_of_its_own(names: tuple[str, ...]) -> None:
    ended = called(*names, "--help")
    assert ended.code == 0
    assert "\\b" not in ended.out
    lines = [line.strip() for line in ended.out.splitlines()]
    examples = lines[next(place for place, line in enumerate(lines) if line in ("Example:", "Examples:")) + 1 :]
    assert examples[0].startswith("riwaya ")
    assert " ".join(names) in examples[0]


def test_the_help_of_the_program_keeps_its_lines() -> None:
    lines = [line.strip() for line in called("--help").out.splitlines()]
    assert "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration." in lines


def test_the_version() -> None:
    ended = program("--version")
    assert (ended.code, ended.out, ended.err) == (0, f"riwaya, version {__version__}\n", "")


@pytest.mark.parametrize(
    ("args", "reason"),
    [
        (["clustre"], "clustre"),
        (["clusters", "--colour"], "--colour"),
        (["clusters", "--min-sources", "0"], "min-sources"),
        (["clusters", "--order", "loudest"], "loudest"),
        (["show"], "CLUSTER"),
        (["show", "first"], "first"),
        (["why", "1"], "ARTICLE"),
        (["search"], "QUERY"),
        (["run", "--only", "pages"], "pages"),
        (["backtest"], "FILE"),
        (["--log-level", "loud", "status"], "loud"),
    ],
)
def test_wrong_usage_ends_with_2_and_names_what_is_wrong(args: list[str], reason: str) -> None:
    ended = called(*args)
    assert ended.code == 2
    assert reason in ended.err
    assert ended.out == ""


def loaded(*args: str) -> set[str]:
    """Return the top-level modules that a command loads, in a fresh process."""
    script = (
        "import sys\n"
        "from daemon.cli import root\n"
        "try:\n"
        f"    root({list(args)!r}, standalone_mode=False)\n"
        "finally:\n"
        "    print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=clean_environment(), cwd=ROOT, check=True
    )
    return set(done.stderr.splitlines()[-1].split())


def test_help_loads_neither_numbers_nor_the_store() -> None:
    modules = loaded("--help")
    assert "click" in modules
    assert modules.isdisjoint({"numpy", "sqlalchemy", "httpx", "pydantic", "feedparser", "datasketch", "apscheduler"})
