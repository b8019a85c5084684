"""The figures, held against their definitions worked out pair by pair in fractions."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.evaluation import LabelledGroup, Mistake, mistakes, score

Stories = Sequence[Sequence[str]]


@st.composite
def labelled(draw: st.DrawFn) -> tuple[list[LabelledGroup], dict[str, int]]:
    """Draw groups of up to six articles in up to three stories, and a clustering that lacks some of them."""
    groups, clusters = [], {}
    for place in range(draw(st.integers(1, 4))):
        stories: dict[int, list[str]] = {}
        for number in range(draw(st.integers(1, 6))):
            article = f"{place}/{number}"
            stories.setdefault(draw(st.integers(0, 2)), []).append(article)
            cluster = draw(st.one_of(st.none(), st.integers(0, 3)))
            if cluster is not None:
                clusters[article] = cluster
        groups.append(LabelledGroup(f"group {place}", list(stories.values())))
    return groups, clusters


def worked_out(groups: Sequence[LabelledGroup], clusters: Mapping[str, object]) -> dict[str, Fraction]:
    """Work the figures out from yes and no about every pair, by the definitions and without any counting tricks."""
    said: list[tuple[str, str, str]] = [  # article, its story, its group
        (article, f"{group.name}: {story}", group.name)
        for group in groups
        for story, articles in enumerate(group.stories)
        for article in articles
    ]

    def one_story(left: tuple[str, str, str], right: tuple[str, str, str]) -> bool:
        return left[1] == right[1]

    def one_cluster(left: tuple[str, str, str], right: tuple[str, str, str]) -> bool:
        if left[0] == right[0]:
            return True
        known = left[0] in clusters and right[0] in clusters
        return known and left[2] == right[2] and clusters[left[0]] == clusters[right[0]]

    pairs = [(one_story(left, right), one_cluster(left, right)) for left, right in combinations(said, 2)]
    in_group = [
        (one_story(left, right), one_cluster(left, right))
        for left, right in combinations(said, 2)
        if left[2] == right[2]
    ]
    hit = sum(gold and cut for gold, cut in in_group)
    wrong_merges = sum(cut and not gold for gold, cut in in_group)
    wrong_splits = sum(gold and not cut for gold, cut in in_group)
    bcubed_precision, bcubed_recall = [], []
    for one in said:
        mine = [other for other in said if one_cluster(one, other)]
        truth = [other for other in said if one_story(one, other)]
        right = [other for other in mine if other in truth]
        bcubed_precision.append(Fraction(len(right), len(mine)))
        bcubed_recall.append(Fraction(len(right), len(truth)))
    # The adjusted Rand index as pairs agree above chance, over the most that they could.
    a = sum(gold and cut for gold, cut in pairs)
    b = sum(gold and not cut for gold, cut in pairs)
    c = sum(cut and not gold for gold, cut in pairs)
    d = len(pairs) - a - b - c
    below = (a + b) * (b + d) + (a + c) * (c + d)
    return {
        "articles": Fraction(len(said)),
        "pair_precision": ratio(hit, hit + wrong_merges),
        "pair_recall": ratio(hit, hit + wrong_splits),
        "bcubed_precision": sum(bcubed_precision, Fraction()) / len(said),
        "bcubed_recall": sum(bcubed_recall, Fraction()) / len(said),
        "ari": Fraction(2 * (a * d - b * c), below) if below else Fraction(1),
        "wrong_merges": Fraction(wrong_merges),
        "wrong_splits": Fraction(wrong_splits),
        "missing": Fraction(sum(article not in clusters for article, _, _ in said)),
    }


def ratio(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(0)


@given(labelled())
def test_figures_are_those_of_their_definitions(made: tuple[list[LabelledGroup], dict[str, int]]) -> None:
    groups, clusters = made
    figures = score(groups, clusters)
    expected = worked_out(groups, clusters)
    for name, value in expected.items():
        assert getattr(figures, name) == pytest.approx(float(value), abs=1e-12), name
    for kind in ("pair", "bcubed"):
        precision, recall = expected[f"{kind}_precision"], expected[f"{kind}_recall"]
        harmonic = 2 * precision * recall / (precision + recall) if precision + recall else Fraction(0)
        assert getattr(figures, f"{kind}_f1") == pytest.approx(float(harmonic), abs=1e-12)


@given(labelled())
def test_the_listed_mistakes_are_those_counted(made: tuple[list[LabelledGroup], dict[str, int]]) -> None:
    groups, clusters = made
    figures, found = score(groups, clusters), mistakes(groups, clusters)
    assert sum(mistake.merged for mistake in found) == figures.wrong_merges
    assert sum(not mistake.merged for mistake in found) == figures.wrong_splits


@given(labelled())
def test_a_perfect_clustering_has_1_everywhere(made: tuple[list[LabelledGroup], dict[str, int]]) -> None:
    groups, _ = made
    clusters = {
        article: (group.name, number)
        for group in groups
        for number, story in enumerate(group.stories)
        for article in story
    }
    figures = score(groups, clusters)
    assert figures.ari == figures.bcubed_f1 == 1
    assert (figures.wrong_merges, figures.wrong_splits, figures.missing) == (0, 0, 0)
    assert mistakes(groups, clusters) == []


GROUPS = [LabelledGroup("قمة", [["a", "b", "c"], ["d", "e"]]), LabelledGroup("زلزال", [["f", "g"]])]


def test_a_worked_example() -> None:
    # One of the summit's copies went to the other story, the earthquake was split and one copy is missing.
    figures = score(GROUPS, {"a": 1, "b": 1, "c": 2, "d": 2, "e": 2, "f": 3})
    assert asdict(figures) == pytest.approx(
        {
            "articles": 7,
            "pair_precision": 2 / 4,
            "pair_recall": 2 / 5,
            "pair_f1": 4 / 9,
            "bcubed_precision": (1 + 1 + 1 / 3 + 2 / 3 + 2 / 3 + 1 + 1) / 7,
            "bcubed_recall": (2 / 3 + 2 / 3 + 1 / 3 + 1 + 1 + 1 / 2 + 1 / 2) / 7,
            "bcubed_f1": 2 * (17 / 3) * (14 / 3) / (17 / 3 + 14 / 3) / 7,
            "ari": (2 - 5 * 4 / 21) / ((5 + 4) / 2 - 5 * 4 / 21),
            "wrong_merges": 2,
            "wrong_splits": 3,
            "missing": 1,
        }
    )
    assert mistakes(GROUPS, {"a": 1, "b": 1, "c": 2, "d": 2, "e": 2, "f": 3}) == [
        Mistake("قمة", "a", "c", merged=False),
        Mistake("قمة", "b", "c", merged=False),
        Mistake("قمة", "c", "d", merged=True),
        Mistake("قمة", "c", "e", merged=True),
        Mistake("زلزال", "f", "g", merged=False),
    ]


def test_clusters_are_cut_at_the_borders_of_groups() -> None:
    assert score(GROUPS, {"a": 1, "b": 1, "c": 1, "d": 2, "e": 2, "f": 1, "g": 1}).ari == 1


def test_missing_articles_are_counted_each_as_alone() -> None:
    figures = score(GROUPS, {})
    assert figures.missing == 7
    assert (figures.pair_recall, figures.bcubed_precision, figures.ari) == (0, 1, 0)
    assert figures.wrong_splits == 5


def test_articles_that_nobody_labelled_change_nothing() -> None:
    clusters = {"a": 1, "b": 1, "c": 2, "d": 2, "e": 2, "f": 3}
    assert score(GROUPS, clusters) == score(GROUPS, {**clusters, "x": 1, "y": 3})


def test_one_big_cluster_is_no_better_than_chance() -> None:
    figures = score([GROUPS[0]], dict.fromkeys("abcde", 1))
    assert figures.pair_recall == 1
    assert figures.ari == 0


def test_nothing_to_score_with_is_refused() -> None:
    with pytest.raises(ValueError, match="no labelled article"):
        score([], {"a": 1})
