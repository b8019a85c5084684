"""The OpenAPI document: what FastAPI makes of the routes, with what it cannot know."""

from typing import Any

from fastapi import FastAPI
from pydantic import TypeAdapter
from typing_extensions import get_original_bases

from web.api.errors import ProblemShape
from web.parts import Parts
from web.shapes import SHAPES

TAGS = [
    {"name": "clusters", "description": "Stories: the articles that carry the same text."},
    {"name": "articles", "description": "Outlets' items, with every text that each has had."},
    {"name": "search", "description": "Articles by their words, in any spelling."},
    {"name": "sources", "description": "Outlets, their feeds, who copies whom, and the agencies they credit."},
    {"name": "events", "description": "What happened, page by page or as it happens."},
    {"name": "corrections", "description": "What people decided about groups."},
    {
        "name": "feeds",
        "description": "Stories for feed readers, one item each; feed readers give the token as a password.",
    },
    {"name": "status", "description": "How the store is doing."},
]

_SECURITY_SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "The token of the configuration (web.token)."},
    "password": {"type": "http", "scheme": "basic", "description": "The same token as password, with any name."},
}
_CONDITIONS = [
    {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "schema": {"type": "string"},
        "description": "The ETag of what you have: 304 is the answer when it has not changed.",
    }
]
_UNCHANGED = {"description": "What you have has not changed."}
_ANSWER_HEADERS = {
    "ETag": {"schema": {"type": "string"}, "description": "Names the content; see If-None-Match."},
}


def describe(app: FastAPI) -> None:
    """Let an application give its document; it is made once, when it is first asked for."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            parts = app.state.parts
            assert isinstance(parts, Parts)  # noqa: S101 - create_app put it there
            app.openapi_schema = _completed(made(), open_reading=parts.settings.open_reading)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # what FastAPI tells to do


def _completed(document: dict[str, Any], *, open_reading: bool) -> dict[str, Any]:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    problem = TypeAdapter(ProblemShape).json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    _describe_inherited(schemas)
    components["securitySchemes"] = _SECURITY_SCHEMES
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            known: list[dict[str, list[str]]] = [{"token": []}]
            if path.startswith("/feeds/"):
                known.append({"password": []})
            operation["security"] = [{}, *known] if method == "get" and open_reading else known
            if method == "get" and operation["operationId"] != "stream_events":
                operation.setdefault("parameters", []).extend(_CONDITIONS)
                operation["responses"]["304"] = _UNCHANGED
                operation["responses"]["200"]["headers"] = _ANSWER_HEADERS
    return document


def _describe_inherited(schemas: dict[str, Any]) -> None:
    """Describe the fields that a shape has from another one, of whose text pydantic knows nothing."""
    for shape in SHAPES:
        fields = schemas.get(shape.__name__, {}).get("properties", {})
        for base in get_original_bases(shape):
            if base in SHAPES:
                told = TypeAdapter(base).json_schema()["properties"]
                for name in fields.keys() & told.keys():
                    if "description" in told[name]:
                        fields[name].setdefault("description", told[name]["description"])
