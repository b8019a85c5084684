"""Bodies that are small on the wire and huge, endless or broken once unpacked."""

import gzip
import io
import zlib
from functools import partial

import brotli

from sources.outcome import Outcome
from tests.hostile.case import Case, forever
from tests.sources.loopback import item, reply, rss

_FEED = rss(item(1))
_TITLE = "افتتاح جسر جديد على النهر"
_PIECE = bytes(1 << 20)
_BOMB_PIECES = 100


def _gzipped() -> bytes:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", compresslevel=1) as file:
        for _ in range(_BOMB_PIECES):
            file.write(_PIECE)
    return packed.getvalue()


def _deflated(wbits: int) -> bytes:
    packer = zlib.compressobj(1, wbits=wbits)
    return b"".join([*(packer.compress(_PIECE) for _ in range(_BOMB_PIECES)), packer.flush()])


def _brotlied() -> bytes:
    packer = brotli.Compressor(quality=1)
    return b"".join([*(packer.process(_PIECE) for _ in range(_BOMB_PIECES)), packer.finish()])


def _bomb_in_a_feed() -> bytes:
    packer = zlib.compressobj(1, wbits=31)
    head = packer.compress(_FEED[:200])
    return b"".join([head, *(packer.compress(b" " * (1 << 20)) for _ in range(_BOMB_PIECES)), packer.flush()])


def _many_members() -> bytes:
    return gzip.compress(gzip.compress(b"") * 400_000)


def _brotli_of_members() -> bytes:
    return bytes(brotli.compress(gzip.compress(b"") * 4_000_000, quality=5))


def _onion() -> bytes:
    body = _FEED
    for _ in range(20):
        body = gzip.compress(body)
    return body


_DAMAGED = gzip.compress(_FEED)[:-8] + bytes(8)
_GZIP_START = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"


def _coded(coding: str, body: bytes) -> bytes:
    return reply(body, Content_Encoding=coding)


def _served(coding: str, make: partial[bytes]) -> partial[bytes]:
    return partial(lambda: _coded(coding, make()))


CASES = [
    Case("a gzip bomb", _served("gzip", partial(_gzipped)), Outcome.TOO_LARGE, "larger than"),
    Case("a zlib bomb", _served("deflate", partial(_deflated, 15)), Outcome.TOO_LARGE, "larger than"),
    Case("a raw deflate bomb", _served("deflate", partial(_deflated, -15)), Outcome.TOO_LARGE, "larger than"),
    Case("a brotli bomb", _served("br", partial(_brotlied)), Outcome.TOO_LARGE, "larger than"),
    Case("a bomb behind the start of a feed", _served("gzip", partial(_bomb_in_a_feed)), Outcome.TOO_LARGE, "larger"),
    Case("400,000 members of nothing", _served("gzip, gzip", partial(_many_members)), Outcome.TOO_LARGE, "members"),
    Case("600 bytes of brotli", _served("gzip, br", partial(_brotli_of_members)), Outcome.TOO_LARGE, "members"),
    Case("members of nothing without end", forever(_GZIP_START, gzip.compress(b"") * 1_000), Outcome.TOO_LARGE),
    Case("packed 20 times over", _served(", ".join(["gzip"] * 20), partial(_onion)), Outcome.TOO_LARGE, "20 times"),
    Case("codings without end", reply(_FEED, Content_Encoding=",".join(["gzip"] * 9_000)), Outcome.TOO_LARGE, "9000"),
    Case("packed as nobody asked", _coded("zstd", b"\x28\xb5\x2f\xfd"), Outcome.BROKEN, "zstd"),
    Case("packed with a wrong checksum", _coded("gzip", _DAMAGED), Outcome.BROKEN),
    Case("brotli that is none", _coded("br", b"\xff" * 4_000), Outcome.BROKEN),
    Case("gzip inside that is none", _coded("gzip, gzip", gzip.compress(b"\x1f\x8b" + b"\xff" * 400)), Outcome.BROKEN),
    Case("said to be packed, and is not", _coded("gzip", _FEED), Outcome.OK, entries=1, title=_TITLE),
    Case("packed a byte at a time", forever(_GZIP_START, b"\x1f\x8b\x08\x00"[:1], 0.05), Outcome.TIMEOUT),
]
