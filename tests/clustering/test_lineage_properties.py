"""What holds of every lineage, whatever the versions are."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.lineage import DatedVersion, Lineage, independent_texts, lineage
from clustering.nearest import MOST_COMPARED
from tests.clustering.arabic_text import Writer, first_paragraphs, respelled
from tests.clustering.tracing import at, changes, descent, kind

SEEDS = st.integers(0, 10_000)


@st.composite
def stories(draw: st.DrawFn, most: int = 14) -> list[DatedVersion]:
    """Versions of one story in every state: copied, cut, extended, reworded, revised, with wrong and equal clocks."""
    writer = Writer(draw(SEEDS))
    title, body = writer.story(5)
    other_title, other_body = writer.story(4)
    versions: list[DatedVersion] = []
    for number in range(1, draw(st.integers(1, most)) + 1):
        text = draw(st.sampled_from([body, body, other_body]))
        versions.append(
            DatedVersion(
                number=number,
                article=draw(st.integers(1, most)),
                source=f"outlet-{draw(st.integers(1, 5))}",
                title=draw(st.sampled_from([title, other_title, ""])),
                body=draw(
                    st.sampled_from(
                        [
                            text,
                            first_paragraphs(text, 2),
                            f"{text}\n{writer.paragraph()}",
                            writer.reworded(text, 0.2),
                            respelled(text),
                            "",
                        ]
                    )
                ),
                dated=at(draw(st.integers(0, 60))),
                seen=at(draw(st.integers(0, 90))),
            )
        )
    return versions


@settings(max_examples=60, deadline=None)
@given(stories())
def test_every_parent_is_earlier_and_there_is_no_circle(versions: list[DatedVersion]) -> None:
    found = lineage(versions)
    earlier: set[int] = set()
    for one in found.descents:
        assert one.parent is None or one.parent in earlier
        assert (one.parent is None) == (one.derivation is None)
        earlier.add(one.version)
    assert tuple(one.version for one in found.descents) == found.by_published
    assert found.origin.version == found.by_published[0]
    assert set(found.by_published) == set(found.by_seen) == {one.number for one in versions}


@settings(max_examples=60, deadline=None)
@given(stories(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_makes_no_difference(versions: list[DatedVersion], random: Random) -> None:
    shuffled = list(versions)
    random.shuffle(shuffled)
    assert lineage(shuffled) == lineage(versions)


@settings(max_examples=60, deadline=None)
@given(stories())
def test_a_revision_comes_from_its_article_s_former_text_and_nothing_else_is_one(versions: list[DatedVersion]) -> None:
    found = lineage(versions)
    articles = {one.number: one.article for one in versions}
    former: dict[int, int] = {}
    for one in found.descents:
        article = articles[one.version]
        assert one.revision == (article in former)
        if one.revision:
            assert one.parent == former[article]
        former[article] = one.version


@settings(max_examples=60, deadline=None)
@given(stories())
def test_the_texts_share_out_the_versions(versions: list[DatedVersion]) -> None:
    found = lineage(versions)
    groups = independent_texts(found)
    assert sorted(number for group in groups for number in group) == sorted(one.number for one in versions)
    assert len(groups) == sum(one.independent for one in found.descents) >= 1


def versions_of(texts: list[tuple[str, str]]) -> Lineage:
    return lineage(
        DatedVersion(number, number, f"outlet-{number}", title, body, at(number), at(number))
        for number, (title, body) in enumerate(texts, start=1)
    )


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(2, 30))
def test_exact_copies_are_verbatim(seed: int, copies: int) -> None:
    text = Writer(seed).story()
    found = versions_of([text] * copies)
    assert {kind(found, number) for number in range(2, copies + 1)} == {"verbatim"}
    assert {one.parent for one in found.descents[1:]} == {1}
    assert len(independent_texts(found)) == 1


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(1, 5), st.integers(1, 5))
def test_cutting_paragraphs_gives_trimmed_and_adding_them_extended(seed: int, kept: int, added: int) -> None:
    writer = Writer(seed)
    title, body = writer.story(6)
    longer = "\n".join([body, *(writer.paragraph() for _ in range(added))])
    found = versions_of([(title, body), (title, first_paragraphs(body, kept)), (title, longer)])
    assert (kind(found, 2), descent(found, 2).parent) == ("trimmed", 1)
    assert (kind(found, 3), descent(found, 3).parent) == ("extended", 1)


@settings(max_examples=60, deadline=None)
@given(SEEDS, st.integers(2, 9), st.integers(1000, 1999), st.integers(2001, 2999))
def test_changing_one_number_of_the_lead_gives_corrected(seed: int, place: int, was: int, now: int) -> None:
    writer = Writer(seed)
    title, body = writer.story(6)
    words = body.split(" ")
    old, new = (" ".join([*words[:place], str(number), *words[place:]]) for number in (was, now))
    found = versions_of([(title, old), (title, new)])
    assert kind(found, 2) == "corrected"
    assert changes(found, 2) == [("lead", "figure", str(was), str(now))]


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.floats(0, 1))
def test_spelling_and_glued_words_are_no_change(seed: int, share: float) -> None:
    writer = Writer(seed)
    title, body = writer.story()
    found = versions_of([(title, body), (title, respelled(body)), (title, writer.glued(body, share))])
    assert (kind(found, 2), kind(found, 3)) == ("verbatim", "verbatim")


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_in_a_large_story_a_copy_still_finds_its_text(seed: int) -> None:
    """More texts than are compared exactly: the sketches must lead to the right one."""
    writer = Writer(seed)
    title, body = writer.story(8)
    own = [writer.reworded(body, 0.5) for _ in range(5 * MOST_COMPARED)]
    found = versions_of([(title, text) for text in (*own, *own)])
    parents = [one.parent for one in found.descents[len(own) :]]
    assert parents == list(range(1, len(own) + 1))


def test_a_version_s_own_number_does_not_matter() -> None:
    writer = Writer(1)
    title, body = writer.story()
    versions = [DatedVersion(n, n, "one", title, writer.reworded(body, 0.1), at(n), at(n)) for n in range(1, 6)]
    renumbered = [replace(one, number=one.number + 100) for one in versions]
    before, after = lineage(versions), lineage(renumbered)
    assert [one.parent and one.parent + 100 for one in before.descents] == [one.parent for one in after.descents]
