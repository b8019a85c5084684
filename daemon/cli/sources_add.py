"""`riwaya sources add`: an outlet's feeds found, shown, and put into the configuration."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from daemon.cli.failure import Failed
from daemon.cli.live_report import as_data, live_table
from daemon.cli.printing import echo_json, json_option
from daemon.cli.progress import progress_bar
from daemon.cli.session import Session

if TYPE_CHECKING:  # loaded by the command itself, not by `riwaya --help`
    from daemon.catalogue_edit import Edit
    from daemon.config import Config
    from daemon.feed_finder import Found
    from daemon.live_check import LiveCheck, LiveFeed
    from sources.http import HttpClient
    from sources.parsing.pool import ParserPool


@click.command("add")
@click.argument("url")
@click.option("--feed", "chosen", multiple=True, metavar="URL", help="Take this feed alone of those that are found.")
@click.option("--id", "source_id", metavar="ID", help="The id of the source; made of the host when left out.")
@click.option("--name", help="The outlet's name; what the site calls itself when left out.")
@click.option("--country", metavar="CODE", help="Its country, two letters of ISO 3166; told by a domain such as .eg.")
@click.option("--timezone", metavar="ZONE", help="For dates that name no zone, such as Asia/Riyadh.")
@click.option("--category", help="What the feeds carry, in your own words.")
@click.option("--dry-run", is_flag=True, help="Show what would be put in; write nothing.")
@json_option()
@click.pass_obj
def command(
    session: Session, /, url: str, chosen: tuple[str, ...], dry_run: bool, as_json: bool, **given: str | None
) -> None:
    """Find the feeds at URL, which is a feed, a page or a site, and put them into the configuration.

    Each feed is fetched once and shown as `riwaya check --live` shows it. Those that can be read become a source at the
    end of the file, or further feeds of the source that has the site already; comments and layout stay as they are.
    A running service reads the file again at SIGHUP.

    \b
    Examples:
      riwaya sources add https://almarfa.example/ --country JO
      riwaya sources add almarfa.example --dry-run
      riwaya sources add https://almarfa.example/rss.xml --id almarfa --name "صحيفة المرفأ" --country JO
    """
    from daemon.catalogue_edit import EditError, known_feeds, write  # noqa: PLC0415 - not needed by --help
    from daemon.config.url import same_feed_key  # noqa: PLC0415 - as above

    config = session.config
    url = _address(url)
    found = _find(config, url)
    if not as_json:
        click.echo(live_table(found.checks, config.fetch.user_agent) if found.checks else "", nl=bool(found.checks))
    known = known_feeds(session.path)
    readable = _chosen(found, chosen)
    new = [check for check in readable if same_feed_key(check.feed.url) not in known]
    if not readable:
        raise Failed(f"{url}: no feed is found there" + ("" if found.checks else "; its page names none"))
    if not new:
        raise Failed(f"{url}: configured already: {', '.join(check.feed.url for check in readable)}")
    try:
        edit = _edit(session, config, found, new, url, given)
        if not dry_run:
            write(edit)
    except EditError as error:
        raise Failed(str(error)) from error
    if as_json:
        echo_json(_data(found, edit, written=not dry_run))
        return
    click.echo(f"\n{edit.added}")
    many = "1 feed" if edit.feeds == 1 else f"{edit.feeds} feeds"
    what = f"source {edit.source_id} with {many}" if edit.new else f"{many} for {edit.source_id}"
    click.echo(f"would be put into {edit.file}: {what}" if dry_run else f"put into {edit.file}: {what}")


def _address(url: str) -> str:
    from daemon.config.url import check_url  # noqa: PLC0415 - not needed by --help

    try:
        return check_url(url if "://" in url else f"https://{url}")
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _find(config: "Config", url: str) -> "Found":
    from daemon.asking import run_asking  # noqa: PLC0415 - loads httpx
    from daemon.feed_finder import find_feeds  # noqa: PLC0415 - as above
    from daemon.live_check import live_check  # noqa: PLC0415 - as above
    from daemon.wiring import schedule_bounds  # noqa: PLC0415 - as above
    from sources.discovery import DiscoveryError  # noqa: PLC0415 - as above

    async def work(http: "HttpClient", parser: "ParserPool") -> "Found":
        async def look(feeds: "Sequence[LiveFeed]") -> "list[LiveCheck]":
            with progress_bar("looking at feeds", len(feeds)) as done:
                return await live_check(
                    http,
                    parser,
                    feeds,
                    schedule_bounds(config),
                    concurrency=config.fetch.concurrency,
                    host_gap_s=config.fetch.host_gap.total_seconds(),
                    progress=done,
                )

        return await find_feeds(http, parser, url, look)

    try:
        return run_asking(config, work)
    except DiscoveryError as error:
        raise Failed(f"{url}: {error}") from error


def _chosen(found: "Found", chosen: tuple[str, ...]) -> "list[LiveCheck]":
    from daemon.config.url import same_feed_key  # noqa: PLC0415 - not needed by --help

    if not chosen:
        return list(found.feeds)
    wanted = {same_feed_key(_address(url)): url for url in chosen}
    taken = [check for check in found.checks if check.good and same_feed_key(check.feed.url) in wanted]
    missing = set(wanted) - {same_feed_key(check.feed.url) for check in taken}
    if missing:
        raise Failed(f"not among the feeds that are found and can be read: {', '.join(wanted[key] for key in missing)}")
    return taken


def _edit(
    session: Session, config: "Config", found: "Found", new: "list[LiveCheck]", url: str, given: dict[str, str | None]
) -> "Edit":
    from daemon.catalogue_edit import add_feeds, add_source, source_of_site  # noqa: PLC0415 - as above

    category = {"category": given["category"]} if given["category"] else {}
    feeds = [{"url": check.feed.url, **category} for check in new]
    home = found.page or url
    there = given["source_id"] or source_of_site(session.path, home)
    if there and there in {source.id for source in config.sources}:
        return add_feeds(session.path, there, feeds)
    return add_source(session.path, _source(config, found, new, home, feeds, given))


def _source(
    config: "Config",
    found: "Found",
    new: "list[LiveCheck]",
    home: str,
    feeds: list[dict[str, Any]],
    given: dict[str, str | None],
) -> dict[str, Any]:
    from urllib.parse import urlsplit  # noqa: PLC0415 - as above

    from daemon.catalogue_edit import guessed_country, host_name, new_id  # noqa: PLC0415 - as above
    from daemon.config.model import Config, validate  # noqa: PLC0415 - as above
    from daemon.config.reasons import reason  # noqa: PLC0415 - as above

    country = given["country"] or guessed_country(home)
    if country is None:
        raise click.UsageError(f"--country: {host_name(home)} does not tell the outlet's country; give its two letters")
    front = urlsplit(home)
    source: dict[str, Any] = {
        "id": given["source_id"] or new_id(home, {source.id for source in config.sources}),
        "name": given["name"] or found.site or next((check.title for check in new if check.title), host_name(home)),
        "homepage": f"{front.scheme}://{front.netloc}/",
        "country": country.upper(),
    }
    if given["timezone"]:
        source["timezone"] = given["timezone"]
    source["feeds"] = feeds
    checked = validate({"sources": [source]})
    if not isinstance(checked, Config):
        raise click.UsageError("; ".join(f"{fault.path[-1]}: {reason(fault)}" for fault in checked))
    return source


def _data(found: "Found", edit: "Edit", *, written: bool) -> dict[str, object]:
    return {
        "source": edit.source_id,
        "new": edit.new,
        "file": str(edit.file),
        "written": written,
        "yaml": edit.added,
        "found": [as_data(check) for check in found.checks],
    }
