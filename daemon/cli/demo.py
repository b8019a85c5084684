"""`riwaya demo`: the daemon at work on invented feeds."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

import os
import signal
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from daemon.cli.descent import descent_in_words
from daemon.cli.failure import Failed
from daemon.cli.terminal import isolated, plain
from daemon.cli.word_diff import changes

if TYPE_CHECKING:  # loaded by the command itself
    from storage.cluster_detail import ClusterDetail, VersionDetail

_MOST_CHANGES = 4


@click.command()
@click.option("--serve", is_flag=True, help="Keep running until Ctrl-C, with the pages to look at in a browser.")
@click.option("--port", type=click.IntRange(1, 65_535), default=8080, show_default=True, help="Where, with --serve.")
@click.option("--webhook", metavar="URL", help="Ring there when an outlet changes a figure; docs/alerts.md tells how.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Leave configuration, store and log in this folder, to try the other commands on.",
)
def command(keep: Path | None, port: int, webhook: str | None, *, serve: bool) -> None:
    """Run the real daemon on invented feeds of this machine, and print what it grouped; needs no network.

    \b
    Examples:
      riwaya demo
      riwaya demo --serve
      riwaya demo --keep /tmp/riwaya-demo
      riwaya demo --webhook http://127.0.0.1:9000/
    """
    if webhook is not None:
        from daemon.config.url import check_url  # noqa: PLC0415 - loads pydantic

        try:
            check_url(webhook)
        except ValueError as error:
            raise click.UsageError(f"--webhook: {error}") from error
    if serve:
        _require_free(port)
    pages_port = port if serve else None
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="riwaya-demo-") as folder:
            _run(Path(folder), pages_port, webhook)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failed(f"{keep}: {error.strerror}") from error
    if (keep / "demo.db").exists():
        raise Failed(f"{keep} holds an earlier demonstration; name another folder, or delete it")
    config = _run(keep.absolute(), pages_port, webhook)
    click.echo(f"\nThe store stays in {keep}. Try: riwaya --config {config} clusters")


def _require_free(port: int) -> None:
    """Raise Failed when the pages cannot be served there."""
    with socket.socket() as channel:
        channel.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            channel.bind(("127.0.0.1", port))
        except OSError as error:
            raise Failed(f"port {port}: {error.strerror}; name another with --port") from error


def _run(folder: Path, pages_port: int | None, webhook: str | None) -> Path:
    from daemon.demo.rehearsal import RehearsalFailed, rehearsal  # noqa: PLC0415 - loads the demonstration
    from daemon.demo.stories import load_outlets, load_stories  # noqa: PLC0415 - as above

    click.echo(
        f"{len(load_outlets())} invented outlets publish {len(load_stories())} stories on this machine; "
        "the daemon fetches them for a few seconds ...\n",
        err=True,
    )
    try:
        with rehearsal(folder, _grouped, pages_port, webhook) as config:
            for cluster in _clusters(config):
                _print(cluster)
            if pages_port is not None:
                click.echo(f"Open http://127.0.0.1:{pages_port}/ in a browser. Ctrl-C ends the demonstration.")
                _wait()
    except RehearsalFailed as error:
        raise Failed(f"the daemon ended by itself:\n{error}") from error
    return config


def _wait() -> None:
    """Wait for Ctrl-C or SIGTERM."""
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    signal.sigwait(ends)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ends)


def _grouped(config: Path) -> int:
    """Count the grouped texts in the store; 0 while there is none."""
    from daemon.config import load_config  # noqa: PLC0415 - loads pydantic
    from storage.engine import StoreUnavailable, open_engine, reading  # noqa: PLC0415 - loads the store
    from storage.migrate import SchemaMissing, require_current  # noqa: PLC0415 - as above
    from storage.queue import count_clustered  # noqa: PLC0415 - as above

    try:
        engine = open_engine(load_config(config, os.environ).database, read_only=True)
    except StoreUnavailable:
        return 0
    try:
        require_current(engine)
        with reading(engine) as conn:
            return count_clustered(conn)
    except SchemaMissing:
        return 0
    finally:
        engine.dispose()


def _clusters(config: Path) -> "list[ClusterDetail]":
    from daemon.cli.session import Session  # noqa: PLC0415 - as above
    from storage.cluster_detail import cluster_detail  # noqa: PLC0415 - loads the store
    from storage.cluster_list import list_clusters  # noqa: PLC0415 - as above

    with Session(config).reader() as conn:
        found = [cluster_detail(conn, cluster.id) for cluster in list_clusters(conn, order="size").clusters]
    return [cluster for cluster in found if cluster is not None]


def _print(found: "ClusterDetail") -> None:
    from clustering.similarity import text_similarity  # noqa: PLC0415 - loads numpy
    from web.story_lineage import stored_lineage  # noqa: PLC0415 - as above

    lineage = stored_lineage(found)
    outlets = {version.version_id: version.source_name for version in found.versions}
    cluster, first = found.cluster, found.versions[0]
    articles = "1 article" if cluster.articles == 1 else f"{cluster.articles} articles"
    click.echo(click.style(f"story {cluster.id}, {articles}: {isolated(plain(cluster.title))}", bold=True))
    latest: dict[int, VersionDetail] = {}
    for version in found.versions:
        before = latest.get(version.article_id, first)
        edited = version.article_id in latest
        latest[version.article_id] = version
        when = (version.dated or version.first_seen).astimezone()
        note = descent_in_words(lineage.descents[version.version_id], outlets)
        if not edited:
            note += f" ({text_similarity(first.text, version.text):.0%} of the first text)"
        click.echo(
            f"  {when:%d %b %H:%M}  {isolated(plain(version.source_name))}  {'' if version is first else note}".rstrip()
        )
        if plain(version.title) != plain(cluster.title):
            click.echo(f"      titled {isolated(plain(version.title))}")
        for line in [] if version is first else changes(before.text, version.text, _MOST_CHANGES):
            click.echo(f"      {line}")
    click.echo("")
