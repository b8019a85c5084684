"""Sizes in bytes as people write them: 10MB, 512kB, 1GiB."""

import re

from daemon.config.wording import shown

# Decimal and binary units as IEC 80000-13 defines them.
_UNITS = {
    "GiB": 2**30,
    "GB": 10**9,
    "MiB": 2**20,
    "MB": 10**6,
    "KiB": 2**10,
    "kB": 10**3,
    "KB": 10**3,
    "B": 1,
}
_PATTERN = re.compile(rf"([0-9]{{1,15}}) ?({'|'.join(_UNITS)})?")


def parse_size(text: str) -> int:
    """Read `10MB`, `512 kB`, `1GiB` or a plain number of bytes. Raises ValueError with the reason."""
    found = _PATTERN.fullmatch(text)
    if found is None:
        raise ValueError(f'not a size: {shown(text)}; write it like "10MB", "512kB" or as a number of bytes')
    count, unit = found.groups()
    return int(count) * _UNITS[unit or "B"]


def format_size(size: int) -> str:
    """Write a number of bytes with the largest unit that keeps it whole, as `parse_size` reads it."""
    for unit, factor in _UNITS.items():
        if size and size % factor == 0:
            return f"{size // factor}{unit}"
    return "0B"


def rounded_size(size: int) -> str:
    """Write a number of bytes for people: `74 MB`, `1.3 GB`."""
    if size >= _UNITS["GB"]:
        return f"{size / _UNITS['GB']:.1f} GB"
    return f"{size // _UNITS['MB']} MB" if size >= _UNITS["MB"] else f"{size // _UNITS['kB']} kB"
