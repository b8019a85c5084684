import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.parsing.decode import decode

TEXT = "<rss><title>أعلنت وزارة النقل افتتاح خط جديد بين المدينتين، وقالت إنه يعمل غدا</title></rss>"


def prolog(charset: str) -> str:
    return f'<?xml version="1.0" encoding="{charset}"?>' + TEXT


@pytest.mark.parametrize("declared", ["utf-8", "windows-1256", "iso-8859-1", "windows-1252", "iso-8859-6", "x-no-such"])
@pytest.mark.parametrize("header", [None, "text/xml", "text/xml; charset=utf-8", 'text/xml;CHARSET="windows-1256"'])
@pytest.mark.parametrize("actual", ["utf-8", "cp1256", "utf-8-sig", "utf-16"])
def test_the_bytes_decide_and_not_what_is_declared(declared: str, header: str | None, actual: str) -> None:
    decoded = decode(prolog(declared).encode(actual), header)
    assert TEXT in decoded.text


@pytest.mark.parametrize("actual", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark_is_recognised(actual: str) -> None:
    decoded = decode(prolog("utf-16").encode(actual), None)
    assert TEXT in decoded.text
    assert decoded.used == actual


def test_iso_8859_6_is_believed_when_declared() -> None:
    decoded = decode(prolog("ISO-8859-6").encode("iso-8859-6"), None)
    assert TEXT in decoded.text
    assert (decoded.declared, decoded.used) == ("iso-8859-6", "iso-8859-6")


def test_what_was_declared_and_used_is_told() -> None:
    decoded = decode(prolog("utf-8").encode("cp1256"), "text/xml; charset=UTF-8")
    assert (decoded.declared, decoded.used, decoded.repairs) == ("utf-8", "cp1256", ("read as cp1256",))
    assert decode(TEXT.encode(), None).declared is None


def test_one_bad_byte_costs_one_letter_and_not_the_feed() -> None:
    body = prolog("utf-8").encode()
    at = body.index("افتتاح".encode())
    decoded = decode(body[:at] + b"\xff" + body[at:], None)
    assert decoded.text.count("\ufffd") == 1
    assert decoded.text.replace("\ufffd", "") == prolog("utf-8")
    assert decoded.repairs == ("1 bad bytes replaced",)


def test_a_letter_cut_in_two_at_the_end_is_dropped() -> None:
    decoded = decode(TEXT.encode()[: TEXT.encode().index("غدا".encode()) + 1], None)
    assert decoded.used == "utf-8"
    assert decoded.text.endswith("يعمل ")
    assert "\ufffd" not in decoded.text


def test_latin_feeds_keep_their_declared_charset() -> None:
    text = '<?xml version="1.0" encoding="iso-8859-1"?><rss>café à Beyrouth, déjà là, été</rss>'
    assert decode(text.encode("iso-8859-1"), None).text == text


@given(st.binary(max_size=300), st.none() | st.text(max_size=30))
def test_any_bytes_decode(body: bytes, content_type: str | None) -> None:
    decoded = decode(body, content_type)
    assert codecs.lookup(decoded.used)


letters = st.text(st.sampled_from("ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئ ،؟"), min_size=30, max_size=200)


@given(
    letters,
    st.sampled_from(["utf-8", "cp1256", "utf-8-sig", "utf-16"]),
    st.sampled_from(["utf-8", "cp1256", "latin-1"]),
)
def test_arabic_comes_back_whatever_was_declared(words: str, actual: str, declared: str) -> None:
    body = f'<?xml version="1.0" encoding="{declared}"?><rss>أعلنت{words}</rss>'.encode(actual)
    assert words in decode(body, f"text/xml; charset={declared}").text
