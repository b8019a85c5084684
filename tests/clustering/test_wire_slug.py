"""Where the text proper begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.wire import without_slug

NEWS = "فاض النهر على ضفتيه بعد أمطار الأمس، وأخليت قرى - منها ثلاث كبيرة - قبل المساء."

SLUGS = [
    "إسطنبول (رويترز) – ",
    "إسطنبول، 5 مايو (رويترز) - ",
    "واس – الرياض: ",
    "واس- أبها :",
    "الرياض - واس\n",
    "سالم المري- الضحى- تبوك: ",
    "سالم المري – الضحى اليوم\n ",
    "سالم المري ـ جدة\n\n",
    "الضحى- وكالات: ",
    "دبي، الإمارات العربية المتحدة (CNN) -- ",
    "(CNN)-- ",
    "القاهرة - ",
    "القاهرة - علي حسن: ",
    "القاهرة: ",
    "Next Previous الضحى اليوم – واس\n",
    "  \n",
    "الرياض 05 شوال 1447 هـ الموافق 24 مارس 2026 م واس\n",
    "بقلم ليلى حسن\nالقاهرة 5 مايو (رويترز) - ",
]

NO_SLUGS = [
    NEWS,
    "قالت رويترز: فاض النهر.",
    "ذكرت وكالة الأنباء السعودية (واس) أن النهر فاض.",
    "قال الأمير - رحمه الله - إن النهر فاض.",
    "1 - فاض النهر على ضفتيه.",
    "وأضاف: فاض النهر على ضفتيه.",
    "القاهرة مدينة كبيرة - كما يقول أهلها.",
    "وكالة الأنباء السعودية (واس) تحتفل بعيدها.",
    "",
]


@pytest.mark.parametrize("slug", SLUGS)
def test_a_slug_is_left_out(slug: str) -> None:
    body = slug + NEWS
    assert body[without_slug(body) :].lstrip() == NEWS


@pytest.mark.parametrize("body", NO_SLUGS)
def test_a_sentence_is_kept_whole(body: str) -> None:
    assert without_slug(body) == 0


def test_vowel_marks_and_invisible_signs_do_not_move_the_border() -> None:
    body = f"\u200fالقَاهِرَةُ (رُويتَـرز) \u200f- {NEWS}"
    assert body[without_slug(body) :] == NEWS


@given(st.text(), st.sampled_from(SLUGS))
def test_the_border_lies_inside_the_text(text: str, slug: str) -> None:
    for body in (text, slug + text, text + slug):
        assert 0 <= without_slug(body) <= len(body)
