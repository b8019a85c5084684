"""What is shipped for monitoring fits the program, and its page tells of all of it."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from daemon.metrics.declared import Metrics

NAMED = re.compile(r"\briwaya_\w+")
PARTS = ("_bucket", "_sum", "_count")


def declared() -> dict[str, tuple[str, str]]:
    """Return type and meaning of each metric of ours, by the name that it is asked for with."""
    ends = {"counter": "_total", "info": "_info"}
    return {
        f"{family.name}{ends.get(family.type, '')}": (family.type, family.documentation)
        for family in Metrics().registry.collect()
        if family.name.startswith("riwaya_")
    }


def rules(root: Path) -> list[dict[str, Any]]:
    groups = yaml.safe_load((root / "monitoring/riwaya.rules.yml").read_text("utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def rows(root: Path, header: str) -> dict[str, tuple[str, str]]:
    """Return the rows of the table under a header of docs/monitoring.md."""
    page = (root / "docs/monitoring.md").read_text("utf-8")
    table = page.partition(header)[2].partition("\n\n")[0]
    return {
        name: (kind, told) for name, kind, told in re.findall(r"^\| `(\w+)` \| (\w+) \| (.+) \|$", table, re.MULTILINE)
    }


def bare(name: str) -> str:
    return next((name.removesuffix(part) for part in PARTS if name.endswith(part)), name)


def test_the_page_tells_of_every_metric_and_no_other(root: Path) -> None:
    told = rows(root, "| metric | type | meaning |")
    assert {name: kind for name, (kind, _) in told.items()} == {name: kind for name, (kind, _) in declared().items()}
    for name, (_, meaning) in declared().items():
        assert told[name][1].startswith(meaning.rstrip(".")), name


def test_names_follow_the_conventions() -> None:
    for name, (kind, meaning) in declared().items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", name), name
        assert (kind == "counter") == name.endswith("_total"), name
        assert not re.search(r"_(ms|milliseconds|minutes|hours|kb|mb|percent)(_|$)", name), name
        assert len(meaning) > 10, name


def test_rules_and_dashboard_name_metrics_that_exist(root: Path) -> None:
    known = set(declared())
    assert {bare(name) for rule in rules(root) for name in NAMED.findall(rule["expr"])} <= known
    board = json.loads((root / "monitoring/grafana.json").read_text("utf-8"))
    shown = {bare(name) for name in NAMED.findall(json.dumps(board))}
    assert shown <= known
    # What the dashboard leaves out is shown by its variables, or is a moment that others are counted from.
    assert {name for name in known - shown if not name.endswith("_seconds")} == {"riwaya_sources", "riwaya_clusterer"}


def test_every_alert_says_what_to_do_and_stands_on_the_page(root: Path) -> None:
    told = rows(root, "| alert | severity | what to do |")
    assert {rule["alert"]: rule["labels"]["severity"] for rule in rules(root)} == {
        name: severity for name, (severity, _) in told.items()
    }
    for rule in rules(root):
        assert set(rule["annotations"]) == {"summary", "description"}, rule["alert"]
        assert rule["for"], rule["alert"]


def test_every_panel_of_the_dashboard_has_a_place_of_its_own(root: Path) -> None:
    board = json.loads((root / "monitoring/grafana.json").read_text("utf-8"))
    taken: set[tuple[int, int]] = set()
    for panel in board["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells
    ids = [panel["id"] for panel in board["panels"]]
    assert len(ids) == len(set(ids))


def test_every_alert_is_tested(root: Path) -> None:
    cases = yaml.safe_load((root / "monitoring/riwaya.rules.test.yml").read_text("utf-8"))["tests"]
    for rule in rules(root):
        (case,) = (case for case in cases if case["name"] == rule["alert"])
        silent, firing = case["alert_rule_test"]
        assert silent["exp_alerts"] == [], rule["alert"]
        assert len(firing["exp_alerts"]) == 1, rule["alert"]


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ("check", "rules", "riwaya.rules.yml"),
        ("check", "config", "prometheus.yml"),
        ("test", "rules", "riwaya.rules.test.yml"),
    ],
)
def test_promtool_finds_no_fault(root: Path, command: tuple[str, ...]) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed: Debian's package prometheus has it")
    ended = subprocess.run(
        ["promtool", *command],  # noqa: S607 - the system's own
        cwd=root / "monitoring",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
