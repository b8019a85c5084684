"""Ids after a second grouping, and what is told of it."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from clustering.regrouping import Move, connected, regrouped
from clustering.succession import fates, succession

OLD = st.dictionaries(st.integers(1, 30), st.integers(1, 6), min_size=1)


def places_of(*groups: tuple[int, ...]) -> dict[int, int]:
    """Number groups of articles from 100 on."""
    return {article: 100 + number for number, group in enumerate(groups) for article in group}


def test_an_id_follows_most_of_its_articles() -> None:
    homes = dict.fromkeys((1, 2, 3), 7) | dict.fromkeys((4, 5), 8)
    assert succession(homes, places_of((1, 2), (3, 4, 5))) == {100: 7, 101: 8}


def test_of_two_that_meet_the_larger_gives_the_id_and_of_equals_the_older() -> None:
    homes = dict.fromkeys((1,), 7) | dict.fromkeys((2, 3), 8)
    assert succession(homes, places_of((1, 2, 3))) == {100: 8}
    assert succession({1: 8, 2: 7}, places_of((1, 2))) == {100: 7}


def test_the_smaller_part_of_a_story_gets_a_new_id() -> None:
    homes = dict.fromkeys((1, 2, 3), 7)
    assert succession(homes, places_of((1, 2), (3,))) == {100: 7, 101: None}


def test_an_id_whose_articles_mostly_went_elsewhere_is_not_given_to_the_rest() -> None:
    homes = dict.fromkeys((1, 2, 3, 4, 5), 7) | dict.fromkeys((6, 7, 8, 9), 8)
    assert succession(homes, places_of((1, 2, 3, 6, 7, 8, 9), (4, 5))) == {100: 8, 101: None}


def test_a_pinned_article_brings_its_id() -> None:
    homes = dict.fromkeys((1, 2, 3), 7) | dict.fromkeys((4,), 8)
    assert succession(homes, places_of((1, 2, 3, 4)), pinned={4: 8}) == {100: 8}


def test_clusters_from_before_keep_their_ids() -> None:
    homes = dict.fromkeys((1, 2), 7)
    assert succession(homes, {1: 7, 2: 100}, kept={7}) == {7: 7, 100: None}
    assert succession(homes, {1: 100, 2: 100}, kept={7}) == {100: None}


@given(OLD, st.randoms(use_true_random=False))
def test_ids_are_given_once_and_the_same_partition_keeps_all(homes: dict[int, int], chance: object) -> None:
    places = {article: 100 + chance.randrange(5) for article in sorted(homes)}  # type: ignore[attr-defined]
    ids = succession(homes, places)
    given_out = [one for one in ids.values() if one is not None]
    assert len(given_out) == len(set(given_out))
    assert succession(homes, {article: 100 + cluster for article, cluster in homes.items()}) == {
        100 + cluster: cluster for cluster in homes.values()
    }
    # A second time nothing changes.
    final = {article: ids[place] or place for article, place in places.items()}
    assert {place: one or place for place, one in ids.items()} == succession(final, places)


@given(OLD, st.randoms(use_true_random=False))
def test_moves_carried_out_part_by_part_come_to_the_same(homes: dict[int, int], chance: object) -> None:
    target = {article: chance.randrange(1, 9) for article in sorted(homes)}  # type: ignore[attr-defined]
    moves = [Move(article, home, target[article]) for article, home in homes.items() if home != target[article]]
    groups = connected(moves)
    assert sorted((move for group in groups for move in group), key=lambda m: m.article) == sorted(
        moves, key=lambda m: m.article
    )
    touched = [{cluster for move in group for cluster in (move.source, move.target)} for group in groups]
    assert sum(len(clusters) for clusters in touched) == len(set().union(*touched))
    members: dict[int, set[int]] = {}
    for article, home in homes.items():
        members.setdefault(home, set()).add(article)
    living = {target[article] for article in homes}
    for group in groups:
        found = regrouped(group, members, {})
        # Whoever is left without an article leads to a cluster that has some, and nobody else does.
        for source in {move.source for move in group}:
            assert (source in found.leads) == (source not in living)
        assert set(found.leads.values()) <= living


def test_fates() -> None:
    overlaps = Counter({(1, 1): 3, (2, 2): 2, (2, 9): 1, (3, 2): 2, (4, 9): 1, (4, 1): 1})
    told = {fate.cluster: (fate.kind, fate.split) for fate in fates(overlaps)}
    assert told == {
        1: ("changed", False),
        2: ("changed", True),
        3: ("merged", False),
        4: ("gone", True),
        9: ("born", False),
    }
    assert [fate.kind for fate in fates(Counter({(5, 5): 2}))] == ["kept"]
    assert [fate.kind for fate in fates(Counter({(5, 6): 2}), kept={5})] == ["changed", "born"]
