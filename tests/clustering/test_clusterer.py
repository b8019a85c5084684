from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from clustering.clusterer import Clusterer
from clustering.settings import Settings
from clustering.version import Version
from tests.clustering.arabic_text import Writer, first_paragraphs, respelled
from tests.clustering.placing import Run, run

HOUR = 3600.0
START = 1.7e9


def made(number: int, text: tuple[str, str], *, hours: float = 0.0, article: int | None = None) -> Version:
    """Make a version of an article of its own by an outlet of its own."""
    return Version(
        number=number,
        article=number if article is None else article,
        source=f"outlet-{number}",
        title=text[0],
        body=text[1],
        at=START + hours * HOUR,
    )


def stream(*texts: tuple[str, str]) -> list[Version]:
    return [made(number, text) for number, text in enumerate(texts, start=1)]


def groups(versions: Sequence[Version], settings: Settings | None = None) -> list[list[int]]:
    return sorted(sorted(group) for group in run(versions, settings).groups())


def test_copies_of_one_story_meet_however_an_outlet_prints_them() -> None:
    writer = Writer(1)
    title, body = writer.story(paragraphs=7)
    copies = stream(
        (title, body),
        (title, writer.glued(body, 0.3)),
        (respelled(title), respelled(body)),
        (writer.words(7), first_paragraphs(body, 3)),
        (title, writer.reworded(body, 0.15)),
    )
    assert groups(copies) == [[1, 2, 3, 4, 5]]


def test_other_stories_stay_apart() -> None:
    writer = Writer(2)
    assert groups(stream(*(writer.story() for _ in range(6)))) == [[1], [2], [3], [4], [5], [6]]


def test_a_follow_up_over_old_background_stays_apart() -> None:
    writer = Writer(3)
    (title, body), (new_title, new_lead) = writer.story(6), writer.story(4)
    background = "\n".join(body.split("\n")[-2:])
    follow_up = f"{new_lead}\n{background}"
    assert groups(stream((title, body), (new_title, follow_up))) == [[1], [2]]


def test_a_text_made_of_two_stories_does_not_merge_them() -> None:
    writer = Writer(4)
    (title, one), (other_title, other) = writer.story(4), writer.story(4)
    copies = [(title, one)] * 3 + [(other_title, other)] * 3
    both = (title, f"{first_paragraphs(one, 3)}\n{first_paragraphs(other, 3)}")
    placed = run(stream(*copies, both, (other_title, f"{other}\n{one}")))
    assert placed.redirects == {}
    assert placed.cluster(1) == placed.cluster(3) != placed.cluster(4) == placed.cluster(6)


def first_story_twice(first: tuple[str, str], other: tuple[str, str]) -> list[Version]:
    """An outlet puts the first story where another one stood: its cluster of one becomes part of the first."""
    return [made(1, first), made(2, other), made(3, first, hours=1, article=2)]


def test_a_merge_keeps_the_older_id_and_everybody_moves() -> None:
    writer = Writer(5)
    first = writer.story()
    versions = [*first_story_twice(first, writer.story()), made(4, first, hours=3)]
    placed = run(versions)
    assert [placed.placements[number].cluster for number in range(1, 5)] == [1, 2, 1, 1]
    assert placed.placements[3].swallowed == (2,)
    assert {placed.cluster(number) for number in range(1, 5)} == {1}


def test_a_swallowed_clusters_id_is_not_used_again() -> None:
    writer = Writer(5)
    versions = [*first_story_twice(writer.story(), writer.story()), made(4, writer.story(), hours=3)]
    for how in (Run(), Run(restarts=frozenset({1, 2, 3}))):
        placed = run(versions, how=how)
        assert placed.placements[3].swallowed == (2,)
        assert placed.placements[4].cluster == 3


def test_a_revision_stays_with_its_article() -> None:
    writer = Writer(6)
    first, other = writer.story(), writer.story()
    versions = [made(1, first), made(2, other), made(3, other, hours=1, article=1)]
    placed = run(versions)
    assert placed.placements[3].cluster == 1
    assert not placed.placements[3].founded


def test_a_revision_is_matched_with_the_earlier_text_as_such() -> None:
    writer = Writer(7)
    title, body = writer.story()
    placed = run([made(1, (title, body)), made(2, (title, writer.reworded(body, 0.05)), hours=1, article=1)])
    (match,) = placed.placements[2].matches
    assert (match.other, match.kind) == (1, "revision")


