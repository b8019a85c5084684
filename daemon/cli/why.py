"""`riwaya why`: the evidence for and against two articles being one story."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from daemon.cli.correcting import in_words
from daemon.cli.failure import Failed
from daemon.cli.numbers import STORED_ID
from daemon.cli.printing import echo_json, json_option, local
from daemon.cli.session import Session
from daemon.cli.table import Column, table
from daemon.cli.terminal import isolated, plain

if TYPE_CHECKING:  # loaded by the command itself
    from daemon.explanation import Explanation
    from storage.cluster_detail import ArticleDetail
    from storage.corrections import CorrectionRow


@click.command()
@click.argument("left", metavar="ARTICLE", type=STORED_ID)
@click.argument("right", metavar="ARTICLE", type=STORED_ID)
@json_option()
@click.pass_obj
def command(session: Session, left: int, right: int, as_json: bool) -> None:
    """Explain what speaks for and against two articles being one story.

    Works for any two articles, also for a pair that was never compared: then it says why not.

    \b
    Examples:
      riwaya why 12 31
      riwaya why 12 31 --json
    """
    from daemon.clustering_settings import clustering_settings  # noqa: PLC0415 - as above
    from daemon.explanation import explain  # noqa: PLC0415 - loads numpy
    from daemon.stream_counts import restored_counts  # noqa: PLC0415 - as above
    from storage.cluster_detail import article  # noqa: PLC0415 - loads the store
    from storage.corrections import corrections_about  # noqa: PLC0415 - as above
    from storage.stored_texts import stored_signatures  # noqa: PLC0415 - as above
    from web.shapes.corrections import correction_shape  # noqa: PLC0415 - as above

    with session.reader() as conn:
        pair = [_found(article(conn, article_id), article_id) for article_id in (left, right)]
        versions = [version.version_id for one in pair for version in one.versions]
        signatures = stored_signatures(conn, versions)
        rarity = restored_counts(conn)
        decided = [row for row in corrections_about(conn, articles=(left, right)) if _decides(row, left, right)]
    explanation = explain(
        pair[0],
        pair[1],
        clustering_settings(session.config),
        rarity,
        signatures,
        decided=any(row.in_force for row in decided),
    )
    if as_json:
        echo_json({**asdict(explanation), "corrections": [correction_shape(row) for row in decided]})
        return
    _print(pair, explanation, decided)


def _decides(row: "CorrectionRow", left: int, right: int) -> bool:
    """Tell whether a correction says where the two articles belong: it holds them together or apart, or pins one."""
    sides = {row.sides[article] for article in {left, right} & row.sides.keys()}
    named = {left, right} <= row.sides.keys()
    stayed = row.kind == "split" and sides == {1}  # only those that left are held together
    return (row.in_force or row.open) and (row.kind == "pin" or (named and not stayed))


def _found(article: "ArticleDetail | None", article_id: int) -> "ArticleDetail":
    if article is None:
        raise Failed(f"there is no article {article_id}; `riwaya search` and `riwaya show` name them")
    return article


def _print(pair: "list[ArticleDetail]", explanation: "Explanation", decided: "list[CorrectionRow]") -> None:
    for article in pair:
        version = article.versions[-1]
        where = f"story {article.cluster_id}" if article.cluster_id is not None else "not grouped yet"
        click.echo(
            f"article {article.id}, {where}, {isolated(plain(article.source_name))}, "
            f"{local(version.published or version.first_seen)}: {isolated(plain(version.title))}"
        )
    click.echo("")
    click.echo(explanation.conclusion)
    click.echo(explanation.candidacy)
    if explanation.round_up is not None:
        click.echo(explanation.round_up)
    for row in decided:
        click.echo(in_words(row))
    click.echo("")
    columns = [Column("evidence"), Column("figure", right=True), Column("for (+) or against (-)", right=True)]
    rows = [(reason.words, f"{reason.figure:.2f}", f"{reason.weight:+.2f}") for reason in explanation.reasons]
    click.echo(table(columns, rows))
