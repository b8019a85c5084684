"""Damaged feeds without end, the same for the same seed: the suite's own bodies, cut, spliced, repeated and spoilt."""

import random
from collections.abc import Iterator

from tests.hostile import document_cases
from tests.sources.loopback import item, rss

# Parsing is to be tried often, not long: the suite's few bodies of megabytes are there for their size.
_LARGEST_SEED = 20_000
_LARGEST = 60_000
_MOST_STEPS = 4
# What is no feed to begin with ends in the first lines of the parser, however it is damaged.
_GOOD_SHARE = 0.9
_LONGEST_CUT = 400
_MOST_COPIES = 40
_WORDS = [
    *(b"<", b">", b"&", b";", b'"', b"'", b"/", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?", b"?>", b"\x00", b"\xff"),
    *(b"<item>", b"</item>", b"<item/>", b"<entry>", b"</entry>", b"<channel>", b"</channel>", b"</rss>", b"<rss>"),
    *(b"<title>", b"</title>", b"<guid>", b"<link>", b"<author>", b"<category>", b"<media:player>", b"</media:player>"),
    *(
        b"<!DOCTYPE rss [<!ENTITY a 'b'>]>",
        b"<!ENTITY a '&a;&a;'>",
        b"&a;",
        b"&#0;",
        b"&#1114112;",
        b"&#xd800;",
        b"&nbsp;",
    ),
    *(b' xmlns="http://www.w3.org/2005/Atom"', b' xmlns:x=""', b"<x:y>", b' type="xhtml"', b"<html>", b"<div>"),
    *(
        b"Mon, 31 Feb 2026 25:61:00 +9999",
        b"0000-00-00T00:00:00Z",
        b"9" * 40,
        b"-1",
        b"1e999",
        b"NaN",
        b"null",
        b"{",
        b"[",
    ),
    *(b"http://[", b"//", b"javascript:", b"\xef\xbb\xbf", b"\xff\xfe", b"\xd8", b"\xe2\x80\xae", "\u0640ال".encode()),
]


def seeds() -> tuple[list[bytes], list[bytes]]:
    """Return the bodies that are damaged: those that give entries, and all others."""
    rich = rss(*(item(n, author="سلمى", pubDate="Mon, 23 Nov 2026 14:05:00 +0300", category="مدن") for n in range(4)))
    good: list[bytes] = [rich]
    others: list[bytes] = []
    for case in document_cases.CASES:
        if isinstance(case.page, bytes):
            body = case.page.partition(b"\r\n\r\n")[2]
            if len(body) <= _LARGEST_SEED:
                (good if case.entries else others).append(body)
    return good, others


def mutants(seed: int) -> Iterator[bytes]:
    """Yield damaged bodies without end; the same seed gives the same ones."""
    chance = random.Random(seed)  # noqa: S311 - it has to be foreseeable
    good, others = seeds()
    while True:
        body = bytearray(chance.choice(good if chance.random() < _GOOD_SHARE else others))
        for _ in range(chance.randint(1, _MOST_STEPS)):
            _damage(body, good, chance)
        yield bytes(body[:_LARGEST])


def _damage(body: bytearray, bodies: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(body) + 1)
    end = min(len(body), at + chance.randint(0, _LONGEST_CUT))
    match chance.randrange(8):
        case 0:
            del body[at:end]
        case 1:
            body[at:at] = chance.choice(_WORDS)
        case 2:
            body[at:end] = chance.choice(_WORDS) * chance.randint(1, _MOST_COPIES)
        case 3:
            body[at:at] = bytes(body[at:end]) * chance.randint(1, _MOST_COPIES)
        case 4:
            body[at:end] = bytes(body[at:end])[::-1]
        case 5:
            other = chance.choice(bodies)
            start = chance.randrange(len(other) + 1)
            body[at:end] = other[start : start + chance.randint(0, _LONGEST_CUT)]
        case 6:
            body[at : at + 4] = chance.randbytes(4)
        case _:
            del body[at:]
