"""Assignment, with verdicts written down in a table: nothing here depends on fitted weights."""

from collections.abc import Mapping, Sequence
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.assignment import LEAVE, Decision, Linkage, core, decide
from clustering.evidence import Evidence
from clustering.membership import Member, Window
from clustering.settings import Settings
from clustering.verdict import Verdict

NEW = 100  # the number of the version to be placed
NO_EVIDENCE = Evidence(**dict.fromkeys((figure.name for figure in fields(Evidence)), 0.0))
Odds = Mapping[tuple[int, int], float]


def linkage(clusters: Mapping[int, list[int]], odds: Odds, settings: Settings | None = None, **more: object) -> Linkage:
    """Build clusters of versions, every version an article of its own unless `articles` says otherwise."""
    articles = more.get("articles", {})
    assert isinstance(articles, dict)
    window = Window()
    for number, cluster in sorted((number, cluster) for cluster, numbers in clusters.items() for number in numbers):
        window.add(Member(number, articles.get(number, number), cluster, at=float(number)), began=float(number))

    def judge(number: int, others: Sequence[int]) -> list[Verdict]:
        pairs = [(min(number, other), max(number, other)) for other in others]
        return [Verdict(odds.get(pair, -5.0), NO_EVIDENCE) for pair in pairs]

    since = more.get("since", 0.0)
    assert isinstance(since, float)
    tied = more.get("tied", frozenset())
    assert isinstance(tied, set | frozenset)
    return Linkage(window, settings or Settings(), judge, since, articles.get(NEW, NEW), tied=tied.__contains__)


def links(pairs: Mapping[int, float]) -> dict[tuple[int, int], float]:
    return {(number, NEW): odds for number, odds in pairs.items()}


def go(of: Linkage, candidates: list[int], own: int | None = None) -> Decision:
    return decide(NEW, own, candidates, of)


def test_a_version_without_candidates_founds_a_cluster() -> None:
    assert go(linkage({1: [1]}, {}), []) == Decision(None, (), ())


def test_a_version_that_agrees_with_nobody_founds_a_cluster() -> None:
    assert go(linkage({1: [1, 2]}, links({1: -0.1, 2: 0.0})), [1, 2]) == Decision(None, (), ())


def test_a_version_joins_the_cluster_it_agrees_with() -> None:
    decision = go(linkage({1: [1], 2: [2]}, links({1: -3, 2: 2})), [1, 2])
    assert (decision.cluster, decision.swallowed) == (2, ())
    assert [other for other, _ in decision.matches] == [2]
    assert decision.matches[0][1].log_odds == 2


def test_of_two_clusters_it_joins_the_one_it_agrees_with_more() -> None:
    assert go(linkage({1: [1], 2: [2]}, links({1: 1, 2: 3})), [1, 2]).cluster == 2
    assert go(linkage({1: [1], 2: [2]}, links({1: 2, 2: 2})), [2, 1]).cluster == 1  # of equals, the older


def test_one_alike_member_does_not_make_up_for_the_others() -> None:
    of = linkage({1: [1, 2, 3]}, links({1: 4, 2: -3, 3: -3}))
    assert go(of, [1]) == Decision(None, (), ())


def test_a_pair_beyond_doubt_counts_no_more_than_six() -> None:
    assert go(linkage({1: [1, 2]}, links({1: 40, 2: -6.1})), [1, 2]).cluster is None
    assert go(linkage({1: [1, 2]}, links({1: 5.9, 2: -40})), [1, 2]).cluster is None
    assert go(linkage({1: [1, 2]}, links({1: 40, 2: -5.3})), [1, 2]).cluster == 1


def test_members_of_the_core_count_though_they_were_no_candidates() -> None:
    of = linkage({1: [1, 2, 3]}, links({1: -1, 2: 3, 3: -1}))
    assert go(of, [2]).cluster == 1
    assert [other for other, _ in go(of, [2]).matches] == [2]


def test_a_candidate_outside_of_the_core_counts_too() -> None:
    members = list(range(1, 13))
    of = linkage({1: members}, links({5: 4}), Settings(members=2))
    # the core 1 and 12 at -5, the candidate 5 at 4: (-5 - 5 + 4) / 3
    assert of.to_cluster(NEW, 1, [5]) == pytest.approx(-2)


