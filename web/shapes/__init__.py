"""What things look like as JSON: the API answers with these shapes and the commands print them.

A shape is a TypedDict with a function that makes it, so that it costs nothing but a dict; what stands under a field is
its description in the OpenAPI document.
"""

from typing import Annotated, TypeVar

from pydantic import ConfigDict, Field, with_config

ShapeT = TypeVar("ShapeT")

SHAPES: list[type] = []
"""The shapes that `documented` has marked."""

_described = with_config(ConfigDict(use_attribute_docstrings=True))


def documented(shape: type[ShapeT]) -> type[ShapeT]:
    """Mark a shape whose fields are described by the text under them."""
    SHAPES.append(shape)
    return _described(shape)


Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-23T08:15:00+00:00"])]
"""ISO 8601 in UTC, to the second."""
