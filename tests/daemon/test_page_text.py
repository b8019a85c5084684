"""Which text of a page is taken for the article that a feed speaks of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.fold import fold
from daemon.page_text import chosen_text
from sources.article_page import PageOutcome
from tests.sources.article_pages import PARAGRAPHS, SUMMARY, TITLE

WHOLE = "\n".join(PARAGRAPHS)


def test_the_fuller_text_of_the_same_article_is_taken() -> None:
    assert chosen_text(TITLE, SUMMARY, WHOLE) == (PageOutcome.READ, WHOLE)


def test_a_feed_that_gives_the_title_alone_is_enough_to_know_the_article_by() -> None:
    assert chosen_text(TITLE, "", WHOLE) == (PageOutcome.READ, WHOLE)


def test_what_stands_around_the_article_is_left_out() -> None:
    around = f"{TITLE}\nفيسبوك تويتر واتساب\n{WHOLE}\nاقرأ أيضا: خطة السير الجديدة\nتابعونا على تويتر"
    assert chosen_text(TITLE, SUMMARY, around) == (PageOutcome.READ, WHOLE)


def test_other_spellings_of_the_words_are_the_same_words() -> None:
    assert chosen_text("إفتتاح جسرٍ جديدٍ على النهر", "", WHOLE)[0] is PageOutcome.READ


@pytest.mark.parametrize(
    "page",
    [
        "سجل الدخول لقراءة هذا المقال\nالاشتراك الشهري يتيح لك قراءة كل المقالات بلا إعلانات ودون حدود",
        "أعلنت هيئة الأرصاد عن موجة حر تبدأ مطلع الأسبوع وتستمر خمسة أيام في المناطق الداخلية",
        "",
    ],
)
def test_a_wall_or_another_article_is_not_taken(page: str) -> None:
    assert chosen_text(TITLE, SUMMARY, page) == (PageOutcome.OTHER_TEXT, "")


def test_no_more_than_the_feed_gave_is_no_new_text() -> None:
    assert chosen_text(TITLE, WHOLE, f"{TITLE}\n{WHOLE}\nتابعونا على تويتر") == (PageOutcome.NO_FULLER, "")
    assert chosen_text(TITLE, SUMMARY, f"{TITLE}\n{SUMMARY}") == (PageOutcome.NO_FULLER, "")


@given(st.text(), st.text(), st.text())
def test_a_text_is_taken_only_when_it_is_longer(title: str, feed_text: str, page_text: str) -> None:
    outcome, text = chosen_text(title, feed_text, page_text)
    assert bool(text) is (outcome is PageOutcome.READ)
    if outcome is PageOutcome.READ:
        assert len(fold(text)) > len(fold(feed_text))