def test_the_settings_say_what_is_enough_to_join() -> None:
    of = links({1: 1.0})
    assert go(linkage({1: [1]}, of, Settings(join=0.9)), [1]).cluster == 1
    assert go(linkage({1: [1]}, of, Settings(join=1.0)), [1]).cluster is None


def test_two_clusters_that_agree_become_the_older_one() -> None:
    odds = links({3: 3, 7: 5}) | {(3, 7): 2.0}
    decision = go(linkage({4: [3], 9: [7]}, odds), [7, 3])
    assert (decision.cluster, decision.swallowed) == (4, (9,))
    assert {other for other, _ in decision.matches} == {3, 7}


def test_three_clusters_become_one_only_when_each_agrees_with_each() -> None:
    three = {1: [1], 2: [2], 3: [3]}
    to_all = links({1: 3, 2: 4, 3: 2})
    assert go(linkage(three, to_all | {(1, 2): 1, (1, 3): 1, (2, 3): 1}), [1, 2, 3]).swallowed == (2, 3)
    decision = go(linkage(three, to_all | {(1, 2): 1, (1, 3): -1, (2, 3): 1}), [1, 2, 3])
    assert (decision.cluster, decision.swallowed) == (1, (2,))


def test_one_doubtful_link_does_not_merge_clusters_of_several_members() -> None:
    # NEW agrees with all of them, and one pair across agrees as much as can be.
    odds = links(dict.fromkeys(range(1, 7), 2.0)) | {(3, 4): 40.0}
    decision = go(linkage({1: [1, 2, 3], 2: [4, 5, 6]}, odds), [1, 2, 3, 4, 5, 6])
    assert (decision.cluster, decision.swallowed) == (1, ())


def test_the_settings_say_what_is_enough_to_merge() -> None:
    odds = links({1: 3, 2: 3}) | {(1, 2): 1.0}
    assert go(linkage({1: [1], 2: [2]}, odds, Settings(merge=0.9)), [1, 2]).swallowed == (2,)
    assert go(linkage({1: [1], 2: [2]}, odds, Settings(merge=1.0)), [1, 2]).swallowed == ()


def test_a_revised_text_leaves_a_story_that_it_does_not_tell_any_more() -> None:
    of = linkage({1: [1, 3], 2: [2]}, links({1: 6, 2: 6, 3: -2.5}), articles={1: NEW, 3: 3})
    assert go(of, [2, 1], own=1).cluster == 2
    assert go(of, [1], own=1).cluster is None
    assert decide(NEW, 1, [2, 1], of, held=True).cluster == 1  # people keep it there


def test_a_revised_text_stays_where_it_is_not_sure_to_be_wrong() -> None:
    of = linkage({1: [1, 3], 2: [2]}, links({1: 6, 2: 6, 3: -1.9}), articles={1: NEW, 3: 3})
    assert go(of, [2, 1], own=1).cluster == 1


def test_an_article_that_is_alone_takes_its_cluster_along() -> None:
    of = linkage({1: [1], 2: [2]}, links({1: -5, 2: 6}), articles={1: NEW})
    decision = go(of, [2, 1], own=1)
    assert (decision.cluster, decision.swallowed) == (1, (2,))
    assert go(of, [], own=1) == Decision(1, (), ())


def test_a_revision_may_show_that_two_clusters_are_one() -> None:
    odds = links({1: 4, 2: 6}) | {(1, 2): 2.0}
    decision = go(linkage({1: [1], 2: [2]}, odds), [2, 1], own=2)
    assert (decision.cluster, decision.swallowed) == (1, (2,))


def test_an_article_counts_once_with_the_best_of_its_versions() -> None:
    # Versions 1, 2 and 3 are of one article and differ from NEW but for the last; 4 agrees.
    articles = {1: 50, 2: 50, 3: 50}
    odds = links({1: -6, 2: -6, 3: 1, 4: 1})
    assert linkage({1: [1, 2, 3, 4]}, odds, articles=articles).to_cluster(NEW, 1, []) == 1.0
    assert linkage({1: [1, 2, 3, 4]}, odds).to_cluster(NEW, 1, []) == -2.5


