"""YAML with the line of every key, and what PyYAML alone would let pass."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from daemon.config.document import DEEPEST, MOST_REPEATS, Document, parse_document, unreadable


def lines(document: Document) -> list[str]:
    return [str(problem) for problem in document.problems]


def only_line(text: str) -> str:
    found = lines(parse_document("f.yaml", text))
    assert len(found) == 1, found
    return found[0]


def test_values_come_with_the_lines_of_their_keys() -> None:
    document = parse_document(
        "f.yaml", "# comment\nfetch:\n  every: 15m\n\nsources:\n  - id: a\n    feeds: [{url: u}]\n"
    )

    assert document.data == {"fetch": {"every": "15m"}, "sources": [{"id": "a", "feeds": [{"url": "u"}]}]}
    assert document.line(("fetch", "every")) == 3
    assert document.line(("sources", 0)) == 6
    assert document.line(("sources", 0, "feeds", 0, "url")) == 7
    assert document.problems == ()


def test_a_missing_key_has_the_line_of_what_should_hold_it() -> None:
    document = parse_document("f.yaml", "a: 1\nsources:\n  - id: a\n")

    assert document.line(("sources", 0, "name")) == 3
    assert document.line(("fetch", "every")) == 1


def test_a_file_of_which_nothing_was_read_has_no_lines() -> None:
    assert unreadable("f.yaml", "gone").line(("a",)) is None


def test_a_key_that_stands_twice_keeps_its_first_value_and_is_named_with_both_lines() -> None:
    document = parse_document("f.yaml", "web:\n  port: 1\n  host: h\n  port: 2\n")

    assert lines(document) == ["f.yaml:4: web.port: the key stands twice; first in line 2"]
    assert document.data == {"web": {"port": 1, "host": "h"}}


def test_wrong_yaml_names_its_line() -> None:
    assert only_line("a: 1\nb: [1, 2\nc: 3\n").startswith("f.yaml:3: wrong YAML: ")
    assert only_line("a: 1\n\tb: 2\n").endswith("(indent with blanks, not with tabs)")
    assert only_line("a: 1\n---\nb: 2\n").startswith("f.yaml:2: wrong YAML: ")
    assert only_line("a: *nowhere\n").startswith("f.yaml:1: wrong YAML: ")
    assert only_line("a: 1\nb: \x07\n").startswith("f.yaml:2: wrong YAML: ")


def test_an_empty_file_is_said_to_be_empty() -> None:
    for text in ("", "\n\n", "# only a comment\n"):
        assert only_line(text) == "f.yaml: the file is empty"


def test_no_tag_reaches_python() -> None:
    reason = only_line("a: 1\nb: !!python/object/apply:os.system [echo]\n")
    assert reason == 'f.yaml:2: b: the YAML tag "tag:yaml.org,2002:python/object/apply:os.system" is not allowed'
    assert "could not determine a constructor" in only_line("a: !secret x\n")


def test_values_that_yaml_cannot_build_are_problems_of_their_key() -> None:
    assert only_line("a: 2026-13-45\n").startswith('f.yaml:1: a: wrong YAML: "2026-13-45": ')
    assert parse_document("f.yaml", "a: 2026-13-45\n").is_broken(("a",))


def test_keys_must_be_text() -> None:
    assert only_line("on: 1\n") == 'f.yaml:1: a key must be text, but YAML reads true; put it in quotes: "on"'
    assert only_line("x:\n  [1, 2]: 1\n") == "f.yaml:2: x: a key must be text, but YAML reads a list"


def test_aliases_and_merge_keys_share_values_and_the_own_value_wins() -> None:
    text = "x: &base {a: 1, b: 1}\ny: &more {b: 2, c: 2}\nz:\n  <<: [*base, *more]\n  a: 3\nw: *base\n"
    document = parse_document("f.yaml", text)

    assert document.problems == ()
    assert isinstance(document.data, dict)
    assert document.data["z"] == {"a": 3, "b": 1, "c": 2}
    assert document.data["w"] == {"a": 1, "b": 1}
    assert document.line(("z", "a")) == 5
    assert document.line(("z", "c")) == 2


def test_an_alias_inside_itself_is_refused() -> None:
    assert only_line("a: &a [1, *a]\n") == "f.yaml:1: a[1]: an alias that contains itself"
    assert "merge key needs a mapping" in only_line("a: &a\n  <<: *a\n")
    assert "merge key needs a mapping" in only_line("a:\n  <<: 5\n")


def test_an_alias_bomb_ends_soon() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert f"aliases repeat more than {MOST_REPEATS} values" in only_line("\n".join(levels))

    merges = ["a0: &a0 {k: v}"]
    merges += [f"a{n}: &a{n}\n  <<: [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    assert f"aliases repeat more than {MOST_REPEATS} values" in only_line("\n".join(merges))


def test_many_aliases_of_a_shared_setting_are_fine() -> None:
    text = "- &first {zone: Asia/Riyadh}\n" + "- *first\n" * 5_000
    document = parse_document("f.yaml", text)

    assert document.problems == ()
    assert isinstance(document.data, list)
    assert len(document.data) == 5_001


def test_endless_nesting_is_refused_before_anything_recurses() -> None:
    assert only_line("[" * 200_000) == f"f.yaml:1: wrong YAML: more than {DEEPEST} levels deep"


@given(st.text(alphabet=st.sampled_from("ab:-&*<>[]{}!|?,'\"# \n\t1é\x00"), max_size=60))
def test_any_text_gives_the_values_of_safe_load_or_a_problem(text: str) -> None:
    document = parse_document("f.yaml", text)

    for problem in document.problems:
        assert problem.reason
        assert problem.line is None or 1 <= problem.line <= text.count("\n") + 2
    if not document.problems:
        # The parser of yaml.safe_load in C; the one in Python is stricter about tabs.
        assert document.data == yaml.load(text, Loader=yaml.CSafeLoader)
