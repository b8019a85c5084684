"""What reaches a terminal: aligned columns in any script, and nothing that a feed could make it obey."""

import contextlib
import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from daemon.cli.table import Column, table
from daemon.cli.terminal import isolated, plain, shortened, width
from daemon.cli.word_diff import changes, marked
from tests.daemon.feed_server import FeedServer, page
from tests.daemon.newsroom import Newsroom, clean_environment

OPEN, CLOSE = "\u2068", "\u2069"

NASTY = "\x1b]0;owned\x07\x1b[2J\x9b31m\r\n\u202eمقلوب\u202c\u2066عزل\u2067\u200f\u061c\x00\x7f\u2028\u2029\u0085\u200e"

HEADLINES = (
    "قمة عربية طارئة في الدوحة",
    "الذهب عند 2,431.50 دولارا",
    "نُقِلَتِ العَيِّنَةُ إلى مختبر",
    "iPhone 17: سعر الهاتف في مصر",
    "plain Latin",
    "東京の新聞",
    "٣ قتلى و٢٧ جريحا",
    "",
    "لا إصابات، والحمد لله 🙏🏽",
    "عائلة 👨\u200d👩\u200d👧 في المخيم",
)

words = st.text(st.sampled_from("ابتثجحخدذرزسش ًٌٍَُ٠١٢abc123東京🙏\u0301"), max_size=30)
anything = st.text(max_size=60)


def columns_before(line: str, mark: str) -> int:
    """Return the screen columns before a mark; isolates take none."""
    return wcswidth(line[: line.rindex(mark)].replace(OPEN, "").replace(CLOSE, ""))


@given(st.lists(words, min_size=1, max_size=5), st.booleans())
def test_cells_of_any_script_keep_the_next_column_in_line(cells: list[str], right: bool) -> None:
    lines = table([Column("title", right=right), Column("|")], [(cell, "|") for cell in cells]).splitlines()
    assert len({columns_before(line, "|") for line in lines}) == 1


def test_headlines_keep_the_next_column_in_line() -> None:
    rows = [(number, headline, "|") for number, headline in enumerate(HEADLINES)]
    lines = table([Column("id", right=True), Column("title", stretch=True), Column("|")], rows, 30).splitlines()
    assert len({columns_before(line, "|") for line in lines}) == 1


@given(anything)
def test_a_cell_is_one_line_without_controls(text: str) -> None:
    lines = table([Column("a")], [(text,)]).split("\n")
    assert len(lines) == 2
    inner = lines[1].replace(OPEN, "").replace(CLOSE, "")
    assert not [one for one in inner if unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not [one for one in inner if unicodedata.bidirectional(one) in _BIDI_CONTROLS]


_BIDI_CONTROLS = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}


@given(anything)
def test_isolates_are_closed_and_stand_only_round_text_from_the_right(text: str) -> None:
    shielded = isolated(plain(text))
    assert shielded.count(OPEN) == shielded.count(CLOSE) <= 1
    from_the_right = any(unicodedata.bidirectional(one) in {"R", "AL", "AN"} for one in plain(text))
    assert shielded.startswith(OPEN) == from_the_right


@given(anything, st.integers(1, 40))
def test_a_shortened_text_fits_and_says_that_it_was_cut(text: str, columns: int) -> None:
    whole = plain(text)
    cut = shortened(whole, columns)
    assert width(cut) <= columns
    assert cut == whole or (cut.endswith("…") and whole.startswith(cut[:-1]))


def test_a_stretched_column_takes_what_the_terminal_has_and_no_more() -> None:
    long = " ".join(["خبر"] * 60)
    for terminal in (60, 100):
        lines = table([Column("id"), Column("title", stretch=True)], [("1", long)], terminal).splitlines()
        assert wcswidth(lines[1].replace(OPEN, "").replace(CLOSE, "")) <= terminal
        assert lines[1].endswith(f"…{CLOSE}")
    # A narrow terminal still gets twenty columns of it.
    assert width(table([Column("title", stretch=True)], [(long,)], 5).splitlines()[1].strip(OPEN + CLOSE)) >= 18


def test_numbers_stand_at_the_right() -> None:
    assert table([Column("n", right=True)], [(5,), (500,)]).splitlines() == ["  n", "  5", "500"]


def test_nothing_is_an_empty_cell() -> None:
    assert table([Column("a"), Column("b")], [(None, "x")]).splitlines() == ["a  b", "   x"]


@given(anything, anything)
def test_a_difference_obeys_nothing_either(old: str, new: str) -> None:
    for line in [*marked(old, new), *changes(old, new, 3)]:
        assert not [one for one in line.replace("\x1b[31m", "").replace("\x1b[32m", "").replace("\x1b[0m", "")
                    if unicodedata.category(one) in {"Cc", "Cs"}]  # fmt: skip
        assert line.count(OPEN) == line.count(CLOSE)