def test_a_cluster_that_began_before_the_window_takes_in_no_new_article() -> None:
    of = linkage({1: [1, 2, 3], 2: [4]}, links({1: 6, 2: 6, 3: 6, 4: 6}), since=3.0)
    assert of.core(1) == [3]
    assert go(of, [3]).cluster is None
    assert go(of, [3, 4]) == Decision(2, (), go(of, [3, 4]).matches)
    # An article that is in it stays, and takes no other cluster along.
    assert (go(of, [3, 4], own=1).cluster, go(of, [3, 4], own=1).swallowed) == (1, ())


def test_a_pair_is_judged_once() -> None:
    judged: list[tuple[int, int]] = []

    def judge(number: int, others: Sequence[int]) -> list[Verdict]:
        judged.extend((min(number, other), max(number, other)) for other in others)
        return [Verdict(1.0, NO_EVIDENCE) for _ in others]

    window = Window()
    for number in (1, 2, 3, 4):
        window.add(Member(number, number, number % 2 + 1, 0.0), began=0.0)
    decide(NEW, None, [1, 2, 3, 4], Linkage(window, Settings(), judge, 0.0, NEW))
    assert len(judged) == len(set(judged))


def test_of_articles_that_people_put_together_one_that_agrees_is_enough() -> None:
    # Nobody kept them: the two others outvote it. Kept there by people, their texts may differ as they like.
    odds = links({1: 5.0, 2: -5.0, 3: -5.0})
    assert go(linkage({1: [1, 2, 3]}, odds), [1]).cluster is None
    assert go(linkage({1: [1, 2, 3]}, odds, tied={1, 2, 3}), [1]).cluster == 1
    # One that joined by itself is heard, and where none agrees all are.
    assert go(linkage({1: [1, 2, 3]}, odds | {(3, NEW): -6.0}, tied={1, 2}), [1]).cluster is None
    assert go(linkage({1: [1, 2, 3]}, links({1: -1.0, 2: -5.0, 3: 4.0}), tied={1, 2}), [3]).cluster is None


@given(st.lists(st.integers(0, 500), unique=True).map(sorted), st.integers(1, 12))
def test_a_core_is_the_beginning_and_the_end(members: list[int], size: int) -> None:
    chosen = core(members, size)
    assert len(chosen) == min(size, len(members))
    assert chosen == sorted(set(chosen))
    first = size // 2
    assert chosen[:first] == members[:first]
    if len(members) >= size:
        assert chosen[first:] == members[len(members) - (size - first) :]


CLUSTERS = st.lists(st.integers(1, 5), min_size=1, max_size=9)


@given(CLUSTERS, st.data())
def test_every_decision_keeps_the_oldest_of_what_it_puts_together(assigned: list[int], data: st.DataObject) -> None:
    clusters: dict[int, list[int]] = {}
    for number, cluster in enumerate(assigned, start=1):
        clusters.setdefault(cluster, []).append(number)
    numbers = [*range(1, len(assigned) + 1), NEW]
    pairs = [(left, right) for left in numbers for right in numbers if left < right]
    odds = dict(
        zip(pairs, data.draw(st.lists(st.integers(-8, 8), min_size=len(pairs), max_size=len(pairs))), strict=True)
    )
    candidates = data.draw(st.permutations(numbers[:-1]))
    own = data.draw(st.sampled_from([None, *clusters]))
    decision = go(linkage(clusters, odds), candidates, own)

    joined = {decision.cluster, *decision.swallowed} - {None}
    assert joined <= set(clusters)
    assert all(gone > (decision.cluster or 0) for gone in decision.swallowed)
    if own is not None and linkage(clusters, odds).to_others(NEW, own) >= LEAVE:
        assert own in joined
    assert all(verdict.log_odds > 0 for _, verdict in decision.matches)
    again = go(linkage(clusters, odds), sorted(candidates), own)
    assert (again.cluster, again.swallowed) == (decision.cluster, decision.swallowed)
    # Whatever was put together agrees on average.
    of = linkage(clusters, odds)
    together = sorted(cluster for cluster in joined if cluster is not None)
    assert all(
        of.between(NEW, left, right) > of.settings.merge for left in together for right in together if left < right
    )
