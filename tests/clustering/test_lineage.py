"""The family tree of a story: orders, origin, parents, and what happened to the text."""

from dataclasses import replace

import pytest

from clustering.lineage import independent_texts, lineage
from tests.clustering.arabic_text import Writer, respelled
from tests.clustering.tracing import BODY, LEAD, OTHER, REST, TITLE, at, changes, descent, kind, version

HEADLINE = "قتلى وجرحى في سوق السمك بعد سقوط ألواح خرسانية"


def test_both_orders_are_kept() -> None:
    found = lineage([version(1, seen=50), version(2, seen=10), version(3, seen=30)])
    assert found.by_published == (1, 2, 3)
    assert found.by_seen == (2, 3, 1)


def test_the_origin_is_what_was_published_first_and_says_whether_it_was_seen_first() -> None:
    assert lineage([version(7)]).origin.reason == "only"
    agreeing = lineage([version(1), version(2)]).origin
    assert (agreeing.version, agreeing.reason) == (1, "first")
    late = lineage([version(1, seen=60), version(2)]).origin
    assert (late.version, late.reason) == (1, "published")


def test_which_feed_was_asked_first_within_a_round_says_nothing() -> None:
    assert lineage([version(1, seen=60), version(2, seen=50)]).origin.reason == "first"


def test_copies_of_one_text_point_to_the_first() -> None:
    found = lineage([version(number) for number in (1, 2, 3, 4)])
    assert [one.parent for one in found.descents] == [None, 1, 1, 1]
    assert [kind(found, number) for number in (1, 2, 3, 4)] == ["original", "verbatim", "verbatim", "verbatim"]
    copied = descent(found, 2).derivation
    assert copied is not None
    assert (copied.contained, copied.titles, copied.changes) == ((1.0, 1.0), 1.0, ())


@pytest.mark.parametrize(
    "respelling",
    [
        respelled,
        lambda text: text.replace("بميناء العقيلة", "بميناءالعقيلة").replace("سوق السمك", "سوقالسمك"),
        lambda text: text.replace("شخصا", "شخصاً").replace("أيام", "أيـــام"),
        lambda text: text.replace("،", ",").replace("\n", "\n\n"),
    ],
    ids=["hamza, ya and digits", "glued words", "marks and tatweel", "signs and blank lines"],
)
def test_spelling_is_no_change(respelling: object) -> None:
    assert callable(respelling)
    found = lineage([version(1), version(2, respelling(BODY), title=respelling(TITLE))])
    assert kind(found, 2) == "verbatim"


def test_a_copy_in_one_spelling_comes_from_the_text_in_that_spelling() -> None:
    bare = respelled(BODY)
    found = lineage([version(1), version(2, bare), version(3, bare), version(4)])
    assert [one.parent for one in found.descents] == [None, 1, 2, 1]


def test_a_cut_text_is_trimmed() -> None:
    found = lineage([version(1), version(2, "\n".join((LEAD, *REST[:2])))])
    assert kind(found, 2) == "trimmed"
    derivation = descent(found, 2).derivation
    assert derivation is not None
    assert derivation.contained[0] == 1.0
    assert 0.5 < derivation.contained[1] < 0.8


def test_a_text_with_a_paragraph_more_is_extended() -> None:
    found = lineage([version(1, "\n".join((LEAD, *REST[:3]))), version(2, BODY)])
    assert kind(found, 2) == "extended"


def test_the_same_text_under_another_headline() -> None:
    found = lineage([version(1), version(2, title=HEADLINE), version(3, title=HEADLINE)])
    assert [kind(found, 2), kind(found, 3)] == ["reheadlined", "verbatim"]
    assert descent(found, 3).parent == 2


def test_a_headline_with_a_word_more_is_the_same_headline() -> None:
    found = lineage([version(1), version(2, title=f"عاجل {TITLE}")])
    assert kind(found, 2) == "verbatim"


def test_a_number_in_the_lead_is_corrected() -> None:
    found = lineage([version(1), version(2, BODY.replace("12 شخصا", "19 شخصا"))])
    assert kind(found, 2) == "corrected"
    assert changes(found, 2) == [("lead", "figure", "12", "19")]


def test_a_corrected_text_may_be_cut_or_extended_as_well() -> None:
    cut = "\n".join((LEAD, REST[0])).replace("47", "52")
    found = lineage([version(1), version(2, cut), version(3, f"{BODY}\n{OTHER}".replace("47", "61"))])
    assert [kind(found, 2), kind(found, 3)] == ["corrected", "corrected"]


def test_sentences_of_ones_own_are_reworded() -> None:
    own = [paragraph.replace(" ", " ثم ", 6) for paragraph in REST]
    found = lineage([version(1), version(2, "\n".join((LEAD, *own)))])
    assert kind(found, 2) == "reworded"


