"""The clusterer obeys people, whatever the evidence and however the stream is cut."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.clusterer import Clusterer
from clustering.corrections import UNCORRECTED, Correction, Corrections, obeyed
from clustering.settings import Settings
from clustering.ties import Ties
from clustering.version import Version
from tests.clustering.arabic_text import Writer, first_paragraphs, respelled

HOUR = 3600.0
WRITER = Writer(80)
STORIES = [WRITER.story(4) for _ in range(4)]
FORMS = [
    [(title, body), (title, respelled(body)), (title, first_paragraphs(body, 2)), (title, f"{body}\n{STORIES[0][1]}")]
    for title, body in STORIES
]
ARTICLES = 14


def versions(texts: Sequence[tuple[int, int, int, float]]) -> list[Version]:
    """Make versions of (article, story, form, hours after the one before)."""
    at, found = 1.7e9, []
    for number, (article, story, form, hours) in enumerate(texts, start=1):
        at += hours * HOUR
        title, body = FORMS[story][form]
        found.append(Version(number, article, f"outlet-{article}", title, body, at))
    return found


def placed(stream: Sequence[Version], corrections: Corrections, batch: int = 3) -> dict[int, int]:
    """Run a stream; return the cluster of each article in the end."""
    clusterer = Clusterer(Settings(), corrections=corrections)
    texts = {version.number: version for version in stream}
    homes: dict[int, int] = {}
    for start in range(0, len(stream), batch):
        some = [replace(version, cluster=homes.get(version.article)) for version in stream[start : start + batch]]
        proposal = clusterer.propose(some)
        for one in clusterer.place(proposal, {number: texts[number] for number in proposal.needed}):
            homes = {article: one.cluster if home in one.swallowed else home for article, home in homes.items()}
            homes[one.article] = one.cluster
    return homes


articles = st.integers(1, ARTICLES)
streams = st.lists(
    st.tuples(articles, st.integers(0, 3), st.integers(0, 3), st.sampled_from([0.0, 1.0, 30.0, 80.0])),
    min_size=1,
    max_size=30,
)
decisions = st.lists(
    st.tuples(st.sampled_from(["merge", "split", "never", "pin"]), st.lists(articles, min_size=2, max_size=5)),
    max_size=6,
)


def consistent(wanted: Sequence[tuple[str, list[int]]]) -> list[Correction]:
    """Return the decisions that do not contradict those before them."""
    kept: list[Correction] = []
    for number, (kind, named) in enumerate(wanted, start=1):
        left, right = frozenset(named[:1]), frozenset(named[1:]) - {named[0]}
        match kind:
            case "merge":
                one = Correction(number, "merge", left | right)
            case "split":
                one = Correction(number, "split", left, right)
            case "pin":
                one = Correction(number, "pin", left, right, cluster=number)
            case _:
                one = Correction(number, "never", left, right)
        closed = obeyed([*kept, one], {}, {n: n for n in range(10)})
        if all((n, not side) not in marks for marks in closed.marks.values() for n, side in marks):
            kept.append(one)
    return kept


@settings(deadline=None, max_examples=60)
@given(streams, decisions, st.integers(1, 7))
def test_no_parted_pair_shares_a_cluster_and_what_is_tied_stays_together(
    texts: list[tuple[int, int, int, float]], wanted: list[tuple[str, list[int]]], batch: int
) -> None:
    corrections = consistent(wanted)
    stream = versions(texts)
    closed = obeyed(corrections, {}, {n: n for n in range(10)})
    homes = placed(stream, closed, batch)
    for one in corrections:
        assert len({homes[article] for article in one.together if article in homes}) <= 1
        if one.parts:
            here = {homes[article] for article in one.left if article in homes}
            assert here.isdisjoint({homes[article] for article in one.right if article in homes})
    assert homes == placed(stream, closed, len(stream))


@settings(deadline=None, max_examples=15)
@given(streams)
def test_without_corrections_nothing_is_different(texts: list[tuple[int, int, int, float]]) -> None:
    stream = versions(texts)
    assert placed(stream, UNCORRECTED) == placed(stream, obeyed([], {}, {}))


def test_a_copy_of_two_parted_articles_joins_one_of_them_only() -> None:
    stream = versions([(article, 1, 0, 0.0) for article in (1, 2, 3)])
    homes = placed(stream, obeyed([Correction(1, "never", frozenset({1}), frozenset({2}))], {}, {}))
    assert homes[1] != homes[2]
    assert homes[3] in {homes[1], homes[2]}


def test_what_is_tied_to_a_parted_article_is_parted_too() -> None:
    # Three was put together with one before it was ever seen; two must not slip into its place.
    corrections = [Correction(1, "merge", frozenset({1, 3})), Correction(2, "never", frozenset({3}), frozenset({2}))]
    homes = placed(versions([(1, 1, 0, 0.0), (2, 1, 0, 0.0), (3, 1, 0, 0.0)]), obeyed(corrections, {}, {}))
    assert homes[1] == homes[3] != homes[2]


def test_tied_articles_meet_across_stories_and_windows() -> None:
    corrections = [Correction(1, "merge", frozenset({1, 2}))]
    homes = placed(versions([(1, 0, 0, 0.0), (3, 1, 0, 0.0), (2, 2, 0, 200.0)]), obeyed(corrections, {}, {}))
    assert homes[1] == homes[2] != homes[3]


def test_articles_pinned_to_one_story_are_together_wherever_their_anchors_are() -> None:
    pins = [
        Correction(1, "pin", frozenset({1}), frozenset({5}), cluster=8),
        Correction(2, "pin", frozenset({2}), cluster=9),
    ]
    closed = obeyed(pins, {5: 70}, {8: 8, 9: 8})
    ties = Ties(closed)
    assert ties.home(1) == ties.home(2) == 70
    assert ties.home(3) is None


def test_an_article_that_is_only_kept_apart_is_not_held() -> None:
    ties = Ties(obeyed([Correction(1, "never", frozenset({1}), frozenset({2}))], {1: 4, 2: 5}, {}))
    assert ties.home(1) is None
    assert ties.bars(1, 5)
    assert ties.parted(4, 5)
    ties.settle(1, 6)
    assert not ties.parted(4, 5)
    ties.merge(6, 3)
    assert ties.parted(3, 5)


def test_standing_clusters_do_not_become_one() -> None:
    ties = Ties(Corrections(standing=frozenset({1, 2})))
    assert ties.parted(1, 2)
    assert not ties.parted(1, 3)
    ties.merge(2, 3)
    assert ties.parted(1, 3)
