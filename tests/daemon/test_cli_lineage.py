"""What `riwaya show` and `riwaya demo` tell about where a version comes from."""

from typing import Any

import pytest

from clustering.lineage import lineage
from daemon.cli.demo import _clusters, _print
from daemon.cli.descent import descent_in_words
from daemon.cli.terminal import isolated
from tests.clustering.tracing import BODY, LEAD, OTHER, REST, TITLE, version
from tests.daemon.newsroom import Newsroom

SHORT = ("parent", "kind", "revision")


def story_with(archive: Newsroom, path: str) -> int:
    ((cluster,),) = archive.rows("SELECT cluster_id FROM article WHERE url LIKE :url", url=f"%{path}")
    return int(cluster)


@pytest.fixture(scope="module")
def derailment(archive: Newsroom) -> dict[str, Any]:
    return archive.call("show", story_with(archive, "/addaffa/5134.html"), "--json").data


def by_outlet(story: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the first version of each outlet."""
    return {version["source"]: version for version in reversed(story["versions"])}


def test_an_edit_is_a_revision_with_the_figures_that_changed(derailment: dict[str, Any]) -> None:
    (edit,) = (version for version in derailment["versions"] if version["number"] == 2)
    former = by_outlet(derailment)["addaffa"]
    assert [edit[key] for key in SHORT] == [former["version"], "corrected", True]
    assert edit["changed_figures"] == [
        {"place": "title", "from": "12", "to": "19"},
        {"place": "lead", "from": "12", "to": "19"},
        {"place": "lead", "from": "47", "to": "52"},
    ]
    assert edit["changed_names"] == []
    assert edit["contained"]["of_parent"] > edit["contained"]["in_parent"] > 0.9


def test_copies_point_to_the_version_they_could_come_from(derailment: dict[str, Any]) -> None:
    first = by_outlet(derailment)["addaffa"]
    assert derailment["origin"] == {"version": first["version"], "reason": "first"}
    assert derailment["independent_texts"] == 1
    assert [first[key] for key in SHORT] == [None, "original", False]
    assert first["contained"] is None
    expected = {"almarfa": "verbatim", "maghas": "trimmed", "sariya": "trimmed"}
    for outlet, kind in expected.items():
        version = by_outlet(derailment)[outlet]
        assert [version[key] for key in SHORT] == [first["version"], kind, False]
        assert version["contained"]["in_parent"] == 1.0
        assert version["changed_figures"] == []


def test_every_parent_of_every_story_is_an_earlier_version_of_it(archive: Newsroom) -> None:
    roots = 0
    for row in archive.call("clusters", "--json").rows:
        versions = archive.call("show", row["id"], "--json").data["versions"]
        earlier: list[int | None] = [None]
        for one in versions:
            assert one["parent"] in earlier
            assert (one["kind"] == "original") == (one["parent"] is None)
            earlier.append(one["version"])
            roots += one["parent"] is None
    assert roots == len(archive.call("clusters", "--json").rows)


def test_show_says_it_in_words(archive: Newsroom, derailment: dict[str, Any]) -> None:
    lines = archive.call("show", derailment["id"]).out.splitlines()
    assert "in 5 versions of one text" in lines[1]
    assert "  original text" in lines
    assert f"  verbatim copy of {isolated('صحيفة الدفّة')}" in lines
    assert f"  trimmed from {isolated('صحيفة الدفّة')}" in lines
    assert "  edited: 12 -> 19, 47 -> 52" in lines


def test_the_demonstration_says_it_too(archive: Newsroom, capsys: pytest.CaptureFixture[str]) -> None:
    for cluster in _clusters(archive.config):
        _print(cluster)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert any(line.endswith("  edited: 12 -> 19, 47 -> 52") for line in lines)
    assert any(f"verbatim copy of {isolated('صحيفة الدفّة')} (" in line for line in lines)
    assert any(f"same text as {isolated('صحيفة المرفأ')}, other headline (" in line for line in lines)


@pytest.mark.parametrize(
    ("body", "title", "words"),
    [
        (BODY, TITLE, "verbatim copy of {}"),
        (BODY, "قتلى وجرحى في سوق السمك بعد سقوط ألواح خرسانية", "same text as {}, other headline"),
        (BODY.replace("12", "19"), TITLE, "copy of {} with other figures: 12 -> 19"),
        ("\n".join((LEAD, *REST[:2])), TITLE, "trimmed from {}"),
        (f"{BODY}\n{OTHER}", TITLE, "extended from {}"),
        ("\n".join((LEAD, *REST[:3], OTHER[:190])), TITLE, "reworded from {}"),
        (f"{OTHER}\n{LEAD}", TITLE, "own words, nearest to {}"),
        (OTHER, TITLE, "original text"),
    ],
)
def test_each_kind_in_words(body: str, title: str, words: str) -> None:
    second = lineage([version(1), version(2, body, title=title)]).descents[1]
    assert descent_in_words(second, {1: "الساحل", 2: "المرفأ"}) == words.format(isolated("الساحل"))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (BODY.replace("مقتضب", "قصير"), "edited: a few words or signs"),
        ("\n".join((LEAD, *REST[:2])), "edited: trimmed"),
        (f"{BODY}\n{OTHER}", "edited: extended"),
        (OTHER, "edited: reworded"),
        (BODY.replace("12", "19").replace("47", "52"), "edited: 12 -> 19, 47 -> 52"),
    ],
)
def test_each_edit_in_words(body: str, words: str) -> None:
    second = lineage([version(1), version(2, body, article=1)]).descents[1]
    assert descent_in_words(second, {1: "الساحل", 2: "الساحل"}) == words


def test_an_outlet_s_name_cannot_act_on_the_terminal() -> None:
    second = lineage([version(1), version(2)]).descents[1]
    assert descent_in_words(second, {1: "\x1b[31mred\u202e", 2: ""}) == "verbatim copy of [31mred"
