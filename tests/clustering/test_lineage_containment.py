"""How much of a text stands in another, and the lines that do not count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.containment import contained, passages
from clustering.furniture import without_furniture
from tests.clustering.tracing import BODY, LEAD, OTHER

TEXTS = st.text(alphabet="ابتثجحدرسعفقكلمنهوي 123\n", max_size=200)


def share(text: str, other: str) -> float:
    return contained(passages(text), passages(other)).share


def test_shares_of_wholes_and_parts() -> None:
    assert share(BODY, BODY) == 1.0
    assert share(LEAD, BODY) == 1.0
    assert 0.1 < share(BODY, LEAD) < 0.4
    assert share(BODY, OTHER) < 0.1


def test_a_changed_word_costs_its_own_letters_only() -> None:
    (changed,) = (one for one in [BODY.replace("القبطان", "قبطان").replace("الصحفيين", "الحاضرين")] if one != BODY)
    found = contained(passages(changed), passages(BODY))
    assert 1 - found.share < len("الحاضرين") * 1.5 / found.characters


def test_an_empty_text_stands_in_none_and_holds_none() -> None:
    assert share("", BODY) == share(BODY, "") == share("", "") == 0.0


def test_ends_that_the_other_lacks() -> None:
    found = contained(passages(f"سعاد المرزوقي\n{BODY}\nوسوم"), passages(BODY))
    assert (found.before, found.after) == (12, 4)
    assert found.inside(12, 4) == 1.0
    assert found.inside(11, 4) < 1.0
    assert found.inside(12, 3) < 1.0
    assert found.inside(0, 0) == found.share


@given(TEXTS, TEXTS)
def test_a_share_is_a_share(one: str, other: str) -> None:
    found = contained(passages(one), passages(other))
    assert 0 <= found.share <= 1
    assert 0 <= found.inside(40, 70) <= 1
    assert found.before + found.after <= found.characters


@given(TEXTS, TEXTS, TEXTS)
def test_what_stands_in_a_text_stands_in_a_longer_one(one: str, other: str, more: str) -> None:
    assert share(one, f"{other}\n{one}\n{more}") in {0.0, 1.0}
    if len(passages(one).stream) > 1:
        assert share(one, f"{other}\n{one}\n{more}") == 1.0


@pytest.mark.parametrize(
    "line",
    [
        "اقرأ أيضا: نشرة المساء",
        "إقرأ أيضاً | خمسة أسئلة عن الأرصفة",
        "تابعونا على قناة الساحل",
        "جميع الحقوق محفوظة لصحيفة الساحل",
        "للاشتراك في خدمة الأخبار العاجلة أرسل كلمة ساحل",
        "لمزيد من الأخبار العاجلة زوروا موقعنا",
        "صحيفة الساحل غير مسؤولة عن مضمون التعليقات",
        "فيس بوك | تويتر | واتس آب | تيليجرام",
        "مشاركة على إكس X (Twitter) – نسخ الرابط",
        "طباعة البريد الإلكتروني",
    ],
)
def test_lines_that_speak_to_the_reader_are_left_out(line: str) -> None:
    assert without_furniture(f"{LEAD}\n{line}\n{OTHER}\n{line}") == f"{LEAD}\n{OTHER}"
    assert without_furniture(line) == line


@pytest.mark.parametrize(
    "line",
    [
        "تابع المحافظ عمليات الإنقاذ",
        "اشترك في البحث مئة متطوع",
        "واتساب تغلق آلاف الحسابات",
        f"اقرأ أيضا ما حدث هناك: {BODY}",
    ],
)
def test_reports_and_long_paragraphs_stay(line: str) -> None:
    assert without_furniture(f"{LEAD}\n{line}") == f"{LEAD}\n{line}"
