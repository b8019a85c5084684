"""What went wrong, told as problem details (RFC 9457): the same for every part of the application."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"

KINDS: Mapping[str, tuple[int, str]] = {
    "bad-request": (400, "The request cannot be read"),
    "no-token": (401, "This needs the token"),
    "forbidden": (403, "This is not allowed"),
    "foreign-page": (403, "The request comes from a page of somebody else"),
    "read-only": (403, "Nothing can be changed here"),
    "not-found": (404, "There is no such thing"),
    "method-not-allowed": (405, "That cannot be done with this address"),
    "slow-request": (408, "The request took too long to arrive"),
    "refused": (409, "The decision cannot be"),
    "too-large": (413, "The request is too large"),
    "address-too-long": (414, "The address is too long"),
    "wrong-media-type": (415, "The content of the request is of another kind"),
    "wrong-host": (421, "This is not the host that was asked for"),
    "invalid": (422, "A part of the request cannot be used"),
    "too-many-requests": (429, "Too many requests"),
    "internal": (500, "Something went wrong here"),
    "store-unavailable": (503, "The store does not answer"),
    "too-many-listeners": (503, "Too many listen already"),
    "too-slow": (504, "The answer took too long"),
}
"""Every kind of problem with its status and its title; the kind ends the URN in `type` and never changes."""

_BY_STATUS = {400: "bad-request", 401: "no-token", 403: "forbidden", 404: "not-found", 405: "method-not-allowed"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A part of a request that cannot be used: `where` as in query.limit or body.note, and the reason."""

    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem of a kind of `KINDS`; `detail` tells this case in a sentence, `headers` go with the answer."""

    kind: str
    detail: str
    faults: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return KINDS[self.kind][0]

    @property
    def title(self) -> str:
        """The same words for every problem of the kind."""
        return KINDS[self.kind][1]


class ProblemRaised(Exception):  # noqa: N818 - reads as a fact
    """Ends a request with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def refuse(
    kind: str, detail: str, faults: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
) -> ProblemRaised:
    """Return what to raise for a problem."""
    return ProblemRaised(Problem(kind, detail, faults, headers or {}))


def kind_of(status: int) -> str:
    """Return the kind of a problem that is known by its status alone."""
    known = _BY_STATUS.get(status)
    if known is not None:
        return known
    return next((kind for kind, (its, _) in KINDS.items() if its == status), "internal")


def as_answer(problem: Problem) -> Response:
    """Return the answer that tells a problem to a program."""
    told: dict[str, object] = {
        "type": f"urn:riwaya:problem:{problem.kind}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.faults:
        told["errors"] = [{"where": fault.where, "reason": fault.reason} for fault in problem.faults]
    return Response(
        # Half a character may come back in a message; it must not make a second problem.
        json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"),
        problem.status,
        {"Cache-Control": "no-store", **problem.headers},
        MEDIA_TYPE,
    )
