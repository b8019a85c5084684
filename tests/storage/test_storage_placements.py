"""Where versions are put: clusters, redirects, events, counts."""

from typing import Any

import pytest
from sqlalchemy import func, select

from storage.cluster_detail import cluster_detail
from storage.clusters import resolve
from storage.engine import reading, writing
from storage.placement_ledger import PlacementRefused
from storage.placement_row import MatchRow, Placement
from storage.placements import next_cluster_id, save_placements
from storage.queue import QueuedVersion, count_clustered, count_unclustered
from storage.schema import Article, Cluster, Event, Match, Version


def waiting(desk: Any, *texts: tuple[str, str, float]) -> list[QueuedVersion]:
    """Store one article for each (source, key, minutes) and return the queue."""
    desk.open(*sorted({source for source, _, _ in texts}))
    for source, key, minutes in texts:
        desk.save(
            source,
            desk.entry(key, f"نص {source} {key}", title=f"عنوان {source} {key}", published_at=desk.at(minutes - 30)),
            minutes=minutes,
        )
    queued: list[QueuedVersion] = desk.queue()
    return queued


def events(desk: Any) -> list[tuple[object, ...]]:
    """What happened to clusters, but for their growth, which has tests of its own."""
    with reading(desk.engine) as conn:
        rows = conn.execute(
            select(Event.cluster_id, Event.kind, Event.article_id, Event.other_cluster_id)
            .where(Event.kind != "grew_to_n")
            .order_by(Event.id)
        )
        return [tuple(row) for row in rows]


def clusters(desk: Any) -> dict[int, Any]:
    with reading(desk.engine) as conn:
        return {row.id: row for row in conn.execute(select(Cluster))}


def assert_counts_hold(desk: Any) -> None:
    """Compare every cluster's stored figures with its members, counted one by one."""
    with reading(desk.engine) as conn:
        articles = conn.execute(select(Article)).all()
        versions = conn.execute(select(Version).where(Version.cluster_id.is_not(None))).all()
        stored = conn.execute(select(Cluster)).all()
    for cluster in stored:
        members = [a for a in articles if a.cluster_id == cluster.id]
        texts = [v for v in versions if v.cluster_id == cluster.id]
        assert (cluster.articles, cluster.versions) == (len(members), len(texts))
        assert cluster.sources == len({a.source_id for a in members})
        if cluster.merged_into is not None:
            assert members == []
            assert next(c for c in stored if c.id == cluster.merged_into).merged_into is None
            continue
        earliest = min(members, key=lambda a: (a.first_seen_at, a.id))
        firsts = [v for v in texts if v.number == 1]
        assert cluster.title == min(firsts, key=lambda v: (v.dated_at, v.id)).title
        assert cluster.first_seen_at == earliest.first_seen_at
        assert cluster.last_seen_at == max(v.seen_at for v in texts)
        assert cluster.first_published_at == min((a.published_at for a in members if a.published_at), default=None)
    for version in versions:
        assert version.cluster_id == next(a.cluster_id for a in articles if a.id == version.article_id)


def test_founding_and_joining(desk: Any) -> None:
    first, second, third = waiting(desk, ("petra", "1", 0), ("ammon", "2", 5), ("petra", "3", 9))
    match = MatchRow(first.version_id, "copy", 0.93, {"lead": 0.8, "kind": "نسخة"})
    desk.place(
        desk.placement(first, 1, founded=True),
        desk.placement(second, 1, matches=[match]),
        desk.placement(third, 2, founded=True),
        minutes=10,
    )
    assert events(desk) == [(1, "born", 1, None), (1, "joined", 2, None), (2, "born", 3, None)]
    assert_counts_hold(desk)
    one = clusters(desk)[1]
    assert (one.articles, one.sources, one.versions, one.title) == (2, 2, 2, "عنوان petra 1")
    assert (one.created_at, one.first_seen_at, one.last_seen_at) == (desk.at(10), desk.at(0), desk.at(5))
    assert one.first_published_at == desk.at(-30)
    assert desk.queue() == []
    with reading(desk.engine) as conn:
        assert (count_unclustered(conn), count_clustered(conn)) == (0, 3)
        stored = conn.execute(select(Match)).one()
        cause = conn.execute(select(Event.cause).where(Event.kind == "joined")).scalar_one()
    assert (stored.version_id, stored.other_version_id, stored.kind, stored.score) == (2, 1, "copy", 0.93)
    assert stored.figures == {"lead": 0.8, "kind": "نسخة"}
    assert cause == {"other_version_id": 1, "kind": "copy", "score": 0.93}


