"""The screens of docs/status.md are what `riwaya status` prints of such installations."""

import re
from pathlib import Path

import pytest

from tests.daemon.newsroom import ROOT
from tests.daemon.status_screens import SCREENS, screen, shape

HEADINGS = {
    "healthy": "A healthy installation",
    "degraded": "A degraded one",
    "broken": "A broken one",
    "unreachable": "One whose database is gone",
}


def told(name: str) -> str:
    """Return the screen that the document shows under the heading of an installation."""
    page = (ROOT / "docs/status.md").read_text("utf-8")
    section = re.split(rf"^#+ {HEADINGS[name]}$", page, flags=re.MULTILINE)[1]
    return section.partition("```text\n")[2].partition("```")[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", SCREENS)
def test_the_document_shows_this_screen(name: str, tmp_path: Path) -> None:
    with screen(name, tmp_path) as printed:
        assert shape(printed) == shape(told(name))


def test_a_screen_that_has_changed_would_be_noticed() -> None:
    for name in SCREENS:
        shown = told(name)
        assert len(shape(shown)) > 3
        assert shape(shown) == shape(shown.replace("15:3", "16:4"))
        assert shape(shown) != shape(shown.replace("service", "servant"))
        assert shape(shown) != shape(shown + "- one thing more to do\n")
