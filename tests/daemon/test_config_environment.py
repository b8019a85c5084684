"""Settings from RIWAYA_ variables."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from daemon.config import Config, ConfigError, load_config
from daemon.config.environment import PREFIX
from daemon.config.model import scalar_settings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text("fetch:\n  every: 20m\nsources: []\n")
    return file


def problems(path: Path, environ: Mapping[str, str]) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_config(path, environ)
    return [str(problem) for problem in caught.value.problems]


def test_a_variable_wins_over_the_file_and_the_default(path: Path) -> None:
    config = load_config(
        path,
        {
            "RIWAYA_DATABASE": "sqlite:///other.db",
            "RIWAYA_FETCH_EVERY": "30m",
            "RIWAYA_FETCH_USER_AGENT": "news (desk@example.org)",
            "RIWAYA_FETCH_ALLOW_PRIVATE": "127.0.0.1, feeds.internal",
            "RIWAYA_WEB_HOST": "::",
            "RIWAYA_WEB_PORT": "9000",
            "RIWAYA_WEB_TOKEN": "sesame-sesame-sesame",
            "RIWAYA_WEB_ENABLED": "true",
            "RIWAYA_WEB_ALLOW_ORIGINS": "https://a.example, https://b.example:8443",
            "RIWAYA_CONFIG": "ignored.yaml",
            "RIWAYA_TEST_ANYTHING": "x",
            "RIWAYA_RETENTION_FETCHES": "",
            "HOME": "/root",
        },
    )
    assert config.database == f"sqlite:///{path.parent}/other.db"
    assert config.fetch.every.total_seconds() == 1_800
    assert config.fetch.user_agent == "news (desk@example.org)"
    assert config.fetch.allow_private == {"127.0.0.1", "feeds.internal"}
    assert (config.web.host, config.web.port, config.web.enabled) == ("::", 9000, True)
    assert config.web.allow_origins == ("https://a.example", "https://b.example:8443")
    assert config.web.token is not None
    assert config.web.token.get_secret_value() == "sesame-sesame-sesame"
    assert config.retention.fetches.days == 90


def test_the_process_environment_is_the_default(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RIWAYA_WEB_PORT", "9001")
    assert load_config(path).web.port == 9001


def test_a_secret_can_stand_in_a_file(path: Path, tmp_path: Path) -> None:
    secret = tmp_path / "database"
    secret.write_text("postgresql://u:hunter2@h/n\n")
    assert load_config(path, {"RIWAYA_DATABASE_FILE": str(secret)}).database == "postgresql://u:hunter2@h/n"


def test_a_secret_file_that_cannot_be_read_is_named(path: Path, tmp_path: Path) -> None:
    assert problems(path, {"RIWAYA_DATABASE_FILE": str(tmp_path / "none")}) == [
        "environment: RIWAYA_DATABASE_FILE: the file that it names cannot be read: No such file or directory"
    ]


def test_value_and_file_together_are_a_mistake(path: Path, tmp_path: Path) -> None:
    found = problems(path, {"RIWAYA_DATABASE_FILE": str(tmp_path), "RIWAYA_DATABASE": "sqlite:///x.db"})
    assert found == ["environment: RIWAYA_DATABASE_FILE: RIWAYA_DATABASE is set too; keep one of them"]


def test_a_wrong_value_names_the_variable_and_not_the_file(path: Path, tmp_path: Path) -> None:
    secret = tmp_path / "database"
    secret.write_text("mysql://u:hunter2@h/n")
    found = problems(
        path,
        {"RIWAYA_FETCH_EVERY": "15", "RIWAYA_WEB_PORT": "80a", "RIWAYA_DATABASE_FILE": str(secret)},
    )
    assert found[0].startswith('environment: RIWAYA_DATABASE_FILE: unknown database "mysql"')
    assert found[1:] == [
        'environment: RIWAYA_FETCH_EVERY: a number without a unit: 15; write "15s" or "15m"',
        'environment: RIWAYA_WEB_PORT: must be a whole number, got "80a"',
    ]
    assert "hunter2" not in "".join(found)


def test_unknown_variables_are_mistakes_with_the_closest_name(path: Path) -> None:
    assert problems(path, {"RIWAYA_FECTH_EVERY": "1h", "RIWAYA_DATABSE_FILE": "x", "RIWAYA_ZZZ": ""}) == [
        'environment: RIWAYA_DATABSE_FILE: no setting has this name; did you mean "RIWAYA_DATABASE"?',
        'environment: RIWAYA_FECTH_EVERY: no setting has this name; did you mean "RIWAYA_FETCH_EVERY"?',
        "environment: RIWAYA_ZZZ: no setting has this name",
    ]


def test_undecodable_bytes_in_a_variable_can_still_be_printed(path: Path) -> None:
    (found,) = problems(path, {"RIWAYA_WEB_HOST": b"a/\xff".decode("utf-8", "surrogateescape")})
    assert found.encode().startswith(b"environment: RIWAYA_WEB_HOST: must be a bare host name")


def test_mistakes_of_file_and_environment_come_together(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("fetch: 5\nsources: [\n")
    assert len(problems(file, {"RIWAYA_NONSENSE": "1"})) == 2
    file.write_text("fetch: 5\nsources: []\n")
    assert problems(file, {"RIWAYA_FETCH_EVERY": "1h"}) == [
        f"{file}:1: fetch: must be a mapping of keys and values, got 5"
    ]


def test_every_setting_of_every_section_has_its_variable() -> None:
    names = scalar_settings()
    for section in ("fetch", "clustering", "web", "retention"):
        for key in type(getattr(Config(sources=()), section)).model_fields:
            assert names[f"{section}_{key}"] == (section, key)
    assert names["database"] == ("database",)


def test_a_credential_of_systemd_sets_what_its_name_says(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "riwaya_database").write_text("postgresql://u:hunter2@h/n\n")
    (folder / "riwaya_fetch_every").write_text("30m")
    (folder / "of_others").write_text("x")
    config = load_config(path, {"CREDENTIALS_DIRECTORY": str(folder)})
    assert config.database == "postgresql://u:hunter2@h/n"
    assert config.fetch.every.total_seconds() == 1_800
    # A file that is named wins over the credential; a value beside it is a contradiction, as ever.
    other = tmp_path / "other"
    other.write_text("postgresql://u:hunter2@h/other\n")
    named = {"CREDENTIALS_DIRECTORY": str(folder), "RIWAYA_DATABASE_FILE": str(other)}
    assert load_config(path, named).database == "postgresql://u:hunter2@h/other"
    assert problems(path, {"CREDENTIALS_DIRECTORY": str(folder), "RIWAYA_DATABASE": "sqlite:///x.db"}) == [
        "environment: RIWAYA_DATABASE_FILE: RIWAYA_DATABASE is set too; keep one of them"
    ]


def test_a_credential_without_a_setting_is_a_mistake(path: Path, tmp_path: Path) -> None:
    (tmp_path / "riwaya_databse").write_text("x")
    assert problems(path, {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == [
        'environment: RIWAYA_DATABSE_FILE: no setting has this name; did you mean "RIWAYA_DATABASE"?'
    ]


def test_credentials_that_cannot_be_read_are_a_mistake(path: Path, tmp_path: Path) -> None:
    assert problems(path, {"CREDENTIALS_DIRECTORY": str(tmp_path / "none")}) == [
        "environment: CREDENTIALS_DIRECTORY: the folder that it names cannot be read: No such file or directory"
    ]
