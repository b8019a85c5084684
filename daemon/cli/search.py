"""`riwaya search`: articles by their words."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from daemon.cli.numbers import COUNT
from daemon.cli.printing import echo_json, json_option, local
from daemon.cli.session import Session
from daemon.cli.since import SINCE
from daemon.cli.terminal import isolated, plain

if TYPE_CHECKING:  # loaded by the command itself, not by `riwaya --help`
    from clustering.snippet import Snippet
    from storage.search import SearchHit


@click.command()
@click.argument("query")
@click.option("--since", type=SINCE, help="Only articles published since then: 24h, 7d, 2026-11-23.")
@click.option("-n", "--limit", type=COUNT, default=20, show_default=True, help="How many to print.")
@click.option("--page", type=COUNT, default=1, show_default=True, help="Which page of so many.")
@json_option(", one article a line")
@click.pass_obj
def command(session: Session, query: str, since: datetime | None, limit: int, page: int, as_json: bool) -> None:
    """Find articles that hold every word of QUERY, whatever its spelling.

    Hamza, ta marbuta, tashkeel, tatweel and digits do not matter, nor what is written together with a word: «الحكومه»
    finds «للحكومة» and «والحكومة».

    \b
      "محادثات جنيف"          the words one after the other
      زلزال OR هزة            either of them; AND is understood between words
      زلزال NOT تركيا         the first without the second, also زلزال -تركيا
      title:قطار              in the headline; title:(قطار OR حافلة)
      source:ID  wire:رويترز  from this outlet; crediting this agency
      since:7d  until:2026-11-23  min_sources:3

    A query of the last kinds alone lists articles, the newest first.

    \b
    Examples:
      riwaya search "محادثات إسطنبول"
      riwaya search "زلزال (قتيل OR ضحية) -تركيا min_sources:3"
      riwaya search زلزال --since 7d --json
    """
    from daemon.searching import read  # noqa: PLC0415 - loads the store
    from storage.search import search  # noqa: PLC0415 - loads the store
    from storage.search_query import QueryError  # noqa: PLC0415 - as above
    from web.shapes.hits import hit_shape, passage  # noqa: PLC0415 - as above

    try:
        wanted = read(query, datetime.now(UTC))
    except QueryError as error:
        raise click.UsageError(f"{query!r}: {error}") from error
    if since is not None:
        earliest = max(filter(None, (since, wanted.filters.since)))
        wanted = replace(wanted, filters=replace(wanted.filters, since=earliest))
    with session.reader() as conn:
        hits = search(conn, wanted, limit, (page - 1) * limit)
    found = [(hit, passage(hit, wanted)) for hit in hits]
    if as_json:
        for hit, excerpt in found:
            echo_json(hit_shape(hit, excerpt))
        return
    _print(found)


def _print(found: "list[tuple[SearchHit, Snippet]]") -> None:
    if not found:
        click.echo("nothing found")
        return
    mark = (click.style("", bold=True, reset=False), click.style("", reset=True)) if sys.stdout.isatty() else ("", "")
    for hit, excerpt in found:
        story = f"story {hit.cluster_id}" if hit.cluster_id is not None else "not grouped yet"
        when = local(hit.published_at) or "no date"
        click.echo(f"{isolated(plain(hit.title))}")
        click.echo(f"  article {hit.article_id}, {story}, {hit.source_id}, {when}")
        click.echo(f"  {isolated(_marked(excerpt, mark))}")


def _marked(excerpt: "Snippet", mark: tuple[str, str]) -> str:
    """Return a snippet fit for a terminal, its hits between the two marks."""
    parts, place = [], 0
    for start, end in excerpt.hits:
        parts += [_between(excerpt.text[place:start]), mark[0], plain(excerpt.text[start:end]), mark[1]]
        place = end
    return "".join([*parts, _between(excerpt.text[place:])])


def _between(text: str) -> str:
    """Return what stands beside a hit, with the blank that parts them."""
    before, after = text[:1].isspace(), text[-1:].isspace()
    return f"{' ' if before else ''}{plain(text)}{' ' if after and plain(text) else ''}"
