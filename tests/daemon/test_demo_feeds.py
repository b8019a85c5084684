"""The demonstration's feed documents, read as any feed reader would."""

from calendar import timegm
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import feedparser
import pytest

from daemon.demo.feeds import feed_content_type, render_feed
from daemon.demo.stories import Outlet, load_outlets, load_stories, showings

STARTED = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
BASE = "http://127.0.0.1:8080"
OUTLETS = [pytest.param(outlet, id=outlet.id) for outlet in load_outlets()]


def rendered(outlet: Outlet, elapsed: float = 10) -> bytes:
    return render_feed(outlet, load_stories(), BASE, STARTED, elapsed)


def parsed(outlet: Outlet, elapsed: float = 10) -> Any:
    found = feedparser.parse(
        BytesIO(rendered(outlet, elapsed)), response_headers={"content-type": feed_content_type(outlet)}
    )
    assert not found.bozo
    return found


def outlet_named(outlet_id: str) -> Outlet:
    (found,) = [outlet for outlet in load_outlets() if outlet.id == outlet_id]
    return found


@pytest.mark.parametrize("outlet", OUTLETS)
def test_a_feed_says_what_the_outlet_shows(outlet: Outlet) -> None:
    feed = parsed(outlet)
    shown = showings(outlet, load_stories(), STARTED, 10)
    assert feed.feed.title == outlet.name
    assert feed.version == ("atom10" if outlet.format == "atom" else "rss20")
    assert [(entry.title, entry.link) for entry in feed.entries] == [(one.title, BASE + one.copy.path) for one in shown]
    for entry, one in zip(feed.entries, shown, strict=True):
        text = entry.summary if outlet.layout == "description" else entry.content[0].value
        assert text.count("<p>") == len(one.paragraphs)
        assert all(paragraph in text for paragraph in one.paragraphs)


@pytest.mark.parametrize("outlet", OUTLETS)
def test_a_feed_gives_the_claimed_times_in_the_outlet_s_zone(outlet: Outlet) -> None:
    feed = parsed(outlet)
    shown = showings(outlet, load_stories(), STARTED, 10)
    hours, minutes = divmod(outlet.utc_offset_minutes, 60)
    for entry, one in zip(feed.entries, shown, strict=True):
        assert timegm(entry.published_parsed) == one.published.timestamp()
        assert entry.published.replace(":", "").endswith(f"+{hours:02}{minutes:02}")


@pytest.mark.parametrize("outlet", OUTLETS)
def test_guids_are_stable_and_left_out_where_the_outlet_gives_none(outlet: Outlet) -> None:
    guids = [one.copy.guid for one in showings(outlet, load_stories(), STARTED, 10)]
    assert [entry.get("id") for entry in parsed(outlet).entries] == guids
    assert (outlet.id == "maghas") == (None in guids)


def test_the_windows_1256_feed_declares_its_charset_and_loses_no_letter() -> None:
    outlet = outlet_named("mashrabiya")
    document = rendered(outlet)
    assert document.startswith(b'<?xml version="1.0" encoding="windows-1256"?>')
    assert feed_content_type(outlet) == "application/rss+xml; charset=windows-1256"
    with pytest.raises(UnicodeDecodeError):
        document.decode("utf-8")
    text = document.decode("windows-1256")
    shown = showings(outlet, load_stories(), STARTED, 10)
    assert len(shown) >= 5
    assert all(paragraph in text for one in shown for paragraph in one.paragraphs)
    assert "&amp;#" not in text


def test_a_letter_that_the_charset_lacks_is_an_error_and_not_a_question_mark() -> None:
    outlet = Outlet("odd", "صحيفة ٣", "EG", 0, charset="windows-1256")
    with pytest.raises(UnicodeEncodeError):
        rendered(outlet)


def test_a_summary_of_its_own_stands_beside_the_text() -> None:
    entries = {entry.link: entry for entry in parsed(outlet_named("almarfa")).entries}
    (copy,) = [c for s in load_stories() if s.id == "talks-collapse" for c in s.copies if c.outlet == "almarfa"]
    entry = entries[BASE + copy.path]
    assert entry.summary == copy.summary
    assert copy.summary not in entry.content[0].value


def test_the_feed_grows_and_is_the_same_as_long_as_nothing_is_published() -> None:
    outlet = outlet_named("almarfa")
    counts = [len(parsed(outlet, elapsed).entries) for elapsed in range(7)]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]
    assert rendered(outlet, 4.0) == rendered(outlet, 4.9)


def test_the_edited_text_replaces_the_first_and_says_when() -> None:
    outlet = outlet_named("addaffa")
    (copy,) = [c for s in load_stories() for c in s.copies if c.revised is not None]
    assert copy.revised is not None

    def entry_at(elapsed: float) -> Any:
        (found,) = [e for e in parsed(outlet, elapsed).entries if e.link == BASE + copy.path]
        return found

    before, after = entry_at(copy.revised.after - 0.5), entry_at(copy.revised.after)
    assert (before.title, after.title) == (copy.title, copy.revised.title)
    assert before.updated == before.published == after.published
    assert timegm(after.updated_parsed) == (STARTED + timedelta(seconds=copy.revised.after)).timestamp()
    assert before.id == after.id


def test_markup_in_the_texts_stays_text() -> None:
    copy = load_stories()[0].copies[0]
    outlet = outlet_named(copy.outlet)
    odd = type(copy)(
        outlet=copy.outlet,
        after=0,
        minutes_ago=1,
        path=copy.path,
        title="عنوان <b> & ]]>",
        body=("فقرة <i> & ]]> «نص»",),
    )
    story = type(load_stories()[0])(id="odd", wire=None, shows="", copies=(odd,))
    for fmt in (outlet, outlet_named("mizwala"), outlet_named("addaffa")):
        moved = type(odd)(fmt.id, 0, 1, odd.path, odd.title, odd.body)
        feed = feedparser.parse(
            BytesIO(render_feed(fmt, [type(story)("odd", None, "", (moved,))], BASE, STARTED, 1)), sanitize_html=False
        )
        (entry,) = feed.entries
        text = entry.summary if fmt.layout == "description" else entry.content[0].value
        assert not feed.bozo
        assert "<p>فقرة &lt;i&gt; &amp; ]]&gt; «نص»</p>" in text
