"""Numbers of stored things, as addresses and bodies have them."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator, Field

_GREATEST = 2**63 - 1
_DIGITS = 19


def _plain(value: Any) -> Any:  # noqa: ANN401 - pydantic's own
    """Refuse what is a number in Python alone: 1_000, +7, 7.0."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) <= _DIGITS):
        raise ValueError("it must be a whole number")
    return value


StoredId = Annotated[int, BeforeValidator(_plain), Field(ge=1, le=_GREATEST)]
ClusterId = Annotated[int, BeforeValidator(_plain), Path(ge=1, le=_GREATEST, description="The story.")]
ArticleId = Annotated[int, BeforeValidator(_plain), Path(ge=1, le=_GREATEST, description="The article.")]
CorrectionId = Annotated[int, BeforeValidator(_plain), Path(ge=1, le=_GREATEST, description="The correction.")]
