"""What a stream is clustered into is a function of the stream and the settings, of nothing else."""

from datetime import timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from clustering.settings import Settings
from clustering.version import Version
from tests.clustering.arabic_text import Writer, first_paragraphs, respelled
from tests.clustering.placing import Run, run

HOUR = 3600.0
STORIES = [Writer(seed).story(paragraphs=4) for seed in range(4)]
OUTLETS = ["المرسال", "الشراع", "المنارة", "الديوان"]


def written(story: int, manner: int) -> tuple[str, str]:
    """Write a story in one of several manners, some of them hard to tell from another story."""
    title, body = STORIES[story]
    other_title, other = STORIES[(story + 1) % len(STORIES)]
    writer = Writer(1000 + manner)
    return [
        (title, body),
        (respelled(title), respelled(body)),
        (title, first_paragraphs(body, 2)),
        (other_title, writer.reworded(body, 0.3)),
        (title, writer.reworded(body, 0.5)),
        (title, f"{first_paragraphs(body, 2)}\n{first_paragraphs(other, 2)}"),
        (other_title, f"{first_paragraphs(other, 1)}\n{body}"),
        (title, ""),
    ][manner]


@st.composite
def streams(draw: st.DrawFn) -> list[Version]:
    """Draw a stream in which articles are revised, come out of order, and the clock makes leaps."""
    versions: list[Version] = []
    now = 1.7e9
    for number in range(1, draw(st.integers(2, 40)) + 1):
        now += draw(st.sampled_from([0.0, 0.1, 1.0, 5.0, 11.0, 30.0])) * HOUR
        title, body = written(draw(st.integers(0, len(STORIES) - 1)), draw(st.integers(0, 7)))
        revised = draw(st.sampled_from([None, None, None, *versions[-6:]]))
        versions.append(
            Version(
                number=number,
                article=1000 + number if revised is None else revised.article,
                source=draw(st.sampled_from(OUTLETS)) if revised is None else revised.source,
                title=title,
                body=body,
                at=now - draw(st.sampled_from([0.0, 0.0, 0.0, 2.0, 9.0, 40.0])) * HOUR,
            )
        )
    return versions


SETTINGS = st.builds(
    Settings,
    window=st.sampled_from([timedelta(hours=10), timedelta(days=3)]),
    join=st.sampled_from([0.0, -2.0]),
    merge=st.sampled_from([0.0, -4.0, -5.9]),
    candidates=st.sampled_from([2, 64]),
    members=st.sampled_from([1, 2, 3, 8]),
)
BATCHES = st.lists(st.integers(1, 15), min_size=1, max_size=4)
PROPERTY = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@given(streams(), SETTINGS, BATCHES)
@PROPERTY
def test_batches_do_not_matter(stream: list[Version], how: Settings, batches: list[int]) -> None:
    assert run(stream, how, Run(batches)).facts() == run(stream, how).facts()


@given(streams(), SETTINGS, BATCHES, st.integers(0, 3))
@PROPERTY
def test_the_cache_does_not_matter(stream: list[Version], how: Settings, batches: list[int], cached: int) -> None:
    assert run(stream, how, Run(batches, cached_profiles=cached)).facts() == run(stream, how, Run(batches)).facts()


@given(streams(), SETTINGS, BATCHES, st.frozensets(st.integers(0, 20), min_size=1))
@PROPERTY
def test_restarts_do_not_matter(
    stream: list[Version], how: Settings, batches: list[int], restarts: frozenset[int]
) -> None:
    assert run(stream, how, Run(batches, restarts=restarts)).facts() == run(stream, how, Run(batches)).facts()


@given(streams(), SETTINGS, BATCHES)
@settings(PROPERTY, max_examples=20)
def test_the_kind_of_index_does_not_matter(stream: list[Version], how: Settings, batches: list[int]) -> None:
    reference = Settings("datasketch", how.window, how.join, how.merge, how.candidates, how.members)
    assert run(stream, reference, Run(batches)).facts() == run(stream, how, Run(batches)).facts()


@given(streams(), SETTINGS, BATCHES)
@PROPERTY
def test_what_holds_of_every_result(stream: list[Version], how: Settings, batches: list[int]) -> None:
    placed = run(stream, how, Run(batches))
    by_number = {version.number: version for version in stream}
    assert list(placed.placements) == list(by_number)
    founded: set[int] = set()
    for number, one in placed.placements.items():
        # Ids count up, are never re-used, and a swallowed cluster is younger than what swallowed it.
        assert one.founded == (one.cluster not in founded)
        assert not one.founded or one.cluster == len(founded) + 1
        founded.add(one.cluster)
        assert all(one.cluster < gone <= len(founded) for gone in one.swallowed)
        assert not one.founded or not (one.matches or one.swallowed)
        revised = any(earlier.article == one.article for earlier in stream if earlier.number < number)
        for match in one.matches:
            other = by_number[match.other]
            assert match.other < number
            # A revised text is compared with the rest of its cluster, whatever date it claims.
            assert revised or abs(other.at - by_number[number].at) <= how.window.total_seconds()
            assert match.verdict.same_story
            assert (match.kind == "revision") == (other.article == by_number[number].article)
    # All versions of an article are in one cluster.
    clusters_of_article: dict[int, set[int]] = {}
    for version in stream:
        clusters_of_article.setdefault(version.article, set()).add(placed.cluster(version.number))
    assert all(len(clusters) == 1 for clusters in clusters_of_article.values())


@given(streams(), st.integers(0, 39))
@PROPERTY
def test_the_future_does_not_change_the_past(stream: list[Version], length: int) -> None:
    assume(length < len(stream))
    assert run(stream[:length]).facts() == run(stream).facts()[:length]