def test_a_text_with_nothing_in_common_has_no_parent() -> None:
    found = lineage([version(1), version(2, OTHER)])
    assert (kind(found, 2), descent(found, 2).parent) == ("original", None)


def test_a_trimmed_copy_comes_from_the_text_that_holds_all_of_it() -> None:
    two = "\n".join((LEAD, REST[0]))
    three = "\n".join((LEAD, *REST[:2]))
    found = lineage([version(1), version(2, two), version(3, three), version(4, two)])
    assert [one.parent for one in found.descents] == [None, 1, 1, 2]
    assert kind(found, 4) == "verbatim"


def test_a_revision_comes_from_its_own_article_whatever_is_nearer() -> None:
    later = BODY.replace("12 شخصا", "19 شخصا")
    found = lineage([version(1), version(2, later), version(3, later, article=1)])
    assert descent(found, 3).parent == 1
    assert descent(found, 3).revision
    assert not descent(found, 2).revision


def test_each_revision_comes_from_the_one_before() -> None:
    first, second, third = BODY, BODY.replace("12", "15"), BODY.replace("12", "19")
    found = lineage([version(1, first), version(5, second, article=1), version(9, third, article=1)])
    assert [one.parent for one in found.descents] == [None, 1, 5]
    assert changes(found, 9) == [("lead", "figure", "15", "19")]


def test_a_revision_stands_behind_its_former_text_whatever_its_outlet_claims() -> None:
    backdated = replace(version(9, BODY.replace("12", "19"), article=4), dated=at(0))
    found = lineage([version(2), version(4), backdated])
    assert found.by_published == (2, 4, 9)
    assert descent(found, 9).parent == 4


def test_what_an_outlet_hangs_below_its_texts_makes_no_other_text() -> None:
    tails = (
        "اقرأ أيضا: خمسة أسئلة عن سلامة الأرصفة القديمة وكيف تفحصها البلديات كل عام",
        "رابط الخبر بصحيفة الساحل: " + TITLE,
        "تابعونا على قناة الساحل\nجميع الحقوق محفوظة لصحيفة الساحل، ويمنع النقل من دون ذكر المصدر.",
        "وسوم العقيلة ميناء رصيف حادث إسعاف",
    )
    found = lineage([version(1), *(version(n, f"{BODY}\n{tail}") for n, tail in enumerate(tails, start=2))])
    assert [kind(found, number) for number in (2, 3, 4, 5)] == ["verbatim"] * 4


def test_a_byline_makes_no_other_text() -> None:
    found = lineage([version(1), version(2, f"سعاد المرزوقي - العقيلة:\n{BODY}")])
    assert kind(found, 2) == "verbatim"


def test_a_line_added_to_an_article_is_news_and_no_tail() -> None:
    added = f"{BODY}\nوأُعلنت وفاة أحد الجرحى مساء في مستشفى العاصمة الكبير."
    assert kind(lineage([version(1), version(2, added)]), 2) == "verbatim"
    assert kind(lineage([version(1), version(2, added, article=1)]), 2) == "extended"


def test_items_of_a_headline_only() -> None:
    found = lineage([version(1, ""), version(2, ""), version(3, "", title=HEADLINE), version(4, "", title="")])
    assert [kind(found, number) for number in (1, 2, 3, 4)] == ["original", "verbatim", "original", "original"]


def test_fourteen_outlets_three_texts() -> None:
    cut, own = "\n".join((LEAD, *REST[:2])), Writer(1).reworded(BODY, 0.4)
    versions = [
        *(version(number) for number in (1, 2, 3, 4)),
        *(version(number, cut, title=HEADLINE) for number in (5, 6, 7)),
        *(version(number, f"{LEAD}\n{OTHER}") for number in (8, 9, 10)),
        version(11, OTHER),
        version(12, BODY.replace("47", "52")),
        *(version(number, own) for number in (13, 14)),
    ]
    groups = independent_texts(lineage(versions))
    assert groups == ((1, 2, 3, 4, 5, 6, 7, 12), (8, 9, 10, 11), (13, 14))


def test_a_text_written_anew_begins_a_text_of_its_own_and_its_copies_belong_to_it() -> None:
    own = "\n".join((OTHER, REST[0]))
    found = lineage([version(1), version(2, own), version(3, own), version(4, "\n".join((LEAD, *REST[:3])))])
    assert kind(found, 2) == "reworded"
    assert descent(found, 2).independent
    assert independent_texts(found) == ((1, 4), (2, 3))


def test_an_article_rewritten_by_its_outlet_is_no_further_text() -> None:
    found = lineage([version(1), version(2, OTHER, article=1)])
    assert (kind(found, 2), descent(found, 2).parent) == ("reworded", 1)
    assert independent_texts(found) == ((1, 2),)


def test_a_story_without_versions_or_with_one_number_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one version"):
        lineage([])
    with pytest.raises(ValueError, match="one number"):
        lineage([version(1), version(1, OTHER)])