def test_a_new_version_stays_in_its_article_s_cluster_without_an_event(desk: Any) -> None:
    (first,) = waiting(desk, ("petra", "1", 0))
    desk.place(desk.placement(first, 1, founded=True))
    desk.save("petra", desk.entry("1", "نص مصحح"), minutes=20)
    (second,) = desk.queue()
    assert (second.number, second.article_cluster_id) == (2, 1)
    desk.place(desk.placement(second, 1))
    assert [kind for _, kind, _, _ in events(desk)] == ["born"]
    assert (clusters(desk)[1].articles, clusters(desk)[1].versions) == (1, 2)
    assert_counts_hold(desk)


def test_a_merge_keeps_the_older_id_and_leaves_a_redirect(desk: Any) -> None:
    texts = waiting(desk, ("petra", "1", 0), ("ammon", "2", 1), ("ghad", "3", 2))
    assert desk.found(*texts[:2]) == [1, 2]
    desk.place(desk.placement(texts[2], 1, merges=[2]), minutes=7)
    assert events(desk)[2:] == [(1, "joined", 3, None), (1, "merged", 3, 2)]
    assert clusters(desk)[2].merged_into == 1
    assert clusters(desk)[1].articles == 3
    assert_counts_hold(desk)
    with reading(desk.engine) as conn:
        assert [resolve(conn, number) for number in (1, 2, 3)] == [1, 1, None]
        detail = cluster_detail(conn, 2)
        assert next_cluster_id(conn) == 3
    assert detail
    assert detail.cluster.id == 1
    assert [version.article_id for version in detail.versions] == [1, 2, 3]


def test_redirects_stay_one_step_long(desk: Any) -> None:
    texts = waiting(desk, *((f"s{n}", "1", n) for n in range(6)))
    desk.found(*texts[:4])
    desk.place(desk.placement(texts[4], 3, merges=[4]))
    desk.place(desk.placement(texts[5], 1, merges=[2, 3]))
    assert {number: row.merged_into for number, row in clusters(desk).items()} == {1: None, 2: 1, 3: 1, 4: 1}
    assert_counts_hold(desk)


def test_merges_that_follow_one_another_in_one_batch(desk: Any) -> None:
    texts = waiting(desk, *((f"s{n}", "1", n) for n in range(6)))
    desk.found(*texts[:2])
    desk.place(
        desk.placement(texts[2], 3, founded=True),
        desk.placement(texts[3], 2, merges=[3]),
        desk.placement(texts[4], 1, merges=[2]),
        desk.placement(texts[5], 4, founded=True),
    )
    assert {number: row.merged_into for number, row in clusters(desk).items()} == {1: None, 2: 1, 3: 1, 4: None}
    assert clusters(desk)[1].articles == 5
    assert_counts_hold(desk)


def test_an_article_that_its_new_text_moves_takes_its_old_texts_along(desk: Any) -> None:
    texts = waiting(desk, ("petra", "1", 0), ("ammon", "2", 1))
    desk.found(*texts)
    desk.save("ammon", desk.entry("2", "نص آخر"), minutes=3)
    desk.place(desk.placement(desk.queue()[0], 1))
    assert (clusters(desk)[1].versions, clusters(desk)[2].versions, clusters(desk)[2].articles) == (3, 0, 0)
    assert events(desk)[-1] == (1, "moved", 2, 2)


