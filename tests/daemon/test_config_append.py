"""Adding to a configuration file: what was there stays, letter by letter."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from daemon.config.append import CannotAppendError, with_feeds, with_source

SHIPPED = (Path(__file__).parents[2] / "config.yaml").read_text("utf-8")
SOURCE: dict[str, Any] = {"id": "new", "name": "جديدة: «اسم» #1", "feeds": [{"url": "https://n.example/rss"}]}


def without(longer: str, shorter: str) -> bool:
    """Tell whether one text is the other with one passage put in."""
    start = next(
        (place for place, pair in enumerate(zip(longer, shorter, strict=False)) if pair[0] != pair[1]), len(shorter)
    )
    rest = len(shorter) - start
    return longer[:start] == shorter[:start] and longer[len(longer) - rest :] == shorter[start:]


def test_the_shipped_file_takes_a_source_and_feeds() -> None:
    added = with_source(SHIPPED, SOURCE)
    assert without(added, SHIPPED)
    assert yaml.safe_load(added)["sources"][-1] == SOURCE
    added = with_feeds(SHIPPED, 0, [{"url": "https://n.example/rss"}])
    assert without(added, SHIPPED)
    assert yaml.safe_load(added)["sources"][0]["feeds"][-1] == {"url": "https://n.example/rss"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("sources: [{id: a}]\n", "sources is written between brackets"),
        ("x: &x [{id: a}]\nsources: *x\n", "sources is an alias"),
        ("x: &x {id: a}\nsources:\n- {id: b}\n- *x\n", "alias"),
        ("sources: yes\n", "sources is no list"),
    ],
)
def test_what_cannot_be_added_to_is_told(text: str, reason: str) -> None:
    with pytest.raises(CannotAppendError, match=reason):
        with_source(text, SOURCE)


BLOCKS = st.sampled_from(
    [
        "- id: a\n  name: |\n    two\n    lines\n",
        "- id: b\n  feeds:\n  - url: x  # note\n  # - url: y\n",
        "- {id: c}\n\n",
        "# a note\n- id: d\n  name: >-\n    folded\n",
        "-\n  id: e\n",
        '- id: "f"\n  name: "two\n    lines"\n',
    ]
)


@given(
    st.lists(BLOCKS, min_size=1, max_size=5), st.integers(0, 4), st.sampled_from(["", "web: {port: 1}\n", "# end\n"])
)
def test_every_way_to_write_a_list_is_kept(blocks: list[str], indent: int, behind: str) -> None:
    lines = "".join(blocks).splitlines(keepends=True)
    listed = "".join(" " * indent + line if line.strip() else line for line in lines)
    text = f"fetch: {{}}\nsources:\n{listed}{behind}"
    added = with_source(text, SOURCE)
    assert without(added, text)
    before = yaml.safe_load(text)
    assert yaml.safe_load(added) == {**before, "sources": [*before["sources"], SOURCE]}