def test_a_difference_marks_what_was_removed_and_added() -> None:
    (line,) = marked("قال الوزير إن 12 شخصا قتلوا", "قال الوزير إن 19 شخصا قتلوا")
    bare = re.sub(f"\x1b\\[[0-9]*m|[{OPEN}{CLOSE}]", "", line)
    assert bare == "قال الوزير إن [-12-] {+19+} شخصا قتلوا"


def test_the_count_of_further_changes_is_told() -> None:
    old = " ".join(f"كلمة{number} ثابتة" for number in range(6))
    new = " ".join(f"لفظة{number} ثابتة" for number in range(6))
    lines = changes(old, new, 2)
    assert len(lines) == 3
    assert re.fullmatch(r"and \d+ more changes", lines[2])


@pytest.fixture(scope="module")
def haunted(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """A store whose feed tried to talk to the terminal through every text it has."""
    folder: Path = tmp_path_factory.mktemp("haunted")
    body = " ".join(["خبر طويل عن مؤتمر في المدينة حضره كثيرون"] * 8)
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": NASTY,
        "items": [
            {
                "id": f"{number}{NASTY}",
                "url": f"http://x.example/{number}?{NASTY}",
                "title": f"عنوان {NASTY} أول",
                "content_text": f"{body} {NASTY} {number} {body}",
            }
            for number in range(2)
        ],
    }
    with FeedServer() as server:
        room = Newsroom(folder, server)
        room.publish("one", page(json.dumps(document), "application/feed+json"))
        # What a server says of itself must not come through either.
        room.publish("two", page(f"<html><title>{NASTY}</title></html>", "text/html"))
        room.call("fetch", "--all")
    return room


@pytest.mark.parametrize(
    "command",
    [["clusters"], ["show", "1"], ["show", "1", "--diff"], ["search", "مؤتمر"], ["why", "1", "2"], ["status"],
     ["fetch", "--all"], ["sources", "list"], ["check"]],
    ids=" ".join,
)  # fmt: skip
def test_what_a_feed_says_cannot_command_the_terminal(haunted: Newsroom, command: list[str]) -> None:
    ended = haunted.call(*command)
    assert "Traceback" not in ended.err
    if command[0] in {"clusters", "show", "search", "why"}:
        assert ended.code == 0
        assert "owned" in ended.out or "خبر" in ended.out
    for line in (ended.out + ended.err).split("\n"):
        assert not [one for one in line if unicodedata.category(one) in {"Cc", "Cs", "Zl", "Zp"}], line
        assert not [one for one in line if unicodedata.bidirectional(one) in _BIDI_CONTROLS - {"FSI", "PDI"}], line
        assert line.count(OPEN) == line.count(CLOSE)


def test_a_table_with_arabic_names_is_aligned(archive: Newsroom) -> None:
    lines = archive.call("sources", "list").out.splitlines()
    countries = [line.split()[-3] for line in lines]
    assert len({columns_before(line, country) for line, country in zip(lines, countries, strict=True)}) == 1
    assert all(line.count(OPEN) == line.count(CLOSE) == 1 for line in lines[1:])


def test_a_table_is_as_wide_as_the_terminal(archive: Newsroom) -> None:
    for columns in (70, 100):
        lines = archive.call("clusters", env={"COLUMNS": str(columns)}).out.splitlines()
        widths = [wcswidth(line.replace(OPEN, "").replace(CLOSE, "")) for line in lines]
        assert max(widths) <= columns
    assert any("…" in line for line in archive.call("clusters", env={"COLUMNS": "70"}).out.splitlines())


def test_long_work_shows_its_progress_on_a_terminal_and_nowhere_else(newsroom: Newsroom) -> None:
    newsroom.publish("one", page(b"", "text/plain"))
    newsroom.publish("two", page(b"", "text/plain"))
    command = [sys.executable, "-m", "daemon", "--config", str(newsroom.config), "fetch", "--all", "--json"]
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=clean_environment()) as process:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # how a pseudo-terminal ends
            while piece := os.read(ours, 4096):
                shown += piece
        os.close(ours)
        assert process.stdout is not None
        out = process.stdout.read().decode()
    assert "fetching" in shown.decode()
    assert "2/2" in shown.decode()
    # The log is for people there: no JSON.
    assert " [one] http://" in shown.decode()
    assert '"message"' not in shown.decode()
    assert len([json.loads(line) for line in out.splitlines()]) == 2
    assert "fetching" not in newsroom.call("fetch", "--all", "--json").err
