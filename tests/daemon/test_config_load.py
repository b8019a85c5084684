"""The whole configuration: what is accepted, and every mistake with file, line, key and reason."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.config import Config, ConfigError, Problem, load_config, values
from daemon.config.files import LARGEST

SOURCE = """
  - id: sada
    name: صدى الساحل
    homepage: https://sada.example
    country: YE
    feeds:
      - url: https://sada.example/rss
"""


def load(folder: Path, text: str | bytes) -> Config:
    path = folder / "config.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_config(path, {})


def problems(folder: Path, text: str | bytes) -> list[str]:
    """Return the problems as printed, without the folder."""
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_a_short_file_gets_the_defaults(tmp_path: Path) -> None:
    config = load(tmp_path, f"sources:{SOURCE}")

    assert config.database == f"sqlite:///{tmp_path}/riwaya.db"
    assert config.fetch.every == timedelta(minutes=15)
    assert config.fetch.max_bytes == 10_000_000
    assert config.fetch.user_agent.startswith("riwaya/")
    assert config.fetch.allow_private == frozenset()
    assert config.clustering.index == "compact"
    assert config.retention.fetches == timedelta(days=90)
    (source,) = config.sources
    assert (source.id, source.name, source.country, source.language) == ("sada", "صدى الساحل", "YE", "ar")
    assert source.timezone is None
    assert source.full_text == "auto"
    assert source.feeds[0].category is None


def test_every_setting_can_be_said(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        """
        database: postgresql+psycopg://u:p@h/n
        fetch: {every: 1h30m, min_every: 1m, max_every: 4h, timeout: 1m, connect_timeout: 5s, max_bytes: 2MiB,
                parse_timeout: 20s, concurrency: 5, per_host: 1, user_agent: "x (y@example.org)",
                allow_private: [LOCALHOST, "[::1]"]}
        clustering: {index: datasketch, window: 1w, batch: 10}
        web: {host: "::", port: 80, token: sesame-sesame-sesame, public_url: "https://news.example/r/",
              allow_origins: ["https://a.example"], requests_a_minute: 0}
        retention: {fetches: 2w}
        sources:
          - {id: a-1_b, name: ا, homepage: "http://a.example", country: sa, language: ar-SA, timezone: Asia/Riyadh,
             full_text: auto, feeds: [{url: "http://a.example/1", category: عام}, {url: "http://a.example/2"}]}
        """,
    )

    assert config.database == "postgresql+psycopg://u:p@h/n"
    assert config.fetch.every == timedelta(minutes=90)
    assert config.fetch.max_bytes == 2 * 2**20
    assert config.fetch.allow_private == {"localhost", "::1"}
    assert config.clustering.index == "datasketch"
    assert config.clustering.window == timedelta(days=7)
    assert (config.web.host, config.web.port, config.web.public_url) == ("::", 80, "https://news.example/r")
    (source,) = config.sources
    assert (source.country, source.full_text, source.timezone) == ("SA", "auto", "Asia/Riyadh")
    assert [feed.category for feed in source.feeds] == ["عام", None]


@pytest.mark.parametrize(
    ("web", "reason"),
    [
        ('{host: "0.0.0.0"}', "web: host 0.0.0.0 can be reached from elsewhere, which needs a token"),
        ("{host: news.example}", "needs a token"),
        ("{token: sesame}", "web.token: shorter than 16 characters"),
        ("{token: 1234567890123456}", "web.token: must be text; put it in quotes"),
        ('{token: "افتح يا سمسم افتح يا سمسم"}', "web.token: must be ASCII letters, digits and signs without blanks"),
        ("{enabled: 1}", "web.enabled: must be true or false, got 1"),
        ("{public_url: news.example}", "web.public_url: not an http or https URL"),
        ('{public_url: "https://news.example/?a"}', "web.public_url: must be an address without ? and #"),
        ('{allow_origins: ["https://news.example/x"]}', "web.allow_origins[0]: must be a scheme and a host"),
        ("{requests_a_minute: -1}", "web.requests_a_minute: must be 0 to 1000000"),
    ],
)
def test_a_web_section_that_would_not_do_is_refused(tmp_path: Path, web: str, reason: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, f"web: {web}\nsources: []\n")
    assert reason in str(refused.value)
    assert "sesame" not in str(refused.value)


def test_a_server_for_this_machine_alone_needs_no_token(tmp_path: Path) -> None:
    for host in ("127.0.0.1", "127.8.0.1", "::1", "localhost"):
        assert load(tmp_path, f'web: {{host: "{host}"}}\nsources: []\n').web.token is None
    assert not load(tmp_path, 'web: {host: "::", enabled: false}\nsources: []\n').web.enabled


def test_a_configuration_cannot_be_changed_and_hides_its_password(tmp_path: Path) -> None:
    config = load(tmp_path, f"database: postgresql://u:hunter2@h/n\nsources:{SOURCE}")

    with pytest.raises(ValueError, match="frozen"):
        config.fetch.per_host = 3
    assert "hunter2" not in repr(config)


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        """\
databse: sqlite:///x.db
fetch:
  every: 15
  evry: 15m
  allow_private: ["http://x"]
