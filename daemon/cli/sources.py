"""`riwaya sources`: the catalogue, and OPML both ways."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from pathlib import Path

import click

from daemon.cli import sources_add
from daemon.cli.failure import Failed
from daemon.cli.printing import echo_json, json_option
from daemon.cli.session import Session
from daemon.cli.table import Column, table


@click.group()
def command() -> None:
    """List the sources, find feeds and add them; import and export OPML.

    \b
    Examples:
      riwaya sources list
      riwaya sources add https://almarfa.example/ --country JO
      riwaya sources export feeds.opml
      riwaya sources import feeds.opml --country LB > more-sources.yaml
    """


command.add_command(sources_add.command)


@command.command("list")
@json_option(", one source a line")
@click.pass_obj
def list_(session: Session, as_json: bool) -> None:
    """List the configured sources.

    \b
    Example:
      riwaya sources list --json
    """
    config = session.config
    if as_json:
        for source in config.sources:
            echo_json(source.model_dump(mode="json"))
        return
    columns = [Column("source"), Column("name"), Column("country"), Column("feeds", right=True), Column("homepage")]
    click.echo(table(columns, [(s.id, s.name, s.country, len(s.feeds), s.homepage) for s in config.sources]))


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.pass_obj
def export(session: Session, file: Path | None) -> None:
    """Write the configured feeds as OPML, to FILE or to standard output.

    \b
    Example:
      riwaya sources export feeds.opml
    """
    from web.feeds.opml import Subscription, write_opml  # noqa: PLC0415 - not needed by --help

    feeds = [
        Subscription(title=source.name, url=feed.url, homepage=source.homepage, category=feed.category)
        for source in session.config.sources
        for feed in source.feeds
    ]
    text = write_opml(feeds, "riwaya").decode()
    if file is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    if file.exists() and not file.read_bytes()[:4096].lstrip().startswith((b"<?xml", b"<opml")):
        raise Failed(f"{file} exists and is no OPML; name another file")
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        raise Failed(f"{file}: {error.strerror}") from error
    click.echo(f"{len(feeds)} feeds written to {file}", err=True)


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--country",
    required=True,
    metavar="CODE",
    help="The country of the sources, which OPML does not tell: two letters of ISO 3166.",
)
@click.pass_obj
def import_(session: Session, file: Path, country: str) -> None:
    """Turn the feeds of an OPML file into sources, as YAML on standard output.

    Feeds that the configuration already has are left out. Put the output into a file that `include:` names; feeds
    of one site become one source, whose id and name you may want to better.

    \b
    Example:
      riwaya sources import feeds.opml --country LB > more-sources.yaml
    """
    from daemon.config.country import country_code  # noqa: PLC0415 - not needed by --help
    from daemon.opml_sources import sources_yaml  # noqa: PLC0415 - as above
    from sources.opml import OpmlError, read_opml  # noqa: PLC0415 - as above

    try:
        country = country_code(country)
    except ValueError as error:
        raise click.UsageError(f"--country: {error}") from error
    try:
        feeds = read_opml(file.read_text("utf-8-sig"))
    except OSError as error:
        raise Failed(f"{file}: {error.strerror}") from error
    except (OpmlError, UnicodeDecodeError) as error:
        raise Failed(f"{file}: {error}") from error
    config = session.config
    known = {feed.url for source in config.sources for feed in source.feeds}
    new = [feed for feed in feeds if feed.url not in known]
    click.echo(sources_yaml(new, country, {source.id for source in config.sources}), nl=False)
    click.echo(f"{len(new)} feeds; {len(feeds) - len(new)} are configured already", err=True)
