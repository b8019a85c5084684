"""Why two articles are one story or not: every case in words that are true."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from clustering.bands import BANDS
from clustering.rarity import Rarity
from clustering.settings import Settings
from daemon.explanation import explain
from storage.cluster_detail import ArticleDetail, VersionDetail
from tests.clustering.arabic_text import Writer, first_paragraphs

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
TITLE, BODY = Writer(70).story()
OTHER_TITLE, OTHER_BODY = Writer(71).story()


def article(
    number: int, *texts: tuple[str, str], cluster: int | None = 1, days: float = 0, summary: str = ""
) -> ArticleDetail:
    at = NOW + timedelta(days=days)
    return ArticleDetail(
        id=number,
        source_id=f"s{number}",
        source_name="صحيفة",
        key=f"guid:{number}",
        url=None,
        published=at,
        published_raw=None,
        published_marks=[],
        updated=None,
        first_seen=at,
        cluster_id=cluster,
        versions=tuple(_version(number, place, text, at, summary) for place, text in enumerate(texts, start=1)),
    )


def _version(article_id: int, number: int, text: tuple[str, str], at: datetime, summary: str) -> VersionDetail:
    return VersionDetail(
        version_id=article_id * 100 + number,
        article_id=article_id,
        number=number,
        source_id=f"s{article_id}",
        source_name="صحيفة",
        url=None,
        title=text[0],
        summary=summary,
        text=text[1],
        from_page=False,
        published=at,
        updated=None,
        dated=at,
        first_seen=at,
        last_seen=at,
        matches=(),
        credits=(),
    )


ONE = (TITLE, BODY)
CUT = (TITLE, first_paragraphs(BODY, 4))
OTHER = (OTHER_TITLE, OTHER_BODY)


def test_copies_in_one_cluster() -> None:
    found = explain(article(1, ONE), article(2, CUT), Settings(), Rarity())
    assert (found.same_story, found.together) == (True, True)
    assert found.probability > 0.5
    assert found.bands > 0
    assert "are one story" in found.conclusion
    assert "one cluster." in found.conclusion
    assert f"share {found.bands} of {BANDS} bands" in found.candidacy


def test_strangers_in_two_clusters() -> None:
    found = explain(article(1, ONE), article(2, OTHER, cluster=2), Settings(), Rarity())
    assert (found.same_story, found.together, found.bands) == (False, False, 0)
    assert "are different stories" in found.conclusion
    assert "two clusters." in found.conclusion
    assert f"share none of {BANDS} bands" in found.candidacy


def test_strangers_that_others_brought_together() -> None:
    found = explain(article(1, ONE), article(2, OTHER, cluster=1), Settings(), Rarity())
    assert found.conclusion.endswith("they stand in one cluster because of the other articles there.")


def test_copies_whose_clusters_do_not_agree() -> None:
    found = explain(article(1, ONE), article(2, CUT, cluster=2), Settings(), Rarity())
    assert (found.same_story, found.together) == (True, False)
    assert found.conclusion.endswith("because their clusters do not agree on average.")


def test_copies_too_far_apart_to_be_compared() -> None:
    settings = Settings(window=timedelta(days=2))
    found = explain(article(1, ONE), article(2, ONE, cluster=2, days=2.5), settings, Rarity())
    assert "2.5 days apart, the window is 2." in found.candidacy
    assert found.conclusion.endswith("two clusters because nothing led from one to the other.")


def test_an_article_that_waits_is_in_no_cluster() -> None:
    for clusters in ((None, None), (1, None)):
        one, two = (article(number, ONE, cluster=cluster) for number, cluster in enumerate(clusters, start=1))
        found = explain(one, two, Settings(), Rarity())
        assert not found.together
        assert "two clusters" not in found.conclusion
        assert found.conclusion.endswith("not both of them are grouped yet.")


@pytest.mark.parametrize("order", [(ONE, OTHER), (OTHER, ONE)])
def test_of_several_versions_those_that_fit_best_are_compared(order: Sequence[tuple[str, str]]) -> None:
    found = explain(article(1, ONE), article(2, *order), Settings(), Rarity())
    assert found.same_story
    assert found.versions == (101, 201 + order.index(ONE))


def test_the_weights_add_up_to_the_odds_but_for_the_constant() -> None:
    near = explain(article(1, ONE), article(2, CUT), Settings(), Rarity())
    far = explain(article(1, ONE), article(2, OTHER), Settings(), Rarity())
    constants = [found.log_odds - sum(reason.weight for reason in found.reasons) for found in (near, far)]
    # Each weight is told to three decimals.
    assert constants[0] == pytest.approx(constants[1], abs=0.01)
    assert [abs(reason.weight) for reason in near.reasons] == sorted(
        (abs(reason.weight) for reason in near.reasons), reverse=True
    )


def test_an_article_without_a_text_is_compared_by_its_summary() -> None:
    found = explain(article(1, (TITLE, ""), summary=BODY), article(2, ONE), Settings(), Rarity())
    assert found.same_story
