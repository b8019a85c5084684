"""The configuration that the demonstration runs on, read by the real reader."""

from datetime import timedelta
from pathlib import Path

from daemon.config import load_config
from daemon.demo.configuration import render_configuration
from daemon.demo.stories import load_outlets


def test_the_reader_accepts_it_and_finds_every_outlet(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(
        render_configuration(load_outlets(), "http://127.0.0.1:8080", tmp_path / "demo.db"), encoding="utf-8"
    )
    config = load_config(file, {})
    assert config.database == f"sqlite:///{tmp_path / 'demo.db'}"
    assert [(source.id, source.name) for source in config.sources] == [(o.id, o.name) for o in load_outlets()]
    assert [feed.url for source in config.sources for feed in source.feeds] == [
        f"http://127.0.0.1:8080/{outlet.id}/feed.xml" for outlet in load_outlets()
    ]


def test_it_asks_every_second_and_may_reach_the_loopback(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(render_configuration(load_outlets(), "http://127.0.0.1:1", tmp_path / "demo.db"), encoding="utf-8")
    fetch = load_config(file, {}).fetch
    assert (fetch.every, fetch.min_every) == (timedelta(seconds=1), timedelta(seconds=1))
    assert fetch.max_every <= timedelta(seconds=2)
    assert fetch.allow_private == {"127.0.0.1"}


def test_names_stay_readable_in_the_file() -> None:
    text = render_configuration(load_outlets(), "http://127.0.0.1:1", Path("/var/tmp/demo.db"))  # noqa: S108 - never opened
    assert "صحيفة المرفأ" in text
