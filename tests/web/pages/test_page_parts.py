"""What pages are made of: words, figures, texts from outside, pictures, without a browser."""

import re
import unicodedata
from collections import Counter
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.diff import tokens
from clustering.evidence import Evidence
from storage.cluster_detail import VersionDetail
from storage.copying import Copying
from storage.feed_health import FeedHealth
from storage.spread import Carried
from web.pages import figures
from web.pages.asking import own_address
from web.pages.error_page import ADVICE
from web.pages.error_page import WORDS as ERROR_WORDS
from web.pages.evidence_words import SHARES
from web.pages.evidence_words import WORDS as EVIDENCE_WORDS
from web.pages.kinds import Made
from web.pages.marked_text import Paragraph, Span, marked_paragraphs
from web.pages.outlets import feed_state, matrix
from web.pages.outside_text import LONGEST_BODY, direction, harmless, one_line, web_address
from web.pages.reader import Reader, reader_of
from web.pages.side_by_side import side_by_side
from web.pages.spark import HEIGHT, WIDTH, spark
from web.pages.timeline import timeline
from web.problems import KINDS

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ARABIC = Reader("ar", "arabic", "Asia/Amman")
ENGLISH = Reader("en", "western", "Asia/Tokyo")

anything = st.text(st.characters(codec="utf-8"), max_size=60) | st.text(
    st.sampled_from("\u202e\u2066\u2069\u200f\x00\x1b\n\t \u0651خبر<>&\"'x1"), max_size=60
)


@pytest.mark.parametrize(
    ("cookies", "accepted", "expected"),
    [
        ({}, None, Reader()),
        ({}, "en-GB,en;q=0.9,ar;q=0.8", Reader("en")),
        ({}, "fr, ar-EG;q=0.5, en;q=0.4", Reader("ar")),
        ({}, "de, *;q=0.1", Reader("ar")),
        ({}, "en;q=0", Reader("ar")),
        ({}, ";;;q=,,", Reader("ar")),
        ({"language": "ar"}, "en", Reader("ar")),
        ({"language": "xx", "digits": "roman", "theme": "pink", "zone": "../etc/passwd"}, "en", Reader("en")),
        (
            {"language": "en", "digits": "arabic", "theme": "dark", "zone": "Asia/Amman"},
            None,
            Reader("en", "arabic", "Asia/Amman", "dark", zone_known=True),
        ),
    ],
)
def test_a_reader_is_known_by_cookies_and_browser(
    cookies: dict[str, str], accepted: str | None, expected: Reader
) -> None:
    assert reader_of(cookies, accepted) == expected


def test_numbers_times_and_spans_are_told_as_the_reader_likes() -> None:
    assert figures.number(ENGLISH, 1_234_567) == "1,234,567"
    assert figures.number(ARABIC, 1_234_567.5) == "١٬٢٣٤٬٥٦٧٫٥"
    assert figures.percent(ENGLISH, 0.999) == "99%"
    assert figures.percent(ENGLISH, 0.001) == "1%"
    assert (figures.percent(ARABIC, 1), figures.percent(ENGLISH, 0)) == ("١٠٠٪", "0%")
    assert figures.moment(ARABIC, NOON) == "١ مارس ٢٠٢٦، ١٥:٠٠"
    assert figures.moment(ENGLISH, NOON) == "1 March 2026, 21:00"
    assert figures.ago(ENGLISH, NOON - timedelta(minutes=5), NOON) == "5 minutes ago"
    assert figures.ago(ARABIC, NOON - timedelta(hours=2), NOON) == "قبل ساعتين"
    assert figures.span(ENGLISH, timedelta(minutes=80)) == "80 minutes"
    assert figures.span(ENGLISH, timedelta(hours=1)) == "1 hour"
    assert figures.span(ARABIC, timedelta(days=2)) == "يومين"
    assert figures.span(ARABIC, timedelta(minutes=11)) == "١١ دقيقة"


@given(anything)
def test_a_harmless_text_turns_nothing_around(text: str) -> None:
    shown = harmless(text)
    assert not any(
        unicodedata.bidirectional(character) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        or character in "\u200e\u200f\u061c"
        or (unicodedata.category(character) in {"Cc", "Cs"} and character not in "\n\t")
        for character in shown
    )
    assert harmless(shown) == shown
    assert "\n" not in one_line(text)


