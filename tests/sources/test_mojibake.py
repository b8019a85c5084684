"""Double encoding is undone where it is proved, and no honest text is touched."""

import html
import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.entry import Entry
from sources.parsing.feed_reader import read_document
from sources.parsing.items import Origin
from sources.parsing.mojibake import undo
from tests.sources.loopback import rss

ORIGIN = Origin("https://paper.example/rss", None, datetime(2026, 11, 24, tzinfo=UTC))
TITLE = "أعلنت وزارة «النقل» – فتح الجسر في ٢٣ تشرين الثاني، قال: \"نعم\" و'لا'؟"


def taken_for(text: str, charset: str) -> str:
    """Return UTF-8 read as another charset; bytes that windows-1252 lacks become controls, as in browsers."""
    if charset != "cp1252":
        return text.encode().decode(charset)
    return "".join(
        chr(byte) if byte in b"\x81\x8d\x8f\x90\x9d" else bytes([byte]).decode("cp1252") for byte in text.encode()
    )


@pytest.mark.parametrize("charset", ["cp1252", "latin-1", "cp1256"])
def test_a_title_comes_back(charset: str) -> None:
    assert undo(taken_for(TITLE, charset)).text == TITLE


@pytest.mark.parametrize(
    ("broken", "right"),
    [
        ("Ø£Ø¹Ù„Ù†Øª", "أعلنت"),
        ("ط£ط¹ظ„ظ†طھ", "أعلنت"),
        ("&Oslash;&pound;&Oslash;&sup1;&Ugrave;&bdquo;", "أعل"),
        ("&amp;#216;&amp;#163;&amp;#xD8;&amp;#xB9;", "أع"),
        ("عاجل | Ø£Ø¹Ù„Ù†Øª الوزارة", "عاجل | أعلنت الوزارة"),
        ("Ù\ufffdÙ„Ø³Ø·ÙŠÙ†", "فلسطين"),
        # The tail of a word that was cut stays: nobody knows what it was.
        ("Ø£Ø¹Ù", "أعÙ"),
    ],
)
def test_single_words(broken: str, right: str) -> None:
    assert undo(broken).text == right


@pytest.mark.parametrize(
    "text",
    [
        TITLE,
        "قال إن سعر النفط، وهو الوسط؟ «شرط» ط، ظ، ع، غ، ط؛ ظ» الحفظ… ع– غ”",
        "Ø 50 mm, Ø£ 20, Ã la carte, naïve Über-été « ça va » – Ærø, Ûrzich, ïle",
        "خط گرم، طنز چهارشنبه، ٹھیک طرح پاکستان ڑ ڈ",
        "R&amp;D &Oslash; &pound;5 &#1591;&#1563;",
    ],
)
def test_honest_texts_are_not_touched(text: str) -> None:
    assert undo(text).text == text
    assert undo(text).repairs == ()


words = st.text(st.sampled_from("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيًُِّ٠٢پچگکی"), min_size=3, max_size=9)
sentences = st.lists(st.tuples(words, st.sampled_from(["", "", "،", "؛", "؟", ".", "»", "…"])), min_size=1).map(
    lambda parts: " ".join(word + mark for word, mark in parts)
)


@given(sentences, st.sampled_from(["cp1252", "latin-1", "cp1256"]), st.sampled_from(["", "characters", "references"]))
def test_any_arabic_comes_back(text: str, charset: str, escaped: str) -> None:
    broken = taken_for(text, charset)
    if escaped == "references":
        broken = broken.encode("ascii", "xmlcharrefreplace").decode()
    assert undo(f"<title>{broken}</title>").text == f"<title>{text}</title>"


@given(sentences | st.text(st.characters(codec="utf-8")))
def test_no_right_text_is_harmed(text: str) -> None:
    # What tells mojibake apart is a letter that cannot stand in Arabic, or three stray signs in a row.
    if re.search("[ØÙÚÛ]", html.unescape(text)) is None:
        assert undo(text).text == text


@given(sentences, st.sampled_from(["cp1252", "latin-1", "cp1256"]))
def test_undoing_again_changes_nothing(text: str, charset: str) -> None:
    once = undo(taken_for(text, charset)).text
    assert undo(once).text == once


def only(body: bytes) -> tuple[Entry, tuple[str, ...]]:
    document = read_document(body, None, ORIGIN, 10)
    (entry,) = document.entries
    return entry, document.repairs


@pytest.mark.parametrize("charset", ["cp1252", "latin-1", "cp1256"])
@pytest.mark.parametrize("broken", ["title", "description"])
def test_one_broken_field_in_a_sound_feed(charset: str, broken: str) -> None:
    fields = {"title": TITLE, "description": "قالت البلدية إن الجسر الجديد يفتح غدا، وإن العمل دام عامين"}
    written = "".join(
        f"<{name}>{taken_for(text, charset) if name == broken else text}</{name}>" for name, text in fields.items()
    )
    entry, repairs = only(rss(f"<item><guid>1</guid>{written}</item>"))
    assert (entry.title, entry.text) == (fields["title"], fields["description"])
    assert any("double encoding undone" in repair for repair in repairs)


@pytest.mark.parametrize("plainly", [True, False])
def test_a_json_feed(plainly: bool) -> None:
    item = {"id": "1", "title": taken_for(TITLE, "latin-1"), "content_text": "نص سليم"}
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item]}
    entry, repairs = only(json.dumps(feed, ensure_ascii=plainly).encode())
    assert (entry.title, entry.text) == (TITLE, "نص سليم")
    assert any("double encoding undone" in repair for repair in repairs)


def test_a_feed_that_is_broken_twice_over() -> None:
    body = rss(f"<item><guid>1</guid><title>{taken_for(TITLE, 'cp1256')}</title></item>").decode()
    entry, _ = only(body.encode("utf-16-be"))
    assert entry.title == TITLE
