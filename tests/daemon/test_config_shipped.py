"""The shipped config.yaml and docs/configuration.md say what the code does."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from daemon.config import Config, FeedConfig, SourceConfig, format_duration, load_config
from daemon.config.alerting import AlertConfig, TargetConfig
from daemon.config.country import CODES
from daemon.config.model import SECTIONS
from daemon.config.sections import Section
from daemon.config.size import format_size

ROOT = Path(__file__).parents[2]
MODELS: dict[str, type[Section]] = {
    "Top level": Config,
    **SECTIONS,
    "sources": SourceConfig,
    "feeds": FeedConfig,
    "targets": TargetConfig,
    "alerts": AlertConfig,
}


@pytest.fixture(scope="module")
def shipped() -> Config:
    return load_config(ROOT / "config.yaml", {})


def test_the_shipped_file_is_right_and_large_enough(shipped: Config) -> None:
    feeds = [feed for source in shipped.sources for feed in source.feeds]
    assert len(shipped.sources) >= 45
    assert len(feeds) >= 65
    assert len({source.country for source in shipped.sources}) >= 16
    assert shipped.database == f"sqlite:///{ROOT}/riwaya.db"


def test_every_shipped_source_has_an_arabic_name_and_a_time_zone(shipped: Config) -> None:
    for source in shipped.sources:
        assert re.search(r"[\u0621-\u064a]{2}", source.name), source.id
        assert source.timezone, source.id
        assert all(feed.category for feed in source.feeds), source.id


def test_the_settings_written_in_the_shipped_file_are_the_defaults(shipped: Config) -> None:
    defaults = Config(sources=())
    for name in SECTIONS:
        assert getattr(shipped, name) == getattr(defaults, name), name


def test_the_shipped_file_mentions_every_setting() -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    for model in MODELS.values():
        for key in model.model_fields:
            assert re.search(rf"\b{key}\b", text), key
    assert "not used yet" not in text


def test_the_changelog_counts_as_the_file_does(shipped: Config) -> None:
    feeds = sum(len(source.feeds) for source in shipped.sources)
    countries = len({source.country for source in shipped.sources})
    line = f"{len(shipped.sources)} Arabic outlets and {feeds} feeds from {countries} countries"
    changelog = " ".join((ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split())
    assert line in changelog


def documented() -> dict[str, dict[str, str]]:
    """Return the defaults of the keys by heading, as the tables of the page have them."""
    page = (ROOT / "docs/configuration.md").read_text(encoding="utf-8")
    tables: dict[str, dict[str, str]] = {}
    for part in page.split("\n## ")[1:]:
        heading, _, body = part.partition("\n")
        if "| key | default | meaning |" in body:
            rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.{15,}) \|$", body, re.MULTILINE)
            tables[heading] = {key: default.strip("`") for key, default, _ in rows}
    return tables


def test_every_key_is_documented_and_no_other() -> None:
    assert {heading: set(keys) for heading, keys in documented().items()} == {
        heading: set(model.model_fields) for heading, model in MODELS.items()
    }


def test_the_documented_defaults_are_the_real_ones() -> None:
    tables = documented()
    for heading, model in MODELS.items():
        for key, field in model.model_fields.items():
            written = tables[heading][key]
            if field.is_required():
                assert written == "required", key
            elif key in SECTIONS:
                assert written == "see below", key
            elif key == "user_agent":
                assert written == "names riwaya and its version"
                assert str(field.default).startswith("riwaya/")
            elif key in {"max_bytes", "raw_bodies", "free_disk", "memory"}:
                assert written == format_size(field.default)
            elif isinstance(field.default, timedelta):
                assert written == format_duration(field.default), key
            elif isinstance(field.default, frozenset | tuple) and key != "include":
                assert written == "[]", key
            elif isinstance(field.default, bool):
                assert written == str(field.default).lower(), key
            else:
                assert written == (str(field.default) if field.default else "none"), key


def test_every_key_describes_itself() -> None:
    for model in MODELS.values():
        for key, field in model.model_fields.items():
            assert field.description, key
            assert field.description.endswith("."), key


def test_the_country_list_is_complete() -> None:
    assert len(CODES) == 249
    assert all(re.fullmatch("[A-Z]{2}", code) for code in CODES)
