"""A folder of dated copies: how a copy is called, and which of them are old enough to go."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

_NAME = re.compile(r"riwaya-\d{8}T\d{6}Z\.db")


def copy_name(now: datetime) -> str:
    """Return the name of a copy made at `now`, in UTC, so that names sort by age in every time zone."""
    return f"riwaya-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.db"


def outlived(names: Iterable[str], keep: int) -> list[str]:
    """Return those of the names that are copies and not among the `keep` newest; other files are nobody's business."""
    copies = sorted(name for name in names if _NAME.fullmatch(name))
    return copies[: max(0, len(copies) - keep)]
