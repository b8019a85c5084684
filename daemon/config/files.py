"""Reading the bytes of the configuration's files, with a plain reason when it cannot be done."""

import os
import stat
from pathlib import Path

LARGEST = 32_000_000  # bytes; a list of 100,000 feeds takes half of it, a wrongly named dump or device does not fit


class UnreadableFileError(Exception):
    """A file cannot be used; the message says why, in words for a person."""


def read_text(path: Path) -> str:
    """Read a file as UTF-8 (a byte order mark is dropped). Raises UnreadableFileError."""
    return decode(read_bytes(path))


def read_bytes(path: Path) -> bytes:
    """Read a regular file or a pipe, never more than `LARGEST` bytes. Raises UnreadableFileError."""
    try:
        with path.open("rb") as file:
            kind = os.fstat(file.fileno()).st_mode
            if not (stat.S_ISREG(kind) or stat.S_ISFIFO(kind)):
                raise UnreadableFileError("cannot be read: not a regular file")
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {error.strerror or error}") from error
    except ValueError as error:  # a zero byte in the name
        raise UnreadableFileError(f"cannot be read: {error}") from error
    if len(data) > LARGEST:
        raise UnreadableFileError(f"larger than {LARGEST} bytes: is it the right file?")
    return data


def decode(data: bytes) -> str:
    """Decode the bytes of a configuration file. Raises UnreadableFileError that names the first bad line."""
    if b"\0" in data:
        raise UnreadableFileError("not a text file: it holds zero bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(f"not UTF-8 text: byte 0x{data[error.start]:02x} in line {line}") from error