web: [80]
sources:
  - id: Bad Id
    name: "  "
    country: NO
    homepage: ftp://x
    timezone: Asia/Riyad
    full_text: maybe
    language: arabic
    feeds:
      - url: "ftp://x"
      - url: "http://a.example/x y"
      - https://b.example
  - feeds: []
""",
    )

    assert found == [
        'config.yaml:1: databse: unknown key; did you mean "database"?',
        'config.yaml:3: fetch.every: a number without a unit: 15; write "15s" or "15m"',
        'config.yaml:4: fetch.evry: unknown key; did you mean "every"?',
        (
            "config.yaml:5: fetch.allow_private[0]: must be a bare host name or address, without scheme and port, "
            'got "http://x"'
        ),
        "config.yaml:6: web: must be a mapping of keys and values, got a list",
        'config.yaml:8: sources[0].id: must begin with a-z or 0-9 and hold only a-z, 0-9, - and _, got "Bad Id"',
        "config.yaml:9: sources[0].name: must not be empty",
        "config.yaml:10: sources[0].country: must be text, but YAML reads false; put it in quotes",
        'config.yaml:11: sources[0].homepage: not an http or https URL: "ftp://x"',
        'config.yaml:12: sources[0].timezone: unknown time zone "Asia/Riyad"; did you mean "Asia/Riyadh"?',
        'config.yaml:13: sources[0].full_text: must be true, auto or false, got "maybe"',
        'config.yaml:14: sources[0].language: must be a language tag like "ar", got "arabic"',
        'config.yaml:16: sources[0].feeds[0].url: not an http or https URL: "ftp://x"',
        'config.yaml:17: sources[0].feeds[1].url: a URL with blanks or control characters: "http://a.example/x y"',
        'config.yaml:18: sources[0].feeds[2]: must be a mapping of keys and values, got "https://b.example"',
        "config.yaml:19: sources[1].country: missing",
        "config.yaml:19: sources[1].feeds: a source needs at least one feed",
        "config.yaml:19: sources[1].homepage: missing",
        "config.yaml:19: sources[1].id: missing",
        "config.yaml:19: sources[1].name: missing",
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("database: mysql://u:hunter2@h/n", 'database: unknown database "mysql"; known: '),
        ("database: 5", "database: must be text, but YAML reads 5; put it in quotes"),
        ("fetch: {every: }", "fetch.every: must be a duration like 15m, got nothing"),
        ("fetch: {every: true}", "fetch.every: must be a duration like 15m, got true"),
        ("fetch: {every: soon}", 'fetch.every: not a duration: "soon"; write it like "30s", '),
        ("fetch: {every: 0s}", "fetch.every: must be 1s to 1d, got 0s"),
        ("fetch: {min_every: 20m}", "fetch.min_every: 20m is longer than every (15m)"),
        ("fetch: {every: 2h}", "fetch.max_every: 1h is shorter than every (2h)"),
        ("fetch: {timeout: 5s}", "fetch.connect_timeout: 10s is longer than timeout (5s)"),
        ("fetch: {max_bytes: 1}", "fetch.max_bytes: must be 1kB to 1GB, got 1"),
        ("fetch: {max_bytes: 10mb}", 'fetch.max_bytes: not a size: "10mb"; '),
        ("fetch: {concurrency: yes}", "fetch.concurrency: must be a whole number, got true"),
        ("fetch: {concurrency: 2.5}", "fetch.concurrency: must be a whole number, got 2.5"),
        ("fetch: {concurrency: 0}", "fetch.concurrency: must be 1 to 500, got 0"),
        ("fetch: {user_agent: رواية}", "fetch.user_agent: must be plain ASCII, as it is sent as an HTTP header"),
        ('fetch: {user_agent: "a\\nHost: b"}', "fetch.user_agent: must be one line without control characters"),
        ("fetch: {allow_private: {a: b}}", "fetch.allow_private: must be a list, got a mapping"),
        ("clustering: {index: datasketsh}", 'got "datasketsh"; did you mean "datasketch"?'),
        ("clustering: {index: 1}", 'clustering.index: must be one of "compact", "datasketch", got 1'),
        ("clustering: {port: 1}", "clustering.port: unknown key here; it belongs to web"),
        ("clustering: {zzz: 1}", "clustering.zzz: unknown key; known here: index, window, batch"),
        ("web: {port: 70000}", "web.port: must be 1 to 65535, got 70000"),
        ("web: {host: 'localhost:80'}", "web.host: must be a bare host name or address"),
        ("retention: {fetches: 1h}", "retention.fetches: must be 1d to 36500d, got 1h"),
        ("include: 5", "include: must be a list, got 5"),
        ("include: [5]", "include[0]: must be text, but YAML reads 5; put it in quotes"),
    ],
)
def test_a_wrong_setting_is_named_with_its_line(tmp_path: Path, text: str, reason: str) -> None:
    (found,) = problems(tmp_path, f"sources: []\n{text}\n")
    assert found.startswith("config.yaml:2: ")
    assert reason in found
    assert "hunter2" not in found


def test_a_section_without_keys_is_a_section_of_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, f"fetch:\n  # every: 1h\nsources:{SOURCE}").fetch.every == timedelta(minutes=15)


def test_sources_must_be_there_and_be_a_list(tmp_path: Path) -> None:
    assert problems(tmp_path, "database: sqlite:///x.db\n") == ["config.yaml:1: sources: missing"]
    assert problems(tmp_path, "sources:\n") == [
        'config.yaml:1: sources: nothing in it; write "sources: []" if that is meant'
    ]
    assert problems(tmp_path, "sources: {a: b}\n") == [
        "config.yaml:1: sources: must be a list of sources, each beginning with a dash"
    ]
    assert load(tmp_path, "sources: []\n").sources == ()


def test_a_source_must_be_a_mapping(tmp_path: Path) -> None:
    assert problems(tmp_path, "sources: [5]\n") == [
        "config.yaml:1: sources[0]: must be a mapping of keys and values, got 5"
    ]


def test_a_repeated_id_names_both_lines(tmp_path: Path) -> None:
    text = f"sources:{SOURCE}{SOURCE.replace('/rss', '/atom')}"
    assert problems(tmp_path, text) == [
        'config.yaml:9: sources[1].id: the source id "sada" is taken; first in config.yaml:2 (sources[0].id)'
    ]


def test_a_repeated_feed_is_found_across_sources_and_spellings(tmp_path: Path) -> None:
    other = SOURCE.replace("id: sada", "id: other").replace("https://sada.example/rss", "http://SADA.example:80/rss/")
    (found,) = problems(tmp_path, f"sources:{SOURCE}{other}")
    assert "sources[1].feeds[0].url: this feed stands twice; first in config.yaml:7 (sources[0].feeds[0].url)" in found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "config.yaml: the file is empty"),
        (b"just words\n", "config.yaml:1: must be a mapping of settings, see docs/configuration.md"),
        (b"sources: [\n", "config.yaml:2: wrong YAML: "),
        (b"a: \xd1\xe6\xed\n", "config.yaml: not UTF-8 text: byte 0xd1 in line 1"),
        (b"SQLite format 3\x00", "config.yaml: not a text file: it holds zero bytes"),
        (b"#" * (LARGEST + 1), f"config.yaml: larger than {LARGEST} bytes: is it the right file?"),
    ],
)
def test_a_file_that_is_no_configuration_gives_one_problem(tmp_path: Path, content: bytes, message: str) -> None:
    (found,) = problems(tmp_path, content)
    assert found.startswith(message)


@pytest.mark.parametrize(
    ("line", "wrong", "reason"),
    [
        ("name: صدى الساحل", "nmae: x", 'sources[0].nmae: unknown key; did you mean "name"?'),
        ("- url: https", "- urll: https", 'sources[0].feeds[0].urll: unknown key; did you mean "url"?'),
        ("country: YE", "feed: x", 'sources[0].feed: unknown key; did you mean "feeds"?'),
        ("country: YE", "every: 5m", "sources[0].every: unknown key here; it belongs to fetch"),
        ("id: sada", f"id: {'a' * 65}", "sources[0].id: longer than 64 characters"),
        ("name: صدى الساحل", f"name: {'ص' * 301}", "sources[0].name: longer than 300 characters"),
        ("country: YE", "country: UK", '"UK"; Britain is "GB"'),
        ("country: YE", "country: 2026-01-02", 'country: must be text, but YAML reads "2026-01-02"; put it in quotes'),
        ("feeds:", "feeds: 5\n    x:", "sources[0].feeds: must be a list, got 5"),
    ],
)
def test_a_wrong_source_is_named(tmp_path: Path, line: str, wrong: str, reason: str) -> None:
    assert line in SOURCE
    assert reason in "\n".join(problems(tmp_path, f"sources:{SOURCE.replace(line, wrong)}"))


def test_true_and_false_may_be_quoted(tmp_path: Path) -> None:
    text = SOURCE.replace("country: YE", "country: YE\n    full_text: 'true'")
    assert load(tmp_path, f"sources:{text}").sources[0].full_text is True


def test_a_machine_without_time_zones_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values._time_zones.cache_clear()
    monkeypatch.setattr(values, "available_timezones", set)
    text = SOURCE.replace("country: YE", "country: YE\n    timezone: Asia/Adenn")
    (found,) = problems(tmp_path, f"sources:{text}")
    values._time_zones.cache_clear()
    assert found.endswith("timezone: this machine has no time zone database: install tzdata")


def test_a_mistake_of_yaml_is_not_told_a_second_time(tmp_path: Path) -> None:
    text = f"fetch:\n  every: !secret x\nsources:{SOURCE.replace('country: YE', 'country: !x YE')}"
    found = problems(tmp_path, text)
    assert [line.split(": ")[1] for line in found] == ["fetch.every", "sources[0].country"]


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    assert load(tmp_path, b"\xef\xbb\xbf" + f"sources:{SOURCE}".encode()).sources


def test_missing_files_directories_and_devices(tmp_path: Path) -> None:
    for path, message in [
        (tmp_path / "none.yaml", "cannot be read: No such file or directory"),
        (tmp_path, "cannot be read: Is a directory"),
        (tmp_path / "a\0b", "cannot be read: embedded null byte"),
        (Path("/dev/zero"), "cannot be read: not a regular file"),
    ]:
        with pytest.raises(ConfigError) as caught:
            load_config(path, {})
        assert [problem.reason for problem in caught.value.problems] == [message]


def test_a_relative_database_stands_beside_the_file_wherever_the_process_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "conf"
    folder.mkdir()
    (folder / "config.yaml").write_text(f"database: sqlite:///data/../r.db\nsources:{SOURCE}")
    monkeypatch.chdir(tmp_path)

    config = load_config(Path("conf/config.yaml"), {})

    assert Path(config.database.removeprefix("sqlite:///")).resolve() == folder / "r.db"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(
    st.one_of(
        st.binary(max_size=80),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8)),
            lambda inner: st.one_of(
                st.lists(inner, max_size=3),
                st.dictionaries(
                    st.sampled_from(["database", "fetch", "every", "include", "sources", "id", "feeds", "url", "x"]),
                    inner,
                    max_size=4,
                ),
            ),
            max_leaves=12,
        ).map(lambda value: repr(value).replace("None", "null").encode("utf-8", "replace")),
    )
)
def test_nothing_but_a_config_error_ever_leaves(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    told: tuple[Problem, ...] | None = None
    try:
        load_config(path, {})
    except ConfigError as error:
        told = error.problems
    assert told is None or all(problem.file and str(problem).encode() for problem in told)
    assert told != ()


def test_what_is_quoted_is_one_visible_line(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, 'sources: []\n"a\\n\\e[31m\\u202e": 1\n')
    assert found.startswith('config.yaml:2: "a\\n\\x1b[31m\\u202e": unknown key; known here: database, ')
    (found,) = problems(tmp_path, f"sources: []\nclustering: {{index: {'م' * 500}}}\n")
    assert f'got "{"م" * 79}…"' in found
    (found,) = problems(tmp_path, f"sources: []\nweb: 0x{'f' * 9999}\n")
    assert found.endswith("got a huge number")


def test_the_configuration_loads_no_heavy_library() -> None:
    heavy = "{'numpy', 'datasketch', 'sqlalchemy', 'alembic', 'httpx', 'feedparser', 'apscheduler'}"
    program = f"import sys, daemon.config; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
