"""Decompression that stops at a limit instead of filling the memory.

A 300 KB gzip can hold 300 MB; an HTTP library that decodes for us produces them before anyone can look. Here every step
yields at most a small piece. Steps on top of one another have a limit each: 600 bytes of brotli can hold 80 MB of gzip
that holds nothing at all.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli

# Large enough to be quick, small enough to check the limit often.
_PIECE = 64 << 10
_GZIP_MAGIC = b"\x1f\x8b"
_ZLIB_METHOD = 8
_ZLIB_CHECK = 31
# Servers apply one coding; two were seen where a proxy packs what is packed.
_MOST_CODINGS = 3
# Compressors that work block by block write a member for each 64 KB. So many empty ones cost 30 ms.
_MOST_MEMBERS = 10_000

Feed = Callable[[bytes], Iterator[bytes]]


class DamagedBodyError(ValueError):
    """The compressed body is not what its header says."""


class UnpacksTooFarError(ValueError):
    """The compressed body is packed so that undoing it would take too much."""


def decoders(content_encoding: str, limit: int) -> list[Feed]:
    """Make the steps that undo a Content-Encoding, in the order to apply them.

    Each but the last may put out `limit` bytes; what the last one puts out is the caller's to count. Raises
    DamagedBodyError for a coding that we did not ask for and UnpacksTooFarError for too many of them.
    """
    names = [name.strip().lower() for name in content_encoding.split(",")]
    codings = [name for name in reversed(names) if name not in ("", "identity")]
    if len(codings) > _MOST_CODINGS:
        raise UnpacksTooFarError(f"packed {len(codings)} times over")
    steps = [_decoder(name) for name in codings]
    return [*(_limited(step, limit) for step in steps[:-1]), *steps[-1:]]


def through(steps: Iterable[Feed], data: bytes) -> Iterator[bytes]:
    """Send a piece of the wire's bytes through the steps and yield what comes out, in small pieces.

    Raises DamagedBodyError and UnpacksTooFarError.
    """
    pieces: Iterator[bytes] = iter((data,))
    for step in steps:
        pieces = _each(step, pieces)
    return pieces


def _each(step: Feed, pieces: Iterator[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield from step(piece)


def _limited(step: Feed, limit: int) -> Feed:
    left = limit

    def feed(data: bytes) -> Iterator[bytes]:
        nonlocal left
        for piece in step(data):
            left -= len(piece)
            if left < 0:
                raise UnpacksTooFarError(f"larger than {limit} bytes before it is unpacked for the last time")
            yield piece

    return feed


def _decoder(name: str) -> Feed:
    if name in ("gzip", "x-gzip"):
        return _Zlib(_gzip_window).feed
    if name == "deflate":
        return _Zlib(_deflate_window).feed
    if name == "br":
        return _Brotli().feed
    raise DamagedBodyError(f"a content coding that was not asked for: {name!r}")


def _gzip_window(start: bytes) -> int | None:
    # Some proxies unpack and leave the header standing.
    return zlib.MAX_WBITS | 16 if start.startswith(_GZIP_MAGIC) else None


def _deflate_window(start: bytes) -> int:
    # The standard says zlib, half of the servers send it raw.
    wrapped = start[0] & 0x0F == _ZLIB_METHOD and int.from_bytes(start[:2], "big") % _ZLIB_CHECK == 0
    return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS


class _Zlib:
    """Gzip, with several members one after the other, or deflate."""

    def __init__(self, window: Callable[[bytes], int | None]) -> None:
        self._window = window
        # The first bytes of a member, until there are enough to recognise it.
        self._start = b""
        self._inflater: zlib._Decompress | None = None
        self._members = 0
        self._passes_through = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._passes_through:
                yield data
                return
            if self._inflater is None:
                data = self._begin(data)
                continue
            try:
                piece = self._inflater.decompress(data, _PIECE)
            except zlib.error as error:
                raise DamagedBodyError(f"damaged compressed body: {error}") from None
            if piece:
                yield piece
            if self._inflater.eof:
                data, self._inflater = self._inflater.unused_data, None
            else:
                data = self._inflater.unconsumed_tail

    def _begin(self, data: bytes) -> bytes:
        """Look at the start of a member; return what is to be inflated now."""
        data = self._start + data
        self._start = b""
        if len(data) < len(_GZIP_MAGIC):
            self._start = data
            return b""
        wbits = self._window(data)
        if self._members and (wbits is None or not data.startswith(_GZIP_MAGIC)):
            # Padding after the last member, which is not ours to judge.
            return b""
        self._members += 1
        if self._members > _MOST_MEMBERS:
            raise UnpacksTooFarError(f"in more than {_MOST_MEMBERS} compressed members")
        if wbits is None:
            self._passes_through = True
        else:
            self._inflater = zlib.decompressobj(wbits)
        return data


class _Brotli:
    def __init__(self) -> None:
        self._inflater = brotli.Decompressor()

    def feed(self, data: bytes) -> Iterator[bytes]:
        try:
            if self._inflater.is_finished():
                return
            piece = self._inflater.process(data, output_buffer_limit=_PIECE)
            while piece:
                yield piece
                if self._inflater.is_finished():
                    return
                piece = self._inflater.process(b"", output_buffer_limit=_PIECE)
        except brotli.error as error:
            raise DamagedBodyError(f"damaged compressed body: {error}") from None
