"""What people decided: reading it, and deciding."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.responses import Response
from typing_extensions import TypedDict

from storage.corrections import correction_page
from storage.corrections import corrections as correction_rows
from web.access import require_writing
from web.api.cursor import LIMIT, Cursor, Limit, next_link, number_text, read_number
from web.api.errors import errors
from web.api.ids import CorrectionId, StoredId
from web.api.json_answer import JSON, json_answer, json_bytes
from web.asking import AppParts, Store
from web.desk import Decision, DecisionRefused
from web.problems import refuse
from web.shapes import documented
from web.shapes.corrections import CorrectionShape, correction_shape

router = APIRouter(tags=["corrections"])
desk = APIRouter(tags=["corrections"], dependencies=[Depends(require_writing)])

_MOST_NAMED = 500


def _somebody(author: str) -> str:
    if not author.strip():
        raise ValueError("say who decides")
    return author.strip()


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    author: Annotated[str, AfterValidator(_somebody), Field(min_length=1, max_length=200, description="Who decides.")]


class _Decided(_Asked):
    note: Annotated[str, Field(max_length=2_000, description="Why; kept with the decision.")] = ""


class Merge(_Decided):
    """Make one story of several; the oldest id is kept and the others lead to it."""

    kind: Literal["merge"]
    clusters: Annotated[list[StoredId], Field(min_length=2, max_length=_MOST_NAMED)]


class Split(_Decided):
    """Let articles leave a story for a new one of their own."""

    kind: Literal["split"]
    cluster: StoredId
    articles: Annotated[list[StoredId], Field(min_length=1, max_length=_MOST_NAMED)]


class Pin(_Decided):
    """Put an article into a story, where it stays."""

    kind: Literal["pin"]
    article: StoredId
    cluster: StoredId


class Never(_Decided):
    """Keep two articles in two stories for ever."""

    kind: Literal["never"]
    articles: Annotated[list[StoredId], Field(min_length=2, max_length=2)]


class Undo(_Asked):
    """Take a correction back."""

    kind: Literal["undo"]
    correction: StoredId


Asked = Annotated[Merge | Split | Pin | Never | Undo, Field(discriminator="kind")]


@documented
class CorrectionPage(TypedDict):
    """A page of decisions."""

    items: list[CorrectionShape]
    """The corrections, undone ones too, newest first."""
    next: str | None
    """The `cursor` of the next page; null on the last one."""


@router.get(
    "/corrections", operation_id="list_corrections", summary="What people decided", response_model=CorrectionPage
)
def corrections(request: Request, conn: Store, limit: Limit = LIMIT, cursor: Cursor = None) -> Response:
    """Return the corrections that people made, undone ones too, newest first."""
    rows = correction_page(conn, read_number(cursor), limit + 1)
    following = number_text(rows[limit - 1].id) if len(rows) > limit else None
    page: CorrectionPage = {"items": [correction_shape(row) for row in rows[:limit]], "next": following}
    return json_answer(request, page, headers=next_link(request, following))


@router.get(
    "/corrections/{correction_id}",
    operation_id="get_correction",
    summary="One decision",
    response_model=CorrectionShape,
    responses=errors(404),
)
def correction(request: Request, correction_id: CorrectionId, conn: Store) -> Response:
    """Return a correction as it stands."""
    rows = correction_rows(conn, [correction_id])
    if not rows:
        raise refuse("not-found", f"There is no correction {correction_id}.")
    return json_answer(request, correction_shape(rows[0]))


@desk.post(
    "/corrections",
    operation_id="correct",
    summary="Merge, split, pin, keep apart, or take back",
    status_code=201,
    response_model=CorrectionShape,
    responses={202: {"model": CorrectionShape, "description": "It waits for the running service to apply it."}},
)
def correct(request: Request, asked: Asked, parts: AppParts) -> Response:
    """Hand in a decision that clustering obeys from now on, or take one back; docs/corrections.md says what each does.

    The answer comes when it has taken effect (201), or after a few seconds, when the running service is to apply it
    (202). One that contradicts another, or names what is not there, is refused (409).
    """
    assert parts.desk is not None  # noqa: S101 - require_writing has seen to it
    try:
        if isinstance(asked, Undo):
            row = parts.desk.take_back(asked.correction, asked.author)
        else:
            row = parts.desk.hand_in(_decision(asked))
    except DecisionRefused as refused:
        raise refuse("refused", str(refused)) from refused
    return Response(
        json_bytes(correction_shape(row)),
        202 if row.open else 201,
        {"Location": f"{request.url.path}/{row.id}", "Cache-Control": "no-store"},
        JSON,
    )


def _decision(asked: Merge | Split | Pin | Never) -> Decision:
    clusters: list[int] = []
    articles: list[int] = []
    match asked:
        case Merge():
            clusters = asked.clusters
        case Split():
            clusters, articles = [asked.cluster], asked.articles
        case Pin():
            clusters, articles = [asked.cluster], [asked.article]
        case Never():
            articles = asked.articles
    return Decision(asked.kind, clusters, articles, asked.author, asked.note)
