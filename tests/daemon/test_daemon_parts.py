"""The small parts of the daemon: holders, reach, log lines."""

import io
import json
import logging
import os
import socket
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from clustering.evidence import Evidence
from daemon.explanation import _WORDS
from daemon.feed_fetcher import FetchReport
from daemon.holder import holder_name, is_gone
from daemon.logs import configure, is_journal
from daemon.reach import Reach, nobody_answers
from sources.outcome import Outcome
from storage.articles import EntryCounts
from storage.feeds import FeedState

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def report(feed: int, outcome: Outcome) -> FetchReport:
    state = FeedState(
        id=feed,
        source_id="s",
        url="http://s.example/rss",
        host="s.example",
        etag=None,
        last_modified=None,
        body_hash=None,
        interval_s=900,
        failures=0,
        next_fetch_at=NOW,
        timezone=None,
    )
    return FetchReport(state, outcome, None, EntryCounts(0, 0, 0), None, 0.1, NOW)


class TestReach:
    def test_it_is_told_once_when_every_feed_was_tried_in_vain(self) -> None:
        reach = Reach(2)
        assert not reach.tell(report(1, Outcome.UNREACHABLE))
        assert not reach.tell(report(1, Outcome.TIMEOUT))
        assert reach.tell(report(2, Outcome.TIMEOUT))
        assert not reach.tell(report(1, Outcome.UNREACHABLE))

    @pytest.mark.parametrize("answer", sorted(set(Outcome) - {"unreachable", "timeout", "abandoned"}))
    def test_any_answer_at_all_settles_it(self, answer: str) -> None:
        reach = Reach(1)
        assert not reach.tell(report(1, Outcome(answer)))
        assert not reach.tell(report(1, Outcome.UNREACHABLE))

    def test_a_fetch_that_was_broken_off_says_nothing(self) -> None:
        reach = Reach(1)
        assert not reach.tell(report(1, Outcome.ABANDONED))
        assert reach.tell(report(1, Outcome.UNREACHABLE))

    def test_of_a_round(self) -> None:
        assert not nobody_answers([])
        assert nobody_answers([report(1, Outcome.UNREACHABLE), report(2, Outcome.TIMEOUT)])
        assert not nobody_answers([report(1, Outcome.UNREACHABLE), report(2, Outcome.HTTP_ERROR)])


