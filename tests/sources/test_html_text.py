import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.parsing.html_text import html_text, line_text, plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>فقرة أولى</p><p>فقرة ثانية</p>", "فقرة أولى\nفقرة ثانية"),
        ("سطر<br>سطر<br/>سطر<BR />سطر", "سطر\nسطر\nسطر\nسطر"),
        ("<ul><li>واحد</li><li>اثنان</li></ul>", "واحد\nاثنان"),
        ("<table><tr><td>أ</td><td>ب</td></tr><tr><th>ج</th></tr></table>", "أ ب\nج"),
        ("<div>أ<div>ب</div>ج</div>", "أ\nب\nج"),
        ("<h2>عنوان</h2>نص", "عنوان\nنص"),
        ("وال<b>حكو</b>مة <a href='x'>قال</a>ت", "والحكومة قالت"),
        ("كلمة<span>كلمة</span>", "كلمةكلمة"),
        ("كلمة<wbr>كلمة", "كلمةكلمة"),
        ('قبل<img src="a.jpg" alt="صورة">بعد', "قبل بعد"),
        ("قبل<iframe src=x></iframe>بعد", "قبل بعد"),
        ("<script>var a = '<p>';</script>نص<style>p{}</style>", "نص"),
        ("<SCRIPT type=x>1</ScRiPt >نص", "نص"),
        ("نص<script>لا ينتهي", "نص لا ينتهي"),
        ("أ<!-- مخفي <p>x</p> -->ب", "أب"),
        ("أ<!-- لا ينتهي ب", "أ لا ينتهي ب"),
        ("<![CDATA[نص]]>", "نص]]>"),
        ("<?php echo 1 ?>نص<!DOCTYPE html>", "نص"),
        ("أ&nbsp;ب&amp;ج &lt;د&gt; &#1575;&#x627; &quot;هـ&quot;", 'أ ب&ج <د> اا "هـ"'),
        ("AT&T &unknown; &#xffffffff; &#" + "9" * 5_000 + ";", "AT&T &unknown; &#xffffffff; &#" + "9" * 5_000 + ";"),
        ("&#0;&#55296;&#1114112;نص", "\ufffd\ufffd\ufffdنص"),
        ("  كثير \t من\u00a0\u3000الفراغ  ", "كثير من الفراغ"),
        ("سطر أول\nسطر ثان\r\nسطر ثالث\rرابع", "سطر أول\nسطر ثان\nسطر ثالث\nرابع"),
        ("<p>سطر\nملفوف\r\nهنا</p>", "سطر ملفوف هنا"),
        ("سعر النفط < 80 و > 70", "سعر النفط < 80 و > 70"),
        ("إذا كان a<b و b>c", "إذا كان a<b و b>c"),
        ("بريد <user@example.org> هنا", "بريد <user@example.org> هنا"),
        ("<o:p>نص</o:p><fb:like href=x>تابع", "نصتابع"),
        ("<خبر>نص", "<خبر>نص"),
        ("<a title=\"أ > ب\" href='x>y'>نص</a>", "نص"),
        ("<p title=it's>أول</p> don't <b>ثان</b>", "أول\ndon't ثان"),
        ('<p class="x>لا ينتهي</p>نص', "لا ينتهي\nنص"),
        ("<p", "<p"),
        ("نص <", "نص <"),
        ("<>نص</>", "<>نص</>"),
        ("", ""),
        ("<p></p> <br> ", ""),
        ("&lt;p&gt;أول&lt;/p&gt;&lt;p&gt;ثان&lt;/p&gt;", "أول\nثان"),
        ("a\x00b\x08c\ud800d\ufffee", "abcde"),
        ("أ\u2028ب", "أ\nب"),
        ("مِنْ‌هُنا ـ\u200f.", "مِنْ‌هُنا ـ\u200f."),
    ],
)
def test_markup_becomes_the_text_that_a_reader_sees(markup: str, text: str) -> None:
    assert html_text(markup) == text


def test_a_title_is_one_line() -> None:
    assert line_text("عنوان<br>في\nسطرين &quot;كذا&quot;") == 'عنوان في سطرين "كذا"'


def test_plain_text_keeps_its_brackets_and_lines() -> None:
    assert plain_text("أ <b> ب &amp; ج\r\n\r\n  د ") == "أ <b> ب & ج\nد"


@given(st.text(st.sampled_from("ab<>/!-?=\"' &;#x\n\r\x00\ud800ا[]CDAT"), max_size=80))
def test_no_input_raises_and_nothing_unstorable_comes_out(markup: str) -> None:
    for text in (html_text(markup), plain_text(markup), line_text(markup)):
        text.encode()
        assert "\x00" not in text
        assert text == "\n".join(line.strip(" ") for line in text.split("\n") if line)
    assert "\n" not in line_text(markup)


words = st.lists(st.text(st.sampled_from("ابتجد"), min_size=1, max_size=6), min_size=1, max_size=8)
BLOCKS = ["<p>", "</p>", "<br/>", "</li>", "</td>", "<div class='x'>", "<h3>", "<img src=x>", "</TR>", "<hr>"]


@given(words, st.data())
def test_words_are_never_glued_at_blocks_nor_torn_by_inline_tags(items: list[str], data: st.DataObject) -> None:
    inline = st.sampled_from(["<b>", "</b>", "<span style='a:b'>", "</a>", "<!-- x -->", "<i>", "</font>"])
    torn = ["".join(letter + data.draw(inline) for letter in word) for word in items]
    glued = "".join(word + data.draw(st.sampled_from(BLOCKS)) for word in torn)
    assert html_text(glued).split() == items


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a ",
        '<a ="',
        "<a b='>",
        "<x y ",
        "<x y=",
        "<!--",
        "<script>",
        "</script",
        "&",
        "&#9",
        "<p>",
        "<![CDATA[",
        "<?",
    ],
)
@pytest.mark.parametrize("end", ["", ">", "\"'>"])
def test_hostile_input_takes_time_in_proportion_to_its_length(unit: str, end: str) -> None:
    def seconds(times: int) -> float:
        began = time.process_time()
        html_text(unit * times + end)
        return time.process_time() - began

    seconds(1_000)
    # It takes a tenth of a second; quadratic code takes minutes.
    assert seconds(100_000) < 2
