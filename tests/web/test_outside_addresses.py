"""Addresses of outlets become links on pages and in feeds by the same rules."""

from collections.abc import Callable

import pytest

from web.feeds import outside_text as in_feeds
from web.pages import outside_text as on_pages

both = pytest.mark.parametrize("followed", [in_feeds.web_address, on_pages.web_address], ids=["feeds", "pages"])


@both
@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//almarfa.example/x",
        "https://",
        "https://[",
        "https://almarfa.example@elsewhere.example/",
        "https:\\\\almarfa.example",
        "https://almarfa.example/\u202etxt.exe",
    ],
)
def test_what_deceives_is_no_link(followed: Callable[[str | None], str | None], address: str | None) -> None:
    assert followed(address) is None


@both
def test_what_leads_to_a_site_is_a_link(followed: Callable[[str | None], str | None]) -> None:
    assert followed("https://almarfa.example/خبر?x=1&y=2#z") == "https://almarfa.example/خبر?x=1&y=2#z"
    assert followed("http://almarfa.example") == "http://almarfa.example"
