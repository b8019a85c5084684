"""The demonstration's stories through the clusterer: hard cases of every kind, written for the project."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from clustering.settings import Settings
from clustering.version import Version
from daemon.demo.stories import expected_groups, load_outlets, load_stories, showings
from tests.clustering.placing import Run, run

STARTED = datetime(2025, 11, 20, 9, 0, tzinfo=UTC)
AFTER_EVERYTHING = 10_000.0

Article = tuple[str, str]  # outlet, path


def shown() -> list[tuple[Article, Version]]:
    """Return what the feeds show over time, as versions in the order in which they are seen."""
    moments = sorted({0.0} | {copy.after for story in load_stories() for copy in story.copies} | revisions())
    numbers: dict[Article, int] = {}
    texts: dict[tuple[Article, str, str], None] = {}
    seen: list[tuple[Article, Version]] = []
    for moment in [*moments, AFTER_EVERYTHING]:
        for outlet in load_outlets():
            for one in reversed(showings(outlet, load_stories(), STARTED, moment)):
                article = (outlet.id, one.copy.path)
                body = "\n".join(one.paragraphs)
                if (article, one.title, body) in texts:
                    continue
                texts[article, one.title, body] = None
                version = Version(
                    number=len(seen) + 1,
                    article=numbers.setdefault(article, len(numbers) + 1),
                    source=outlet.id,
                    title=one.title,
                    body=body,
                    at=(one.updated or one.published).timestamp(),
                )
                seen.append((article, version))
    return seen


def revisions() -> set[float]:
    return {copy.revised.after for story in load_stories() for copy in story.copies if copy.revised is not None}


def found(seen: Sequence[tuple[Article, Version]], settings: Settings, how: Run) -> set[frozenset[Article]]:
    placed = run([version for _, version in seen], settings, how)
    articles = {version.number: article for article, version in seen}
    return {frozenset(articles[number] for number in group) for group in placed.groups()}


@pytest.mark.parametrize("index", ["compact", "datasketch"])
@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_the_demonstrations_stories_are_grouped_exactly(index: str, batch: int) -> None:
    settings = Settings(index="compact" if index == "compact" else "datasketch")
    assert found(shown(), settings, Run([batch])) == set(expected_groups().values())


def test_they_are_grouped_the_same_when_fetched_all_at_once_by_publication() -> None:
    seen = [pair for pair in shown() if pair[1].at <= STARTED.timestamp() + AFTER_EVERYTHING]
    by_publication = sorted(seen, key=lambda pair: (pair[1].at, pair[1].number))
    renumbered = [
        (article, Version(number, old.article, old.source, old.title, old.body, old.at))
        for number, (article, old) in enumerate(by_publication, start=1)
    ]
    assert found(renumbered, Settings(), Run([1000])) == set(expected_groups().values())


def test_every_copy_of_the_stream_was_seen_and_the_edited_ones_twice() -> None:
    seen = shown()
    copies = [copy for story in load_stories() for copy in story.copies]
    edited = [copy for copy in copies if copy.revised is not None]
    assert edited
    assert len(seen) == len(copies) + len(edited)


def test_glued_words_spellings_and_a_cut_meet_and_another_days_talks_do_not() -> None:
    groups = found(shown(), Settings(), Run([1000]))
    talks = expected_groups()["talks-collapse"]
    assert len(talks) == 4
    assert talks in groups
    assert expected_groups()["talks-resume"] in groups


def test_the_template_pair_stays_apart() -> None:
    groups = found(shown(), Settings(), Run([1000]))
    assert expected_groups()["cable-bardinia"] in groups
    assert expected_groups()["cable-dalmor"] in groups