class TestHolder:
    def test_this_process_lives(self) -> None:
        assert not is_gone(holder_name())
        assert holder_name() == holder_name()

    def test_a_process_that_ended_is_gone(self) -> None:
        script = "from daemon.holder import holder_name; print(holder_name())"
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        name = done.stdout.strip()
        assert name.startswith(f"{socket.gethostname()}:")
        assert is_gone(name)

    def test_a_later_process_with_the_same_id_is_another(self) -> None:
        host, pid, started = holder_name().rsplit(":", 2)
        assert is_gone(f"{host}:{pid}:{int(started) - 1}")

    @pytest.mark.parametrize("name", ["elsewhere.example:1:5", "", "x", "a:b", f"{socket.gethostname()}:x:1", "::"])
    def test_nobody_is_called_dead_without_proof(self, name: str) -> None:
        assert not is_gone(name)

    def test_the_name_tells_the_process(self) -> None:
        assert holder_name().rsplit(":", 2)[1] == str(os.getpid())


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class TestLogs:
    @pytest.fixture(autouse=True)
    def _put_back(self) -> Iterator[None]:
        logger = logging.getLogger()
        handlers, level = list(logger.handlers), logger.level
        yield
        logger.handlers[:] = handlers
        logger.setLevel(level)

    def test_one_json_object_a_line_where_nobody_watches(self) -> None:
        stream = io.StringIO()
        configure("info", stream)
        facts = {"source": "sada", "feed": "https://sada.example/rss", "outcome": "ok", "new": 3, "status": 200}
        logging.getLogger("daemon.x").info("جديد: %d\nسطر", 3, extra=facts)
        (line,) = stream.getvalue().splitlines()
        row = json.loads(line)
        assert row.pop("time").endswith("+00:00")
        assert row == {"level": "info", "logger": "daemon.x", "message": "جديد: 3\nسطر", **facts}
        assert "جديد" in line

    def test_an_exception_stays_in_its_line(self) -> None:
        stream = io.StringIO()
        configure("info", stream)
        try:
            int("خطأ")
        except ValueError:
            logging.getLogger("daemon.x").exception("failed")
        (line,) = stream.getvalue().splitlines()
        assert "ValueError: invalid literal for int() with base 10: 'خطأ'" in json.loads(line)["exception"]

    def test_plain_words_on_a_terminal(self) -> None:
        stream = Terminal()
        configure("info", stream)
        log = logging.getLogger("daemon.x")
        log.info("3 new", extra={"source": "sada", "feed": "https://sada.example/rss"})
        log.warning("slow")
        first, second = stream.getvalue().splitlines()
        assert first[8:] == " [sada] https://sada.example/rss 3 new"
        assert second[8:] == " warning slow"

    def test_the_level_holds_and_libraries_are_quiet(self) -> None:
        stream = io.StringIO()
        configure("info", stream)
        for name, level in (("daemon.x", logging.DEBUG), ("apscheduler.x", logging.INFO), ("httpx", logging.INFO)):
            logging.getLogger(name).log(level, "too much")
        logging.getLogger("httpx").warning("matters")
        assert [json.loads(line)["message"] for line in stream.getvalue().splitlines()] == ["matters"]

    def test_in_the_journal_each_line_carries_its_priority_and_no_time(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with (tmp_path / "journal").open("w+", encoding="utf-8") as stream:
            there = os.fstat(stream.fileno())
            monkeypatch.setenv("JOURNAL_STREAM", f"{there.st_dev}:{there.st_ino}")
            configure("debug", stream)
            log = logging.getLogger("daemon.x")
            log.info("3 new", extra={"source": "sada", "feed": "https://sada.example/rss"})
            # What a server says may look like a line of another record.
            log.warning("refused: %s", "a\n<0>the disk is gone\r<0>x\x1b[2J")
            try:
                int("خطأ")
            except ValueError:
                log.exception("failed")
            log.debug("small")
            log.critical("big")
            stream.seek(0)
            lines = stream.read().split("\n")
        assert lines[0] == "<6>[sada] https://sada.example/rss 3 new"
        assert lines[1:3] == ["<4>refused: a", "<4>  <0>the disk is gone\ufffd<0>x\ufffd[2J"]
        assert lines[3:5] == ["<3>failed", "<3>  Traceback (most recent call last):"]
        assert lines[-4].startswith("<3>  ValueError: ")
        assert lines[-3:] == ["<7>small", "<2>big", ""]

    def test_only_the_very_stream_that_systemd_connected_is_the_journal(self, tmp_path: Path) -> None:
        with (tmp_path / "one").open("w") as one, (tmp_path / "other").open("w") as other:
            there = os.fstat(one.fileno())
            environ = {"JOURNAL_STREAM": f"{there.st_dev}:{there.st_ino}"}
            assert is_journal(one, environ)
            assert not is_journal(other, environ)
            assert not is_journal(one, {})
            assert not is_journal(one, {"JOURNAL_STREAM": "nonsense"})
            assert not is_journal(io.StringIO(), environ)

    def test_what_a_server_says_cannot_command_the_terminal(self) -> None:
        stream = Terminal()
        configure("info", stream)
        nasty = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eمقلوب\r\x7f"
        logging.getLogger("daemon.x").warning("refused: %s", nasty, extra={"source": "s", "feed": f"http://x/{nasty}"})
        text = stream.getvalue()
        assert text.endswith("\n")
        assert not [one for one in text[:-1] if unicodedata.category(one) == "Cc" or one == "\u202e"]


def test_every_figure_of_the_evidence_has_words() -> None:
    assert set(_WORDS) == {field.name for field in fields(Evidence)}
