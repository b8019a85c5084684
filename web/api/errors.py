"""The problems that an operation may answer with, for the OpenAPI document."""

from typing import Any, NotRequired

from typing_extensions import TypedDict

from web.problems import KINDS, MEDIA_TYPE
from web.shapes import documented


@documented
class FaultShape(TypedDict):
    """A part of the request that cannot be used."""

    where: str
    """Which part: query.limit, path.cluster_id, body.note."""
    reason: str
    """Why, in plain words."""


@documented
class ProblemShape(TypedDict):
    """What went wrong, as RFC 9457 has it."""

    type: str
    """The kind of problem, a URN that never changes: urn:riwaya:problem:not-found."""
    title: str
    """The kind in words."""
    status: int
    """The HTTP status."""
    detail: str
    """This case, in a sentence."""
    errors: NotRequired[list[FaultShape]]
    """The parts of the request that cannot be used."""


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what FastAPI's `responses` takes for these statuses."""
    return {status: _declared(status) for status in statuses}


def _declared(status: int) -> dict[str, Any]:
    kinds = [kind for kind, (its, _) in KINDS.items() if its == status]
    told = "; ".join(f"{KINDS[kind][1]} ({kind})" for kind in kinds)
    return {
        "description": told,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