def test_an_article_s_new_text_can_merge_its_own_cluster_away(desk: Any) -> None:
    texts = waiting(desk, ("petra", "1", 0), ("ammon", "2", 1))
    desk.found(*texts)
    desk.save("ammon", desk.entry("2", "نص آخر"), minutes=3)
    desk.place(desk.placement(desk.queue()[0], 1, merges=[2]))
    assert events(desk)[2:] == [(1, "merged", 2, 2)]
    assert_counts_hold(desk)


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("placed already", "not waiting"),
        ("unknown version", "not waiting"),
        ("another article's version", "not waiting"),
        ("twice in the batch", "placed twice"),
        ("unknown cluster", "no such cluster"),
        ("used id", "used before"),
        ("id of a hole", "used before"),
        ("founded twice", "founded twice"),
        ("merged cluster", "merged already"),
        ("merged in the batch", "merged earlier"),
        ("merged twice", "merged twice"),
        ("younger swallows older", "not younger"),
        ("swallows itself", "not younger"),
        ("swallows a stranger", "no such cluster"),
    ],
)
def test_placements_that_contradict_the_store_change_nothing(desk: Any, what: str, message: str) -> None:
    texts = waiting(desk, *((f"s{n}", "1", n) for n in range(8)))
    first, _, third, fourth, fifth, sixth, *_ = texts
    desk.place(desk.placement(texts[0], 1, founded=True), desk.placement(texts[1], 3, founded=True))
    desk.place(desk.placement(third, 4, founded=True), desk.placement(fourth, 1, merges=[4]))
    wrong: dict[str, list[Placement]] = {
        "placed already": [desk.placement(first, 1)],
        "unknown version": [desk.placement(fifth, 1), _other(desk, fifth, version_id=999)],
        "another article's version": [_other(desk, fifth, article_id=sixth.article_id)],
        "twice in the batch": [desk.placement(fifth, 1), desk.placement(fifth, 1)],
        "unknown cluster": [desk.placement(fifth, 77)],
        "used id": [desk.placement(fifth, 4, founded=True)],
        "id of a hole": [desk.placement(fifth, 2, founded=True)],
        "founded twice": [desk.placement(fifth, 5, founded=True), desk.placement(sixth, 5, founded=True)],
        "merged cluster": [desk.placement(fifth, 4)],
        "merged in the batch": [desk.placement(fifth, 1, merges=[3]), desk.placement(sixth, 3)],
        "merged twice": [desk.placement(fifth, 1, merges=[3]), desk.placement(sixth, 1, merges=[3])],
        "younger swallows older": [desk.placement(fifth, 3, merges=[1])],
        "swallows itself": [desk.placement(fifth, 3, merges=[3])],
        "swallows a stranger": [desk.placement(fifth, 3, merges=[88])],
    }
    before = (events(desk), desk.queue())
    with pytest.raises(PlacementRefused, match=message):
        desk.place(*wrong[what])
    assert (events(desk), desk.queue()) == before


def _other(desk: Any, version: QueuedVersion, **facts: int) -> Placement:
    made = desk.placement(version, 1)
    names = {name: getattr(made, name) for name in Placement.__dataclass_fields__}
    return Placement(**(names | facts))


def test_ids_are_never_given_again(desk: Any) -> None:
    texts = waiting(desk, *((f"s{n}", "1", n) for n in range(3)))
    desk.found(*texts[:2])
    desk.place(desk.placement(texts[2], 1, merges=[2]))
    assert desk.next_cluster() == 3


def test_an_exception_after_placing_takes_everything_back(desk: Any) -> None:
    (first,) = waiting(desk, ("petra", "1", 0))

    def place() -> None:
        with writing(desk.engine) as conn:
            save_placements(conn, [desk.placement(first, 1, founded=True)], desk.at(0))
            raise InterruptedError

    with pytest.raises(InterruptedError):
        place()
    assert desk.queue() == [first]
    with reading(desk.engine) as conn:
        for table in (Cluster, Event, Match):
            assert conn.execute(select(func.count()).select_from(table)).scalar_one() == 0
    desk.found(first)


def test_no_placements_change_nothing(desk: Any) -> None:
    desk.place()
    assert clusters(desk) == {}


def test_the_queue_is_in_order_and_bounded(desk: Any) -> None:
    texts = waiting(desk, *(("petra", str(n), n) for n in range(5)))
    assert [text.version_id for text in texts] == [1, 2, 3, 4, 5]
    assert desk.queue(limit=2) == texts[:2]
    desk.found(texts[0], texts[2])
    assert desk.queue() == [texts[1], texts[3], texts[4]]
