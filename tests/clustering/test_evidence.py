from dataclasses import asdict, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clustering.comparison import weigh_up
from clustering.evidence import Evidence
from clustering.fold import fold
from clustering.profile import profile
from clustering.rarity import Rarity
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


def made(title: str, body: str, source: str = "المرسال", at: float = 0.0, number: int = 1) -> Version:
    return Version(number=number, article=number, source=source, title=title, body=body, at=at)


def compare(left: Version, right: Version, rarity: Rarity | None = None) -> Evidence:
    return weigh_up(profile(left), profile(right), rarity or Rarity(), "earlier")


def new_share(found: int, new: int) -> float:
    """The share of a lead of `new` shingles of which `found` are found; eight more make small leads count less."""
    return found / (new + 8)


@given(versions(), versions())
@example(made("", "اب" * 30), made("", "اب" * 12 + "ج" * 36))
def test_it_does_not_matter_which_comes_first(left: Version, right: Version) -> None:
    right = replace(right, number=left.number + 1)
    assert compare(left, right) == compare(right, left)


@given(versions(), versions())
def test_shares_stay_between_0_and_1(left: Version, right: Version) -> None:
    figures = asdict(compare(left, right))
    assert figures.pop("days_apart") >= 0
    assert all(0 <= figure <= 1 + 1e-9 for figure in figures.values())


@given(versions())
def test_a_version_agrees_with_itself(version: Version) -> None:
    found = compare(version, version)
    full = 1.0 if fold(version.body.strip() or version.title) else 0.0
    assert found.jaccard == found.longest_passage == full
    assert found.new_lead == found.new_leads
    assert found.rare_words == pytest.approx(1.0 if fold(version.body + version.title) else 0.0)
    assert found.title_elsewhere == pytest.approx(0.0)
    assert found.numbers_apart == found.days_apart == 0.0
    assert found.same_source == 1.0


def test_a_trimmed_copy_is_contained_in_the_whole() -> None:
    title, body = Writer(1).story(paragraphs=6)
    trimmed = first_paragraphs(body, 3)
    found = compare(made(title, body), made(title, trimmed, source="الشراع", at=21_600.0, number=2))
    longer, shorter = len(set(shingles(body))), len(set(shingles(trimmed)))
    assert found.jaccard == shorter / longer
    assert found.longest_passage == 1.0
    assert found.words_within == pytest.approx(1.0)
    assert found.rare_words < found.words_within
    assert found.new_lead == new_share(350, 350)
    assert found.title_elsewhere == 0.0
    assert found.days_apart == 0.25
    assert found.same_source == 0.0


def test_spelling_is_no_difference() -> None:
    title, body = (
        "وصول 12 سفينة إلى الميناء",
        "أعلنت إدارة ميناء المدينة وصول 12 سفينة إغاثة، على متنها 300 طن من الأغذية.",
    )
    found = compare(made(title, body), made(respelled(title), respelled(body)))
    assert body != respelled(body)
    assert found.jaccard == 1.0
    assert found.rare_words == pytest.approx(1.0)
    assert found.numbers_apart == 0.0


def test_figures_of_a_small_pair() -> None:
    # 24 letters each, 15 shingles each. The first 16 letters are in common, hence the first 7 shingles, and
    # none of the others: the ninth letter from the end of the common part on, something differs.
    left, right = made("سد جديد", "ابتثجحخدذرزسشصضطظعغفقكلم"), made("سد قديم", "ابتثجحخدذرزسشصضطنهويمنهي")
    found = compare(left, replace(right, number=2))
    assert found.jaccard == 7 / (15 + 15 - 7)
    assert found.new_lead == found.new_leads == new_share(7, 15)
    assert found.longest_passage == 16 / 24
    # Three words each, of which one is in common; before anything is counted every word weighs the same.
    assert found.rare_words == found.words_within == pytest.approx(1 / 3)
    # One of two title words stands in the other text: as much as the titles share.
    assert found.title_elsewhere == pytest.approx(0.0)


def test_the_lead_counts_in_the_weaker_direction() -> None:
    writer = Writer(2)
    (_, story), (title, other) = writer.story(4), writer.story(4)
    # A follow-up: the whole of the first story stands below a new lead, longer than a lead is counted.
    found = compare(made(title, story), made(title, f"{other}\n{story}", number=2))
    assert found.new_lead == found.new_leads < 0.05
    assert compare(made(title, f"{other}\n{story}"), made(title, story, number=2)).new_leads < 0.05


def test_what_other_stories_said_before_is_not_new() -> None:
    writer = Writer(4)
    template, facts, others = writer.words(30), writer.words(30), writer.words(30)
    rarity = Rarity()
    rarity.count(profile(made("نشرة", f"{template} {writer.words(20)}")), None)
    today = made("نشرة", f"{template} {facts}")
    rarity.count(profile(today), None)
    tomorrow = made("نشرة", f"{template} {others}", number=2)
    copy = made("نشرة", f"{template} {facts}", number=3, source="الشراع")
    assert compare(today, tomorrow).new_lead > 0.4  # nothing is known of the stream: the template counts
    assert compare(today, tomorrow, rarity).new_lead < 0.1
    assert compare(today, copy, rarity).new_lead > 0.8


def test_a_title_that_the_other_text_tells_under_another_title() -> None:
    background = made("سقوط جسر المرسى", "سقط جسر المرسى فجر الأحد وغرق ثلاثة من العمال.")
    follow_up = made("وزير الأشغال يستقيل", "استقال وزير الأشغال بعد سقوط جسر المرسى وقبول طلبه.", number=2)
    assert compare(background, follow_up).title_elsewhere > 0.9


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
    assert found.new_lead < 0.01
    assert found.longest_passage < 0.02


def shingles(text: str) -> list[str]:
    stream = fold(text)
    return [stream[start : start + 10] for start in range(len(stream) - 9)]
