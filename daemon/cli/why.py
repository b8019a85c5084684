"""`riwaya why`: the evidence for and against two articles being one story."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from daemon.cli.failure import Failed
from daemon.cli.numbers import STORED_ID
from daemon.cli.printing import echo_json, json_option, local
from daemon.cli.session import Session
from daemon.cli.table import Column, table
from daemon.cli.terminal import isolated, plain

if TYPE_CHECKING:  # loaded by the command itself
    from daemon.explanation import Explanation
    from storage.cluster_detail import ArticleDetail


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
    from storage.cluster_detail import article  # noqa: PLC0415 - loads the store
    from storage.stored_texts import stored_signatures  # noqa: PLC0415 - as above

    with session.reader() as conn:
        pair = [_found(article(conn, article_id), article_id) for article_id in (left, right)]
        versions = [version.version_id for one in pair for version in one.versions]
        signatures = stored_signatures(conn, versions)
    explanation = explain(pair[0], pair[1], clustering_settings(session.config), signatures)
    if as_json:
        echo_json(asdict(explanation))
        return
    _print(pair, explanation)


def _found(article: "ArticleDetail | None", article_id: int) -> "ArticleDetail":
    if article is None:
        raise Failed(f"there is no article {article_id}; `riwaya search` and `riwaya show` name them")
    return article


def _print(pair: "list[ArticleDetail]", explanation: "Explanation") -> None:
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
    click.echo("")
    columns = [Column("evidence"), Column("figure", right=True), Column("for (+) or against (-)", right=True)]
    rows = [(reason.words, f"{reason.figure:.2f}", f"{reason.weight:+.2f}") for reason in explanation.reasons]
    click.echo(table(columns, rows))
