import contextlib
import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.inflate import DamagedBodyError, UnpacksTooFarError, decoders, through

LIMIT = 1_000_000
cuts = st.lists(st.integers(1, 5_000), max_size=20)


def undo(coding: str, packed: bytes, sizes: list[int]) -> bytes:
    steps, out, at = decoders(coding, LIMIT), bytearray(), 0
    for size in [*sizes, len(packed)]:
        for piece in through(steps, packed[at : at + size]):
            # No step hands over more than the caller can afford to look at.
            assert len(piece) <= 256_000
            out += piece
        at += size
    return bytes(out)


PACKERS = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}


@given(st.binary(max_size=200), st.integers(0, 3_000), st.lists(st.sampled_from(sorted(PACKERS)), max_size=2), cuts)
def test_whatever_was_packed_comes_out(unit: bytes, times: int, codings: list[str], sizes: list[int]) -> None:
    packed = body = unit * times
    for coding in codings:
        packed = PACKERS[coding](packed)
    assert undo(", ".join(codings), packed, sizes) == body


@given(st.binary(max_size=500), st.sampled_from([*PACKERS, "gzip, br"]), cuts)
def test_nonsense_is_damaged_or_a_few_bytes(packed: bytes, coding: str, sizes: list[int]) -> None:
    with contextlib.suppress(DamagedBodyError):
        assert len(undo(coding, packed, sizes)) < 1_000_000


@pytest.mark.parametrize("coding", sorted(PACKERS))
def test_a_truncated_body_gives_what_it_holds(coding: str) -> None:
    body = "خبر عن الميناء ".encode() * 5_000
    packed = PACKERS[coding](body)
    assert body.startswith(undo(coding, packed[: len(packed) // 2], []))


def test_an_unknown_coding_is_named() -> None:
    with pytest.raises(DamagedBodyError, match="zstd"):
        decoders("gzip, zstd", LIMIT)


@pytest.mark.parametrize("outer", ["br", "gzip"])
def test_what_lies_between_two_codings_has_a_limit_too(outer: str) -> None:
    # Empty gzip members unpack to nothing, so that counting what comes out in the end would never stop it.
    packed = PACKERS[outer](gzip.compress(b"") * 100_000)
    assert len(packed) < 10_000
    with pytest.raises(UnpacksTooFarError, match="1000000 bytes"):
        undo(f"gzip, deflate, {outer}", PACKERS[outer](zlib.compress(bytes(LIMIT + 1))), [])
    with pytest.raises(UnpacksTooFarError):
        undo(f"gzip, {outer}", packed, [])


def test_members_and_codings_are_counted() -> None:
    with pytest.raises(UnpacksTooFarError, match="10000 compressed members"):
        undo("gzip", gzip.compress(b"") * 10_001, [])
    with pytest.raises(UnpacksTooFarError, match="4 times"):
        decoders("gzip, gzip,, gzip, identity, gzip", LIMIT)
