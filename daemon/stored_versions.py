"""Between the rows of the store and what clustering takes and gives."""

from dataclasses import asdict
from datetime import datetime

from clustering.clusterer import Indexed
from clustering.evidence import figures
from clustering.fold import FOLD_VERSION
from clustering.head_changes import head, head_changes
from clustering.placement import Placement
from clustering.profile import profile
from clustering.signature import Signature, signature, to_bytes
from clustering.version import Version
from clustering.wire import credits  # noqa: A004 - the name of the thing, not of the builtin
from daemon.searching import search_text
from sources.dates import dated_at
from storage.placement_row import HeadChange, MatchRow
from storage.placement_row import Placement as PlacementRow
from storage.queue import QueuedVersion
from storage.stored_texts import IndexedVersion, StoredText
from storage.wire import CreditRow


def time_of(queued: QueuedVersion | StoredText) -> datetime:
    """Return the time that a version stands for."""
    if queued.dated_at is not None:
        return queued.dated_at
    return dated_at(queued.published_at, queued.updated_at, queued.seen_at, revised=queued.number > 1)


def version_of(queued: QueuedVersion) -> Version:
    """Return a version that is to be placed."""
    return Version(
        number=queued.version_id,
        article=queued.article_id,
        source=queued.source_id,
        title=queued.title,
        body=queued.text or queued.summary,
        at=time_of(queued).timestamp(),
        cluster=queued.article_cluster_id,
    )


def stored_version(text: StoredText) -> Version:
    """Return a version that was placed before."""
    return Version(
        number=text.version_id,
        article=text.article_id,
        source=text.source_id,
        title=text.title,
        body=text.text or text.summary,
        at=text.dated_at.timestamp(),
    )


def indexed(row: IndexedVersion, signature: Signature) -> Indexed:
    """Return a version that was placed before, as the clusterer takes it up again."""
    return Indexed(
        number=row.version_id,
        article=row.article_id,
        source=row.source_id,
        cluster=row.cluster_id,
        at=row.dated_at.timestamp(),
        article_began=row.article_began_at.timestamp(),
        cluster_began=row.cluster_began_at.timestamp(),
        signature=signature,
    )


def signed(title: str, body: str) -> bytes:
    """Return the signature of a text, as it is stored."""
    one = profile(Version(number=0, article=0, source="", title=title, body=body, at=0.0))
    return to_bytes(signature(one.shingles, one.lead, one.title))


def placement_row(queued: QueuedVersion, placement: Placement, before: StoredText | None) -> PlacementRow:
    """Return a version's place as the store takes it; `before` is the article's text before it, if it had one."""
    body = queued.text or queued.summary
    return PlacementRow(
        version_id=placement.number,
        article_id=placement.article,
        cluster_id=placement.cluster,
        founded=placement.founded,
        dated_at=time_of(queued),
        fold_version=FOLD_VERSION,
        signature=to_bytes(placement.signature),
        search_text=search_text(queued.title, body),
        matches=match_rows(placement),
        merges=placement.swallowed,
        credits=tuple(
            CreditRow(credit.agency, credit.kind, credit.where, credit.start, credit.end)
            for credit in credits(queued.title, body)
        ),
        changes=() if before is None else _changes(before, queued),
    )


def _changes(before: StoredText, after: QueuedVersion) -> tuple[HeadChange, ...]:
    old = head(before.title, before.text or before.summary)
    new = head(after.title, after.text or after.summary)
    return tuple(HeadChange(**asdict(change)) for change in head_changes(old, new, revision=True))


def match_rows(placement: Placement) -> tuple[MatchRow, ...]:
    """Return what a placement found as the store takes it: the accepted pairs, the surest first, then round-ups."""
    accepted = [
        MatchRow(match.other, match.kind, match.verdict.probability, figures(match.verdict.evidence))
        for match in placement.matches
    ]
    items = [
        MatchRow(one.other, "inside" if one.inside else "contains", one.share, {"share": round(one.share, 4)})
        for one in placement.carried
    ]
    return (*accepted, *items)
