"""What people decide about stories, from the forms of a story's page."""

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Path
from starlette.responses import RedirectResponse, Response

from storage.corrections import CorrectionRow
from web.access import require_writing
from web.asking import AppParts
from web.desk import Decision, DecisionRefused, Desk
from web.pages.asking import GREATEST_ID, own_address
from web.parts import Parts
from web.problems import refuse

router = APIRouter(dependencies=[Depends(require_writing)])

_Id = Annotated[int, Path(ge=1, le=GREATEST_ID)]
_Author = Annotated[str, Form(max_length=200)]
_Note = Annotated[str, Form(max_length=2_000)]
_MOST_ARTICLES = 1_000
_KEPT_S = 365 * 86_400


@router.post("/clusters/{cluster_id}/corrections")
def decide(
    parts: AppParts,
    cluster_id: _Id,
    kind: Annotated[Literal["merge", "split", "pin"], Form()],
    author: _Author = "",
    note: _Note = "",
    other: Annotated[str, Form(max_length=20)] = "",
    article: Annotated[list[str], Form(max_length=_MOST_ARTICLES)] = [],  # noqa: B006 - FastAPI copies it
) -> Response:
    """Merge the story with another, split articles off, or pin one; then show what came of it."""
    who = _named(author)
    match kind:
        case "merge":
            decided = Decision("merge", [cluster_id, _number("other", other)], [], who, note)
        case "split" if article:
            decided = Decision("split", [cluster_id], [_number("article", one) for one in article], who, note)
        case "pin" if article:
            decided = Decision("pin", [cluster_id], [_number("article", article[0])], who, note)
        case _:
            raise refuse("invalid", "article: choose the articles that it is about.")
    try:
        row = _desk(parts).hand_in(decided)
    except DecisionRefused as refused:
        raise refuse("refused", str(refused)) from refused
    return _shown(row, f"/clusters/{cluster_id}", who)


@router.post("/corrections/{number}/undo")
def undo(
    parts: AppParts,
    number: _Id,
    author: _Author = "",
    back: Annotated[str, Form(max_length=8_000)] = "/",
) -> Response:
    """Take a correction back."""
    who = _named(author)
    try:
        row = _desk(parts).take_back(number, who)
    except DecisionRefused as refused:
        raise refuse("refused", str(refused)) from refused
    return _shown(row, own_address(back), who)


def _shown(row: CorrectionRow, back: str, author: str) -> Response:
    answer = RedirectResponse(f"{back}#decision-{row.id}", 303)
    # The next decision is likely by the same hand.
    answer.set_cookie("author", quote(author), max_age=_KEPT_S, httponly=True, samesite="strict")
    return answer


def _named(author: str) -> str:
    author = author.strip()
    if not author:
        raise refuse("invalid", "author: say who decides; the decision is kept with the name.")
    return author


def _number(name: str, value: str) -> int:
    value = value.strip()
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= GREATEST_ID):
        raise refuse("invalid", f"{name}: {value[:40]!r} is no number of a story or an article.")
    return int(value)


def _desk(parts: Parts) -> Desk:
    assert parts.desk is not None  # noqa: S101 - require_writing has seen to it
    return parts.desk
