"""`riwaya show`: one story with every version of it."""
# ruff: noqa: D301 - click wants the mark \b itself, which a raw docstring would spell out

from typing import TYPE_CHECKING

import click

from daemon.cli.correcting import in_words as correction_in_words
from daemon.cli.descent import descent_in_words
from daemon.cli.failure import Failed
from daemon.cli.numbers import STORED_ID
from daemon.cli.printing import echo_json, json_option, local
from daemon.cli.round_up import round_up_in_words
from daemon.cli.session import Session
from daemon.cli.terminal import isolated, plain
from daemon.cli.wire_credit import wires_in_words
from daemon.cli.word_diff import marked

if TYPE_CHECKING:  # loaded by the command itself
    from clustering.lineage import Descent
    from storage.cluster_detail import ClusterDetail, VersionDetail
    from storage.corrections import CorrectionRow
    from storage.round_ups import RoundUp
    from web.story_lineage import StoredLineage


@click.command()
@click.argument("cluster", type=STORED_ID)
@click.option("--diff", "with_diff", is_flag=True, help="Show how the text of each version differs from the first.")
@json_option()
@click.pass_obj
def command(session: Session, cluster: int, with_diff: bool, as_json: bool) -> None:
    """Show the versions of story CLUSTER in the order of the time they stand for.

    The similarity of a version is how much of its text and that of the story's first version is shared (Jaccard,
    0 to 1). Beside it stands what the version was likely made from and how: docs/lineage.md defines the kinds. The
    id of a story that was merged into another shows the other.

    \b
    Examples:
      riwaya show 17
      riwaya show 17 --diff
      riwaya show 17 --json
    """
    from storage.cluster_detail import cluster_detail  # noqa: PLC0415 - loads the store
    from storage.corrections import corrections_about  # noqa: PLC0415 - as above
    from storage.round_ups import round_ups  # noqa: PLC0415 - as above
    from web.shapes.stories import similarities, story_shape  # noqa: PLC0415 - loads numpy
    from web.story_lineage import stored_lineage  # noqa: PLC0415 - as above

    with session.reader() as conn:
        found = cluster_detail(conn, cluster)
        if found is None:
            raise Failed(f"there is no story {cluster}; `riwaya clusters` lists them")
        articles = {version.article_id for version in found.versions}
        related = round_ups(conn, found.cluster.id)
        about = corrections_about(conn, articles=articles, cluster_id=found.cluster.id)
    lineage = stored_lineage(found)
    if as_json:
        echo_json(story_shape(found, lineage, about, related))
        return
    corrections = [row for row in about if row.in_force or row.open]
    _print(found, similarities(found), lineage, corrections, related, with_diff=with_diff)


def _print(
    found: "ClusterDetail",
    similarities: list[float],
    lineage: "StoredLineage",
    corrections: "list[CorrectionRow]",
    related: "list[RoundUp]",
    *,
    with_diff: bool,
) -> None:
    from web.shapes.wires import wire_shapes  # noqa: PLC0415 - as above

    cluster = found.cluster
    outlets = {version.version_id: version.source_name for version in found.versions}
    from_page = {version.version_id for version in found.versions if version.from_page}
    texts = "one text" if lineage.texts == 1 else f"{lineage.texts} independent texts"
    click.echo(f"story {cluster.id}: {isolated(plain(cluster.title))}")
    click.echo(
        f"{cluster.articles} articles of {len(cluster.sources)} outlets in {cluster.versions} versions of {texts}, "
        f"first seen {local(cluster.first_seen)}"
    )
    if credited := wire_shapes(found.versions):
        click.echo(f"credited to {wires_in_words(credited)}")
    for row in corrections:
        click.echo(correction_in_words(row))
    first = found.versions[0]
    for version, similarity in zip(found.versions, similarities, strict=True):
        click.echo("")
        click.echo(_heading(version, similarity))
        click.echo(f"  {_origin(version, lineage.descents[version.version_id], outlets, from_page)}")
        click.echo(f"  {isolated(plain(version.title))}")
        if version.url:
            click.echo(f"  {isolated(plain(version.url))}")
        for told in (round_up_in_words(one) for one in related if one.version_id == version.version_id):
            click.echo(f"  {told}")
        if with_diff and version is not first:
            for line in marked(first.text or first.summary, version.text or version.summary):
                click.echo(f"  {line}")
        elif with_diff:
            for paragraph in (version.text or version.summary).splitlines():
                click.echo(f"  {isolated(plain(paragraph))}")


def _origin(version: "VersionDetail", descent: "Descent", outlets: dict[int, str], from_page: set[int]) -> str:
    if version.from_page and descent.revision and descent.parent not in from_page:
        return "the fuller text of its page"
    words = descent_in_words(descent, outlets)
    return f"{words}; text from its page" if version.from_page else words


def _heading(version: "VersionDetail", similarity: float) -> str:
    revision = f", text {version.number} of the article" if version.number > 1 else ""
    when = local(version.dated or version.first_seen)
    return (
        f"{when}  {isolated(plain(version.source_name))} ({version.source_id})  "
        f"article {version.article_id}{revision}  similarity {similarity:.2f}"
    )
