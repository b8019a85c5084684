"""What the documents say about commands, files and dependencies is so."""

import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement

from daemon import __version__
from daemon.cli import root as riwaya

FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
SHELL = {"sh", "console"}


def pages(root: Path) -> list[Path]:
    """Return the documents."""
    return [root / "README.md", root / "CONTRIBUTING.md", root / "CHANGELOG.md", *sorted((root / "docs").glob("*.md"))]


def shell_lines(page: Path) -> Iterator[str]:
    """Yield the commands in the code blocks of a page."""
    for language, block in FENCE.findall(page.read_text("utf-8")):
        if language in SHELL:
            for line in block.replace("\\\n", " ").splitlines():
                # In a console block only lines behind a prompt are commands.
                if language == "sh" or line.lstrip().startswith("$ "):
                    yield line.strip().removeprefix("$ ")


def words_of(line: str) -> list[list[str]]:
    """Split a shell line into commands without their redirections, variables and sudo."""
    parts = re.split(r"\s(?:\||&&)\s", line)
    return [_bare(shlex.split(re.split(r"\s(?:>{1,2}|<)\s", part)[0], comments=True)) for part in parts]


def _bare(words: list[str]) -> list[str]:
    while words and (words[0] in {"sudo", "env"} or re.match(r"[A-Z_]+=", words[0])):
        words = words[1:]
    return words


def parse(words: list[str]) -> None:
    """Take a command line apart as riwaya does, without running it. Raises click.UsageError."""
    command: click.Command = riwaya
    context: click.Context | None = None
    while True:
        try:
            context = command.make_context(words[0], words[1:], parent=context)
        except click.exceptions.Exit:  # --help, --version
            return
        if not isinstance(command, click.Group):
            return
        rest = [*context._protected_args, *context.args]
        name, found, following = command.resolve_command(context, rest)
        assert found is not None
        command, words = found, [str(name), *following]


def test_every_riwaya_command_in_the_documents_can_be_given(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tried = 0
    for page in pages(root):
        for line in shell_lines(page):
            for words in words_of(line):
                if words and Path(words[0]).name == "riwaya":
                    try:
                        parse(["riwaya", *words[1:]])
                    except click.ClickException as error:
                        pytest.fail(f"{page.name}: {line}: {error.format_message()}")
                    tried += 1
    capsys.readouterr()
    assert tried > 15


def test_a_command_that_does_not_exist_would_be_noticed() -> None:
    for line in ("riwaya clusterz", "riwaya clusters --min-source 3 --jsn", "riwaya show", "riwaya db downgrade"):
        with pytest.raises(click.UsageError):
            parse(words_of(line)[0])


def test_commands_named_in_running_text_exist(root: Path) -> None:
    commands = riwaya.list_commands(click.Context(riwaya))
    for page in pages(root):
        for code in INLINE.findall(FENCE.sub("", page.read_text("utf-8"))):
            if named := re.match(r"riwaya (?:--config \S+ )?([a-z]+)", code):
                assert named[1] in commands, f"{page.name}: {code}"


def test_the_readme_shows_every_command(root: Path) -> None:
    shown = {words[1] for line in shell_lines(root / "README.md") for words in words_of(line) if len(words) > 1}
    assert set(riwaya.list_commands(click.Context(riwaya))) <= shown


def test_measurements_in_the_documents_exist_and_all_are_told(root: Path) -> None:
    named = {
        name for page in pages(root) for name in re.findall(r"python -m benchmarks\.(\w+)", page.read_text("utf-8"))
    }
    programs = {path.stem for path in (root / "benchmarks").glob("*.py") if "__main__" in path.read_text("utf-8")}
    assert named == programs - {"__main__"}


def test_make_targets_in_the_documents_exist(root: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set()
    for page in pages(root):
        code = [*shell_lines(page), *INLINE.findall(FENCE.sub("", page.read_text("utf-8")))]
        named |= {found[1] for line in code if (found := re.match(r"make ([a-z-]+)(?![\w:-])", line))}
    assert {"run", "test", "demo", "lint"} <= named <= targets


def test_every_target_of_the_makefile_is_explained(root: Path) -> None:
    text = (root / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == set(re.findall(r"^([a-z-]+):.*## \S", text, re.MULTILINE))


def test_files_that_the_documents_name_are_there(root: Path) -> None:
    path = re.compile(r"(?:benchmarks|clustering|daemon|docs|monitoring|sources|storage|systemd|tests|\.ci)/[\w./-]*")
    for page in pages(root):
        text = FENCE.sub("", page.read_text("utf-8"))
        links = [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]
        missing = [link for link in links if not (page.parent / link).exists()]
        missing += [code for code in INLINE.findall(text) if path.fullmatch(code) and not (root / code).exists()]
        assert not missing, page.name


def test_every_dependency_has_its_reason(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    optional = [*project["dependency-groups"].values(), *project["project"]["optional-dependencies"].values()]
    lines = [*project["project"]["dependencies"], *chain.from_iterable(optional)]
    decisions = (root / "docs/decisions.md").read_text("utf-8")
    reasons = dict(re.findall(r"^\| `([\w.\[\]-]+)` \| (.{30,}) \|$", decisions, re.MULTILINE))
    assert {Requirement(line).name for line in lines} == {Requirement(name).name for name in reasons}


def test_the_changelog_knows_this_version(root: Path) -> None:
    changelog = (root / "CHANGELOG.md").read_text("utf-8")
    unreleased = changelog.partition("## [Unreleased]")[2].partition("\n## ")[0]
    assert f"## [{__version__}]" in changelog or __version__ in unreleased


def test_the_figures_of_the_readme_are_those_of_the_fit(root: Path) -> None:
    figures = json.loads((root / "clustering/verdict_weights.json").read_text("utf-8"))["figures"]
    pairs, stream = figures["pairs"], figures["stream"]
    (across_groups,) = (facts for name, facts in pairs.items() if name.startswith("each half"))
    both = stream["each corpus, fitted on the rest"]
    told = [f"{across_groups['pairs']:,} labelled pairs", f"{100 * across_groups['accuracy']:.1f} %"]
    told += [f"{facts['ari']:.2f}" for name, facts in stream.items() if not name.startswith("each half")]
    told += [f"precision of pairs {both['pair_precision']:.2f}", f"recall {both['pair_recall']:.2f}"]
    readme = " ".join((root / "README.md").read_text("utf-8").partition("## How stories are")[2].split())
    assert [figure for figure in told if figure not in readme] == []


def test_the_readme_stays_short(root: Path) -> None:
    assert len((root / "README.md").read_text("utf-8").splitlines()) < 250
