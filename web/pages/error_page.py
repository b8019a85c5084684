"""What went wrong, as a page."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.pages.asking import site_of
from web.pages.wording import N_
from web.problems import Problem

_SIGN_IN = "no-token"

WORDS: Mapping[str, str] = {
    "bad-request": N_("The request cannot be read"),
    "no-token": N_("This needs the token"),
    "forbidden": N_("This is not allowed"),
    "foreign-page": N_("The request comes from a page of somebody else"),
    "read-only": N_("Nothing can be changed here"),
    "not-found": N_("There is nothing here"),
    "method-not-allowed": N_("That cannot be done with this address"),
    "refused": N_("The decision cannot be"),
    "slow-request": N_("The request came too slowly"),
    "too-large": N_("The request is too large"),
    "address-too-long": N_("The address is too long"),
    "wrong-media-type": N_("The content of the request is of another kind"),
    "wrong-host": N_("This is not the host that was asked for"),
    "invalid": N_("A part of the request cannot be used"),
    "too-many-requests": N_("Too many requests"),
    "internal": N_("Something went wrong here"),
    "store-unavailable": N_("The store does not answer"),
    "too-many-listeners": N_("Too many listen already"),
    "too-slow": N_("The answer took too long"),
}
"""The title of each kind of problem; a test holds them against the kinds."""

ADVICE: Mapping[str, str] = {
    "not-found": N_(
        "The address may be mistyped, or the thing was never there. Stories keep their addresses for good."
    ),
    "invalid": N_("Go back, change what is named below, and try again."),
    "refused": N_("An earlier decision is in the way. Undo it first if the new one is right."),
    "store-unavailable": N_("It may be busy or being restored. Try again in a moment."),
    "too-slow": N_("Ask for less: a shorter time, fewer words."),
    "internal": N_("It is not your doing. The log of the server tells the reason."),
    "too-many-requests": N_("Wait a minute, then go on."),
    "foreign-page": N_("Open this site itself and do it there."),
    "read-only": N_("Who runs this server can allow corrections by setting a token (web.token)."),
}


def error_page(request: Request, problem: Problem) -> Response:
    """Tell a problem; whoever lacks a session is led to where one begins."""
    if problem.kind == _SIGN_IN and request.method == "GET":
        query = request.url.query
        back = f"{request.url.path}?{query}" if query else request.url.path
        return RedirectResponse(f"/sign-in?{urlencode({'back': back})}", 303)
    facts = {"problem": problem, "title": WORDS[problem.kind], "advice": ADVICE.get(problem.kind)}
    return site_of(request).page(request, "error.html", facts, status=problem.status)
