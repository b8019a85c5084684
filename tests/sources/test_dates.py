from datetime import UTC, datetime, timedelta
from time import struct_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.dates import DateMark, Stamp, dated_at, read_date

SEEN = datetime(2026, 11, 24, 9, tzinfo=UTC)
RIYADH = "Asia/Riyadh"


def utc(day: int = 23, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Mon, 23 Nov 2026 14:05:00 +0300", utc(hour=11, minute=5)),
        ("Mon, 23 Nov 2026 14:05:00 GMT", utc(hour=14, minute=5)),
        ("Mon, 23 Nov 2026 14:05:00 Z", utc(hour=14, minute=5)),
        ("Mon, 23 Nov 2026 14:05:00 AST", utc(hour=11, minute=5)),
        ("Mon, 23 Nov 2026 14:05:00 KSA", utc(hour=11, minute=5)),
        ("Mon, 23 Nov 2026 14:05:00 EET", utc(hour=12, minute=5)),
        ("Mon, 23 Nov 2026 14:05:00 EST", utc(hour=19, minute=5)),
        ("Mon, 23 Nov 2026 14:05:00", utc(hour=11, minute=5)),
        ("Mon, 23 Nov 2026 14:05", utc(hour=11, minute=5)),
        ("Mon, 23 Nov 2026 14:05:00 +03:00", utc(hour=11, minute=5)),
        ("Mon, 23 November 2026 14:05:00 GMT+3", utc(hour=11, minute=5)),
        ("Mon, 23 Nov 2026 14:05:00 +0300 (Arabia Standard Time)", utc(hour=11, minute=5)),
        ("Monday, 23 November 2026 14:05:00 -0530", utc(hour=19, minute=35)),
        ("23 Nov 26 14:05:00 +0000", utc(hour=14, minute=5)),
        ("23-Nov-2026 14:05:00 GMT", utc(hour=14, minute=5)),
        ("Nov 23, 2026 2:05 PM", utc(hour=11, minute=5)),
        ("2026-11-23T14:05:00Z", utc(hour=14, minute=5)),
        ("2026-11-23T14:05:00.123456+03:00", utc(hour=11, minute=5)),
        ("2026-11-23T14:05:00+0300", utc(hour=11, minute=5)),
        ("2026-11-23 14:05:00 +0300", utc(hour=11, minute=5)),
        ("2026-11-23 14:05", utc(hour=11, minute=5)),
        ("2026-11-23", utc(22, 21)),
        ("2026/11/23 - 14:05", utc(hour=11, minute=5)),
        ("23/11/2026 02:05 م", utc(hour=11, minute=5)),
        ("23/11/2026 12:05 ص", utc(22, 21, 5)),
        ("05/11/2026 10:00", utc(5, 7)),
        ("٢٣/١١/٢٠٢٦ ١٤:٠٥", utc(hour=11, minute=5)),
        ("  \u200fMon, 23 Nov 2026\n14:05:00 GMT\u200e ", utc(hour=14, minute=5)),
        ("Mon, 23 Nov 2026 23:59:60 GMT", utc(23, 23, 59) + timedelta(seconds=59)),
        ("Mon, 23 Nov 2026 14:05:00 XYZ", utc(hour=11, minute=5)),
        ("1448-06-13", utc(22, 21)),
        ("13/06/1448 14:05", utc(hour=11, minute=5)),
    ],
)
def test_dates_as_outlets_write_them(raw: str, expected: datetime) -> None:
    assert read_date(raw, zone=RIYADH, seen=SEEN).moment == expected


@pytest.mark.parametrize(
    ("raw", "zone", "expected"),
    [
        ("Mon, 23 Nov 2026 14:05:00 AST", None, utc(hour=11, minute=5)),
        ("Mon, 23 Nov 2026 14:05:00 AST", "America/Halifax", utc(hour=18, minute=5)),
        ("Mon, 23 Nov 2026 14:05:00 IST", "Asia/Jerusalem", utc(hour=12, minute=5)),
        ("Mon, 23 Nov 2026 14:05:00 EET", "Africa/Tripoli", utc(hour=12, minute=5)),
        ("Mon, 23 Nov 2026 14:05:00", "Africa/Algiers", utc(hour=13, minute=5)),
    ],
)
def test_a_zone_s_name_means_what_it_means_to_the_source(raw: str, zone: str | None, expected: datetime) -> None:
    assert read_date(raw, zone=zone, seen=SEEN).moment == expected


@pytest.mark.parametrize(
    ("raw", "marks"),
    [
        (None, ()),
        (" ", ()),
        ("Mon, 23 Nov 2026 14:05:00 +0300", ()),
        ("Mon, 23 Nov 2026 14:05:00", (DateMark.NO_ZONE,)),
        ("Mon, 23 Nov 2026 14:05:00 XYZ", (DateMark.UNKNOWN_ZONE,)),
        ("23/11/2026", (DateMark.NO_CLOCK,)),
        ("13 جمادى الآخرة 1448 14:05", (DateMark.NO_ZONE, DateMark.HIJRI)),
        ("Tue, 24 Nov 2026 15:00:00 GMT", (DateMark.AHEAD,)),
        ("2027-01-01T00:00:00Z", (DateMark.FUTURE,)),
        ("2031-01-01 00:00", (DateMark.NO_ZONE, DateMark.FUTURE)),
        ("2015-07-22T10:00:00Z", (DateMark.OLD,)),
        ("Thu, 01 Jan 1970 00:00:00 GMT", (DateMark.IMPOSSIBLE,)),
        ("قريبا", (DateMark.UNREADABLE,)),
        ("2026-02-30T10:00:00Z", (DateMark.UNREADABLE,)),
    ],
)
def test_what_was_supplied_or_corrected_is_marked(raw: str | None, marks: tuple[DateMark, ...]) -> None:
    assert read_date(raw, zone=RIYADH, seen=SEEN).marks == marks


