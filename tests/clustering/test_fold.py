import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clustering.fold import _FOLDING, fold, words
from clustering.folded_units import Folded, fold_units

ARABIC = st.characters(min_codepoint=0x0600, max_codepoint=0x06FF)
FORMS = st.characters(min_codepoint=0xFB50, max_codepoint=0xFEFC)
MARKS = st.sampled_from("\u064b\u0651\u0652\u0670\u06d6\u0640\u200c\u200d\u200e\u200f\u202b\u2069\ufeff\u00ad")
# What feeds of Arabic outlets hold: Arabic, its presentation forms, European letters, marks, controls, emoji.
NEWS_TEXT = st.text(
    st.one_of(ARABIC, FORMS, MARKS, st.characters(max_codepoint=0x04FF), st.sampled_from(" \t\n\u00a0\u2028٪٫٬،؛؟«»😀"))
)
ANY_TEXT = st.text(st.characters())  # lone surrogates included


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("أَعْلَنَتْ", "اعلنت"),
        ("وكالة", "وكاله"),
        ("وكـــالة", "وكاله"),
        ("أإآٱا", "ااااا"),
        ("مستشفى", "مستشفي"),
        ("إیران", "ايران"),
        ("کابل", "كابل"),
        ("مسؤول", "مسوول"),
        ("قائد", "قايد"),
        ("١٢٣٤٥٦٧٨٩٠", "1234567890"),
        ("۱۲۳۴۵۶۷۸۹۰", "1234567890"),
        ("١٢٫٥", "125"),
        ("٣٬٠٠٠", "3000"),
        ("٪٥٠", "50"),
        ("ﻻ", "لا"),
        ("ﷲ", "الله"),
        ("ﻣﺼﺮ", "مصر"),
        ("محمد ﷺ", "محمد"),
        ("\u200fمصر\u200e", "مصر"),
        ("\u2067مصر\u2069", "مصر"),
        ("می\u200cخواهم", "ميخواهم"),
        ("ٱلْقُرْءَانِ ۖ", "القرءان"),
        ("BBC عربي", "bbcعربي"),
        ("ＢＢＣ", "bbc"),
        ("كوفيد-19", "كوفيد19"),
        ("«اقرأ»، أيضا؛ لماذا؟", "اقراايضالماذا"),
        ("غزة\u00a0اليوم", "غزهاليوم"),
        ("\ufeffخبر", "خبر"),
        ("خبر 😀 عاجل", "خبرعاجل"),
        ("", ""),
        (" \n،", ""),
    ],
)
def test_folds(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("رئيس الوزراء يصل إلى القاهرة", "رئيس الوزراء يصل الي القاهره"),
        ("محادثات بين أفغانستان وباكستان", "محادثات بين أفغانستانوباكستان"),
        ("مقتل ١٢ شخصًا في مدينة الموصل", "مقتل 12 شخصا فى مدينه الموصل،"),
        ("مؤتمر صحفي", "مؤتمرٌ صحفيّ"),
        ("أسعار النفط تتراجع", "أسعـــار النفط تتراجع"),
        ("الأمم المتحدة", "اﻷمم المتحدة"),
    ],
)
def test_spellings_of_one_headline_meet(left: str, right: str) -> None:
    assert left != right
    assert fold(left) == fold(right)


def test_different_words_stay_different() -> None:
    assert fold("الحزمة الثانية عشرة") != fold("الحزمة الثالثة عشرة")
    assert fold("12") != fold("13")


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("أَعْلَنَتِ الوِكالةُ، ١٢", ["اعلنت", "الوكاله", "12"]),
        ("غزة\u00a0اليوم\nوغدا", ["غزه", "اليوم", "وغدا"]),
        ("كوفيد-19", ["كوفيد", "19"]),
        ("قال(رويترز)إن", ["قال", "رويترز", "ان"]),
        ("النبي ﷺ قال", ["النبي", "قال"]),
        ("وكـ\u200dـالة", ["وكاله"]),
        ("", []),
        ("... ،،، 😀", []),
    ],
)
def test_words_keep_their_borders(written: str, folded: list[str]) -> None:
    assert words(written) == folded


@given(NEWS_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(NEWS_TEXT)
def test_a_fold_holds_letters_and_digits_only(text: str) -> None:
    assert all(unicodedata.category(character)[0] in "LN" for character in fold(text))


@given(ANY_TEXT)
@example("\ud800")
@example("خبر\udfffعاجل")
@example("\ud83d\ude00")
@example("\x00\x1f\x85\u2028")
@example("İǅﬃ𝟙𞸀𐍈")
def test_no_text_is_refused_and_words_joined_are_the_stream(text: str) -> None:
    assert "".join(words(text)) == fold(text)
    assert Folded(text).words == words(text)
    assert fold_units(text).tobytes() == fold(text).encode("utf-16-le" if fold_units("ا")[0] == 0x627 else "utf-16-be")


def test_what_is_dropped_outside_the_plane_of_letters_is_not_remembered() -> None:
    fold("خبر")
    before = len(_FOLDING)
    assert words("خبر" + "".join(map(chr, range(0xF0000, 0xF1000)))) == ["خبر"]
    assert len(_FOLDING) == before


@given(NEWS_TEXT, NEWS_TEXT)
def test_white_space_does_not_matter_to_the_stream(left: str, right: str) -> None:
    # Each side is folded first, since a mark at the start of a text composes with the letter before it.
    left, right = fold(left), fold(right)
    assert fold(f"{left} {right}") == fold(f"{left}{right}") == left + right
