"""Alert rules and targets in the configuration: every mistake told, no secret shown."""

from datetime import timedelta
from pathlib import Path

import pytest

from daemon.config import Config, ConfigError, load_config
from daemon.config.describe import describe
from tests.daemon.alert_receiver import KEY, SECRET
from tests.daemon.newsroom import called

SOURCES = """
sources:
  - {id: sada, name: صدى, homepage: "https://sada.example", country: YE, feeds: [{url: "https://sada.example/rss"}]}
"""
HIDDEN = "s3cretT0ken"
TARGETS = f"""
targets:
  desk: {{webhook: "https://hooks.example.org/{HIDDEN}", secret: {SECRET}}}
  phone: {{apprise: "tgram://{HIDDEN}/1"}}
"""


def load(folder: Path, text: str, **environ: str) -> Config:
    path = folder / "config.yaml"
    path.write_text(text + SOURCES, "utf-8")
    return load_config(path, environ)


def problems(folder: Path, text: str, **environ: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, **environ)
    assert HIDDEN not in str(caught.value)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_a_rule_says_what_it_asks(tmp_path: Path) -> None:
    config = load(
        tmp_path,
        f"""{TARGETS}
alerts:
  - {{name: خمس وسائل, min_sources: 5, within: 30m, to: desk}}
  - {{name: b, wire: "رويترز, AFP", source: [sada], query: "زلزال -تركيا", event: vanished, to: [desk, phone, desk]}}
""",
    )
    five, other = config.alerts
    assert (five.min_sources, five.within, five.to) == (5, timedelta(minutes=30), ("desk",))
    assert (other.wire, other.source, other.event) == (("reuters", "afp"), ("sada",), ("vanished",))
    assert other.to == ("desk", "phone")
    assert config.targets["desk"].shown == "https://hooks.example.org/…"
    assert config.targets["phone"].shown == "tgram://…"
    assert load(tmp_path, "alerts:\ntargets:\n").alerts == ()


def test_secrets_come_from_variables_and_files(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"tgram://{HIDDEN}/1\n", "utf-8")
    given = {
        "RIWAYA_TARGETS_DESK_SECRET": f"{SECRET}, whsec_{'A' * 40}",
        "RIWAYA_TARGETS_PHONE_APPRISE_FILE": str(tmp_path / "token"),
    }
    text = 'targets: {desk: {webhook: "https://hooks.example.org/x"}, phone: }'
    config = load(tmp_path, text, **given)
    assert [secret.get_secret_value() for secret in config.targets["desk"].secret] == [SECRET, f"whsec_{'A' * 40}"]
    assert HIDDEN in str(config.targets["phone"].apprise and config.targets["phone"].apprise.get_secret_value())
    shown = repr(config) + str(describe(config))
    assert HIDDEN not in shown
    assert SECRET not in shown
    assert problems(tmp_path, text, RIWAYA_TARGETS_DESC_SECRET=HIDDEN)[-1].endswith(
        'did you mean "RIWAYA_TARGETS_DESK_SECRET"?'
    )
    assert "environment: RIWAYA_TARGETS_DESK_SECRET" in problems(tmp_path, text, RIWAYA_TARGETS_DESK_SECRET=HIDDEN)[-1]


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        f"""\
targets:
  desk: {{webhook: "https://hooks.example.org/{HIDDEN}"}}
  two: {{webhook: "htps://hooks.example.org/{HIDDEN}", secret: {HIDDEN}}}
  chat: tgram://{HIDDEN}/1
  Bad-Name: {{apprise: "x://y"}}
  both: {{apprise: "x://y", webhok: 3}}
  all: {{apprise: "x://y", webhook: "https://x.example", secret: {SECRET}}}
  none: {{secret: {SECRET}}}
  blank: {{apprise: "x y"}}
alerts:
  - {{name: a, to: [desk]}}
  - {{name: a, within: 30m, wire: rooters, to: desk}}
  - {{name: b, min_sources: 5, source: [sadaa], to: [desk, "tgram://{HIDDEN}/1", dezk]}}
  - {{name: c, query: "(زلزال", event: vanish, to: []}}
  - {{name: d, qery: 1, min_sources: 1}}
  - 7
""",
    )
    shape = 'must be "whsec_" and 24 to 64 bytes in base64; `openssl rand -base64 32` makes such'
    kinds = '"born", "joined", "merged", "split", "moved", "grew_to_n", "figure_change", "vanished"'
    assert found == [
        "config.yaml:2: targets.desk: a webhook needs a secret to sign with",
        f"config.yaml:3: targets.two.secret[0]: {shape}",
        "config.yaml:3: targets.two.webhook: not an http or https URL",
        "config.yaml:4: targets.chat: must be a mapping of keys and values",
        (
            "config.yaml:5: targets.Bad-Name: the name of a target begins with a-z or 0-9 and holds only a-z, 0-9 and"
            " _, at most 64 characters"
        ),
        'config.yaml:6: targets.both.webhok: unknown key; did you mean "webhook"?',
        "config.yaml:7: targets.all: needs one of webhook and apprise, not both",
        "config.yaml:8: targets.none: needs one of webhook and apprise",
        "config.yaml:9: targets.blank.apprise: must be an address of Apprise, such as tgram://BOT_TOKEN/CHAT_ID",
        'config.yaml:11: alerts[0]: a rule needs a condition, one of "event", "min_sources", "query", "source", "wire"',
        'config.yaml:12: alerts[1].name: the rule name "a" is taken; first in line 11',
        "config.yaml:12: alerts[1].wire: 'rooters' is no agency that riwaya knows; did you mean reuters?",
        ("config.yaml:12: alerts[1].within: needs min_sources: within says in which time so many outlets must come"),
        'config.yaml:13: alerts[2].source[0]: no source has this id: "sadaa"; did you mean "sada"?',
        "config.yaml:13: alerts[2].to[1]: no target has this name",
        'config.yaml:13: alerts[2].to[2]: no target has this name: "dezk"; did you mean "desk"?',
        f'config.yaml:14: alerts[3].event[0]: must be one of {kinds}, got "vanish"; did you mean "vanished"?',
        "config.yaml:14: alerts[3].query: cannot be read as a search: a bracket is not closed",
        "config.yaml:14: alerts[3].to: a rule needs at least one target",
        "config.yaml:15: alerts[4].min_sources: must be 2 to 1000, got 1",
        'config.yaml:15: alerts[4].qery: unknown key; did you mean "query"?',
        "config.yaml:15: alerts[4].to: missing",
        "config.yaml:16: alerts[5]: must be a mapping of keys and values, got 7",
    ]


@pytest.mark.parametrize("where", ["targets: tgram://{}/1", "alerts: [{{name: a, query: x, to: 'json://{}/'}}]"])
def test_an_address_in_the_wrong_place_is_not_shown(tmp_path: Path, where: str) -> None:
    assert len(problems(tmp_path, where.format(HIDDEN))) == 1


def test_check_shows_rules_and_hides_addresses(tmp_path: Path) -> None:
    load(tmp_path, f"{TARGETS}\nalerts: [{{name: خبر, source: sada, to: [desk, phone]}}]\n")
    for flags in ((), ("--json",)):
        ended = called("check", *flags, config=tmp_path / "config.yaml")
        assert ended.code == 0
        assert "خبر" in ended.out
        assert "https://hooks.example.org/…" in ended.out
        assert HIDDEN not in ended.out
        assert SECRET not in ended.out
        assert KEY.hex() not in ended.out
