"""The key of an address: one for all spellings of a page, and never one for two pages."""

from random import Random
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.url_key import url_key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://e.com/خبر 1", "e.com/%D8%AE%D8%A8%D8%B1%201"),
        ("https://e.com/a?q=ا ب", "e.com/a?q=%D8%A7%20%D8%A8"),
        ("https://e.com/a?q=ا+ب", "e.com/a?q=%D8%A7%20%D8%A8"),
        ("https://e.com/a?q=%D8%A7%20%D8%A8", "e.com/a?q=%D8%A7%20%D8%A8"),
        ("http://E.com:80/a/../b//c?b=2&a=1&utm_source=rss#top", "e.com/b/c?a=1&b=2"),
        ("https://e.com/news;v=1?id=7", "e.com/news;v=1?id=7"),
        ("https://e.com/%d8%ae", "e.com/%D8%AE"),
        ("https://مثال.إختبار/", "xn--mgbh0fb.xn--kgbechtv"),
        ("https://XN--MGBH0FB.xn--kgbechtv", "xn--mgbh0fb.xn--kgbechtv"),
        ("http://http://e.com/a", "e.com/a"),
        ("https:///e.com/a", "e.com/a"),
        ("https://e.com/?id=1&fbclid=x&ocid=rss", "e.com?id=1"),
        ("https://e.com/a?maca=ara-rss-ar-all&traffic_source=rss&UTM_medium=x", "e.com/a"),
        ("https://e.com/a?source=rss&id=3", "e.com/a?id=3"),
        ("https://e.com/a?source=agency&id=3", "e.com/a?id=3&source=agency"),
        ("https://www.e.com/a/", "e.com/a"),
        ("https://m.e.com/a", "e.com/a"),
        ("https://www.mobile.e.com/a", "e.com/a"),
        ("https://arabic.e.com/a", "arabic.e.com/a"),
        ("https://m.com/a", "m.com/a"),
        ("https://e.com:8443/a", "e.com:8443/a"),
        ("https://user:secret@e.com./a", "e.com/a"),
        ("https://[2001:DB8::1]:8080/a", "[2001:db8::1]:8080/a"),
        ("https://amp.e.com/a/amp/", "e.com/a"),
        ("https://e.com/a?amp=1", "e.com/a"),
        ("https://e.com/a?outputType=amp&id=2", "e.com/a?id=2"),
        ("https://www.google.com/amp/s/e.com/a/amp/", "e.com/a"),
        ("https://e-com.cdn.ampproject.org/c/s/amp.e.com/a?amp=1", "e.com/a"),
        ("https://web.archive.org/web/20261123id_/http://m.e.com/x", "e.com/x"),
        ("https://e.com/a;jsessionid=F3?PHPSESSID=9", "e.com/a"),
        ("https://e.com/#!/story/9", "e.com#!/story/9"),
        ("https://e.com/a%2Fb", "e.com/a%2Fb"),
        ("https://e.com/%CE%C8%D1", "e.com/%CE%C8%D1"),
        ("https://e.com/100%", "e.com/100%25"),
        ("https://e.com/?p=9", "e.com?p=9"),
        ("https://e.com/a?x=", "e.com/a?x"),
        ("  https://e.com/a\n", "e.com/a"),
        ("https://e.com/a?u=http://m.x.com/?a=b", "e.com/a?u=http://m.x.com/?a%3Db"),
    ],
)
def test_every_spelling_has_the_key_of_its_page(url: str, key: str) -> None:
    assert url_key(url) == key
    assert url_key(f"https://{key}") == key


@pytest.mark.parametrize(
    "url", ["", "خبر", "/a", "javascript:alert(1)", "ftp://e.com/", "https://", "http://[::1", "http://?a=1"]
)
def test_what_is_no_address_has_none(url: str) -> None:
    assert url_key(url) is None


names = st.text(st.sampled_from("abcxyz019-_~ءابتثجحخ ؟،"), min_size=1, max_size=8).map(str.strip).filter(bool)
parameters = st.lists(st.tuples(names, names), max_size=4, unique_by=lambda pair: pair[0])


@given(st.lists(names, min_size=1, max_size=4), parameters, st.randoms())
def test_however_it_is_written_a_page_has_one_key(
    path: list[str], query: list[tuple[str, str]], chance: Random
) -> None:
    plain = "https://paper.example/" + "/".join(path) + "?" + "&".join(f"{name}={value}" for name, value in query)
    shuffled = chance.sample(query, len(query))
    written = "&".join(f"{quote(name, safe='')}={quote(value, safe='').lower()}" for name, value in shuffled)
    other = f"HTTP://WWW.Paper.example:80//{quote('/'.join(path)).lower()}/?utm_source=x&{written}&fbclid=1#top"
    assert url_key(other) == url_key(plain)


@given(st.lists(names, min_size=1, max_size=3), st.lists(names, min_size=1, max_size=3))
def test_two_pages_have_two_keys(one: list[str], two: list[str]) -> None:
    keys = [url_key("https://paper.example/" + "/".join(quote(part, safe="") for part in path)) for path in (one, two)]
    assert (keys[0] == keys[1]) == (one == two)


@given(st.text(max_size=80))
def test_any_text_has_a_key_of_ascii_or_none(text: str) -> None:
    for url in (text, f"https://{text}", f"https://paper.example/{text}"):
        key = url_key(url)
        assert key is None or (key.isascii() and " " not in key)
        if key is not None:
            assert url_key(f"https://{key}") == key
