"""`riwaya history`: every text of one article, what changed between them, and what became of it."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from typing import TYPE_CHECKING

import click

from daemon.cli.event import event_in_words
from daemon.cli.failure import Failed
from daemon.cli.numbers import STORED_ID
from daemon.cli.printing import echo_json, json_option, local
from daemon.cli.session import Session
from daemon.cli.terminal import isolated, plain
from daemon.cli.word_diff import marked

if TYPE_CHECKING:  # loaded by the command itself
    from storage.cluster_detail import ArticleDetail, VersionDetail
    from storage.events import EventRow


@click.command()
@click.argument("article", type=STORED_ID)
@json_option()
@click.pass_obj
def command(session: Session, article: int, as_json: bool) -> None:
    """Show every text of ARTICLE in the order it appeared, each with a word diff to the one before.

    A text that the article's page gave is compared with the page's text before it, and one that the feed gave with the
    feed's. At the end stands what became of the article: the stories it joined or left, figures and names that it
    changed, and whether its feed took it back.

    \b
    Examples:
      riwaya history 31
      riwaya history 31 --json
    """
    from storage.cluster_detail import article as article_detail  # noqa: PLC0415 - loads the store
    from storage.events import article_events  # noqa: PLC0415 - as above
    from web.shapes.articles import history_shape  # noqa: PLC0415 - as above

    with session.reader() as conn:
        found = article_detail(conn, article)
        if found is None:
            raise Failed(f"there is no article {article}")
        events = article_events(conn, article)
    if as_json:
        echo_json(history_shape(found, events))
    else:
        _print(found, events)


def _print(found: "ArticleDetail", events: "list[EventRow]") -> None:
    story = "not grouped yet" if found.cluster_id is None else f"story {found.cluster_id}"
    click.echo(f"article {found.id} of {isolated(plain(found.source_name))} ({found.source_id}), {story}")
    if found.url:
        click.echo(isolated(plain(found.url)))
    published = local(found.published) or "at a time it does not tell"
    click.echo(f"published {published}, first seen {local(found.first_seen)}")
    before: dict[bool, VersionDetail] = {}
    for version in found.versions:
        click.echo("")
        _print_version(version, before.get(version.from_page))
        before[version.from_page] = version
    if events:
        click.echo("")
    for event in events:
        click.echo(f"{local(event.at)}  {event_in_words(event)}")


def _print_version(version: "VersionDetail", before: "VersionDetail | None") -> None:
    where = ", from its page" if version.from_page else ""
    until = f", last seen {local(version.last_seen)}" if version.last_seen > version.first_seen else ""
    compared = f", compared with text {before.number}" if before else ""
    click.echo(f"text {version.number}{where}: first seen {local(version.first_seen)}{until}{compared}")
    body = version.text or version.summary
    if before is None:
        lines = [isolated(plain(line)) for line in (version.title, *body.splitlines())]
    else:
        lines = [*marked(before.title, version.title), *marked(before.text or before.summary, body)]
    for line in lines:
        click.echo(f"  {line}")
