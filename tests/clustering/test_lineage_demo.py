"""The demonstration's stories: every copy has the kind that it was written to show."""

from datetime import UTC, datetime

import pytest

from clustering.lineage import DatedVersion, independent_texts, lineage
from daemon.demo.stories import Story, load_outlets, load_stories, showings
from tests.clustering.tracing import changes, descent, kind

STARTED = datetime(2025, 11, 20, 9, 0, tzinfo=UTC)
AFTER_EVERYTHING = 10_000.0

Key = tuple[str, int]  # outlet, first or second text


def told(story: Story) -> dict[Key, DatedVersion]:
    """Return the versions of a story as its outlets' feeds show them, tails and all."""
    found: dict[Key, DatedVersion] = {}
    for outlet in load_outlets():
        for copy in (copy for copy in story.copies if copy.outlet == outlet.id):
            moments = [copy.after] if copy.revised is None else [copy.after, copy.revised.after]
            for number, moment in enumerate(moments, start=1):
                (shown,) = (one for one in showings(outlet, [story], STARTED, moment) if one.copy is copy)
                found[outlet.id, number] = DatedVersion(
                    number=len(found) + 1,
                    article=story.copies.index(copy),
                    source=outlet.id,
                    title=shown.title,
                    body="\n".join(shown.paragraphs),
                    dated=shown.updated or shown.published,
                    seen=max(shown.published, STARTED),
                )
    return found


def story(name: str) -> Story:
    (one,) = (one for one in load_stories() if one.id == name)
    return one


KINDS = {
    "talks-collapse": {"sariya": "reheadlined", "mizwala": "reheadlined", "mashrabiya": "trimmed"},
    "train-derailment": {"almarfa": "verbatim", "maghas": "trimmed", "sariya": "trimmed"},
    "island-earthquake": {
        "almarfa": "verbatim",
        "mashrabiya": "trimmed",
        "addaffa": "reworded",  # a paragraph of its own in the place of the last
        "mizwala": "trimmed",
        "sariya": "trimmed",
    },
    "cable-bardinia": {"maghas": "verbatim", "sariya": "trimmed"},
}


@pytest.mark.parametrize("name", KINDS)
def test_each_copy_has_its_kind_and_comes_from_the_first(name: str) -> None:
    versions = told(story(name))
    found = lineage(versions.values())
    first = found.by_published[0]
    for outlet, expected in KINDS[name].items():
        number = versions[outlet, 1].number
        assert (outlet, kind(found, number), descent(found, number).parent) == (outlet, expected, first)


def test_the_edit_of_the_derailment_is_a_revision() -> None:
    versions = told(story("train-derailment"))
    found = lineage(versions.values())
    edit = versions["addaffa", 2].number
    assert descent(found, edit).revision
    assert descent(found, edit).parent == versions["addaffa", 1].number
    assert kind(found, edit) == "corrected"
    assert changes(found, edit) == [
        ("title", "figure", "12", "19"),
        ("lead", "figure", "12", "19"),
        ("lead", "figure", "47", "52"),
    ]


@pytest.mark.parametrize("name", [one.id for one in load_stories()])
def test_every_story_of_the_demonstration_is_one_text(name: str) -> None:
    versions = told(story(name))
    assert len(independent_texts(lineage(versions.values()))) == 1
