"""What texts say of agencies, stored with their place and asked for again."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from storage.cluster_detail import cluster_detail
from storage.cluster_list import ClusterFilters, list_clusters
from storage.engine import reading, writing
from storage.placements import save_placements
from storage.queue import unclustered
from storage.wire import CreditRow, credits_of

DATELINE = CreditRow("reuters", "credit", "body", 6, 12)
QUOTE = CreditRow("afp", "quote", "body", 40, 47)
HEADLINE = CreditRow("reuters", "credit", "title", 0, 6)


@pytest.fixture
def placed(desk: Any) -> Any:
    """Two clusters: in the first a text that credits Reuters and quotes AFP, in the second one that quotes Reuters."""
    desk.open("petra")
    desk.save("petra", desk.entry("k1", "نص أول"), desk.entry("k2", "نص ثان"))
    with writing(desk.engine) as conn:
        first, second = unclustered(conn, 10)
        save_placements(
            conn,
            [
                replace(desk.placement(first, 1, founded=True), credits=(QUOTE, DATELINE, HEADLINE)),
                replace(desk.placement(second, 2, founded=True), credits=(replace(DATELINE, kind="quote"),)),
            ],
            desk.at(9),
        )
    return desk


def test_credits_come_back_in_reading_order(placed: Any) -> None:
    with reading(placed.engine) as conn:
        assert credits_of(conn, [1, 2, 3]) == {
            1: (HEADLINE, DATELINE, QUOTE),
            2: (replace(DATELINE, kind="quote"),),
        }
        found = cluster_detail(conn, 1)
    assert found is not None
    assert found.versions[0].credits == (HEADLINE, DATELINE, QUOTE)


def test_only_a_credit_makes_a_story_one_of_the_agency(placed: Any) -> None:
    with reading(placed.engine) as conn:
        assert [cluster.id for cluster in list_clusters(conn, ClusterFilters(wires=("reuters",))).clusters] == [1]
        assert list_clusters(conn, ClusterFilters(wires=("afp",))).clusters == ()


@pytest.mark.parametrize(
    "wrong", [replace(DATELINE, kind="rumour"), replace(DATELINE, place="footer"), replace(DATELINE, end=6)]
)
def test_a_credit_that_makes_no_sense_is_refused(desk: Any, wrong: CreditRow) -> None:
    desk.open("petra")
    desk.save("petra", desk.entry("k1", "نص أول"))
    (first,) = desk.queue()
    placement = replace(desk.placement(first, 1, founded=True), credits=(wrong,))
    with writing(desk.engine) as conn, pytest.raises(IntegrityError), conn.begin_nested():
        save_placements(conn, [placement], desk.at(9))