@pytest.mark.parametrize("restarts", [frozenset[int](), frozenset({1})])
def test_a_revision_whose_earlier_text_left_the_window_stays_with_its_article(restarts: frozenset[int]) -> None:
    writer = Writer(8)
    text = writer.story()
    versions = [made(1, text), made(2, writer.story(), hours=80), made(3, text, hours=81, article=1)]
    placed = run(versions, how=Run(restarts=restarts))
    assert placed.placements[3].cluster == placed.placements[1].cluster
    assert not placed.placements[3].founded
    assert placed.placements[3].matches == ()


def test_a_revision_of_a_swallowed_cluster_goes_to_the_living_one() -> None:
    writer = Writer(9)
    (title, body), other = writer.story(), writer.story()
    versions = [
        made(1, (title, body)),
        made(2, other),
        made(3, (title, body), hours=1, article=2),
        made(4, (title, f"{body} تصحيح"), hours=2, article=2),
    ]
    placed = run(versions)
    assert placed.placements[3].swallowed == (2,)
    assert placed.placements[4].cluster == 1
    # Told the swallowed id, as by a queue that was read before the merge.
    assert run([*versions[:3], replace(versions[3], cluster=2)], how=Run([4])).placements[4].cluster == 1


@pytest.mark.parametrize(("hours", "expected"), [(71.9, [[1, 2]]), (72.1, [[1], [2]])])
def test_copies_meet_inside_the_window_only(hours: float, expected: list[list[int]]) -> None:
    text = Writer(10).story()
    # Nearly three days count against it, so that only beyond doubt is it one story: it is the same text.
    assert groups([made(1, text), made(2, text, hours=hours)]) == expected


def test_the_window_is_a_setting() -> None:
    text = Writer(11).story()
    versions = [made(1, text), made(2, text, hours=30)]
    assert groups(versions, Settings(window=timedelta(days=1))) == [[1], [2]]
    assert groups(versions, Settings(window=timedelta(days=2))) == [[1, 2]]


def test_a_latecomer_joins_what_is_still_in_the_window() -> None:
    writer = Writer(12)
    text = writer.story()
    versions = [made(1, text), made(2, writer.story(), hours=60), made(3, text, hours=2)]
    assert groups(versions) == [[1, 3], [2]]


def test_a_latecomer_from_before_the_window_founds_its_own() -> None:
    writer = Writer(13)
    text = writer.story()
    versions = [made(1, text), made(2, writer.story(), hours=100), made(3, text, hours=2)]
    assert groups(versions) == [[1], [2], [3]]


def test_ids_count_on_from_the_one_given() -> None:
    clusterer = Clusterer(Settings(), next_cluster=70)
    writer = Writer(14)
    batch = stream(writer.story(), writer.story())
    assert [one.cluster for one in clusterer.place(clusterer.propose(batch), {})] == [70, 71]


def test_proposing_twice_changes_nothing() -> None:
    text = Writer(15).story()
    clusterer = Clusterer(Settings())
    first, second = made(1, text), made(2, text)
    clusterer.place(clusterer.propose([first]), {})
    once, again = clusterer.propose([second]), clusterer.propose([second])
    assert once.candidates == again.candidates == [(1,)]
    assert [one.cluster for one in clusterer.place(again, {1: first})] == [1]


def test_an_empty_batch_is_no_trouble() -> None:
    clusterer = Clusterer(Settings())
    assert clusterer.place(clusterer.propose([]), {}) == []


def test_versions_without_text_are_not_of_one_story() -> None:
    assert groups(stream(("", ""), ("", ""), ("،", "...\n😀"))) == [[1], [2], [3]]


def test_a_template_of_hundreds_costs_a_bounded_number_of_candidates() -> None:
    writer = Writer(16)
    body = writer.paragraph()
    versions = [made(number, (f"أسعار الذهب اليوم {number}", f"{body} {number}")) for number in range(1, 200)]
    clusterer = Clusterer(Settings(candidates=10))
    proposal = clusterer.propose(versions)
    assert max(len(numbers) for numbers in proposal.candidates) == 10


def test_it_asks_for_every_text_it_looks_at_while_members_leave_the_window() -> None:
    # Seven speaks for the cluster after eight has left and until it leaves itself, all inside one batch.
    writer = Writer(17)
    title, body = writer.story()
    ages = dict.fromkeys(range(1, 7), 0.0) | {7: -5.0, 8: -9.0, 9: 2.0, 10: 6.0}
    versions = [made(number, (title, body), hours=hours) for number, hours in ages.items()]
    settings = Settings(window=timedelta(hours=10), members=2, candidates=2)
    together = run(versions, settings, Run([8, 2], cached_profiles=0))
    assert together.facts() == run(versions, settings).facts()
    # The first eight began before the window of the last two, so that their cluster takes in nothing new.
    assert together.groups() == {frozenset(range(1, 9)), frozenset({9, 10})}
