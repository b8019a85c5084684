"""Dates in Arabic words: every month by every name, both calendars, halves of the day and places."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hijridate import Gregorian
from hypothesis import given
from hypothesis import strategies as st

from sources.arabic_dates import in_latin
from sources.dates import read_date

SEEN = datetime(2026, 12, 31, tzinfo=UTC)
RIYADH = "Asia/Riyadh"

MONTHS = {
    1: "يناير كانون_الثاني جانفي",
    2: "فبراير شباط فيفري",
    3: "مارس آذار أذار",
    4: "أبريل ابريل إبريل نيسان أفريل",
    5: "مايو أيار ايار ماي",
    6: "يونيو يونيه حزيران جوان",
    7: "يوليو يوليه تموز جويلية يوليوز",
    8: "أغسطس اغسطس آب أوت غشت",
    9: "سبتمبر أيلول شتنبر",
    10: "أكتوبر اكتوبر تشرين_الأول تشرين_أول",
    11: "نوفمبر تشرين_الثاني تشرين_ثاني نونبر",
    12: "ديسمبر كانون_الأول كانون_اول دجنبر",
}
NAMES = [(number, name.replace("_", " ")) for number, names in MONTHS.items() for name in names.split()]
HIJRI_MONTHS = [
    "محرم",
    "صفر",
    "ربيع الأول",
    "ربيع الآخر",
    "جمادى الأولى",
    "جمادى الآخرة",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذو القعدة",
    "ذو الحجة",
]
DAYS = ["الإثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"]
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def read(raw: str, zone: str | None = RIYADH) -> datetime | None:
    return read_date(raw, zone=zone, seen=SEEN).moment


@pytest.mark.parametrize(("number", "name"), NAMES)
def test_every_month_by_every_name(number: int, name: str) -> None:
    expected = datetime(2026, number, 23, 11, 5, tzinfo=UTC)
    assert read(f"23 {name} 2026 14:05") == expected
    assert read(f"الإثنين، ٢٣ {name} ٢٠٢٦ - ٠٢:٠٥ م") == expected
    assert read(f"{name} 23, 2026 2:05 مساءً") == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("الإثنين، 23 نوفمبر 2026 14:05:00 +0300", (23, 11, 5)),
        ("٢٣ نوفمبر ٢٠٢٦", (22, 21, 0)),
        ("۲۳ نوفمبر ۲۰۲۶ ۱۴:۰۵", (23, 11, 5)),
        ("23 نوفمبر/تشرين الثاني 2026 14:05", (23, 11, 5)),
        ("23 تشرين الثاني (نوفمبر) 2026 14:05", (23, 11, 5)),
        ("13 جمادى الآخرة 1448", (22, 21, 0)),
        ("١٣ جمادى الآخرة ١٤٤٨ هـ ١٤:٠٥", (23, 11, 5)),
        ("الاثنين 13 جمادى الثانية 1448هـ الموافق 23 نوفمبر 2026م", (22, 21, 0)),
        ("1448/06/13 هـ - 2026/11/23 م", (22, 21, 0)),
        ("13/06/1448 هـ", (22, 21, 0)),
        ("23/11/2026 02:05 م", (23, 11, 5)),
        ("23/11/2026 12:05 ص", (22, 21, 5)),
        ("23/11/2026 12:05 ظهرًا", (23, 9, 5)),
        ("14:05 - 23/11/2026", (23, 11, 5)),
        ("2:05 م، الاثنين 23 نوفمبر 2026", (23, 11, 5)),
        ("آخر تحديث: 23 نوفمبر 2026 الساعة 14:05", (23, 11, 5)),
        ("23 نونبر 2026 | 14:05 (بتوقيت غرينتش)", (23, 14, 5)),
        ("23 نوفمبر 2026 14:05 بتوقيت القاهرة", (23, 12, 5)),
        ("23 نوفمبر 2026 14:05 توقيت مكة المكرمة", (23, 11, 5)),
        ("23 نـوفمبر\u200f 2026م", (22, 21, 0)),
    ],
)
def test_dates_as_people_write_them(raw: str, expected: tuple[int, int, int]) -> None:
    day, hour, minute = expected
    assert read(raw) == datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize("raw", ["23 شهر 2026", "نوفمبر", "أمس 14:05", "31 نيسان 2026", "30 صفر 14480", "١٣ رجب"])
def test_what_is_no_date_is_none(raw: str) -> None:
    assert read(raw) is None


days = st.dates(date(1995, 1, 1), date(2026, 12, 30))
digits = st.sampled_from([None, EASTERN, PERSIAN])


@given(days, st.sampled_from(NAMES), st.integers(0, 23), st.integers(0, 59), digits)
def test_a_date_in_words_is_read_back(
    day: date, month: tuple[int, str], hour: int, minute: int, eastern: dict[int, int] | None
) -> None:
    number, name = month
    day = day.replace(month=number, day=min(day.day, 28))
    half = "ص" if hour < 12 else "م"
    raw = f"{DAYS[day.weekday()]} {day.day} {name} {day.year} - {hour % 12 or 12}:{minute:02} {half}"
    raw = raw.translate(eastern) if eastern else raw
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
    assert read(raw, None) == moment
    assert read(raw) == moment - timedelta(hours=3)


@given(days, digits)
def test_a_hijri_day_is_the_day_of_its_calendar(day: date, eastern: dict[int, int] | None) -> None:
    hijri = Gregorian(day.year, day.month, day.day).to_hijri()
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for raw in (
        f"{hijri.day} {HIJRI_MONTHS[hijri.month - 1]} {hijri.year}",
        f"{hijri.year}-{hijri.month:02}-{hijri.day:02}",
        f"{hijri.day}/{hijri.month}/{hijri.year} هـ",
    ):
        assert read(raw.translate(eastern) if eastern else raw, None) == midnight


@given(st.text(max_size=200))
def test_any_text_is_rewritten_without_a_fault(raw: str) -> None:
    text, hijri = in_latin(raw)
    assert isinstance(text, str)
    assert hijri in (True, False)