def test_what_shapes_arabic_stays() -> None:
    assert harmless("می\u200cخواهم قالَتِ اللُّغَةُ") == "می\u200cخواهم قالَتِ اللُّغَةُ"
    assert one_line("ا" * 1_000_000) == "ا" * 300 + "…"
    assert one_line("خبر", 3) == "خبر"
    assert len(harmless("خ" + "\u0651" * 9_000)) == 5
    assert harmless("a" * 401) == "a" * 400 + "…"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", " https://a.example", "//a.example", "https:/a.example", "https://", "data:text/html,x",
        "https:\\\\a.example", "https://a.example\\@b.example", "ftp://a.example",
        "https://a.example@b.example/", "https://a.example/\u202e", "https://[",
        "java\nscript:x", "HTTPS://a.example\n", "", "كلام",
    ],
)  # fmt: skip
def test_no_link_leads_to_what_is_no_page(address: str) -> None:
    assert web_address(address) is None


def test_a_link_to_a_page_stays_as_it_is() -> None:
    assert web_address("https://a.example/خبر?x=<b>&y=1#z") == "https://a.example/خبر?x=<b>&y=1#z"
    assert web_address(None) is None


@pytest.mark.parametrize(
    "address",
    ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "/a\r\nSet-Cookie: x=1", "", "a"],
)
def test_nobody_is_sent_elsewhere_after_a_form(address: str) -> None:
    assert own_address(address) == "/"
    assert own_address("/clusters/5?a=1&b=2#compare") == "/clusters/5?a=1&b=2#compare"


def _words(paragraphs: tuple[Paragraph, ...], *marks: str) -> list[str]:
    return [
        word for one in paragraphs for run in one.runs if not marks or run.mark in marks for word in run.text.split()
    ]


def test_passages_are_marked_where_they_stand() -> None:
    text = "تولار (أ ف ب) - خبر\nسطر ثان لرويترز"
    place = text.index("لرويترز")
    spans = [Span(7, 12, "wire", "afp"), Span(8, 10, "wire", "x"), Span(place, len(text), "quote", "reuters")]
    first, second = marked_paragraphs(text, spans)
    assert [(run.text, run.mark) for run in first.runs] == [("تولار (", ""), ("أ ف ب", "wire"), (") - خبر", "")]
    assert second.runs[-1].note == "reuters"
    assert (first.direction, direction("12 - Reuters خبر"), direction("2026")) == ("rtl", "ltr", "auto")
    assert _words(marked_paragraphs("خبر", [Span(-2, 1, "x"), Span(2, 9, "x"), Span(2, 2, "x")])) == ["خبر"]
    assert len(marked_paragraphs("ا ب " * LONGEST_BODY)[0].runs[0].text) <= LONGEST_BODY + 1


def _version(number: int, text: str, title: str = "عنوان", minutes: int = 0, source: str = "a") -> VersionDetail:
    at = NOON + timedelta(minutes=minutes)
    return VersionDetail(
        version_id=number, article_id=number, number=1, source_id=source, source_name=source, url=None, title=title,
        summary="", text=text, from_page=False, published=at, updated=None, dated=at, first_seen=at, last_seen=at,
        matches=(), credits=(),
    )  # fmt: skip


paragraphs = st.lists(
    st.lists(st.sampled_from(["قال", "أحمد", "احمد", "Reuters", "12", "١٢", "(أ ف ب)", "٪5"]), min_size=1, max_size=8),
    max_size=4,
).map(lambda lines: "\n".join(" ".join(line) for line in lines))


@given(paragraphs, paragraphs)
def test_both_sides_keep_every_word_in_its_own_spelling(old: str, new: str) -> None:
    told = side_by_side(_version(1, old), _version(2, new))
    assert _words(told.left.body) == old.split()
    assert _words(told.right.body) == new.split()
    removed, added = Counter(_words(told.left.body, "removed")), Counter(_words(told.right.body, "added"))
    assert told.removed == removed.total()
    assert told.added == added.total()
    assert told.equal == (not removed and not added)
    assert [one.direction for one in told.left.body] == [direction(line) for line in old.split("\n") if line]
    assert tokens(old) == [] or old


def test_texts_that_are_too_long_are_shown_and_not_compared() -> None:
    told = side_by_side(_version(1, "كلمة " * 40_000), _version(2, "كلمة"))
    assert (told.removed, told.added, told.equal) == (None, None, False)
    assert _words(told.right.body) == ["كلمة"]


def _carried(*minutes: int) -> list[Carried]:
    return [Carried(n, f"s{n}", f"s{n}", NOON + timedelta(minutes=m)) for n, m in enumerate(minutes)]


