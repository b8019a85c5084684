"""The cost of reading wire credit grows with the length of the text and no faster."""

from time import process_time

import pytest

from clustering.wire import credits, without_slug  # noqa: A004 (the word of the trade)

HOSTILE = [
    "(",
    "-",
    " - ",
    "رويترز ",
    "رويترز",
    '"رويترز" ',
    "رويترز\n",
    "وال ",
    "فارس، ",
    "وكالة الأنباء ",
    "وكالة ",
    "أ.",
    "ا ف ",
    "ل",
    "القاهرة - ",
    "إعداد ",
    "سمات ",
    "\n",
    "ـ",
    "\u064b",
    "قالت وكالة «سانا» إن. ",
    "x" * 50 + "رويترز",
]
LENGTH = 20_000


def seconds(text: str) -> float:
    start = process_time()
    credits(text[:500], text)
    without_slug(text)
    return process_time() - start


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_text_takes_more_than_its_length(piece: str) -> None:
    short = piece * (LENGTH // len(piece))
    credits(short, short)  # what is learned once is learned here
    # Four times the length may take four times the time; a square would take sixteen times.
    once = min(seconds(short) for _ in range(3))
    longer = min(seconds(short * 4) for _ in range(2))
    assert longer < 9 * once + 0.05
