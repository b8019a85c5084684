"""What things look like as JSON: the API answers with these shapes and the commands print them.

A shape is a TypedDict with a function that makes it, so that it costs nothing but a dict; what stands under a field is
its description in the OpenAPI document.
"""

from typing import Annotated

from pydantic import ConfigDict, Field, with_config

documented = with_config(ConfigDict(use_attribute_docstrings=True))
"""Marks a shape whose fields are described by the text under them."""

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"}, examples=["2026-11-23T08:15:00+00:00"])]
"""ISO 8601 in UTC, to the second."""
