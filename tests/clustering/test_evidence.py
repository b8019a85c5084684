from dataclasses import asdict
from math import log

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clustering.evidence import Evidence, weigh_up
from clustering.fold import fold
from clustering.profile import profile
from clustering.version import Version
from tests.clustering.arabic_text import Writer, first_paragraphs, respelled

# Few letters make texts that repeat themselves and one another, where the order of comparison could matter.
REPETITIVE = st.text(st.sampled_from("اب1 "), max_size=80)
PARTS = st.lists(st.sampled_from([Writer(seed).words(4) for seed in range(6)]), max_size=8).map(" ".join)


@st.composite
def versions(draw: st.DrawFn) -> Version:
    return Version(
        number=draw(st.integers(1, 9)),
        article=1,
        source=draw(st.sampled_from(["المرسال", "الشراع"])),
        title=draw(st.one_of(REPETITIVE, PARTS)),
        body=draw(st.one_of(REPETITIVE, PARTS)),
        at=draw(st.floats(0, 2e9)),
    )


def made(title: str, body: str, source: str = "المرسال", at: float = 0.0) -> Version:
    return Version(number=1, article=1, source=source, title=title, body=body, at=at)


def compare(left: Version, right: Version) -> Evidence:
    return weigh_up(profile(left), profile(right))


@given(versions(), versions())
@example(made("", "اب" * 30), made("", "اب" * 12 + "ج" * 36))
def test_it_does_not_matter_which_comes_first(left: Version, right: Version) -> None:
    assert compare(left, right) == compare(right, left)


@given(versions(), versions())
def test_shares_stay_between_0_and_1(left: Version, right: Version) -> None:
    figures = asdict(compare(left, right))
    assert figures.pop("days_apart") >= 0
    assert figures.pop("log_length") > 0
    assert all(0 <= figure <= 1 for figure in figures.values())


@given(versions())
def test_a_version_agrees_with_itself(version: Version) -> None:
    found = compare(version, version)
    full = 1.0 if fold(version.body.strip() or version.title) else 0.0
    assert found.jaccard == found.share_of_longer == found.share_of_shorter == full
    assert found.lead_shingles == found.lead_words == found.longest_passage == full
    assert found.title_words == (1.0 if fold(version.title) else 0.0)
    assert found.numbers_apart == found.days_apart == 0.0
    assert found.same_source == 1.0


def test_a_trimmed_copy_is_contained_in_the_whole() -> None:
    title, body = Writer(1).story(paragraphs=6)
    trimmed = first_paragraphs(body, 3)
    found = compare(made(title, body), made(title, trimmed, source="الشراع", at=21_600.0))
    longer, shorter = len(set(shingles(body))), len(set(shingles(trimmed)))
    assert found.share_of_shorter == 1.0
    assert found.share_of_longer == found.jaccard == shorter / longer
    assert found.lead_shingles == found.lead_words == found.longest_passage == found.title_words == 1.0
    assert found.days_apart == 0.25
    assert found.same_source == 0.0
    assert found.log_length == pytest.approx(log(len(fold(trimmed))))


def test_spelling_is_no_difference() -> None:
    title, body = (
        "وصول 12 سفينة إلى الميناء",
        "أعلنت إدارة ميناء المدينة وصول 12 سفينة إغاثة، على متنها 300 طن من الأغذية.",
    )
    found = compare(made(title, body), made(respelled(title), respelled(body)))
    assert body != respelled(body)
    assert found.jaccard == found.lead_words == found.title_words == 1.0
    assert found.numbers_apart == 0.0


def test_figures_of_a_small_pair() -> None:
    # 24 letters each, 15 shingles each. The first 16 letters are in common, hence the first 7 shingles, and
    # none of the others: the ninth letter from the end of the common part on, something differs.
    left, right = made("سد جديد", "ابتثجحخدذرزسشصضطظعغفقكلم"), made("سد قديم", "ابتثجحخدذرزسشصضطنهويمنهي")
    found = compare(left, right)
    assert found.jaccard == 7 / (15 + 15 - 7)
    assert found.share_of_longer == found.share_of_shorter == found.lead_shingles == 7 / 15
    assert found.longest_passage == 16 / 24
    assert found.lead_words == 0.0  # each body is one word
    assert found.title_words == 1 / 2
    assert found.log_length == pytest.approx(log(24))


def test_the_lead_counts_in_the_weaker_direction() -> None:
    writer = Writer(2)
    (_, story), (title, other) = writer.story(4), writer.story(4)
    # A follow-up: the whole of the first story stands below a new lead, longer than a lead is counted.
    found = compare(made(title, story), made(title, f"{other}\n{story}"))
    assert found.share_of_shorter == 1.0
    assert found.lead_shingles < 0.05
    assert found.lead_words < 0.2


def test_numbers_apart_counts_those_that_the_other_lacks() -> None:
    left = made("ارتفاع القتلى إلى 12", "قالت الشرطة إن 12 شخصا قتلوا وأصيب 30 آخرون")
    right = made("ارتفاع القتلى إلى 14", "قالت الشرطة إن 14 شخصا قتلوا وأصيب 30 آخرون")
    assert compare(left, right).numbers_apart == 2 / 4
    assert compare(left, left).numbers_apart == 0.0
    assert compare(made("خبر", "بلا أرقام"), made("خبر", "بلا أرقام")).numbers_apart == 0.0


def test_unrelated_texts_have_next_to_nothing_in_common() -> None:
    writer = Writer(3)
    found = compare(made(*writer.story()), made(*writer.story()))
    assert found.jaccard < 0.002
    assert found.lead_shingles < 0.01
    assert found.longest_passage < 0.02


def shingles(text: str) -> list[str]:
    stream = fold(text)
    return [stream[start : start + 10] for start in range(len(stream) - 9)]
