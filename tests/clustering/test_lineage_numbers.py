"""Numbers as desks write them, and what changed in a title or a lead."""

import pytest

from clustering.head_changes import LEAD_TOKENS, head, head_changes
from clustering.numerals import tokens
from tests.clustering.tracing import BODY, LEAD, TITLE


def numbers(text: str) -> list[str]:
    return [token.key for token in tokens(text) if token.is_number]


def changed(old: str, new: str, *, revision: bool = False) -> list[tuple[str, str]]:
    """Return what changed between two leads."""
    return [(one.was, one.now) for one in head_changes(head("", old), head("", new), revision=revision)]


def retitled(old: str, new: str) -> list[tuple[str, str]]:
    return [(one.was, one.now) for one in head_changes(head(old, BODY), head(new, BODY), revision=False)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12 قتيلا", ["12"]),
        ("١٢ قتيلا و۴۷ جريحا", ["12", "47"]),
        ("12شخصا", ["12"]),
        ("بقوة 6,1 درجات", ["6.1"]),
        ("بقوة ٦٫١ درجات", ["6.1"]),
        ("4ر95 بالمئة", ["95.4"]),
        ("1,250,000 برميل", ["1250"]),
        ("1250000 برميل", ["1250"]),
        ("20000 نازح", ["20"]),
        ("عند الساعة 7:30", ["7.30"]),
        ("007", ["7"]),
        ("000", ["0"]),
        ("ثلاثة قتلى", ["3"]),
        ("ثلاث قتيلات", ["3"]),
        ("ثماني دول وثمانية وزراء", ["8", "8"]),
        ("عشرة أيام في عشر مدن", ["10", "10"]),
        ("ثلاثة عشر جريحا", ["13"]),
        ("خمس عشرة سفينة", ["15"]),
        ("خمسة وعشرون جريحا", ["25"]),
        ("عشرون جنديا وأربعين مدنيا", ["20", "40"]),
        ("لقاء الاثنين بين الطرفين", []),
        ("يوم الثلاثاء", []),
        ("", []),
    ],
)
def test_numbers_are_read_in_every_spelling(text: str, read: list[str]) -> None:
    assert numbers(text) == read


def test_words_keep_their_order_and_lose_clitics() -> None:
    assert [token.key for token in tokens("وأعلنت الحكومةُ 3 قرارات")] == ["اعلنت", "حكومه", "3", "قرارات"]


def test_a_number_in_words_is_quoted_whole() -> None:
    (number,) = (token for token in tokens("لقي ثلاثة عشر شخصا") if token.is_number)
    assert number.written == "ثلاثة عشر"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (LEAD, LEAD.replace("12", "19"), [("12", "19")]),
        (LEAD, LEAD.replace("12", "19").replace("47", "52"), [("12", "19"), ("47", "52")]),
        (LEAD, LEAD.replace("12 شخصا", "19 مدنيا"), [("12", "19")]),
        (LEAD, LEAD.replace("12", "١٩"), [("12", "19")]),
        (LEAD, LEAD.replace("47", "نحو خمسين"), [("47", "خمسين")]),
        (LEAD.replace("12", "ثلاثة"), LEAD.replace("12", "أربعة"), [("ثلاثة", "أربعة")]),
    ],
)
def test_a_number_changed_in_its_place(old: str, new: str, found: list[tuple[str, str]]) -> None:
    assert changed(old, new) == found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (LEAD, LEAD),
        (LEAD, LEAD.replace("12", "١٢")),
        (LEAD.replace("12", "13"), LEAD.replace("12", "ثلاثة عشر")),
        (LEAD.replace("12", "197.000.000"), LEAD.replace("12", "197")),
        (LEAD.replace("12", "2015/2016"), LEAD.replace("12", "2016")),
        (LEAD, LEAD.replace("12", "X").replace("47", "12").replace("X", "47")),
        (LEAD, f"{LEAD.replace('12 شخصا على الأقل', 'عدد من الأشخاص')}"),
    ],
    ids=["same", "digits", "in words", "zeros", "season", "moved", "left out"],
)
def test_no_number_changed(old: str, new: str) -> None:
    assert changed(old, new) == []


def test_in_other_sentences_numbers_do_not_face_one_another() -> None:
    other = "وصل 300 سائح إلى المدينة يوم الجمعة في 5 حافلات بعد رحلة من العاصمة استغرقت نهارا كاملا على طريق الجبل."
    assert changed(LEAD, other) == []


def test_below_the_lead_nothing_counts() -> None:
    long = " ".join([LEAD, *(["تفاصيل"] * LEAD_TOKENS)])
    assert changed(f"{long} 5 أيام", f"{long} 6 أيام") == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (TITLE, TITLE.replace("12", "19"), [("12", "19")]),
        ("12 قتيلا في انهيار رصيف بالعقيلة", "ارتفاع حصيلة كارثة الميناء إلى 19 قتيلا", [("12", "19")]),
        ("12 قتيلا في انهيار رصيف بالعقيلة", "انتشال 19 ناجيا من تحت ألواح الميناء القديم", []),
        ("مقتل 12 وإصابة 47 في العقيلة", "مقتل 12 وإصابة 52 في العقيلة", [("47", "52")]),
        ("إصابة 12", "إصابة 13", [("12", "13")]),
    ],
)
def test_numbers_in_titles(old: str, new: str, found: list[tuple[str, str]]) -> None:
    assert retitled(old, new) == found


def test_a_name_changed_throughout_an_article() -> None:
    old = f"أعلن القبطان نادر الكسواني ذلك.\n{BODY}"
    assert changed(old, old.replace("نادر", "سامر"), revision=True) == [("نادر", "سامر")]
    assert changed(old, old.replace("نادر", "سامر")) == []


@pytest.mark.parametrize(("was", "now"), [("نادر", "ناظر"), ("نادر", "نادير")])
def test_what_stays_somewhere_or_is_only_spelled_otherwise_is_no_other_name(was: str, now: str) -> None:
    old = f"أعلن القبطان نادر الكسواني ذلك.\n{BODY}"
    new = old.replace(was, now, 1 if now == "ناظر" else -1)
    assert changed(old, new, revision=True) == []


def test_a_change_in_title_and_lead_is_told_of_each() -> None:
    old, new = head(TITLE, BODY), head(TITLE.replace("12", "19"), BODY.replace("12", "19"))
    assert [(one.place, one.was) for one in head_changes(old, new, revision=False)] == [("title", "12"), ("lead", "12")]


def test_a_title_that_takes_the_other_figure_of_the_story_has_changed_none() -> None:
    old, new = "12 قتيلا في انهيار رصيف بالعقيلة", "47 جريحا في انهيار رصيف بالعقيلة"
    assert retitled(old, new) == []
    assert retitled(old, "46 قتيلا في انهيار رصيف بالعقيلة") == [("12", "46")]