def test_a_stamp_of_the_future_is_clamped_and_one_of_long_ago_is_kept() -> None:
    assert read_date("2031-01-01T00:00:00Z", zone=None, seen=SEEN) == Stamp(SEEN, (DateMark.FUTURE,))
    assert read_date("2015-07-22T10:00:00Z", zone=None, seen=SEEN).moment == datetime(2015, 7, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "قريبا",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Tue, 01 Jan 1980 00:00:00 GMT",
        "1448-13-13",
        "1448-06-31",
        "2026-13-01T00:00:00Z",
        "2026-02-30",
        "Mon, 23 Nov 2026 25:05:00 GMT",
        "Mon, 23 Nov 2026 14:05:00 +9999",
        "Mon, 23 Foo 2026 14:05:00 GMT",
        "0000-00-00 00:00:00",
        "9" * 10_000,
        "Mon, " * 1_000,
    ],
)
def test_what_cannot_be_true_is_missing(raw: str | None) -> None:
    assert read_date(raw, zone=RIYADH, seen=SEEN).moment is None


def test_a_zone_with_summer_time_is_read_by_the_season() -> None:
    summer = read_date("2026-07-01 12:00", zone="Africa/Cairo", seen=SEEN).moment
    winter = read_date("2026-01-01 12:00", zone="Africa/Cairo", seen=SEEN).moment
    assert summer == utc(1, 9, month=7)
    assert winter == utc(1, 10, month=1)


@pytest.mark.parametrize("zone", [None, "No/Such_Zone", "../../etc/passwd", ""])
def test_without_a_known_zone_a_stamp_is_utc(zone: str | None) -> None:
    assert read_date("2026-11-23 14:05", zone=zone, seen=SEEN).moment == utc(hour=14, minute=5)


def test_the_parsers_reading_is_used_when_ours_has_none_and_checked_like_it() -> None:
    parsed = struct_time((2026, 11, 23, 14, 5, 0, 0, 327, 0))
    read = read_date("في يوم ما", zone=None, seen=SEEN, fallback=parsed)
    assert read == Stamp(utc(hour=14, minute=5), (DateMark.PARSER,))
    assert read_date("2026-11-23 10:00", zone=None, seen=SEEN, fallback=parsed).moment == utc(hour=10)
    for absurd in ((1970, 1, 1, 0, 0, 0, 0, 1, 0), (2026, 2, 31, 0, 0, 0, 0, 1, 0), (0, 0, 0, 0, 0, 0, 0, 0, 0)):
        assert read_date(None, zone=None, seen=SEEN, fallback=struct_time(absurd)).moment is None


def test_a_little_ahead_is_believed_and_a_lot_is_not() -> None:
    assert read_date("2026-11-25T08:59:59Z", zone=None, seen=SEEN).moment == datetime(
        2026, 11, 25, 8, 59, 59, tzinfo=UTC
    )
    assert read_date("2026-11-25T09:00:01Z", zone=None, seen=SEEN).moment == SEEN


@given(st.text(max_size=60), st.sampled_from([None, RIYADH]))
def test_any_text_gives_a_believable_moment_or_none(raw: str, zone: str | None) -> None:
    moment = read_date(raw, zone=zone, seen=SEEN).moment
    assert moment is None or datetime(1990, 1, 1, tzinfo=UTC) <= moment <= SEEN + timedelta(days=1)


moments = st.datetimes(datetime(1990, 1, 2), datetime(2026, 11, 24), timezones=st.just(UTC))  # noqa: DTZ001
offsets = st.integers(-12 * 60, 14 * 60)


@given(moments, offsets)
def test_what_is_written_in_standard_forms_is_read_back(moment: datetime, minutes: int) -> None:
    moment = moment.replace(microsecond=0)
    local = moment + timedelta(minutes=minutes)
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    zone = f"{sign}{hours:02}{rest:02}"
    for form in ("%a, %d %b %Y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M:%S", "%Y/%m/%d - %H:%M:%S"):
        assert read_date(f"{local.strftime(form)} {zone}", zone=RIYADH, seen=SEEN).moment == moment


maybe = st.none() | moments


@given(maybe, maybe, moments, st.booleans())
def test_a_version_stands_for_a_moment_that_was_claimed_or_seen_and_never_later(
    published: datetime | None, updated: datetime | None, seen: datetime, revised: bool
) -> None:
    moment = dated_at(published, updated, seen, revised=revised)
    assert moment <= seen
    assert moment in (published, updated, seen)


def test_what_a_version_stands_for() -> None:
    early, late = utc(20), utc(22)
    assert dated_at(early, late, SEEN, revised=False) == early
    assert dated_at(None, late, SEEN, revised=False) == late
    assert dated_at(None, None, SEEN, revised=False) == SEEN
    assert dated_at(SEEN + timedelta(hours=5), None, SEEN, revised=False) == SEEN
    assert dated_at(early, late, SEEN, revised=True) == late
    assert dated_at(early, None, SEEN, revised=True) == SEEN
    assert dated_at(early, early, SEEN, revised=True) == SEEN
    assert dated_at(early, SEEN + timedelta(hours=5), SEEN, revised=True) == SEEN
