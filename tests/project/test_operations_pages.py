"""What docs/operations.md, docs/status.md and docs/troubleshooting.md say is what the code says."""

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daemon import status_closed
from daemon.status_line import status_line
from daemon.watchdog import Silence
from storage.brief import Brief

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
TELLING = 12
"""Letters of a piece of text from which on it can be told from chance."""


@pytest.fixture(scope="module")
def status(root: Path) -> str:
    return (root / "docs/status.md").read_text("utf-8")


def lines(pattern: str, text: str) -> list[Any]:
    """Find a pattern line by line."""
    return re.findall(pattern, text, re.MULTILINE)


def advices(root: Path) -> list[list[str]]:
    """Return the fixed pieces of each line of advice in the code."""
    tree = ast.parse((root / "daemon/status_advice.py").read_text("utf-8"))
    yielded = [node.value for node in ast.walk(tree) if isinstance(node, ast.Yield) and node.value is not None]
    return [
        [part.value for part in ast.walk(value) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        for value in yielded
    ]


def test_every_advice_is_explained(root: Path, status: str) -> None:
    explained = status.partition("## Every advice")[2]
    told = [[piece for piece in pieces if len(piece) >= TELLING] for pieces in advices(root)]
    assert len(told) >= 14
    assert all(told), "an advice without words of its own cannot be looked for"
    assert [piece for pieces in told for piece in pieces if piece.strip() not in explained] == []
    assert [cure for cure in status_closed.CURES if f"`{cure}`" not in explained] == []


def test_every_line_and_column_of_the_screen_is_explained(root: Path, status: str) -> None:
    code = (root / "daemon/cli/status.py").read_text("utf-8")
    explained = status.partition("## Every line of the screen")[2].partition("## Every advice")[0]
    labels = set(re.findall(r'"([a-z]+)  +\{', code))
    assert labels == {"service", "feeds", "articles", "clusters", "store", "disk", "pages", "alerts"}
    assert [label for label in labels if f"| `{label}` |" not in explained] == []
    headings = set(re.findall(r'Column\("([^"]+)"', code))
    assert len(headings) > 20
    quoted = set(re.findall(r"`([^`]+)`", explained))
    assert headings - quoted - {"and"} == set()
    assert "`between` one look `and` the next" in explained


def test_every_part_of_the_line_of_systemd_is_explained(root: Path, status: str) -> None:
    explained = status.partition("## The line of systemd")[2]
    brief = Brief(feeds=412, late=3, last_cluster=NOW - timedelta(seconds=12))
    parts = [status_line(brief, NOW), "no cluster yet", *map(str, (Silence("tick", 75), Silence("store", 130)))]
    parts.append(str(Silence("clusterer", 320)))
    pulse = (root / "daemon/pulse.py").read_text("utf-8")
    parts += re.findall(r'troubles\.append\(f"([^{"]+)', pulse)
    parts += re.findall(r'\[f"([^{"]+)', pulse)
    for name in ("pulse", "long_start"):
        parts += re.findall(r"STATUS=([a-z][a-z ]+)", (root / f"daemon/{name}.py").read_text("utf-8"))
    service = (root / "daemon/service.py").read_text("utf-8")
    parts += re.findall(r'return "(the [^"]+)"', service) + re.findall(r'refused: str \| None = "([^"]+)"', service)
    parts += ["no room for the store: ", "the store can only be read: "]
    assert len(parts) >= 14
    assert [part for part in parts if part.strip() not in explained] == []


def test_the_table_of_machines_is_reckoned_from_the_measurements(root: Path) -> None:
    measured = (root / "docs/benchmarks.md").read_text("utf-8")
    a_fetch = float(lines(r"^\| changed feeds, 2 of 40 items new \| \d+ \| ([\d.]+) \|$", measured)[0]) / 1000
    lite, postgres = (
        int(figure.replace(",", ""))
        for figure in lines(r"^\| bytes an article \| ([\d,]+) \| ([\d,]+) \|$", measured)[0]
    )
    page = (root / "docs/operations.md").read_text("utf-8")
    new, asked = (int(re.findall(words, page)[0]) for words in (r"bring (\d+) new articles", r"asked (\d+) times"))
    fixed = int(re.findall(r"\*\*Memory\*\*: (\d+) MB", page)[0])
    parts = [
        r"process \(PSS\), last ten days \| (\d+) MB",
        r"parser workers \| \d+ to (\d+) MB",
        r"of its own \| \d+ \| (\d+)",
    ]
    assert fixed == round(sum(int(lines(part, measured)[0]) for part in parts), -1)
    for feeds in (100, 500, 5000):
        fetches, articles = feeds * asked, feeds * new
        cells = [
            f"{feeds:,}",
            f"{fetches:,}",
            f"{articles:,}",
            f"{fetches * a_fetch / 86_400:.1%}".replace("%", " %"),
            f"{articles * 365 * lite / 1e9:.0f} GB",
            f"{articles * 365 * postgres / 1e9:.0f} GB",
            f"{fetches * 90 * 160 / 1e9:.1f} GB",
            f"{fixed + articles * 3 / 1000:.0f} MB",
        ]
        assert f"| {' | '.join(cells)} |" in page


def test_links_to_a_heading_lead_to_one(root: Path) -> None:
    for page in sorted((root / "docs").glob("*.md")):
        for file, heading in re.findall(r"\]\((\w[\w.-]*\.md)?#([\w-]+)\)", page.read_text("utf-8")):
            target = page.with_name(file or page.name)
            titles = lines(r"^#+ (.+)$", target.read_text("utf-8"))
            anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
            assert heading in anchors, f"{page.name}: {target.name}#{heading}"


def test_the_outcomes_that_are_told_exist(root: Path) -> None:
    told = (root / "docs/troubleshooting.md").read_text("utf-8").partition("## A feed fails")[2].partition("\n## ")[0]
    outcomes = set(lines(r'^    [A-Z_]+ = "(\w+)"$', (root / "sources/outcome.py").read_text("utf-8")))
    listed = {name for line in lines(r"^- ([^:]+):", told) for name in re.findall(r"`([a-z_]+)`", line)}
    assert listed <= outcomes
    assert outcomes - listed == {"ok", "not_modified", "unchanged", "abandoned"}  # which are no failures
