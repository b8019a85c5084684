"""Which agencies a text credits and quotes, on texts written for the tests."""

import doctest
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clustering.agencies import AGENCIES, AGENCY_NAMES
from clustering.wire import Credit, credits  # noqa: A004 (the word of the trade)
from tests.clustering.wire_cases import CREDITED, IN_TITLES, NOT_MENTIONED, QUOTED

NEWS = "فاض النهر على ضفتيه بعد أمطار الأمس."


def strongest(title: str, body: str) -> dict[str, str]:
    """Return the kind of each agency, credit before quote."""
    found = credits(title, body)
    return {credit.agency: credit.kind for credit in sorted(found, key=lambda credit: credit.kind, reverse=True)}


def shown(body: str) -> list[str]:
    """Return the words of a body that its mentions point at."""
    return [body[credit.start : credit.end] for credit in credits("", body)]


@pytest.mark.parametrize(("body", "agencies"), CREDITED.items())
def test_an_agency_is_credited(body: str, agencies: set[str]) -> None:
    assert strongest("", body) == dict.fromkeys(agencies, "credit")


@pytest.mark.parametrize(("body", "agencies"), QUOTED.items())
def test_an_agency_is_quoted(body: str, agencies: set[str]) -> None:
    assert strongest("", body) == dict.fromkeys(agencies, "quote")


@pytest.mark.parametrize("body", NOT_MENTIONED)
def test_nothing_is_an_agency(body: str) -> None:
    assert credits("", body) == ()
    assert credits(body, "") == ()


@pytest.mark.parametrize(("title", "expected"), IN_TITLES.items())
def test_titles(title: str, expected: tuple[str, str] | None) -> None:
    assert [(credit.agency, credit.kind, credit.where) for credit in credits(title, NEWS)] == (
        [(*expected, "title")] if expected else []
    )


def test_a_credit_further_up_does_not_make_a_quote_a_credit() -> None:
    body = f"القاهرة (رويترز) - {NEWS} وقال الحاكم لفرانس برس إن الجسر سليم. وأضاف لرويترز أن السد سليم."
    assert [(credit.agency, credit.kind) for credit in credits("", body)] == [
        ("reuters", "credit"),
        ("afp", "quote"),
        ("reuters", "quote"),
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("إسطنبول (رويترز) – قال الحاكم.", ["رويترز"]),
        ("قال الحاكم لـ«رُويتَـــرز» إن النهر فاض.", ["رُويتَـــرز"]),
        ("القاهرة - أ. ف. ب - فاض النهر.", ["أ. ف. ب"]),
        ("ذكرت وكالة الأنباء السعودية (واس) أن النهر فاض.", ["وكالة الأنباء السعودية (واس)"]),
        ("ذكرت وكالة الأنباء السورية الرسمية «سانا» أن النهر فاض.", ["وكالة الأنباء السورية الرسمية «سانا»"]),
        ("قالتوكالةرويترزأن الجسر سليم.", ["رويترز"]),
        ("🌊 ﷲ أكبر. وقال الحاكم لوكالةِ فرانس برس إن النهر فاض.", ["فرانس برس"]),
        ("فاض النهر.\r\n\u200f(رويترز)\u200f\r\n", ["رويترز"]),
    ],
)
def test_the_span_shows_the_name_as_it_stands(body: str, words: list[str]) -> None:
    assert shown(body) == words


def test_a_short_name_is_known_once_the_agency_was_named() -> None:
    assert strongest("", f"{NEWS} وفق وكالة سبأ اليمنية. ونقلت سبأ عن الحاكم أن الجسر سليم.") == {"saba": "quote"}
    assert credits("", f"{NEWS} ونقلت سبأ عن أبيها أن الجسر سليم.") == ()


def test_every_agency_has_a_name_of_its_own() -> None:
    assert len(AGENCY_NAMES) == len(AGENCIES) == len(set(AGENCY_NAMES.values()))


def test_every_agency_is_found_by_its_title() -> None:
    for agency in AGENCIES:
        for title in (f"وكالة الأنباء {adjective}" for adjective in agency.adjectives):
            assert [credit.agency for credit in credits("", f"{NEWS} وقالت {title} إن الجسر سليم.")] == [agency.id]


def test_the_example_in_the_documentation_is_true() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "wire-credit.md"
    failed, attempted = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert attempted
    assert not failed


pieces = st.sampled_from(
    [
        *"()[]«»\"'-–—:/|.,،؛؟!*\n ـ\u200f\u064b\ufdfa🌊",
        "رويترز",
        "أ ف ب",
        "واس",
        "وال",
        "وكالة",
        "وكالات",
        "الأنباء",
        "السعودية",
        "قالت",
        "نقلا عن",
        "القاهرة",
        "2026",
        "فارس",
        "سمات",
        "Next Previous",
        "جاء ذلك",
        "للنشرة العربية",
        "إعداد",
        "x",
    ]
)
texts = st.text() | st.lists(pieces, max_size=60).map(" ".join) | st.lists(pieces, max_size=60).map("".join)


@given(texts, texts)
@example("", "\x85\u2028رويترز")
@example("\ud800", "\ud800")
def test_any_text_is_read_and_its_spans_lie_inside(title: str, body: str) -> None:
    found = credits(title, body)
    for where, text in (("title", title), ("body", body)):
        spans = [(credit.start, credit.end) for credit in found if credit.where == where]
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert spans == sorted(spans)
    assert {credit.agency for credit in found} <= set(AGENCY_NAMES)


@given(texts)
def test_blanks_around_a_text_change_nothing(body: str) -> None:
    def without_place(found: tuple[Credit, ...]) -> list[tuple[str, str]]:
        return [(credit.agency, credit.kind) for credit in found]

    assert without_place(credits("", f"\n  {body.strip()}\n\n")) == without_place(credits("", body.strip()))
