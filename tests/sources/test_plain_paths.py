"""Short cuts give what the long way gives: plain tags, suspicion of double encoding, connections that are let go."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.http import FetchSettings, HttpClient
from sources.outcome import FetchFailed
from sources.parsing import html_text, mojibake
from tests.sources.loopback import Headers, Loopback, reply, rss

MARKUP = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "<p>",
                    "</p>",
                    "<br/>",
                    "<BR />",
                    '<p class="x">',
                    '<a href="http://a.example/?b=1&amp;c=2">',
                    "</a>",
                ),
                *('<img src="a" alt="صورة">', "<td>", "</b>", "<b >", "<p class='x'>", '<p title="a>b">', "<p a=b>"),
                *("<o:p>", "<b and c>", "<script>", "</script>", "<!-- x -->", "<![CDATA[", "<", ">", "</", '"', "="),
            ]
        ),
        st.text("اب \n\t&;<>\u00a0\u200f\r\u2028/=\"'", max_size=8),
        st.sampled_from(["&amp;", "&lt;p&gt;", "&#8230;", "&nbsp;"]),
    ),
    max_size=12,
).map("".join)


def lines(pieces: list[str | None]) -> list[str]:
    """Join what stands between two starts of lines."""
    joined = [""]
    for piece in pieces:
        if piece is None:
            joined.append("")
        else:
            joined[-1] += piece
    return joined


@given(MARKUP)
def test_plain_tags_are_read_as_the_scanner_reads_them(source: str) -> None:
    pieces = html_text._plain_pieces(source)
    if pieces is not None:
        assert lines(pieces) == lines(html_text._Scanner(source).pieces())


def test_plain_markup_takes_the_short_way() -> None:
    assert html_text._plain_pieces('<p class="x">أ</p> <a href="http://a.example/">ب</a><br/>') is not None


@given(st.text("طظعغØÙÚÛ«،‚£¹ابAa &;#<", max_size=30))
def test_what_is_proved_was_suspected(text: str) -> None:
    for disguise in mojibake._DISGUISES:
        assert disguise.proof.search(text) is None or disguise.suspected(text)


@pytest.mark.parametrize("head", ["&Oslash;", "&#216;", "&#xD8;", "&amp;#xd9;", "&#x0637;", "&#1591;"])
def test_a_head_that_is_a_reference_is_suspected(head: str) -> None:
    assert any(disguise.suspected(f"نص {head}&pound;") for disguise in mojibake._DISGUISES)


async def test_no_connection_stays_behind(settings: FetchSettings, server: Loopback) -> None:
    async def silent(_: Headers, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    server.pages |= {
        "/feed": reply(rss()),
        "/moved": reply(b"", status="302 Found", location="/feed"),
        "/silent": silent,
    }
    client = HttpClient(replace(settings, timeout_s=0.3))
    for path in ("/feed", "/moved"):
        assert (await client.get(f"{server.base}{path}")).status == 200
    with pytest.raises(FetchFailed):
        await client.get(f"{server.base}/silent")
    task = asyncio.create_task(client.get(f"{server.base}/silent"))
    await asyncio.sleep(0.1)
    assert len(client._transport._open) == 1
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not client._transport._open
    await client.close()