def test_a_spark_climbs_the_way_one_reads() -> None:
    drawn = spark(_carried(0, 10, 40), right_to_left=False)
    mirrored = spark(_carried(0, 10, 40), right_to_left=True)
    assert drawn is not None
    assert mirrored is not None
    assert (drawn.outlets, drawn.span) == (3, timedelta(minutes=40))
    assert list(drawn.end) == [WIDTH - 3, 3]
    assert list(mirrored.end) == [3, 3]
    assert drawn.line == f"M3.0 {HEIGHT - 3.0}H29.5V13.0H109.0V3.0"
    assert spark(_carried(0), right_to_left=True) is None
    assert spark(_carried(), right_to_left=True) is None
    same = spark(_carried(5, 5, 5), right_to_left=False)
    assert same is not None
    assert same.span == timedelta(0)
    twice = [*_carried(0, 10), Carried(9, "s0", "s0", NOON + timedelta(hours=9))]
    again = spark(twice, right_to_left=False)
    assert again is not None
    assert (again.outlets, again.span) == (2, timedelta(minutes=10))


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60), st.booleans())
def test_a_timeline_keeps_the_order_and_stays_inside(minutes: list[int], right_to_left: bool) -> None:
    versions = [_version(n, "", minutes=m, source=f"s{n % 50}") for n, m in enumerate(sorted(minutes), start=1)]
    made = {
        version.version_id: Made("verbatim", "", False, version.version_id - 1 or None, 1.0, 1.0, ())
        for version in versions
    }
    drawn = timeline(versions, made, right_to_left=right_to_left)
    places = [mark.x if not right_to_left else 100 - mark.x for mark in drawn.marks]
    assert places == sorted(places)
    assert all(0 < place < 100 for place in places)
    assert all(0 < mark.y < drawn.height for mark in drawn.marks)
    assert all(abs(one.x - other.x) >= 11 for one, other in pairwise(drawn.ticks))
    assert len(drawn.lines) + drawn.missing == len({version.source_id for version in versions})


def test_every_figure_of_the_evidence_and_every_problem_has_words() -> None:
    assert {field.name for field in fields(Evidence)} == set(EVIDENCE_WORDS)
    assert set(EVIDENCE_WORDS) >= SHARES
    assert set(ERROR_WORDS) == set(KINDS)
    assert set(KINDS) >= set(ADVICE)


def _feed(**facts: object) -> FeedHealth:
    known: dict[str, object] = {
        "id": 1, "source_id": "a", "source_name": "a", "url": "https://a.example/rss", "category": None,
        "interval_s": 900.0, "next_fetch": NOON, "last_fetch": NOON, "last_ok": NOON, "failures": 0.0,
        "failing_since": None, "tries": 0, "outcome": "ok", "status": 200, "error": None, "window_size": 20,
        "missed_from": None, "missed_until": None, "moved_to": None, "adopted": False,
    }  # fmt: skip
    return FeedHealth(**(known | facts))  # type: ignore[arg-type]


def test_a_feed_is_told_by_what_is_gravest() -> None:
    failing = {"failures": 2.0, "tries": 2, "outcome": "http_error", "status": 500}
    failing |= {"failing_since": NOON - timedelta(hours=3)}
    missed = {"missed_from": NOON - timedelta(hours=2), "missed_until": NOON - timedelta(hours=1)}
    assert feed_state(_feed(), NOON).states == ("ok",)
    assert feed_state(_feed(moved_to="https://b.example"), NOON).states == ("moved",)
    assert feed_state(_feed(**missed), NOON + timedelta(hours=1)).states == ("late", "missed")
    assert feed_state(_feed(**failing, **missed), NOON).states == ("failing", "missed")
    assert feed_state(_feed(**{**failing, "status": 410}), NOON).states == ("gone",)
    assert feed_state(_feed(last_fetch=None), NOON).states == ("new",)


def test_the_matrix_holds_those_with_the_most_copies() -> None:
    pairs = [Copying(f"s{n}", f"s{n + 1}", n + 1, timedelta(minutes=n)) for n in range(20)]
    laid = matrix(pairs, most=4)
    assert set(laid.rows) | set(laid.columns) == {"s16", "s17", "s18", "s19"}
    assert laid.missing == 17
    assert laid.cells["s18", "s19"].shade == 5
    assert laid.cells["s17", "s18"].lag == timedelta(minutes=17)
    assert ("s19", "s18") not in laid.cells
    assert matrix([]).cells == {}


def test_plain_names_of_classes_have_a_rule_in_the_style() -> None:
    style = (files("web") / "static" / "site.css").read_text("utf-8")
    assert not re.search(r"url\((?!\"fonts/)", style)
    assert not re.search(r"\b(left|right):|margin-(left|right)|padding-(left|right)|float:", style)
